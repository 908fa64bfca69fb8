"""How long it takes from an accepted statement until its verdict can be read, at fifty statements a second."""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, func, select

from base import Database, work
from bench.folding import MODULES, enrolments_of_learners, learner_agent, world_of
from bench.load import Caller
from bench.measuring import Row
from lrs import record_statement
from paths import PATH_SUBSCRIPTIONS, State
from paths.tables.paths import verdicts
from tests.paths.world import statement
from tests.times import NOW

STATEMENTS: Final = 300
A_SECOND: Final = 50
BAR_SECONDS: Final = 0.05
LOOK_SECONDS: Final = 0.002


async def visible(_call: Caller, folder: Path) -> Row:
    async with world_of(folder / "visible.db", STATEMENTS) as db:
        return await visible_row(db, STATEMENTS)


async def visible_row(db: Database, learners: int) -> Row:
    """The 95th percentile, by somebody who looks at the verdicts all the time while the worker runs beside.

    None of the learners has done anything yet.
    """
    stop = asyncio.Event()
    working = asyncio.create_task(work(db, PATH_SUBSCRIPTIONS, clock=_now, stop=stop))
    accepted: list[float] = []
    looking = asyncio.create_task(_look(db, await db.read(enrolments_of_learners, range(STATEMENTS))))
    await _pace(db, accepted)
    seen = await looking
    stop.set()
    await working
    waits = sorted(there - since for since, there in zip(accepted, seen, strict=True))
    p95 = waits[int(len(waits) * 0.95)]
    return Row(
        "visible, sqlite",
        p95 * 1000,
        "ms at the 95th percentile",
        BAR_SECONDS * 1000,
        BAR_SECONDS / p95,
        None,
        f"{STATEMENTS} statements, {A_SECOND} a second, one learner each, of {learners}",
    )


async def _pace(db: Database, accepted: list[float]) -> None:
    began = time.perf_counter()
    for number in range(STATEMENTS):
        await asyncio.sleep(max(0.0, began + number / A_SECOND - time.perf_counter()))
        await db.write(_record, number)
        accepted.append(time.perf_counter())


async def _look(db: Database, of: Sequence[UUID]) -> list[float]:
    """When each further verdict was there, `of` these enrolments: they come in the order of their statements."""
    seen: list[float] = []
    while len(seen) < STATEMENTS:
        there = await db.read(_satisfied, of[len(seen) : len(seen) + A_SECOND])
        seen += [time.perf_counter()] * there
        await asyncio.sleep(LOOK_SECONDS)
    return seen


def _record(conn: Connection, number: int) -> None:
    record_statement(conn, statement(learner_agent(number), MODULES[0], at=NOW), now=_now())


def _satisfied(conn: Connection, of: Sequence[UUID]) -> int:
    own = verdicts.c.enrolment_id.in_(of), verdicts.c.node == f"r-{MODULES[0]}", verdicts.c.state == State.SATISFIED
    return conn.scalars(select(func.count()).select_from(verdicts).where(*own)).one()


def _now() -> datetime:
    return datetime.now(UTC)
