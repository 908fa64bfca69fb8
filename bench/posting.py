"""One statement in a request, by 16 callers at once.

The floor is the same app from its edge to its gate, with a decoder instead of the rules, our way of gathering, and one
row to write. Told beside it: a bare app of the same framework that writes the same rows as ours by the bare driver.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import msgspec
from sqlalchemy import Connection, func, select
from sqlalchemy.engine import make_url

from app.main import Site, open_worker
from base.events import pending_events
from bench.bare import ONE_ROW, OneRowWriter, PostgresqlWriter, SqliteWriter, Writer, add_one_row_route, bare_app
from bench.load import Caller, Requests
from bench.measuring import Row, measure
from bench.place import Place, open_place, prepared, served
from bench.seed import in_database, seed
from bench.statements import ANSWERED, PASSED, SIZES, posts_of
from lrs.tables.statements import postings, statements
from tests.postgresql import postgresql
from tests.running import free_port

BAR = 0.5
BAR_WITH_WORKER = 0.35
POOL_SIZE = 8  # as the service has it


class Pair(msgspec.Struct, frozen=True):
    """Two prepared places on one kind of database: ours, and one for the floor."""

    kind: str
    ours: Place
    bare: Place


@asynccontextmanager
async def on_sqlite(folder: Path) -> AsyncIterator[Pair]:
    yield Pair("SQLite", await prepared(folder / "ours"), await prepared(folder / "bare"))


@asynccontextmanager
async def on_postgresql(folder: Path) -> AsyncIterator[Pair]:
    with postgresql() as url:
        bare_url = make_url(url).set(database="bare").render_as_string(hide_password=False)
        conn = await asyncpg.connect(url)  # type: ignore[no-untyped-call] # asyncpg has no types
        await conn.execute("CREATE DATABASE bare")
        await conn.close()
        yield Pair("PostgreSQL", await prepared(folder / "ours", url), await prepared(folder / "bare", bare_url))


async def post_on_sqlite(call: Caller, folder: Path) -> Row:
    async with on_sqlite(folder) as pair:
        return await _against_one_row(call, pair)


async def post_on_postgresql(call: Caller, folder: Path) -> Row:
    async with on_postgresql(folder) as pair:
        return await _against_one_row(call, pair)


async def post_and_hear_on_sqlite(call: Caller, folder: Path) -> Row:
    async with on_sqlite(folder) as pair:
        return await _against_one_row(call, pair, with_worker=True)


async def post_and_hear_on_postgresql(call: Caller, folder: Path) -> Row:
    async with on_postgresql(folder) as pair:
        return await _against_one_row(call, pair, with_worker=True)


async def post_and_hear_facts_on_sqlite(call: Caller, folder: Path) -> Row:
    async with on_sqlite(folder) as pair:
        return await _against_one_row(call, pair, with_worker=True, verb=PASSED)


async def post_and_hear_facts_on_postgresql(call: Caller, folder: Path) -> Row:
    async with on_postgresql(folder) as pair:
        return await _against_one_row(call, pair, with_worker=True, verb=PASSED)


async def post_same_rows_on_sqlite(call: Caller, folder: Path) -> Row:
    async with on_sqlite(folder) as pair:
        writer = SqliteWriter(folder / "bare" / "waymark.db")
        try:
            return await _against_same_rows(call, pair, writer)
        finally:
            await writer.close()


async def post_same_rows_on_postgresql(call: Caller, folder: Path) -> Row:
    async with on_postgresql(folder) as pair:
        url = pair.bare.settings.database_url
        opening = asyncpg.create_pool(url, min_size=POOL_SIZE, max_size=POOL_SIZE)  # type: ignore[no-untyped-call] # likewise
        async with opening as pool:
            return await _against_same_rows(call, pair, PostgresqlWriter(pool))


async def _against_one_row(call: Caller, pair: Pair, *, with_worker: bool = False, verb: str = ANSWERED) -> Row:
    """With the worker, a statement counts once all who hear of it have heard: of an answer nobody does."""
    our_seed, bare_seed = await in_database(pair.ours, seed), await in_database(pair.bare, seed)
    async with open_place(pair.ours) as site, open_place(pair.bare) as bare:
        add_one_row_route(bare.asgi, OneRowWriter(bare.db), bare_seed.names, first_seq=bare_seed.last_seq + 1)
        floor = posts_of(pair.bare.settings.port, bare_seed.credential, ONE_ROW, verb)
        posts = posts_of(pair.ours.settings.port, our_seed.credential, verb=verb)
        ours = _heard(call, posts, site) if with_worker else _posted(call, posts)
        async with ours as post:
            return await measure(
                f"post{' and hear' if with_worker else ''}{' facts' if verb == PASSED else ''}, {pair.kind}",
                post,
                lambda: call(floor),
                unit="statements/s",
                bar=BAR_WITH_WORKER if with_worker else BAR,
                sizes=SIZES,
            )


async def _against_same_rows(call: Caller, pair: Pair, writer: Writer) -> Row:
    our_seed, bare_seed = await in_database(pair.ours, seed), await in_database(pair.bare, seed)
    port = free_port()
    app = bare_app(writer, bare_seed.names, first_seq=bare_seed.last_seq + 1)
    posts = posts_of(pair.ours.settings.port, our_seed.credential)
    async with open_place(pair.ours), served(app, port), _posted(call, posts) as post:
        floor = posts_of(port, bare_seed.credential)
        name = f"post, {pair.kind}, bare app"
        row = await measure(name, post, lambda: call(floor), unit="statements/s", bar=None, sizes=SIZES)
    left, left_bare = await in_database(pair.ours, _postings_each), await in_database(pair.bare, _postings_each)
    assert left == left_bare, f"the floor writes other rows: {left_bare} a statement, and ours {left}"
    return row


@asynccontextmanager
async def _posted(call: Caller, posts: Requests) -> AsyncIterator[Callable[[], Awaitable[float]]]:
    yield lambda: call(posts)


@asynccontextmanager
async def _heard(call: Caller, posts: Requests, site: Site) -> AsyncIterator[Callable[[], Awaitable[float]]]:
    async def post_until_heard() -> float:
        before, began = await site.db.read(_last_seq), time.perf_counter()
        await call(posts)
        while await site.db.read(is_any_pending):  # noqa: ASYNC110 (the worker does not say when it is done)
            await asyncio.sleep(0.01)
        return (await site.db.read(_last_seq) - before) / (time.perf_counter() - began)

    async with open_worker(site):
        yield post_until_heard


def _last_seq(conn: Connection) -> int:
    return conn.scalars(select(func.max(statements.c.seq))).one()


def is_any_pending(conn: Connection) -> bool:
    """Whether somebody has yet to hear of a statement."""
    return (
        conn.execute(select(pending_events.c.id).where(pending_events.c.set_aside_at.is_(None)).limit(1)).first()
        is not None
    )


def _postings_each(conn: Connection) -> float:
    """How many each statement has."""
    stored = conn.scalars(select(func.count()).select_from(statements)).one()
    return conn.scalars(select(func.count()).select_from(postings)).one() / stored
