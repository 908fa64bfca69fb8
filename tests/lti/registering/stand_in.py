"""An LMS of another make: it describes itself, and answers a registration as it is told to."""

import json
from typing import Any

from litestar.types import Receive, Scope, Send

TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"


class OtherLms:
    """Keeps what it was asked: (path, authorization, body)."""

    def __init__(self, url: str, **changed: Any) -> None:
        self.url = url
        self.described: dict[str, Any] = {
            "issuer": url,
            "authorization_endpoint": f"{url}/auth?tenant=7",
            "token_endpoint": f"{url}/token",
            "jwks_uri": f"{url}/jwks",
            "registration_endpoint": f"{url}/clients",
            **changed,
        }
        self.status = 200
        self.answer: bytes = b'{"client_id": "c-1"}'
        self.asked: list[tuple[str, str | None, Any]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        authorization = headers.get(b"authorization")
        body = b""
        while (message := await receive())["type"] == "http.request":
            body += message["body"]
            if not message["more_body"]:
                break
        said = None if authorization is None else authorization.decode()
        self.asked.append((scope["path"], said, json.loads(body) if body else None))
        registering = scope["path"] == "/clients"
        answer = self.answer if registering else json.dumps(self.described).encode()
        await send({"type": "http.response.start", "status": self.status if registering else 200, "headers": []})
        await send({"type": "http.response.body", "body": answer, "more_body": False})
