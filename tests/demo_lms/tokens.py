"""The platform's signed messages. Tests may forge them from Python; over HTTP there is no way to."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from joserfc import jws
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry


@dataclass
class Draft:
    """An id_token before it is signed; a forger may change every part of it."""

    header: dict[str, Any]
    claims: dict[str, Any]
    key: RSAKey


Forge = Callable[[Draft], str]


def signed(draft: Draft) -> str:
    """The draft as a compact JWS, signed with what its header says."""
    registry = JWSRegistry(algorithms=[str(draft.header["alg"])], strict_check_header=False)
    return jws.serialize_compact(draft.header, msgspec.json.encode(draft.claims), draft.key, registry=registry)


def new_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": f"demo-{secrets.token_hex(4)}", "alg": "RS256", "use": "sig"})
