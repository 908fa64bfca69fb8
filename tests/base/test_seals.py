import asyncio
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from base import Database, newest_seal, record_decision, seal_rows
from base import seals as sealing
from base.audit import audit_rows
from base.seals import FIRST_PREVIOUS, Seal, seals
from tests.times import NOW

BY = UUID("0b9f4f0e-8c5a-4a53-9d7a-2f6f1f1f0001")


def decide(conn: sa.Connection, number: int) -> None:
    at = NOW + timedelta(seconds=number)
    record_decision(conn, by=BY, act="role.grant", subject=f"person {number}", reason="a test", after=[1], now=at)


def decide_and_seal(conn: sa.Connection, *numbers: int) -> Seal:
    for number in numbers:
        decide(conn, number)
    made = seal_rows(conn, now=NOW + timedelta(seconds=max(numbers) + 1))
    assert made is not None
    return made


def positions(conn: sa.Connection) -> dict[str, int | None]:
    return {row.subject: row.position for row in conn.execute(sa.select(audit_rows))}


async def test_a_seal_takes_what_none_holds_and_names_the_root_before_it(db: Database) -> None:
    assert await db.write(seal_rows, now=NOW) is None
    assert await db.read(newest_seal) is None
    first = await db.write(decide_and_seal, 2, 1)
    second = await db.write(decide_and_seal, 3)
    assert (first.number, first.first, first.last, first.previous) == (1, 1, 2, FIRST_PREVIOUS)
    assert (second.number, second.first, second.last, second.previous) == (2, 3, 3, first.root)
    assert await db.read(positions) == {"person 1": 1, "person 2": 2, "person 3": 3}
    assert await db.read(newest_seal) == second
    assert await db.write(seal_rows, now=NOW) is None


async def test_the_root_can_be_worked_out_by_hand_from_what_is_said_of_it(db: Database) -> None:
    made = await db.write(decide_and_seal, 1)
    row_id = await db.read(lambda conn: conn.scalars(sa.select(audit_rows.c.id)).one())
    content = (
        f'["{row_id.hex}",1795338001000000,"{BY.hex}","role.grant","person 1","a test",null,"WzFd"]'  # [1] in base64
    )
    head = f'[1,"{"0" * 64}",1,1,"2026-11-22T09:00:02Z","2026-11-22T09:00:02Z"]'
    leaves = [sha256(b"\x00" + each.encode()).digest() for each in (head, content)]
    assert made.root == sha256(b"\x01" + leaves[0] + leaves[1]).digest()


async def test_rows_of_transactions_that_are_still_open_are_in_the_next_seal(database_url: str, db: Database) -> None:
    if db.dialect == "sqlite":
        # There nobody else writes while a transaction is open, so what a seal does not see cannot have begun.
        await db.write(decide_and_seal, 1)
        return
    engine = create_async_engine(sa.make_url(database_url).set(drivername="postgresql+asyncpg"))
    try:
        async with engine.connect() as slow:
            await slow.run_sync(decide, 1)  # the earlier of two, and not committed
            before = await db.write(decide_and_seal, 2)
            await slow.commit()
        after = await db.write(seal_rows, now=NOW + timedelta(seconds=9))
    finally:
        await engine.dispose()
    assert after is not None
    assert (before.rows, after.rows) == (1, 1)
    assert await db.read(positions) == {"person 2": 1, "person 1": 2}


async def test_many_rows_are_sealed_in_intervals_of_a_bounded_size(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "ROWS_IN_A_SEAL", 3)
    first = await db.write(decide_and_seal, 1, 2, 3, 4)
    second = await db.write(seal_rows, now=NOW + timedelta(hours=1))
    assert second is not None
    assert (first.rows, first.through) == (3, NOW + timedelta(seconds=3))
    assert (second.rows, second.through) == (1, NOW + timedelta(hours=1))
    assert [each.number for each in await db.read(seals)] == [1, 2]


async def test_sealers_that_come_at_once_take_turns(db: Database) -> None:
    for number in range(5):
        await db.write(decide, number)
    made = await asyncio.gather(*(db.write(seal_rows, now=NOW + timedelta(minutes=1)) for _ in range(4)))
    assert [each.number for each in made if each is not None] == [1]


def test_a_seal_counts_its_rows() -> None:
    fields: dict[str, Any] = {"number": 1, "previous": FIRST_PREVIOUS, "sealed_at": NOW, "through": NOW}
    assert Seal(first=5, last=9, **fields).rows == 5
    assert msgspec.json.encode(NOW) == b'"2026-11-22T09:00:00Z"'
