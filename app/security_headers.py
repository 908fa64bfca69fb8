"""The headers that tell browsers what a page of ours may load, where its forms may go, and who may frame it."""

import re
from collections.abc import Awaitable, Callable, Iterable

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from app.frames import frame_of

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\-]+(:\d{1,5})?")
_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    # Not "no-referrer": with it browsers send "Origin: null" with our own forms, and the origin check needs it.
    (b"referrer-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=()"),
)

# Not on pages that an LMS opens: what it opened as a window returns through it, and would have lost its opener.
_OPENER = (b"cross-origin-opener-policy", b"same-origin-allow-popups")
_FORM_TARGETS = "form_targets"


def let_forms_lead_to(scope: Scope, origins: Iterable[str]) -> None:
    """This one answer, inside a frame, may send its forms to these origins too, and be led on between them."""
    scope["state"][_FORM_TARGETS] = sorted(origin for origin in origins if _ORIGIN.fullmatch(origin))


_REDIRECTS = range(300, 400)


class SecurityHeaders:
    """Adds the security headers of one origin to every answer; what the inner app has set itself stands.

    `form_targets`: origins that its forms lead to, by redirect too. `framers`: the origins in whose pages it may be
    framed; asked only for answers that may be framed. `framed_paths`: paths that may be framed besides those inside
    `/f/…`; every other page refuses all frames but its own.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        framers: Callable[[], Awaitable[Iterable[str]]],
        framed_paths: tuple[str, ...],
        form_targets: tuple[str, ...] = (),
    ) -> None:
        self._app = app
        self._framers = framers
        self._framed_paths = framed_paths
        self._form_targets = form_targets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                ours = [header for header in await self._headers(scope, message["status"]) if header[0] not in present]
                message = {**message, "headers": [*message["headers"], *ours]}
            await send(message)

        await self._app(scope, receive, send_with_headers)

    async def _headers(self, scope: Scope, status: int) -> list[tuple[bytes, bytes]]:
        if frame_of(scope) is not None or scope["path"].startswith(self._framed_paths):
            if status in _REDIRECTS:  # shows nothing, so that nobody need be asked who may frame it
                return [*_ALWAYS, (b"content-security-policy", b"default-src 'none'")]
            ancestors = [origin for origin in await self._framers() if _ORIGIN.fullmatch(origin)]
            targets = scope.get("state", {}).get(_FORM_TARGETS, ())
            return [*_ALWAYS, (b"content-security-policy", self._policy(ancestors, targets))]
        return [
            *_ALWAYS,
            _OPENER,
            (b"content-security-policy", self._policy([])),
            (b"x-frame-options", b"SAMEORIGIN"),  # for readers of PDFs and browsers that know no frame-ancestors
        ]

    def _policy(self, ancestors: list[str], form_targets: Iterable[str] = ()) -> bytes:
        directives = (
            "default-src 'none'",
            "base-uri 'none'",
            "connect-src 'self'",
            "font-src 'self'",
            "img-src 'self' data:",
            "media-src 'self'",
            "script-src 'self'",
            "style-src 'self'",
            " ".join(("form-action 'self'", *self._form_targets, *form_targets)),
            " ".join(("frame-ancestors 'self'", *ancestors)),
        )
        return "; ".join(directives).encode()
