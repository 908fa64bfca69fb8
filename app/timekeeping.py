"""What the worker does as time goes by: judge what time changes, check itself every night, and ask for rosters."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from uuid import UUID

import structlog

from base import Database, Unavailable
from lti import call_due_rosters, has_due_roster
from paths import TICKED_AT_ONCE, SelfCheck, differing, due_for_check, has_due_change, note_check, tick

log = structlog.get_logger(__name__)

TICK_SECONDS = 5.0


async def keep_time_until(stop: asyncio.Event, db: Database, clock: Callable[[], datetime]) -> None:
    """Judge and ask for rosters in time, and check once a day, until `stop`; a database that is away is waited for."""
    while not stop.is_set():
        with suppress(Unavailable):
            await judge_due(db, clock)
            await check_in_turn(db, clock)
            await call_rosters(db, clock)
        with suppress(TimeoutError):
            async with asyncio.timeout(TICK_SECONDS):
                await stop.wait()


async def judge_due(db: Database, clock: Callable[[], datetime]) -> None:
    """Judge whatever the time has come for. While it has for nothing, this is one look at an index."""
    while await db.read(has_due_change, now=clock()):
        if await db.write(tick, now=clock()) < TICKED_AT_ONCE:
            return


async def call_rosters(db: Database, clock: Callable[[], datetime]) -> None:
    """Let the courses be asked for their members whose time has come. While none has, this is one look at an index."""
    while await db.read(has_due_roster, now=clock()):
        await db.write(call_due_rosters, now=clock())


async def check_in_turn(db: Database, clock: Callable[[], datetime]) -> SelfCheck | None:
    """Tonight's check, told in the log and kept for /metrics; None where it was made. It never holds the writer."""
    persons = await db.read(due_for_check, now=clock())
    if not persons:
        return None
    wrong: set[UUID] = set()
    for start in range(0, len(persons), _CHECKED_AT_ONCE):
        wrong |= await db.read(differing, persons[start : start + _CHECKED_AT_ONCE], now=clock())
    found = SelfCheck(clock(), len(persons), len(wrong))
    await db.write(note_check, found, upto=persons[-1])
    tell = log.warning if wrong else log.info
    tell("completion checked", people=found.checked, differing=found.differing, ids=[str(each) for each in wrong])
    return found


_CHECKED_AT_ONCE = 20
