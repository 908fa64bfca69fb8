"""The platform's signed messages. Tests may forge them from Python; over HTTP there is no way to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from joserfc import jws
from joserfc.jwk import KeyFlexible, RSAKey


@dataclass
class Draft:
    """An id_token before it is signed; a forger may change every part of it."""

    header: dict[str, Any]
    claims: dict[str, Any]
    key: KeyFlexible


Forge = Callable[[Draft], str]


def signed(draft: Draft) -> str:
    """The draft as a compact JWS, signed with what its header says."""
    algorithms = [str(draft.header["alg"])]
    return jws.serialize_compact(draft.header, msgspec.json.encode(draft.claims), draft.key, algorithms)


def new_key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "alg": "RS256", "use": "sig"})
