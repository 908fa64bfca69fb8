"""What is promised to readers stays true while others store (Communication 2.1.3)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, create_engine, make_url, select
from sqlalchemy.ext.asyncio import create_async_engine

from base import Database
from lrs import parse_statements, statements_with_ids, store_statements
from lrs.log.parameters import Query
from lrs.log.query import find_statements
from lrs.log.watermark import Watermark, last_stored, promise
from lrs.tables.statements import statements
from tests.lrs.makers import LMS, body, make_statement
from tests.times import NOW

Run = Callable[..., Any]
SECOND = timedelta(seconds=1)


def store(conn: Connection, *, now: datetime = NOW, number: int = 1) -> list[UUID]:
    incoming = parse_statements(body(*(make_statement() for _ in range(number))))
    return store_statements(conn, incoming, authority=LMS, now=now)


def stored_at(conn: Connection, ids: list[UUID]) -> list[datetime]:
    return [each.stored for each in statements_with_ids(conn, ids)]


def test_what_is_promised_is_the_whole_second(write: Run) -> None:
    assert write(promise, now=NOW + timedelta(milliseconds=999)) == NOW


def test_statements_are_stored_after_what_was_promised(write: Run, read: Run) -> None:
    write(promise, now=NOW + 5 * SECOND)
    write(promise, now=NOW)  # by a process whose clock is behind: the later promise stands
    ids = write(store, now=NOW)
    assert read(stored_at, ids) == [NOW + 5 * SECOND + timedelta(microseconds=1)]


def test_stored_is_later_in_each_transaction(write: Run, read: Run) -> None:
    ids = [one for _ in range(3) for one in write(store, now=NOW, number=2)]
    microsecond = timedelta(microseconds=1)
    assert [at - NOW for at in read(stored_at, ids)] == [late * microsecond for late in (0, 0, 1, 1, 2, 2)]


async def test_a_second_is_promised_once(db: Database) -> None:
    watermark = Watermark(db)
    assert await asyncio.gather(*(watermark.through(now=NOW) for _ in range(5))) == [NOW] * 5
    assert await watermark.through(now=NOW + 0.9 * SECOND) == NOW
    assert await watermark.through(now=NOW + 1.1 * SECOND) == NOW + SECOND


async def test_an_idle_log_is_complete_now(db: Database) -> None:
    await db.write(store, now=NOW - 500 * SECOND)
    assert await Watermark(db).through(now=NOW) == NOW


async def test_an_open_transaction_makes_no_promise_lie(db: Database, database_url: str) -> None:
    """A slow transaction has its time and is not committed yet: readers are told of nothing that it could belie."""
    watermark = Watermark(db)
    assert await watermark.through(now=NOW) == NOW
    async with transaction(database_url) as run:
        ids = await run(partial(store, now=NOW + 10 * SECOND))
        told = await watermark.through(now=NOW + 20 * SECOND)
        assert told == NOW
        assert (await db.read(find_statements, Query())).statements == []
        assert await db.read(last_stored) < NOW
    (at,) = await db.read(stored_at, ids)
    assert at > told
    await until_told(watermark, NOW + 20 * SECOND)
    assert len((await db.read(find_statements, Query())).statements) == 1


async def until_told(watermark: Watermark, expected: datetime) -> None:
    while await watermark.through(now=expected) < expected:
        pass


async def test_a_new_process_tells_the_time_of_the_last_statement_while_somebody_stores(
    db: Database, database_url: str
) -> None:
    await db.write(store, now=NOW + SECOND)
    watermark = Watermark(db)
    async with transaction(database_url) as run:
        await run(partial(store, now=NOW + 10 * SECOND))
        assert await watermark.through(now=NOW + 20 * SECOND) == NOW + SECOND
    await until_told(watermark, NOW + 20 * SECOND)


async def test_readers_always_see_a_prefix_of_the_log_and_all_that_is_promised(db: Database) -> None:
    watermark = Watermark(db)

    async def write_some(writer: int) -> None:
        for turn in range(8):
            await db.write(store, now=NOW + (writer + turn) * 0.3 * SECOND, number=2)

    async def look() -> tuple[datetime, list[tuple[int, datetime]]]:
        told = await watermark.through(now=NOW + SECOND)
        return told, await db.read(everything)

    writing = asyncio.gather(*map(write_some, range(6)))
    looks = []
    while not writing.done():
        looks.append(await look())
    await writing
    log = await db.read(everything)
    assert [seq for seq, _ in log] == list(range(1, 97))
    for told, seen in looks:
        assert seen == log[: len(seen)]
        assert all(at > told for _, at in log[len(seen) :])


def everything(conn: Connection) -> list[tuple[int, datetime]]:
    return [
        (seq, at) for seq, at in conn.execute(select(statements.c.seq, statements.c.stored).order_by(statements.c.seq))
    ]


Doing = Callable[[Callable[[Connection], Any]], Awaitable[Any]]


@asynccontextmanager
async def transaction(url: str) -> AsyncIterator[Doing]:
    """A write transaction of another process, which stays open until the block ends."""
    if url.startswith("sqlite"):
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as conn:
            conn.exec_driver_sql("BEGIN IMMEDIATE")

            async def run(do: Callable[[Connection], Any]) -> Any:
                return do(conn)

            yield run
            conn.exec_driver_sql("COMMIT")
        engine.dispose()
    else:
        opened = create_async_engine(make_url(url).set(drivername="postgresql+asyncpg"))
        async with opened.begin() as own:
            yield own.run_sync
        await opened.dispose()
