"""One statement in a request, against the same rows without the rules."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import asyncpg
import msgspec
from sqlalchemy import Connection, func, select
from sqlalchemy.engine import make_url

from base import Database
from base.events import pending_events
from bench.bare import Names, PostgresqlWriter, SqliteWriter, Writer, bare_app
from bench.load import Caller
from bench.measuring import Row, measure
from bench.place import Place, open_place, prepared, served
from bench.statements import ANY_ID, SIZES, bodies, posts_of
from lrs import Credential, add_credential, agent_key, parse_statements, sender_of, store_statements
from lrs.tables import names, postings, statements
from tests.postgresql import postgresql
from tests.running import free_port

T = TypeVar("T")

BAR = 0.5
POOL_SIZE = 8  # as the service has it


class Seed(msgspec.Struct, frozen=True):
    """What was put into a database beforehand: who may post, and every name that occurs."""

    credential: Credential
    names: Names
    last_seq: int


async def post_on_sqlite(call: Caller, folder: Path) -> Row:
    ours, bare = await prepared(folder / "ours"), await prepared(folder / "bare")

    writer = SqliteWriter(folder / "bare" / "waymark.db")
    try:
        return await _measured("post on SQLite", call, ours, bare, writer)
    finally:
        await writer.close()


async def post_on_postgresql(call: Caller, folder: Path) -> Row:
    with postgresql() as url:
        bare_url = make_url(url).set(database="bare").render_as_string(hide_password=False)
        conn = await asyncpg.connect(url)  # type: ignore[no-untyped-call] # asyncpg has no types
        await conn.execute("CREATE DATABASE bare")
        await conn.close()
        ours, bare = await prepared(folder / "ours", url), await prepared(folder / "bare", bare_url)
        opening = asyncpg.create_pool(bare_url, min_size=POOL_SIZE, max_size=POOL_SIZE)  # type: ignore[no-untyped-call] # likewise
        async with opening as pool:
            return await _measured("post on PostgreSQL", call, ours, bare, PostgresqlWriter(pool))


async def _measured(name: str, call: Caller, ours: Place, bare: Place, writer: Writer) -> Row:
    our_seed, bare_seed = await _in_database(ours, _seed), await _in_database(bare, _seed)
    port = free_port()
    app = bare_app(writer, bare_seed.names, first_seq=bare_seed.last_seq + 1)
    async with open_place(ours), served(app, port):
        our_posts = posts_of(ours.settings.port, our_seed.credential)
        bare_posts = posts_of(port, bare_seed.credential)
        row = await measure(
            name, lambda: call(our_posts), lambda: call(bare_posts), unit="statements/s", bar=BAR, sizes=SIZES
        )
    left, left_bare = await _in_database(ours, _rows_each), await _in_database(bare, _rows_each)
    assert left == left_bare, f"the floor writes other rows: {left_bare} a statement, and ours {left}"
    return row


async def _in_database(place: Place, fn: Callable[[Connection], T]) -> T:
    db = await Database.open(place.settings.database_url)
    try:
        return await db.write(fn)
    finally:
        await db.close()


def _seed(conn: Connection) -> Seed:
    """Each statement once, so that all names have their numbers. Nobody hears of them."""
    now = datetime.now(UTC)
    credential = add_credential(conn, "bench", ["statements/write"], now=now)
    authority = sender_of(conn, credential.key, credential.secret).authority
    each = [body.replace(ANY_ID, str(uuid4()).encode()) for body in bodies()]
    store_statements(conn, parse_statements(b"[%b]" % b",".join(each)), authority=authority, now=now)
    numbers = {row.name: row.id for row in conn.execute(select(names))}
    return Seed(
        credential, Names(numbers, agent_key(authority)), conn.scalars(select(func.max(statements.c.seq))).one()
    )


def _rows_each(conn: Connection) -> tuple[float, float]:
    """How many rows each statement has in the other tables; nobody heard of the seed."""
    stored = conn.scalars(select(func.count()).select_from(statements)).one()
    posted = conn.scalars(select(func.count()).select_from(postings)).one()
    heard = conn.scalars(select(func.count()).select_from(pending_events)).one()
    return posted / stored, heard / (stored - len(bodies()))
