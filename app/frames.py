"""Pages inside an LMS frame: the same routes behind a prefix of the frame's own."""

import re

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send

_PREFIX = re.compile(r"/f/(?P<frame>[A-Za-z0-9_-]{16,64})(?P<rest>/.*)")


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
        await self._app(scope, receive, send)


def frame_of(scope: Scope) -> str | None:
    """The frame that a request came in, or None for a page of its own."""
    frame: str | None = scope.get("state", {}).get("frame")
    return frame


def prefix_of(frame: str | None) -> str:
    """What stands before every path inside `frame`."""
    return f"/f/{frame}" if frame else ""
