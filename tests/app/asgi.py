"""Calling an ASGI app over httpx, and an inner app that says what reached it."""

from typing import Any

import httpx
from litestar.types import ASGIApp, Receive, Scope, Send


class Echo:
    """Answers 200 with its name and keeps the scopes that came."""

    def __init__(self, name: str, headers: tuple[tuple[bytes, bytes], ...] = ()) -> None:
        self.name = name
        self.headers = headers
        self.scopes: list[Any] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scopes.append(scope)
        await send({"type": "http.response.start", "status": 200, "headers": list(self.headers)})
        await send({"type": "http.response.body", "body": self.name.encode(), "more_body": False})


async def ask(
    app: ASGIApp,
    url: str,
    *,
    method: str = "GET",
    headers: dict[str, str] | None = None,
    client: tuple[str, int] = ("203.0.113.7", 4711),
) -> httpx.Response:
    """What `app` answers to one request from `client`."""
    transport = httpx.ASGITransport(app=app, client=client)  # type: ignore[arg-type]  # httpx types ASGI more loosely
    async with httpx.AsyncClient(transport=transport) as browser:
        return await browser.request(method, url, headers=headers)
