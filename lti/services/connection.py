"""Whether an LMS and Waymark understand each other, tried step by step for an administrator."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

import msgspec

from base import (
    FailureKind,
    KeyRing,
    Outward,
    OutwardFailure,
    Response,
    TokenRefused,
    Unavailable,
    parse_key_set,
)
from lti.registering.platforms import Platform
from lti.registering.tool import SCOPES
from lti.services.access_tokens import client_assertion
from lti.standard.parsing import UNREADABLE, shown

_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_MOST_SKEW = timedelta(seconds=60)
_HTTP_OK, _HTTP_BROKEN = 200, 500
_LONGEST_DETAIL = 300


class Step(StrEnum):
    """What is tried, in the order in which it is told."""

    ISSUER = "issuer"
    KEYS = "keys"
    CLOCK = "clock"
    TOKEN = "token"  # noqa: S105 (the name of a step)
    SERVICES = "services"


class Fault(StrEnum):
    """Why a step failed, each with a cure of its own."""

    PRIVATE = "private"
    UNREACHABLE = "unreachable"
    BROKEN = "broken"
    NO_KEYS = "no keys"
    CLOCKS_DIFFER = "clocks differ"
    UNKNOWN_CLIENT = "unknown client"
    NO_TOKEN = "no token"  # noqa: S105 (the name of a fault)
    FEWER_SCOPES = "fewer scopes"
    NOT_TRIED = "not tried"


class Finding(msgspec.Struct, frozen=True):
    """How one step went; no fault is a success. `said` is what the LMS answered, or what we missed: for experts."""

    step: Step
    fault: Fault | None = None
    said: str = ""


class _Granted(msgspec.Struct, frozen=True):
    access_token: str
    scope: str | None = None


class _Denied(msgspec.Struct, frozen=True):
    error: str = ""
    error_description: str = ""


_Answer = Response | OutwardFailure | Unavailable


async def check_connection(
    outward: Outward, keys: KeyRing, platform: Platform, *, clock: Callable[[], datetime]
) -> list[Finding]:
    """One finding for each step, whatever goes wrong. Nothing is kept, and no token is used for anything."""
    issuer, key_set, token = await asyncio.gather(
        _try(outward.send("GET", platform.issuer)),
        _try(outward.get_json(platform.jwks_url)),
        _try(_ask_token(outward, keys, platform, SCOPES, clock)),
    )
    clocks = _clock_finding([key_set, token], clock())
    proof, services = await _token_findings(token, outward, keys, platform, clock)
    return [_issuer_finding(issuer), _keys_finding(key_set), clocks, proof, services]


async def _try(answer: Awaitable[Response]) -> _Answer:
    try:
        return await answer
    except (OutwardFailure, Unavailable) as failure:
        return failure


def _issuer_finding(answer: _Answer) -> Finding:
    """Any page will do, a redirect to a sign-in too: what counts is that somebody is there."""
    if not isinstance(answer, Response):
        # A front page of any size is a sign of life.
        alive = isinstance(answer, OutwardFailure) and answer.kind in {FailureKind.TOO_LARGE, FailureKind.UNREADABLE}
        return Finding(Step.ISSUER) if alive else _unreached(Step.ISSUER, answer)
    if answer.status >= _HTTP_BROKEN:
        return Finding(Step.ISSUER, Fault.BROKEN, f"HTTP {answer.status}")
    return Finding(Step.ISSUER)


def _keys_finding(answer: _Answer) -> Finding:
    if not isinstance(answer, Response):
        return _unreached(Step.KEYS, answer)
    try:
        usable = parse_key_set(answer)
    except TokenRefused as refused:
        return Finding(Step.KEYS, Fault.NO_KEYS, refused.message[:_LONGEST_DETAIL])
    return Finding(Step.KEYS) if usable else Finding(Step.KEYS, Fault.NO_KEYS, "no RSA or EC key for signatures")


def _clock_finding(answers: Sequence[_Answer], now: datetime) -> Finding:
    """Tokens of some LMSs live for a minute, so more than that between the clocks refuses every launch."""
    told = [at for each in answers if isinstance(each, Response) and (at := _instant(each.headers.get("date", "")))]
    if not told:
        return Finding(Step.CLOCK, Fault.NOT_TRIED)
    skew = told[0] - now
    if abs(skew) > _MOST_SKEW:
        return Finding(Step.CLOCK, Fault.CLOCKS_DIFFER, f"{skew.total_seconds():+.0f} s")
    return Finding(Step.CLOCK)


async def _token_findings(
    answer: _Answer, outward: Outward, keys: KeyRing, platform: Platform, clock: Callable[[], datetime]
) -> tuple[Finding, Finding]:
    if not isinstance(answer, Response):
        return _unreached(Step.TOKEN, answer), Finding(Step.SERVICES, Fault.NOT_TRIED)
    granted = _granted(answer, SCOPES)
    if granted is None and _denied(answer).error == "invalid_scope":
        # Some give all or nothing: then each is asked for by itself.
        granted = await _granted_alone(outward, keys, platform, clock)
    if granted is None:
        return _refusal(answer), Finding(Step.SERVICES, Fault.NOT_TRIED)
    missing = [scope for scope in SCOPES if scope not in granted]
    if missing:
        return Finding(Step.TOKEN), Finding(Step.SERVICES, Fault.FEWER_SCOPES, " ".join(missing))
    return Finding(Step.TOKEN), Finding(Step.SERVICES)


async def _granted_alone(
    outward: Outward, keys: KeyRing, platform: Platform, clock: Callable[[], datetime]
) -> frozenset[str] | None:
    found: set[str] = set()
    for scope in SCOPES:
        answer = await _try(_ask_token(outward, keys, platform, (scope,), clock))
        if isinstance(answer, Response):
            found |= _granted(answer, (scope,)) or frozenset()
    return frozenset(found) or None


async def _ask_token(
    outward: Outward, keys: KeyRing, platform: Platform, scopes: Sequence[str], clock: Callable[[], datetime]
) -> Response:
    fields = {
        "grant_type": "client_credentials",
        "client_assertion_type": _ASSERTION_TYPE,
        "client_assertion": client_assertion(platform, keys, now=clock()),
        "scope": " ".join(scopes),
    }
    return await outward.post_form(platform.token_url, fields)


def _granted(answer: Response, asked: Sequence[str]) -> frozenset[str] | None:
    """The scopes of a token, all that were asked for where it says none (RFC 6749 §5.1); None where there is none."""
    try:
        told = msgspec.json.decode(answer.body, type=_Granted)
    except UNREADABLE:
        return None
    if answer.status != _HTTP_OK:
        return None
    return frozenset(asked if told.scope is None else told.scope.split())


def _refusal(answer: Response) -> Finding:
    denied = _denied(answer)
    said = shown(f"HTTP {answer.status} {denied.error} {denied.error_description}", _LONGEST_DETAIL) or ""
    if answer.status >= _HTTP_BROKEN:
        return Finding(Step.TOKEN, Fault.BROKEN, said)
    # 400 and 401 are both used for a client that is not believed (RFC 6749 §5.2).
    is_client = denied.error in {"invalid_client", "unauthorized_client", "invalid_grant"}
    return Finding(Step.TOKEN, Fault.UNKNOWN_CLIENT if is_client else Fault.NO_TOKEN, said)


def _denied(answer: Response) -> _Denied:
    try:
        return msgspec.json.decode(answer.body, type=_Denied)
    except UNREADABLE:
        return _Denied()


def _unreached(step: Step, failure: OutwardFailure | Unavailable) -> Finding:
    private = isinstance(failure, OutwardFailure) and failure.kind is FailureKind.REFUSED
    return Finding(step, Fault.PRIVATE if private else Fault.UNREACHABLE, failure.message[:_LONGEST_DETAIL])


def _instant(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
