"""A small service with nothing but the record store in it, and a client that speaks to it."""

import shutil
import tempfile
import weakref
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from copy import copy
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from litestar import Litestar, Request, Response
from litestar.datastructures import State
from litestar.di import Provide
from msgspec import json

from base import (
    Conflict,
    Database,
    FileStore,
    Forbidden,
    Invalid,
    Missing,
    PreconditionFailed,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
    WaymarkError,
    settle_installation,
)
from lrs import BodyLimits, Credential, Gate, add_credential
from lrs.routes import XAPI_ROUTES, xapi_edge
from tests.lrs.makers import body
from tests.times import NOW

IRI = "http://waymark.test"
STATEMENTS = "/xapi/statements"

STATUS = {
    Invalid: 400,
    Unauthenticated: 401,
    Forbidden: 403,
    Missing: 404,
    Conflict: 409,
    PreconditionFailed: 412,
    TooLarge: 413,
    TooMany: 429,
    Unavailable: 503,
}


class Clock:
    """The time that the service has; a test moves it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def make_service(db: Database, clock: Clock, gate: Gate | None = None, files: FileStore | None = None) -> Litestar:
    """The record store's routes, wired as the real service wires them."""
    service = copy(_composed())
    service.state = State({"db": db, "files": files, "clock": clock} | ({} if gate is None else {"gate": gate}))
    return service


@cache
def _composed() -> Litestar:
    """The routes without a state: composing them takes longer than most tests, so every service is a copy."""
    dependencies = {
        "db": _from_state(lambda state: state["db"]),
        "files": _from_state(lambda state: state["files"]),
        "now": _from_state(lambda state: state["clock"]()),
    }
    return Litestar(XAPI_ROUTES, dependencies=dependencies, exception_handlers={WaymarkError: _answer})


def _from_state(found: Callable[[State], Any]) -> Provide:
    def give(state: State) -> Any:
        return found(state)

    return Provide(give, sync_to_thread=False)


def _answer(_request: Request[Any, Any, Any], error: WaymarkError) -> Response[Any]:
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    seconds = error.retry_after_seconds if isinstance(error, TooMany | Unavailable) else None
    headers = {} if seconds is None else {"retry-after": str(seconds)}
    return Response({"detail": error.message, "where": error.where}, status_code=status, headers=headers)


class Xapi:
    """A client with a credential; requests speak 1.0.3 unless they say otherwise."""

    def __init__(self, db: Database, gate: Gate | None = None) -> None:
        self.db = db
        self.clock = Clock()
        folder = Path(tempfile.mkdtemp(prefix="waymark-files-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self.files = FileStore(folder)
        self._service = make_service(db, self.clock, gate, self.files)
        self._app = xapi_edge(self._service)
        self._auth: tuple[str, str] | None = None

    def limit_bodies(self, limits: BodyLimits) -> None:
        self._service.state["body_limits"] = limits

    async def sign_on(self, *scopes: str, name: str = "LMS", **terms: Any) -> Credential:
        """Go on with a new credential of these scopes and terms."""
        await self.db.write(settle_installation, IRI, now=NOW)
        credential = await self.db.write(add_credential, name, scopes, now=NOW, **terms)
        self._auth = (credential.key, credential.secret)
        return credential

    async def request(
        self,
        method: str,
        path: str = STATEMENTS,
        *,
        content: bytes | AsyncIterator[bytes] = b"",
        params: dict[str, Any] | list[tuple[str, Any]] | None = None,
        headers: Mapping[str, str | None] | None = None,
        auth: tuple[str, str] | None = None,
    ) -> httpx.Response:
        """A header given as None is not sent; one of Authorization, given or None, stands for the credential."""
        usual: dict[str, str | None] = {"X-Experience-API-Version": "1.0.3", "Content-Type": "application/json"}
        sent = {name: value for name, value in {**usual, **(headers or {})}.items() if value is not None}
        own = None if "Authorization" in (headers or {}) else self._auth
        async with self._client() as client:
            return await client.request(method, path, content=content, params=params, headers=sent, auth=auth or own)

    async def post(self, *statements: dict[str, Any], **options: Any) -> httpx.Response:
        return await self.request("POST", content=body(*statements), **options)

    async def put(self, statement_id: str, statement: dict[str, Any], **options: Any) -> httpx.Response:
        return await self.request("PUT", content=body(statement), params={"statementId": statement_id}, **options)

    async def get(self, path: str = STATEMENTS, *, headers: Any = None, **params: Any) -> httpx.Response:
        return await self.request("GET", path, params=params or None, headers=headers)

    async def ids(self, **params: Any) -> list[str]:
        """The ids of the statements that match, in the order of the answer."""
        answer = await self.get(**params)
        assert answer.status_code == 200, answer.text
        return [statement["id"] for statement in answer.json()["statements"]]

    async def stored(self, *statements: dict[str, Any], **options: Any) -> list[str]:
        """The ids under which these are stored now."""
        answer = await self.post(*statements, **options)
        assert answer.status_code == 200, answer.text
        ids: list[str] = answer.json()
        return ids

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[httpx.AsyncClient]:
        transport = httpx.ASGITransport(app=self._app)  # type: ignore[arg-type]  # one ASGI, two spellings
        async with httpx.AsyncClient(transport=transport, base_url=IRI) as client:
            yield client


def agent_parameter(agent: dict[str, Any]) -> str:
    return json.encode(agent).decode()
