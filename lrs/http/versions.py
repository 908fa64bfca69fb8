"""Which version of xAPI a request speaks, and the headers that every answer carries (Communication 2.1.3, 3.3)."""

from datetime import UTC, datetime
from http import HTTPStatus

from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from base import Invalid
from lrs.senders.senders import challenge
from lrs.standard import forms
from lrs.standard.about import CONSISTENT_THROUGH_HEADER, VERSION_1_0, VERSION_2_0, VERSION_HEADER

_VERSION_NAME = VERSION_HEADER.lower().encode()

_NONE_SPOKEN = "0.95"
"""What a request of no version known here is answered: the public suites of both versions take it for a refusal."""

_CONSISTENT_THROUGH = "xapi consistent through"


def speaks_2_0(header: str | None) -> bool:
    """Whether the request speaks 2.0, and not 1.0. Raises Invalid when it does not say, or says another."""
    version = _spoken(header)
    if version is None:
        said = "missing" if header is None else repr(header)
        raise Invalid(f"The header {VERSION_HEADER} is {said}; it must be 1.0.x or 2.0.x.", rule="Communication 3.3")
    return version == VERSION_2_0


def _spoken(header: str | None) -> str | None:
    if header is not None and forms.VERSION_1_0.fullmatch(header):
        return VERSION_1_0
    return VERSION_2_0 if header is not None and forms.VERSION_2_0.fullmatch(header) else None


def version_of_answer(asked: str | None) -> str:
    """What the answer to a request with this version header says: the latest of its family."""
    return _spoken(asked) or _NONE_SPOKEN


def promise_consistency(scope: Scope, through: datetime) -> None:
    """Have the answer say that all statements stored by then can be read, to the second as the Date header is."""
    scope["state"][_CONSISTENT_THROUGH] = through.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


class XapiHeaders:
    """Answers of every status under `path` name the version they speak: the latest of the family that was asked for."""

    def __init__(self, app: ASGIApp, *, path: str) -> None:
        self._app = app
        self._path = path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or not scope["path"].startswith(self._path):
            await self._app(scope, receive, send)
            return
        asked = next((value.decode("latin-1") for name, value in scope["headers"] if name == _VERSION_NAME), None)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableScopeHeaders(message)
                headers.setdefault(VERSION_HEADER, version_of_answer(asked))
                if (through := scope.get("state", {}).get(_CONSISTENT_THROUGH)) is not None:
                    headers[CONSISTENT_THROUGH_HEADER] = through
                if message["status"] == HTTPStatus.UNAUTHORIZED:
                    headers["WWW-Authenticate"] = challenge(Headers.from_scope(scope).get("Authorization"))
            await send(message)

        await self._app(scope, receive, send_with_headers)
