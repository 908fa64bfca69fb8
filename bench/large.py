"""`python -m bench.large [--statements N] [sqlite|postgresql …]`: what changes from 10⁴ statements to a million.

One service of its own process takes them all over HTTP, in batches, and is then started again. It takes its time and
tells how far it is.
"""

import argparse
import asyncio
import logging
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import Connection, delete, func, select

from base import Database
from base.events import pending_events
from bench.batching import SIZE, post_batches
from bench.load import Caller, caller
from bench.measuring import Row, measure
from bench.place import Place, prepared
from bench.report import head, tell
from bench.searching import SMALL, combinations_row, growth_rows, search_rows
from bench.seed import Seed, in_database, seed
from bench.seeding import BATCH, batch_of
from bench.statements import request_of
from lrs.tables.statements import statements
from tests.postgresql import postgresql
from tests.running import Service, running
from tests.wire import Wire

MILLION = 1_000_000
MEASURED_FROM = 10
"""The memory of a service is flat from a tenth of all statements on: by then its caches are full."""

START_SECONDS = 5.0
CONNECTIONS = 2
ADL_BATCHED = 1000 / 9
"""Statements a second of ADL_LRS in a batch of 10,000: 9 ms each, by its maintainer."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.large", description=__doc__)
    parser.add_argument("kinds", nargs="*", default=["sqlite", "postgresql"], metavar="sqlite|postgresql")
    parser.add_argument("--statements", type=int, default=MILLION)
    chosen = parser.parse_args()
    logging.disable(logging.INFO)
    asyncio.run(_measure(chosen.kinds, chosen.statements))


async def _measure(kinds: list[str], number: int) -> None:
    head()
    async with caller() as call:
        for kind in kinds:
            with tempfile.TemporaryDirectory(prefix="waymark-bench-") as folder:
                async with _place(kind, Path(folder) / "ours") as place:
                    async for row in _rows(call, kind, place, number):
                        tell(row)


@asynccontextmanager
async def _place(kind: str, folder: Path) -> AsyncIterator[Place]:
    if kind == "sqlite":
        yield await prepared(folder)
    else:
        with postgresql() as url:
            yield await prepared(folder, url)


async def _rows(call: Caller, kind: str, place: Place, number: int) -> AsyncIterator[Row]:
    seeded = await in_database(place, seed)
    output = Path(place.environment["WAYMARK_FILES"]).parent / "log"
    db = await Database.open(place.settings.database_url)
    try:
        with running(place.environment, output) as service:
            await _fill(db, place, seeded, number // MEASURED_FROM)
            early = _resident_megabytes(service)
            await _fill(db, place, seeded, number)
            yield _memory_row(kind, early, _resident_megabytes(service), number)
            batch, *searches = await _rows_beside_few(call, kind, place, seeded, number)
        for row in (batch, *searches, await combinations_row(db, kind, number)):
            yield row
        yield await _start_row(kind, place, output, number)
        yield _told("a batch, against ADL_LRS", batch.value, ADL_BATCHED)
    finally:
        await db.close()


async def _rows_beside_few(call: Caller, kind: str, place: Place, seeded: Seed, number: int) -> list[Row]:
    """A batch and the searches, beside a second service that has few statements stored; no events wait in either."""
    with tempfile.TemporaryDirectory(prefix="waymark-bench-") as folder:
        async with _place(kind, Path(folder) / "small") as few:
            few_seeded = await in_database(few, seed)
            few_db, many_db = (
                await Database.open(few.settings.database_url),
                await Database.open(place.settings.database_url),
            )
            try:
                with running(few.environment, Path(folder) / "log"):
                    await _fill(few_db, few, few_seeded, SMALL)
                    for db in (few_db, many_db):
                        await db.write(_forget_events)
                    small = await search_rows(few_db, kind, SMALL)
                    large = await search_rows(many_db, kind, number)
                    batch = await measure(
                        f"batch of {SIZE}, {kind}",
                        lambda: post_batches(call, place, seeded),
                        lambda: post_batches(call, few, few_seeded),
                        unit="statements/s",
                        bar=0.5,
                        sizes=f"{number} stored, against {SMALL} stored",
                    )
                    return [batch, *large, *growth_rows(small, large)]
            finally:
                await few_db.close()
                await many_db.close()


def _forget_events(conn: Connection) -> None:
    """Nobody hears of what was stored so far: a backlog of one service would slow it down while both are measured."""
    conn.execute(delete(pending_events))


async def _fill(db: Database, place: Place, seeded: Seed, number: int) -> None:
    """Post batches until there are as many statements as that."""
    there = await db.read(lambda conn: conn.scalar(select(func.count()).select_from(statements)) or 0)
    turns = iter(range(there // BATCH, number // BATCH))
    began = time.perf_counter()

    async def post() -> None:
        wire = Wire(place.settings.port)
        for turn in turns:
            answer = await wire.send(request_of(place.settings.port, seeded.credential, batch_of(turn)))
            assert answer.status == 200, answer
            if turn % 50 == 0:
                rate = ((turn + 1) * BATCH - there) / (time.perf_counter() - began)
                print(f"  {turn * BATCH} of {number} stored, {rate:.0f} a second", file=sys.stderr, flush=True)
        wire.close()

    await asyncio.gather(*(post() for _ in range(CONNECTIONS)))


def _resident_megabytes(service: Service) -> float:
    status = Path(f"/proc/{service.process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def _memory_row(kind: str, early: float, late: float, number: int) -> Row:
    return Row(
        name=f"memory, {kind}",
        value=late,
        unit="MB resident",
        floor=early,
        ratio=early / late,
        bar=0.8,
        sizes=f"after {number} statements, against {number // MEASURED_FROM}",
    )


async def _start_row(kind: str, place: Place, output: Path, number: int) -> Row:
    began = time.perf_counter()
    with running(place.environment, output):
        seconds = time.perf_counter() - began
    return Row(
        name=f"start, {kind}",
        value=seconds,
        unit="seconds",
        floor=START_SECONDS,
        ratio=START_SECONDS / seconds,
        bar=1.0,
        sizes=f"{number} stored",
    )


def _told(name: str, ours: float, theirs: float) -> Row:
    return Row(name=name, value=ours, unit="statements/s", floor=theirs, ratio=ours / theirs, bar=None, sizes="")


if __name__ == "__main__":  # the process of the callers imports this file, too
    main()
