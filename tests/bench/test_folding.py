"""The learners of the benches are put in by the table, and are what enrolling one by one leaves."""

from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, func, select

from base.columns import metadata
from bench.folding import enrolments_of_learners, world_of
from paths import enrolled_persons, replay
from paths.tables.paths import enrolment_statuses, enrolments, verdicts
from people.tables import account_links, accounts, persons
from tests.paths.world import enrol_self, make_learner
from tests.times import NOW

LEARNERS = 3
SAID_OTHERWISE = {"name", "reason", "origin", "by", "seq"}
"""Who they are, who said so and why: nobody is judged by these."""

LOG = {"audit_rows"}
"""What is decided about each is logged: no verdict rests on it."""


async def test_they_are_as_enrolling_leaves_them(tmp_path: Path) -> None:
    async with world_of(tmp_path / "world.db", LEARNERS) as db:
        (one,) = await db.read(enrolments_of_learners, [1])
        added = await db.read(_rows_of, one)
        counted = await db.read(_counts)
        enrolled = await db.write(lambda conn: enrol_self(conn, make_learner(conn)))
        assert added == await db.read(_rows_of, enrolled.id)
        grown = {name: number - counted[name] for name, number in (await db.read(_counts)).items()}
        assert {name for name, number in grown.items() if number} - LOG == set(added)


async def test_replay_finds_nothing_to_mend(tmp_path: Path) -> None:
    async with world_of(tmp_path / "world.db", LEARNERS) as db:
        everybody = await db.read(enrolled_persons)
        assert len(everybody) == LEARNERS + 1
        assert await db.read(replay, everybody, now=NOW, check=True) == []


def _counts(conn: Connection) -> dict[str, int]:
    return {table.name: conn.scalar(select(func.count()).select_from(table)) or 0 for table in metadata.sorted_tables}


def _rows_of(conn: Connection, enrolment_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """By table, all that there is of the learner, but for ids and what was said otherwise."""
    person = conn.scalars(select(enrolments.c.person_id).where(enrolments.c.id == enrolment_id)).one()
    account = conn.scalars(select(persons.c.opaque_account_id).where(persons.c.id == person)).one()
    found = {
        accounts: accounts.c.id == account,
        persons: persons.c.id == person,
        account_links: account_links.c.person_id == person,
        enrolments: enrolments.c.id == enrolment_id,
        enrolment_statuses: enrolment_statuses.c.enrolment_id == enrolment_id,
        verdicts: verdicts.c.enrolment_id == enrolment_id,
    }
    rows = {table: conn.execute(select(table).where(own)).mappings().all() for table, own in found.items()}
    return {table.name: sorted((_said(table, row) for row in own), key=str) for table, own in rows.items()}


def _said(table: Table, row: Any) -> dict[str, Any]:
    of_one = {"id", "person_id", "account_id", "opaque_account_id", "enrolment_id", "registration"} | SAID_OTHERWISE
    return {name: row[name] for name in table.c.keys() if name not in of_one}  # noqa: SIM118 (columns, not a dict)
