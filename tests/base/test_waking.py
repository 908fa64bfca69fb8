"""Whoever waits for something to be written is woken by it, also when it came just before."""

import asyncio

import pytest
from sqlalchemy import Connection, text

from base import Conflict, Database


def touch(conn: Connection) -> None:
    conn.execute(text("DELETE FROM installation"))


def refuse(_conn: Connection) -> None:
    raise Conflict("no")


async def test_a_write_wakes_whoever_waits_once(db: Database) -> None:
    waiting = asyncio.ensure_future(db.until_written())
    await db.read(lambda conn: conn.scalar(text("SELECT 1")))
    assert not waiting.done()
    await db.write(touch)
    await waiting
    again = asyncio.ensure_future(db.until_written())
    await asyncio.sleep(0)
    assert not again.done()
    again.cancel()


async def test_what_was_written_before_one_waits_is_not_missed(db: Database) -> None:
    await db.write(touch)
    await db.until_written()


async def test_what_is_refused_wakes_nobody(db: Database) -> None:
    waiting = asyncio.ensure_future(db.until_written())
    with pytest.raises(Conflict):
        await db.write(refuse)
    await asyncio.sleep(0)
    assert not waiting.done()
    waiting.cancel()
