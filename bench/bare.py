"""The floors of a posted statement: the same framework, a decoder, and a writer. No rules."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Protocol
from uuid import UUID

import asyncpg
import msgspec
from litestar import Litestar, Request, Response, post
from litestar.types import ASGIApp

from base import BY_PROOF, Database, RowInsert
from lrs import account_key
from lrs.http.caller import Asking, admitted
from lrs.standard.intake import Facet
from lrs.tables.statements import statements


class _Account(msgspec.Struct, rename="camel"):
    home_page: str
    name: str


class _Actor(msgspec.Struct):
    account: _Account


class _Named(msgspec.Struct):
    id: str


class _Activities(msgspec.Struct):
    grouping: list[_Named]


class _Context(msgspec.Struct, rename="camel"):
    registration: UUID
    context_activities: _Activities


class Statement(msgspec.Struct):
    """As much of a statement as its rows need."""

    id: UUID
    actor: _Actor
    verb: _Named
    object: _Named
    context: _Context


class Rows(msgspec.Struct, frozen=True):
    """What one statement leaves that holds no fact, so that nobody is to hear of it."""

    statement: tuple[Any, ...]
    postings: list[tuple[int, int, int]]


class Writer(Protocol):
    """Writes what one statement leaves, and returns once it is on disk."""

    async def store(self, statement: Statement, body: bytes, seq: int, names: "Names") -> None: ...


ONE_ROW = "/xapi/one-row"


def add_one_row_route(app: ASGIApp, writer: "Writer", names: "Names", *, first_seq: int) -> None:
    """Let the service take the same statements at ONE_ROW: from its edge to its gate all is ours, then nothing is."""
    decoder, seqs = msgspec.json.Decoder(Statement), count(first_seq)

    @post(ONE_ROW, status_code=200, opt=BY_PROOF)
    async def handler(request: Asking) -> Response[bytes]:
        await admitted(request)
        body = await request.body()
        statement = decoder.decode(body)
        await writer.store(statement, body, next(seqs), names)
        return Response(msgspec.json.encode([statement.id]), media_type="application/json")

    while not isinstance(app, Litestar):
        app = vars(app)["_app"]
    app.register(handler)


class Names(msgspec.Struct, frozen=True):
    """The numbers of all names that occur, and of the authority."""

    numbers: dict[str, int]
    authority: str


def bare_app(writer: Writer, names: Names, *, first_seq: int) -> Litestar:
    """Takes the statements of statements.py, and no others."""
    decoder, seqs = msgspec.json.Decoder(Statement), count(first_seq)

    @post("/xapi/statements", status_code=200)
    async def handler(request: Request[Any, Any, Any]) -> Response[bytes]:
        body = await request.body()
        statement = decoder.decode(body)
        await writer.store(statement, body, next(seqs), names)
        return Response(msgspec.json.encode([statement.id]), media_type="application/json")

    return Litestar([handler], openapi_config=None, logging_config=None)


def rows_of(statement: Statement, body: bytes, seq: int, names: Names) -> Rows:
    """The same rows as the store writes."""
    actor = account_key(statement.actor.account.home_page, statement.actor.account.name)
    stored = int(datetime.now(UTC).timestamp() * 1_000_000)
    return Rows(
        (seq, statement.id, stored, names.numbers[names.authority], False, body),
        [(facet, names.numbers[name], seq) for facet, name in _found_by(statement, actor, names.authority)],
    )


def _found_by(statement: Statement, actor: str, authority: str) -> Iterator[tuple[int, str]]:
    yield Facet.VERB, statement.verb.id
    yield Facet.AGENT, actor
    yield Facet.RELATED_AGENT, actor
    yield Facet.RELATED_AGENT, authority
    yield Facet.ACTIVITY, statement.object.id
    yield Facet.RELATED_ACTIVITY, statement.object.id
    yield Facet.RELATED_ACTIVITY, statement.context.context_activities.grouping[0].id
    yield Facet.REGISTRATION, str(statement.context.registration)


_TABLES = (
    ("lrs_statements", ("seq", "id", "stored", "authority", "voided", "payload")),
    ("lrs_postings", ("facet", "name", "seq")),
    ("pending_events", ("subscriber", "subject", "payload", "due_at", "attempts")),
)


def inserts(place: Callable[[int], str]) -> list[str]:
    return [
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(map(place, range(1, len(columns) + 1)))})"
        for table, columns in _TABLES
    ]


def bare_sqlite(path: Path) -> sqlite3.Connection:
    """A connection with the settings of ours, and nothing else."""
    sqlite3.register_adapter(UUID, lambda value: value.hex)  # as SQLAlchemy keeps them there
    conn = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536"):
        conn.execute(f"PRAGMA {pragma}")
    return conn


class SqliteWriter:
    """One thread that writes everything that waits in one transaction."""

    def __init__(self, path: Path) -> None:
        self._jobs: SimpleQueue[tuple[Rows, asyncio.Future[None]] | None] = SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._write, args=(path,))
        self._thread.start()

    async def store(self, statement: Statement, body: bytes, seq: int, names: Names) -> None:
        done: asyncio.Future[None] = self._loop.create_future()
        self._jobs.put((rows_of(statement, body, seq, names), done))
        await done

    async def close(self) -> None:
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)

    def _write(self, path: Path) -> None:
        statement, posting, _ = inserts(lambda _: "?")
        conn = bare_sqlite(path)
        while (job := self._jobs.get()) is not None:
            jobs = [job, *self._waiting()]
            conn.execute("BEGIN IMMEDIATE")
            for rows, _ in jobs:
                conn.execute(statement, rows.statement)
                conn.executemany(posting, rows.postings)
            conn.execute("COMMIT")
            self._loop.call_soon_threadsafe(_answer, [done for _, done in jobs])
        conn.close()

    def _waiting(self) -> Iterator[tuple[Rows, asyncio.Future[None]]]:
        """Those that wait now; nobody closes the writer while somebody waits."""
        while True:
            try:
                job = self._jobs.get_nowait()
            except Empty:
                return
            assert job is not None
            yield job


def _answer(waiting: list[asyncio.Future[None]]) -> None:
    for done in waiting:
        done.set_result(None)


class PostgresqlWriter:
    """A pool of connections, a transaction for each statement."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._inserts = inserts(lambda number: f"${number}")

    async def store(self, statement: Statement, body: bytes, seq: int, names: Names) -> None:
        rows = rows_of(statement, body, seq, names)
        insert, posting, _ = self._inserts
        async with self._pool.acquire() as conn, conn.transaction():  # type: ignore[no-untyped-call] # asyncpg has no types
            await conn.execute(insert, *rows.statement)
            await conn.executemany(posting, rows.postings)


class OneRowWriter:
    """Our database and our way of gathering what waits, with one row to write for each statement."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._waiting: list[tuple[tuple[Any, ...], asyncio.Future[None]]] = []
        self._work: asyncio.Task[None] | None = None

    async def store(self, statement: Statement, body: bytes, seq: int, names: Names) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        row = (seq, statement.id, datetime.now(UTC), names.numbers[names.authority], False, body)
        self._waiting.append((row, done))
        if self._work is None:
            self._work = asyncio.create_task(self._write())
        await done

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            await self._db.write(_insert_statements, [row for row, _ in batch])
            _answer([done for _, done in batch])
        self._work = None


_insert_statements = RowInsert(statements, *(statements.c[column] for column in _TABLES[0][1]))
