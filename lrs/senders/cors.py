"""Which other sites' scripts may call the record store from a browser (Fetch standard, CORS protocol)."""

from collections.abc import Collection

from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

_METHODS = "GET, HEAD, POST, PUT, DELETE"
_SENT = (
    "Accept, Accept-Language, Authorization, Content-Type, Content-Transfer-Encoding, If-Match, If-None-Match, "
    "X-Experience-API-Hash, X-Experience-API-Version"
)
_SHOWN = (
    "Content-Length, Content-Type, Date, ETag, Last-Modified, Location, Retry-After, WWW-Authenticate, "
    "X-Experience-API-Consistent-Through, X-Experience-API-Hash, X-Experience-API-Version"
)
_PREFLIGHT_SECONDS = "7200"  # the most that browsers keep


class Cors:
    """Tells browsers that scripts of `origins` may read what the paths under `path` answer; other sites' may not.

    An origin may hold `{package}` as the first label of its host: then every host of that form is meant. Credentials
    come in the Authorization header, which scripts set themselves; cookies are never let through.
    """

    def __init__(self, app: ASGIApp, *, path: str, origins: Collection[str]) -> None:
        self._app = app
        self._path = path
        self._origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or not scope["path"].startswith(self._path):
            await self._app(scope, receive, send)
            return
        headers = Headers.from_scope(scope)
        origin = headers.get("Origin")
        allowed = origin if origin is not None and self._allows(origin) else None
        if scope["method"] == "OPTIONS" and "Access-Control-Request-Method" in headers:
            await _answer_preflight(send, allowed)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered = MutableScopeHeaders(message)
                answered.add("Vary", "Origin")
                if allowed is not None:
                    answered["Access-Control-Allow-Origin"] = allowed
                    answered["Access-Control-Expose-Headers"] = _SHOWN
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _allows(self, origin: str) -> bool:
        """Whether scripts of this origin may read: it is listed, or the part after its first label is."""
        scheme, _, host = origin.partition("://")
        label, _, rest = host.partition(".")
        return origin in self._origins or (bool(label) and f"{scheme}://{{package}}.{rest}" in self._origins)


async def _answer_preflight(send: Send, allowed: str | None) -> None:
    """Whatever the store itself would say: a browser asks before it sends the credentials."""
    headers = [(b"vary", b"Origin")]
    if allowed is not None:
        headers += [
            (b"access-control-allow-origin", allowed.encode()),
            (b"access-control-allow-methods", _METHODS.encode()),
            (b"access-control-allow-headers", _SENT.encode()),
            (b"access-control-max-age", _PREFLIGHT_SECONDS.encode()),
        ]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
