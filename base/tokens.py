"""Signatures of tokens: the header that is read before, the payload that is had after verifying."""

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import Key
from joserfc.jws import JWSRegistry

from base.errors import Unauthenticated

ALGORITHMS = {"RSA": frozenset({"RS256", "RS384", "RS512"}), "EC": frozenset({"ES256", "ES384", "ES512"})}
"""What a key of each type may sign with (IMS Security Framework 1.0 §5.1.3): the key decides, never the token alone."""

_LONGEST_TOKEN = 64 * 1024


class TokenRefused(Unauthenticated):
    """A signed token, or the key set that it needs, that cannot be taken; its message holds no token."""


class _Registry(JWSRegistry):
    max_header_length = 4096


# Issuers may add header members of their own; only "crit" ones must be understood (RFC 7515 §4.1.11).
_REGISTRY = _Registry(algorithms=sorted(frozenset().union(*ALGORITHMS.values())), strict_check_header=False)


class TokenHeader(msgspec.Struct, frozen=True):
    """What a token claims about its signature: unverified."""

    alg: str
    kid: str | None = None


def read_header(token: str) -> TokenHeader:
    """Raises TokenRefused for what is no signed token of an algorithm that we take."""
    if not token.isascii() or len(token) > _LONGEST_TOKEN:
        raise TokenRefused(f"the token has {len(token)} characters or is no ASCII; at most {_LONGEST_TOKEN} are taken")
    try:
        header = msgspec.convert(jws.extract_compact(token.encode(), registry=_REGISTRY).headers(), TokenHeader)
    except (JoseError, ValueError, RecursionError) as error:
        raise TokenRefused(f"the token is no signed token: {error}") from error
    if not any(header.alg in names for names in ALGORITHMS.values()):
        raise TokenRefused(f"the token is signed with {header.alg!r}; taken are RS256 to RS512 and ES256 to ES512")
    return header


def verified_payload(token: str, header: TokenHeader, key: Key) -> bytes:
    """The payload, signed by `key` with an algorithm of its type. Raises TokenRefused."""
    if header.alg not in ALGORITHMS.get(key.key_type, ()):
        raise TokenRefused(f"a key of type {key.key_type} does not sign with {header.alg!r}")
    try:
        return jws.deserialize_compact(token.encode(), key, registry=_REGISTRY).payload
    except (JoseError, ValueError, RecursionError) as error:
        raise TokenRefused(f"the token's signature does not verify: {error}") from error
