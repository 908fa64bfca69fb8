"""Calls to the services of a platform: with a token of its own, which is replaced once when it is no longer taken."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import urlencode, urlsplit, urlunsplit

import msgspec

from base import Outward, Response, RetryLater, Unavailable
from lti.registering.platforms import Platform
from lti.services.access_tokens import AccessTokens
from lti.standard.parsing import UNREADABLE, shown

T = TypeVar("T")

_UNAUTHORIZED = 401
_LATER = frozenset({408, 425, 429})
_BROKEN = 500
_LONGEST_ANSWER = 300


async def call(
    outward: Outward,
    tokens: AccessTokens,
    platform: Platform,
    method: str,
    url: str,
    *,
    scopes: frozenset[str],
    accept: str = "application/json",
    body: bytes | None = None,
    content_type: str = "application/json",
) -> Response:
    """The platform's answer, whatever it is, once it can give one.

    Raises RetryLater or Unavailable where it may another time (time-outs, 408, 425, 429, 5xx, no token), ScopesDenied
    where an administrator of the LMS must allow something first.
    """
    for _ in range(2):
        token = await tokens.token(platform, scopes)
        headers = {"Authorization": f"Bearer {token}", "Accept": accept}
        if body is not None:
            headers["Content-Type"] = content_type
        response = await outward.send(method, url, headers=headers, body=body or b"")
        if response.status != _UNAUTHORIZED:
            break
        # A token can be withdrawn before its time: once, a new one is tried.
        tokens.forget(platform, scopes, token)
    if response.status in _LATER or response.status >= _BROKEN:
        raise _busy(response, platform)
    return response


def said(response: Response) -> str:
    """What a platform answered, for an administrator: short, and without control characters."""
    return shown(response.body[: 4 * _LONGEST_ANSWER].decode("utf-8", "replace"), _LONGEST_ANSWER) or ""


def decoded(response: Response, kind: type[T], platform: Platform) -> T:
    """The answer's JSON. Raises Unavailable for what is something else, whose body could be of any kind."""
    try:
        return msgspec.json.decode(response.body, type=kind)
    except UNREADABLE as error:
        raise Unavailable(f"{platform.name} answered what cannot be read, status {response.status}: {error}") from None


def below(url: str, name: str) -> str:
    """`name` at the end of the address's path, before its query (Moodle has one)."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path}/{name}"))


def asking(url: str, asked: Mapping[str, str]) -> str:
    """The address with these parameters behind those that it has."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, urlencode(asked))))))


def _busy(response: Response, platform: Platform) -> Exception:
    reason = f"{platform.name} answered {response.status}"
    seconds = seconds_to_wait(response.headers)
    return Unavailable(reason) if seconds is None else RetryLater(seconds, reason)


def seconds_to_wait(headers: Mapping[str, str]) -> float | None:
    """How long Retry-After asks to wait, in either of its forms (RFC 9110 §10.2.3); None where it does not say.

    A date is taken against the platform's own clock, which it sends along.
    """
    after = headers.get("retry-after", "")
    if after.isascii() and after.isdecimal():
        return float(after[:9])
    until, at = _instant(after), _instant(headers.get("date", ""))
    return None if until is None or at is None else max((until - at).total_seconds(), 0.0)


def _instant(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
