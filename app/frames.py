"""Pages inside an LMS frame: the same routes behind a prefix of its own, and redirects that scripts can read."""

import re

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

_PREFIX = re.compile(r"/f/(?P<frame>[A-Za-z0-9_-]{16,64})(?P<rest>/.*)")
_BY_SCRIPT, _ONWARD = b"waymark-session", b"waymark-location"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Frames:
    """Takes `/f/{frame}` off the path and keeps it as `scope["state"]["frame"]`, so that one set of routes serves both.

    Each launch has a prefix, and its cookie that path: two tabs or two learners on one browser never mix.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP and (match := _PREFIX.fullmatch(scope["path"])):
            framed = scope.copy()
            framed["path"] = match["rest"]
            framed["raw_path"] = scope["raw_path"].removeprefix(prefix_of(match["frame"]).encode())
            framed["state"] = {**scope.get("state", {}), "frame": match["frame"]}
            scope = framed
            if any(name == _BY_SCRIPT for name, _ in scope["headers"]):
                send = _readable(send)
        await self._app(scope, receive, send)


def _readable(send: Send) -> Send:
    """Sends a redirect as an answer that names where to go, since a script cannot read where a redirect leads.

    To follow it blindly would not do either: it may lead to the content's origin, which answers no script of ours.
    """

    async def send_readable(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] in _REDIRECTS:
            headers = [(_ONWARD if name.lower() == b"location" else name, value) for name, value in message["headers"]]
            message = {**message, "status": 200, "headers": headers}
        await send(message)

    return send_readable


def frame_of(scope: Scope) -> str | None:
    """The frame that a request came in, or None for a page of its own."""
    frame: str | None = scope.get("state", {}).get("frame")
    return frame


def prefix_of(frame: str | None) -> str:
    """What stands before every path inside `frame`."""
    return f"/f/{frame}" if frame else ""
