"""A stand-in for somebody else's record store: keeps what it is sent, gives it back in pages, fails when told to."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from msgspec import json

from tests.times import NOW

Json = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """A request that came."""

    method: str
    path: str
    parameters: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def statements(self) -> list[Json]:
        found: list[Json] = json.decode(self.body)
        return found


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


class OtherStore:
    """What it holds, what it was asked, and what it does instead of working."""

    def __init__(self) -> None:
        self.port = 0
        self.statements: list[Json] = []
        self.asked: list[Asked] = []
        self.instead: Callable[[Asked], Answer | None] = lambda _: None
        self.promised: datetime | None = NOW + timedelta(days=1)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}/xapi/"

    @property
    def ids(self) -> list[str]:
        return [one["id"] for one in self.statements]

    def keep(self, *statements: Json, stored: datetime = NOW) -> None:
        text = stored.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        self.statements += [{**one, "stored": text} for one in statements]

    def answer(self, asked: Asked) -> Answer:
        self.asked.append(asked)
        if (instead := self.instead(asked)) is not None:
            return instead
        return self._take(asked) if asked.method == "POST" else self._page(asked.parameters)

    def _take(self, asked: Asked) -> Answer:
        new = [one for one in asked.statements if one["id"] not in self.ids]
        self.statements += new
        return Answer(200, json.encode([one["id"] for one in asked.statements]))

    def _page(self, parameters: dict[str, str]) -> Answer:
        since = parameters.get("since")
        found = [one for one in self.statements if since is None or _instant(one["stored"]) > _instant(since)]
        start, limit = int(parameters.get("from", 0)), int(parameters["limit"])
        following = {**parameters, "from": str(start + limit)}
        query = "&".join(f"{name}={value}" for name, value in following.items())
        more = f"/xapi/statements?{query}" if len(found) > start + limit else ""
        promised = None if self.promised is None else self.promised.isoformat().replace("+00:00", "Z")
        headers = {} if promised is None else {"X-Experience-API-Consistent-Through": promised}
        return Answer(200, json.encode({"statements": found[start : start + limit], "more": more}), headers)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


@contextmanager
def other_store() -> Iterator[OtherStore]:
    """A store that listens until the block ends."""
    store = OtherStore()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            parameters = {name: values[0] for name, values in parse_qs(parts.query).items()}
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = store.answer(Asked(self.command, parts.path, parameters, headers, body))
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        do_POST = do_GET  # noqa: N815 (the standard library's name)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    store.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield store
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
