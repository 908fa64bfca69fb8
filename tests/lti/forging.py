"""Id_tokens of the demo LMS with other claims, headers and keys than it would send."""

import hmac
from base64 import urlsafe_b64encode
from typing import Any

import msgspec
from joserfc.jwk import RSAKey

from tests.demo_lms import Draft, Forge, new_key, signed
from tests.demo_lms.lms import LTI


def claims(**changed: Any) -> Forge:
    """Sign with these claims changed; None leaves the claim out."""

    def forge(draft: Draft) -> str:
        merged = {**draft.claims, **changed}
        return signed(
            Draft(draft.header, {name: value for name, value in merged.items() if value is not None}, draft.key)
        )

    return forge


def message(**changed: Any) -> Forge:
    return claims(**{f"{LTI}{name}": value for name, value in changed.items()})


def signed_by_another_key(draft: Draft) -> str:
    return signed(Draft(draft.header, draft.claims, new_key()))


def unsigned(draft: Draft) -> str:
    return f"{assembled(draft, 'none')}."


def signed_with_the_public_key_as_secret(draft: Draft) -> str:
    secret = draft.key.as_pem(private=False)
    token = assembled(draft, "HS256")
    return f"{token}.{base64url(hmac.digest(secret, token.encode(), 'sha256'))}"


def signed_with_an_algorithm_not_published(draft: Draft) -> str:
    bare = RSAKey.import_key(draft.key.as_pem(private=True))
    return signed(Draft({**draft.header, "alg": "RS512"}, draft.claims, bare))


def assembled(draft: Draft, alg: str) -> str:
    """Header and claims, by hand, for algorithms that a proper library refuses to use so."""
    header = msgspec.json.encode({**draft.header, "alg": alg})
    return f"{base64url(header)}.{base64url(msgspec.json.encode(draft.claims))}"


def base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
