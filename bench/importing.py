"""People imported from a CSV, dry run and all, against inserting the same rows by the bare driver."""

import asyncio
import sqlite3
import time
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, func, select

from base import Database, installation_iri, read_sheet
from bench.load import Caller
from bench.measuring import Row, measure
from bench.place import prepared
from people import OrganisationKind, add_organisation, imports
from people.importing import ROWS_A_BATCH
from people.linking_tables import mail_addresses
from people.organisation_tables import memberships
from people.tables import account_links, accounts, persons

PEOPLE = 10_000
BAR = 1 / 3
_TABLES = (accounts, persons, account_links, mail_addresses, memberships)
_INSERTS = (
    "INSERT INTO accounts (id, home_page, name) VALUES (?, ?, ?)",
    (
        "INSERT INTO persons (id, full_name, folded_name, language, opaque_account_id, created_at) "
        "VALUES (?, ?, ?, ?, ?, ?)"
    ),
    "INSERT INTO account_links (account_id, person_id, at, reason) VALUES (?, ?, ?, ?)",
    "INSERT INTO mail_addresses (id, person_id, address, added_at) VALUES (?, ?, ?, ?)",
    "INSERT INTO memberships (person_id, organisation_id, held, tier, since, at, reason) VALUES (?, ?, ?, ?, ?, ?, ?)",
)


async def people_import(_call: Caller, folder: Path) -> Row:
    ours, bare = await prepared(folder / "ours"), await prepared(folder / "bare")
    db, floor = await Database.open(ours.settings.database_url), await Database.open(bare.settings.database_url)
    try:
        await db.write(_add_town)
        town, home = await floor.write(_add_town), await floor.read(installation_iri)
        turn, bare_turn = count(), count()
        row = await measure(
            "people import",
            lambda: _imported(db, next(turn)),
            lambda: asyncio.to_thread(_inserted, folder / "bare" / "waymark.db", next(bare_turn), town, home),
            unit="people/s",
            bar=BAR,
            sizes=f"{PEOPLE} of a CSV, {ROWS_A_BATCH[imports.ImportKind.PEOPLE]} a transaction, SQLite",
        )
        assert await db.read(_rows) == await floor.read(_rows), "the floor writes other rows"
        return row
    finally:
        await db.close()
        await floor.close()


async def _imported(db: Database, turn: int) -> float:
    """People a second, from the bytes of the file to the last of them."""
    lines = (f"{name};{address};Gori" for name, address in _people(turn))
    sheet = "\n".join(("Full name;Mail;Organisation", *lines)).encode()
    began = time.perf_counter()
    table = imports.read_table(imports.ImportKind.PEOPLE, read_sheet(sheet))
    checked = await db.read(imports.check_table, table, grants=None)
    job = await db.write(imports.begin_import, checked, file_name="bench.csv", file=None, by=None, now=_now())
    job = await db.write(imports.apply_import, job.id, by=None, reason="bench", now=_now())
    while job.state is not imports.ImportState.APPLIED:
        job = await db.write(imports.take_step, job.id, now=_now())
    took = time.perf_counter() - began
    assert job.done == PEOPLE
    return PEOPLE / took


def _inserted(path: Path, turn: int, town: UUID, home: str) -> float:
    conn = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536"):
        conn.execute(f"PRAGMA {pragma}")
    people, size = _people(turn), ROWS_A_BATCH[imports.ImportKind.PEOPLE]
    began = time.perf_counter()
    for start in range(0, PEOPLE, size):
        rows = [_rows_of(name, address, town.hex, home) for name, address in people[start : start + size]]
        conn.execute("BEGIN IMMEDIATE")
        for insert, values in zip(_INSERTS, zip(*rows, strict=True), strict=True):
            conn.executemany(insert, values)
        conn.execute("COMMIT")
    took = time.perf_counter() - began
    conn.close()
    return PEOPLE / took


def _rows_of(name: str, address: str, town: str, home: str) -> tuple[tuple[Any, ...], ...]:
    account, person = uuid4().hex, uuid4().hex
    at = int(_now().timestamp() * 1_000_000)
    reason = f"import {person}"
    return (
        (account, home, str(uuid4())),
        (person, name, name.casefold(), "ka", account, at),
        (account, person, at, reason),
        (uuid4().hex, person, address, at),
        (person, town, True, "member", at, at, reason),
    )


def _people(turn: int) -> list[tuple[str, str]]:
    """Names and addresses; each turn has people of its own."""
    return [(f"Nino Beridze {turn} {number}", f"nino.{turn}.{number}@gori.example") for number in range(PEOPLE)]


def _add_town(conn: Connection) -> UUID:
    town = add_organisation(
        conn, name="Gori", kind=OrganisationKind.CITY, country="GE", by=None, reason="bench", now=_now()
    )
    return town.id


def _rows(conn: Connection) -> list[int]:
    return [conn.scalars(select(func.count()).select_from(table)).one() for table in _TABLES]


def _now() -> datetime:
    return datetime.now(UTC)
