"""Waiting until everything that happened has been heard by everyone who must hear it."""

import asyncio
import time
from typing import Any

from sqlalchemy import Connection, Row, select

from base import Database
from base.events import pending_events


async def until_all_is_heard(db: Database, *, seconds: float) -> None:
    """Wait while events are pending. Raises TimeoutError telling what is left, and AssertionError when one failed."""
    deadline = time.monotonic() + seconds
    while left := await db.read(_pending):
        failed = [f"{row.subscriber}: {row.error}" for row in left if row.error is not None]
        assert not failed, failed
        if time.monotonic() > deadline:
            raise TimeoutError(f"after {seconds} s there still wait: {[row.subscriber for row in left]}")
        await asyncio.sleep(0.2)


def _pending(conn: Connection) -> list[Row[Any]]:
    return list(conn.execute(select(pending_events)))
