"""Refuses what another site makes a browser send in a person's name (cross-site request forgery)."""

from collections.abc import Sequence

from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from app.plain_answer import answer_plainly

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})  # RFC 9110, section 9.2.1


class OriginCheck:
    """Lets a request that changes something through only when its Origin header is `origin`.

    Browsers send Origin with every such request. One without it is let through when it brings no cookie: it is no
    browser's, or can do nothing in anybody's name. Paths under `open_to_sites` are meant to be called from elsewhere
    and have proofs of their own (the state and signature of a launch, the credentials of a record-store client).
    """

    def __init__(self, app: ASGIApp, *, origin: str, open_to_sites: Sequence[str] = ()) -> None:
        self._app = app
        self._origin = origin.encode()
        self._open = tuple(open_to_sites)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP and not self._passes(scope):
            await answer_plainly(
                send, 403, "This form was sent from another site. Open the page again and send it there."
            )
            return
        await self._app(scope, receive, send)

    def _passes(self, scope: HTTPScope) -> bool:
        if scope["method"] in _SAFE_METHODS or scope["path"].startswith(self._open):
            return True
        origins = [value for name, value in scope["headers"] if name == b"origin"]
        if origins:
            return origins == [self._origin]
        return not any(name == b"cookie" for name, _ in scope["headers"])
