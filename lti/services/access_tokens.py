"""Access tokens for the services of platforms: asked for by a signed assertion, kept until they expire."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from joserfc import jws

from base import KeyRing, Outward, Unavailable, new_token
from lti.registering.platforms import Platform
from lti.standard.parsing import UNREADABLE

_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ASSERTION_LIFE = timedelta(minutes=5)
_SPARE = timedelta(seconds=60)


class _Answer(msgspec.Struct, frozen=True):
    access_token: str
    expires_in: float = 3600


class AccessTokens:
    """The tokens of this process, by registration and scopes: two clients of one issuer never share one."""

    def __init__(self, outward: Outward, keys: KeyRing, clock: Callable[[], datetime]) -> None:
        self._outward = outward
        self._keys = keys
        self._clock = clock
        self._held: dict[tuple[UUID, frozenset[str]], tuple[str, datetime]] = {}

    async def token(self, platform: Platform, scopes: frozenset[str]) -> str:
        """A token good for at least another minute. Raises Unavailable when the platform gives none."""
        token, good_until = self._held.get((platform.id, scopes), ("", self._clock()))
        if self._clock() < good_until:
            return token
        answer = await self._ask(platform, scopes)
        good_until = self._clock() + timedelta(seconds=answer.expires_in) - _SPARE
        self._held[platform.id, scopes] = (answer.access_token, good_until)
        return answer.access_token

    def forget(self, platform: Platform, scopes: frozenset[str]) -> None:
        """Ask anew next time, because the platform took the token no more."""
        self._held.pop((platform.id, scopes), None)

    async def _ask(self, platform: Platform, scopes: frozenset[str]) -> _Answer:
        fields = {
            "grant_type": "client_credentials",
            "client_assertion_type": _ASSERTION_TYPE,
            "client_assertion": client_assertion(platform, self._keys, now=self._clock()),
            "scope": " ".join(sorted(scopes)),
        }
        response = await self._outward.post_form(platform.token_url, fields)
        try:
            return msgspec.json.decode(response.body, type=_Answer)
        except UNREADABLE:
            # The body is left out: it could hold a token of a shape that we do not know.
            raise Unavailable(f"{platform.token_url} gave no access token; its status is {response.status}.") from None


def client_assertion(platform: Platform, keys: KeyRing, *, now: datetime) -> str:
    """What proves that we are the client (RFC 7523; IMS Security Framework 1.0 §4.1.1)."""
    key = keys.lti_key()
    claims = {
        "iss": platform.client_id,
        "sub": platform.client_id,
        "aud": platform.token_url,
        "iat": int(now.timestamp()),
        "exp": int((now + _ASSERTION_LIFE).timestamp()),
        "jti": new_token(),
    }
    return jws.serialize_compact({"typ": "JWT", "alg": "RS256", "kid": key.kid}, msgspec.json.encode(claims), key)
