"""Waiting until everything that happened has been heard by everyone who must hear it."""

import asyncio
import time
from typing import Any

from sqlalchemy import Connection, Row, select

from base import Database
from base.events import pending_events


async def until_all_is_heard(db: Database, *, seconds: float) -> None:
    """Wait while events are pending; what failed may be tried again. Raises AssertionError for what is left then."""
    deadline = time.monotonic() + seconds
    while left := await db.read(_pending):
        told = [f"{row.subscriber}: {row.error or 'not tried yet'}" for row in left]
        assert time.monotonic() < deadline, f"after {seconds} s there still wait {told}"
        await asyncio.sleep(0.2)


def _pending(conn: Connection) -> list[Row[Any]]:
    return list(conn.execute(select(pending_events)))
