"""What audit and permissions cost: a decision with and without its row, the proof of a million rows, one check."""

import asyncio
import sqlite3
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

import msgspec
from sqlalchemy import Connection, insert

from base import Database, new_uuid, seal_rows, settle_installation, verify_audit
from base.audit import audit_rows
from base.merkle import leaf_hash, merkle_root
from base.seals import ROWS_IN_A_SEAL
from bench.load import Caller
from bench.measuring import Row, measure
from people import NETWORK, Action, Grant, Role, Scope, ScopeKind, add_person, grant_role, may, place
from people.permissions import oneself
from tests.schema import make_schema

DECISIONS = 100
ROWS = 1_000_000
SLOWEST_CHECK_SECONDS = 0.0001
_CHECKS = 10_000
_NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


async def audit_write(_call: Caller, folder: Path) -> Row:
    """A role granted, its audit row included, against the same without it."""
    url = f"sqlite:///{folder / 'audit.db'}"
    await asyncio.to_thread(make_schema, url)
    db = await Database.open(url)
    await db.write(settle_installation, "http://127.0.0.1:8000", now=_NOW)

    async def granted() -> float:
        added = [await db.write(add_person, full_name="Aygün", language="az", now=_NOW) for _ in range(DECISIONS)]
        began = time.perf_counter()
        for person in added:
            await db.write(grant_role, person.id, Role.MENTOR, by=person.id, reason="a course", now=_NOW)
        return DECISIONS / (time.perf_counter() - began)

    async def unaudited() -> float:
        with patch("people.roles.record_decision"):
            return await granted()

    try:
        sizes = f"{DECISIONS} roles granted one by one, SQLite; the floor leaves the audit rows out"
        return await measure("audit-write", granted, unaudited, unit="decisions/s", bar=0.9, sizes=sizes)
    finally:
        await db.close()


async def audit_verify(_call: Caller, folder: Path) -> Row:
    """All rows verified, against the driver alone reading them and hashing each once."""
    path = folder / "audit.db"
    await asyncio.to_thread(make_schema, f"sqlite:///{path}")
    db = await Database.open(f"sqlite:///{path}")
    for first in range(0, ROWS, ROWS_IN_A_SEAL):
        await db.write(_add_rows, first)
        await db.write(seal_rows, now=_NOW + timedelta(seconds=first + ROWS_IN_A_SEAL))

    async def verified() -> float:
        began = time.perf_counter()
        found = await db.read(verify_audit)
        assert (found.rows, found.faults) == (ROWS, ())
        return ROWS / (time.perf_counter() - began)

    try:
        floor = lambda: asyncio.to_thread(_hashed, path)  # noqa: E731 (a slice is a call without arguments)
        sizes = f"{ROWS} rows, SQLite; the floor is the driver reading them and hashing each once"
        return await measure("audit-verify", verified, floor, unit="rows/s", bar=1 / 3, sizes=sizes, slices=1)
    finally:
        await db.close()


async def permission(_call: Caller, _folder: Path) -> Row:
    """Checks of somebody with every role, against the slowest that a check may be."""
    azerbaijan = Scope(ScopeKind.COUNTRY, "AZ")
    grants = frozenset({*(Grant(role, azerbaijan) for role in Role), Grant(Role.ADMINISTRATOR, NETWORK)})
    cohorts = (Scope(ScopeKind.COHORT, str(number)) for number in range(20))
    where = place(oneself(UUID(int=1)), azerbaijan, *cohorts)

    async def checked() -> float:
        began = time.perf_counter()
        for _ in range(_CHECKS):
            may(grants, Action.REGISTER_PLATFORMS, where)
        return _CHECKS / (time.perf_counter() - began)

    async def slowest() -> float:
        return 1 / SLOWEST_CHECK_SECONDS

    sizes = "eight grants, a place in 23 scopes; the floor is a check that takes 0.1 ms"
    return await measure("permission", checked, slowest, unit="checks/s", bar=1.0, sizes=sizes)


def _add_rows(conn: Connection, first: int) -> None:
    conn.execute(insert(audit_rows), [_row(number) for number in range(first, first + ROWS_IN_A_SEAL)])


def _row(number: int) -> dict[str, Any]:
    return {
        "id": new_uuid(),
        "at": _NOW + timedelta(seconds=number),
        "by": new_uuid(),
        "act": "role.grant",
        "subject": f"person {new_uuid()}",
        "reason": "granted on the page of people",
        "before": b'["learner"]',
        "after": b'["learner","mentor"]',
    }


def _hashed(path: Path) -> float:
    """Rows a second that are read and hashed, and the hashes of each interval put together."""
    began = time.perf_counter()
    conn = sqlite3.connect(path)
    query = 'SELECT id, at, "by", act, subject, reason, before, after FROM audit_rows ORDER BY position'
    cursor = conn.execute(query)
    while rows := cursor.fetchmany(ROWS_IN_A_SEAL):
        _root(rows)
    conn.close()
    return ROWS / (time.perf_counter() - began)


def _root(rows: Sequence[Sequence[Any]]) -> bytes:
    return merkle_root([leaf_hash(msgspec.json.encode(row)) for row in rows])
