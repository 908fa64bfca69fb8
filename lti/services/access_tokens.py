"""Access tokens for the services of platforms: asked for by a signed assertion, kept until they expire."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from joserfc import jws

from base import Forbidden, KeyRing, Outward, Response, Unavailable, new_token
from lti.registering.platforms import Platform
from lti.standard.parsing import UNREADABLE, shown

_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ASSERTION_LIFE = timedelta(minutes=5)
_SPARE = timedelta(seconds=60)
_LONGEST_LIFE_SECONDS = 86_400.0


class ScopesDenied(Forbidden):
    """The platform gives a token, but not for all that was asked: somebody there has to allow it."""


class _Answer(msgspec.Struct, frozen=True):
    access_token: str
    expires_in: float | None = None
    scope: str | None = None


class _Denied(msgspec.Struct, frozen=True):
    error: str


class _Held(msgspec.Struct, frozen=True):
    token: str
    good_until: datetime


class AccessTokens:
    """The tokens of this process, by registration and scopes: two clients of one issuer never share one."""

    def __init__(self, outward: Outward, keys: KeyRing, clock: Callable[[], datetime]) -> None:
        self._outward = outward
        self._keys = keys
        self._clock = clock
        self._held: dict[tuple[UUID, frozenset[str]], _Held] = {}
        # Many errands start side by side, and one token serves them all.
        self._asking: defaultdict[tuple[UUID, frozenset[str]], asyncio.Lock] = defaultdict(asyncio.Lock)

    async def token(self, platform: Platform, scopes: frozenset[str]) -> str:
        """A token good for at least another minute.

        Raises Unavailable when the platform gives none, ScopesDenied when it gives one for less than was asked.
        """
        key = (platform.id, scopes)
        async with self._asking[key]:
            held = self._held.get(key)
            if held is None or held.good_until <= self._clock():
                self._held[key] = held = await self._ask(platform, scopes)
            return held.token

    def forget(self, platform: Platform, scopes: frozenset[str], token: str) -> None:
        """Ask anew next time, because the platform took this token no more; a newer one is kept."""
        held = self._held.get((platform.id, scopes))
        if held is not None and held.token == token:
            del self._held[platform.id, scopes]

    async def _ask(self, platform: Platform, scopes: frozenset[str]) -> _Held:
        fields = {
            "grant_type": "client_credentials",
            "client_assertion_type": _ASSERTION_TYPE,
            "client_assertion": client_assertion(platform, self._keys, now=self._clock()),
            "scope": " ".join(sorted(scopes)),
        }
        response = await self._outward.post_form(platform.token_url, fields)
        try:
            # Some platforms send the seconds as a string.
            answer = msgspec.json.decode(response.body, type=_Answer, strict=False)
        except UNREADABLE:
            said = f"status {response.status} {_error(response)}".rstrip()
            raise Unavailable(f"{platform.token_url} gave no access token: {said}.") from None
        _check_granted(platform, scopes, answer)
        return _Held(answer.access_token, self._clock() + _life(answer) - _SPARE)


def client_assertion(platform: Platform, keys: KeyRing, *, now: datetime) -> str:
    """What proves that we are the client (RFC 7523; IMS Security Framework 1.0 §4.1.1)."""
    key = keys.lti_key()
    claims = {
        "iss": platform.client_id,
        "sub": platform.client_id,
        "aud": platform.token_audience or platform.token_url,
        "iat": int(now.timestamp()),
        "exp": int((now + _ASSERTION_LIFE).timestamp()),
        "jti": new_token(),
    }
    return jws.serialize_compact({"typ": "JWT", "alg": "RS256", "kid": key.kid}, msgspec.json.encode(claims), key)


def _check_granted(platform: Platform, scopes: frozenset[str], answer: _Answer) -> None:
    """An answer that says no scope grants what was asked (RFC 6749 §5.1)."""
    denied = frozenset[str]() if answer.scope is None else scopes - set(answer.scope.split())
    if denied:
        raise ScopesDenied(
            f"{platform.name} does not let Waymark use {', '.join(sorted(denied))}. Allow it in the LMS, "
            "in the settings of this tool, then try again."
        )


def _error(response: Response) -> str:
    """Why (RFC 6749 §5.2). The rest is left out: it could hold a token of a shape that we do not know."""
    try:
        return shown(msgspec.json.decode(response.body, type=_Denied).error, 50) or ""
    except UNREADABLE:
        return ""


def _life(answer: _Answer) -> timedelta:
    seconds = 3600.0 if answer.expires_in is None else answer.expires_in
    return timedelta(seconds=min(max(seconds, 0.0), _LONGEST_LIFE_SECONDS))
