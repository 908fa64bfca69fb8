"""Replaying everybody: statements a second, against reading and decoding the same statements in sequence."""

import random
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, select

from app.commands.completion import AT_ONCE
from app.serving import keep_what_is_there
from base import Database, apply_effects
from base.delivery import has_due
from bench.folding import MODULES, learner_agent, world_of
from bench.load import Caller
from bench.measuring import Row, measure
from lrs import decode_stored, record_statements
from lrs.tables.statements import statements
from modules import VerbIri
from paths import enrolled_persons, replay
from tests.paths.world import statement
from tests.times import NOW

LEARNERS: Final = 150
SESSIONS: Final = 4
SLICES: Final = 3
BAR: Final = 1 / 3
SESSION: Final = (
    VerbIri.LAUNCHED,
    VerbIri.INITIALIZED,
    *5 * (VerbIri.ANSWERED,),
    VerbIri.COMPLETED,
    VerbIri.PASSED,
    VerbIri.TERMINATED,
)
"""What one session of a module says; two of these hold facts."""

STATEMENTS_EACH: Final = SESSIONS * len(SESSION)
_PAGE: Final = 1_000


async def replay_all(_call: Caller, folder: Path) -> Row:
    return await replay_row(folder, LEARNERS)


async def replay_row(folder: Path, learners: int) -> Row:
    """The rate with so many learners, of whom each leaves STATEMENTS_EACH."""
    async with world_of(folder / "replay.db", learners) as db:
        await _learn(db, learners)
        keep_what_is_there()

        async def ours() -> float:
            began = time.perf_counter()
            persons = await db.read(enrolled_persons)
            for start in range(0, len(persons), AT_ONCE):
                found = await db.read(replay, persons[start : start + AT_ONCE], now=_now(), check=True)
                assert found == []
            return learners * STATEMENTS_EACH / (time.perf_counter() - began)

        async def floor() -> float:
            began = time.perf_counter()
            count = await db.read(_decode_all)
            return count / (time.perf_counter() - began)

        return await measure(
            "replay, sqlite",
            ours,
            floor,
            unit="statements/s",
            bar=BAR,
            sizes=f"{learners} learners, {len(MODULES)} modules, {SESSIONS} sessions each of {len(SESSION)} statements",
            slices=SLICES,
        )


async def _learn(db: Database, learners: int) -> None:
    for _ in range(SESSIONS):
        for first in range(0, learners, LEARNERS):
            await db.write(_record, range(first, min(first + LEARNERS, learners)))
    while await db.read(has_due, now=_now()):
        await db.write(apply_effects, now=_now())


def _record(conn: Connection, learners: range) -> None:
    """A session of each learner, of a module by chance."""
    for learner in learners:
        slug, score = random.choice(MODULES), round(random.random(), 2)
        made = [
            statement(learner_agent(learner), slug, verb, score=score if verb == VerbIri.PASSED else None, at=NOW)
            for verb in SESSION
        ]
        record_statements(conn, made, now=_now())


def _decode_all(conn: Connection) -> int:
    """Every statement there is, in the order of the log."""
    stored = select(statements.c.payload).order_by(statements.c.seq).execution_options(yield_per=_PAGE)
    return sum(1 for payload in conn.scalars(stored) if decode_stored(payload) is not None)


def _now() -> datetime:
    return datetime.now(UTC)
