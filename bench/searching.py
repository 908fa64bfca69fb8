"""The nine searches of lrsql's benchmark, fifty statements each, against reading as many by primary key one by one.

Both through one connection of ours, warm, in slices of turns.
"""

import random
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from statistics import quantiles
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import Connection, func, select

from base import Database
from bench.load import Caller
from bench.measuring import Row, measure
from bench.place import prepared
from bench.seed import in_database
from bench.seeding import (
    ACTIVITIES,
    BATCH,
    COURSES,
    LEARNERS,
    VERBS,
    activity_iri,
    learner_key,
    registration_of,
    seed_log,
    verb_iri,
)
from lrs.log.parameters import Query
from lrs.log.query import find_statements
from lrs.tables.statements import statements
from tests.postgresql import postgresql

LIMIT: Final = 50
SMALL: Final = 10_000
SLICE_SECONDS: Final = 0.1
BAR: Final = 2.0
"""At most half of the time, so at least twice as many."""

BAR_OF_GROWTH: Final = 1 / 1.3
COMBINATIONS: Final = 1000
COMBINATION_MS: Final = 20.0


class _Identified(msgspec.Struct):
    id: UUID


_identified: Final = msgspec.json.Decoder(_Identified)


async def search_on_sqlite(_call: Caller, folder: Path) -> list[Row]:
    place = await prepared(folder / "ours")
    await in_database(place, partial(seed_log, first=0, batches=SMALL // BATCH))
    db = await Database.open(place.settings.database_url)
    try:
        return [*await search_rows(db, "SQLite", SMALL), await combinations_row(db, "SQLite", SMALL)]
    finally:
        await db.close()


async def search_on_postgresql(_call: Caller, folder: Path) -> list[Row]:
    with postgresql() as url:
        place = await prepared(folder / "ours", url)
        await in_database(place, partial(seed_log, first=0, batches=SMALL // BATCH))
        db = await Database.open(url)
        try:
            return [*await search_rows(db, "PostgreSQL", SMALL), await combinations_row(db, "PostgreSQL", SMALL)]
        finally:
            await db.close()


def searches(began: datetime, ended: datetime) -> Mapping[str, Query]:
    """Each with at least as many hits as fit on a page, where the log is large; it was stored between these times."""
    middle = began + (ended - began) / 2
    return {
        "all": Query(limit=LIMIT),
        "ascending": Query(limit=LIMIT, ascending=True),
        "agent": Query(limit=LIMIT, agent=learner_key(0)),
        "agent, related": Query(limit=LIMIT, agent="mbox::mailto:teacher-1@lms.example", related_agents=True),
        "activity": Query(limit=LIMIT, activity=activity_iri(3)),
        "activity, related": Query(limit=LIMIT, activity="https://lms.example/course/7", related_activities=True),
        "registration": Query(limit=LIMIT, registration=registration_of(0, 0)),
        "since": Query(limit=LIMIT, since=middle),
        "until": Query(limit=LIMIT, until=middle),
    }


async def search_rows(db: Database, kind: str, stored: int) -> list[Row]:
    """A row for each search of a log of this size."""
    return [
        await measure(
            f"{name}, {kind}",
            partial(db.read, _repeat, partial(_search, query=query)),
            partial(db.read, _repeat, partial(_read_one_by_one, query=query)),
            unit="pages/s",
            bar=BAR,
            sizes=f"{stored} stored",
        )
        for name, query in searches(*await db.read(_span)).items()
    ]


def growth_rows(small: list[Row], large: list[Row]) -> list[Row]:
    """How much slower each search became, against how much slower the reading by key became."""
    return [
        Row(
            name=f"growth of {before.name}",
            value=before.value / after.value,
            unit="times slower",
            floor=before.floor / after.floor,
            ratio=(before.floor / after.floor) / (before.value / after.value),
            bar=BAR_OF_GROWTH,
            sizes=f"{before.sizes}, then {after.sizes}",
        )
        for before, after in zip(small, large, strict=True)
    ]


async def combinations_row(db: Database, kind: str, stored: int) -> Row:
    """The 95th percentile of random combinations of filters, hits or none."""
    times = await db.read(_timed_combinations)
    p95 = 1000 * quantiles(times, n=20)[-1]
    return Row(
        name=f"any filters, {kind}",
        value=p95,
        unit="ms at p95",
        floor=COMBINATION_MS,
        ratio=COMBINATION_MS / p95,
        bar=1.0,
        sizes=f"{COMBINATIONS} combinations, worst {1000 * max(times):.1f} ms, {stored} stored",
    )


def _repeat(conn: Connection, once: Callable[[Connection], Callable[[], None]]) -> float:
    """How often a second, in one transaction."""
    run = once(conn)
    run()
    done, began = 0, time.perf_counter()
    while time.perf_counter() - began < SLICE_SECONDS:
        run()
        done += 1
    return done / (time.perf_counter() - began)


def _search(conn: Connection, *, query: Query) -> Callable[[], None]:
    def run() -> None:
        find_statements(conn, query)

    return run


def _read_one_by_one(conn: Connection, *, query: Query) -> Callable[[], None]:
    """The same statements by their sequences, found beforehand."""
    ids = [_identified.decode(payload).id for payload in find_statements(conn, query).statements]
    seqs = list(conn.scalars(select(statements.c.seq).where(statements.c.id.in_(ids))))
    number = "$1" if conn.dialect.name == "postgresql" else "?"
    by_key = f"SELECT payload FROM lrs_statements WHERE seq = {number}"

    def run() -> None:
        for seq in seqs:
            conn.exec_driver_sql(by_key, (seq,)).scalar_one()

    return run


def _span(conn: Connection) -> tuple[datetime, datetime]:
    began, ended = conn.execute(select(func.min(statements.c.stored), func.max(statements.c.stored))).one()
    return began, ended


def _timed_combinations(conn: Connection) -> list[float]:
    span = _span(conn)
    chance = random.Random(20261122)
    times = []
    for _ in range(COMBINATIONS):
        query = _combination(chance, *span)
        began = time.perf_counter()
        find_statements(conn, query)
        times.append(time.perf_counter() - began)
    return times


def _combination(chance: random.Random, began: datetime, ended: datetime) -> Query:
    def maybe(share: float) -> bool:
        return chance.random() < share

    related_agents, related_activities = maybe(0.3), maybe(0.3)
    learner, course = int(LEARNERS * chance.random() ** 2), chance.randrange(COURSES)
    agent = f"mbox::mailto:teacher-{course}@lms.example" if related_agents and maybe(0.5) else learner_key(learner)
    activity = activity_iri(int(ACTIVITIES * chance.random() ** 2))
    if related_activities and maybe(0.5):
        activity = f"https://lms.example/course/{course}"
    return Query(
        limit=LIMIT,
        agent=agent if related_agents or maybe(0.6) else None,
        activity=activity if related_activities or maybe(0.6) else None,
        verb=verb_iri(chance.choice([*VERBS, "never"])) if maybe(0.6) else None,
        registration=registration_of(learner, chance.randrange(COURSES)) if maybe(0.2) else None,
        related_agents=related_agents,
        related_activities=related_activities,
        since=began + (ended - began) * chance.random() if maybe(0.3) else None,
        until=began + (ended - began) * chance.random() if maybe(0.3) else None,
        ascending=maybe(0.5),
    )
