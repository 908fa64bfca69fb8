"""Earned certificates until they are issued, against drawing and signing alone."""

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path

import msgspec
from sqlalchemy import Connection, func, select

from app.main import Site, open_worker
from base import KeyRing
from bench.learners import add_learner, pass_module
from bench.load import Caller
from bench.measuring import Row, measure
from bench.place import open_place, prepared
from certificates import State
from certificates.tables import certificates
from certificates.workshop import open_workshop
from tests.certificates.samples import make_certificate
from tests.journeys.catalogue import modules_of_the_path

AT_ONCE = 4
BAR = 0.5


async def certificate(_call: Caller, folder: Path) -> Row:
    place = await prepared(folder / "ours")
    keys = KeyRing.open(place.settings.keys, None, now=datetime.now(UTC))
    draw_and_sign = open_workshop(keys.document_signer())
    on_paper = msgspec.structs.replace(make_certificate("az"), issued_at=datetime.now(UTC))

    def alone() -> float:
        began = time.perf_counter()
        for _ in range(AT_ONCE):
            draw_and_sign(on_paper)
        return AT_ONCE / (time.perf_counter() - began)

    async with open_place(place) as site:
        return await measure(
            "certificate",
            lambda: _issued(site),
            lambda: asyncio.to_thread(alone),
            unit="certificates/s",
            bar=BAR,
            sizes=f"{AT_ONCE} earned at once, SQLite, one signing process",
        )


async def _issued(site: Site) -> float:
    """Certificates a second, from the last right answer, not yet heard of, to the last certificate."""
    last = len(modules_of_the_path()) - 1
    before = await site.db.read(_count)
    for _ in range(AT_ONCE):
        learner = await site.db.write(add_learner, finished=last)
        await site.db.write(pass_module, learner, last)
    began = time.perf_counter()
    async with open_worker(site):
        while await site.db.read(_count) < before + AT_ONCE:  # noqa: ASYNC110 (a database tells nobody)
            await asyncio.sleep(0.01)
        return AT_ONCE / (time.perf_counter() - began)


def _count(conn: Connection) -> int:
    issued = certificates.c.state == State.ISSUED
    return conn.scalars(select(func.count()).select_from(certificates).where(issued)).one()
