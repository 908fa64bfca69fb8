"""How completion proves itself: every night some people are replayed, in turn, until it was everybody."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import Connection, insert, select

from base import has_due_effects
from paths.folding.progress import subjects_of
from paths.folding.replay import replay
from paths.tables.checks import self_checks
from paths.tables.paths import enrolments

EVERY = timedelta(hours=24)
PEOPLE = 500
"""In one night; it takes a few seconds."""


class SelfCheck(msgspec.Struct, frozen=True):
    """Of `checked` people everything was replayed, and for `differing` of them it was stored otherwise."""

    at: datetime
    checked: int
    differing: int


def newest_check(conn: Connection) -> SelfCheck | None:
    """What the last check found, None before the first."""
    row = conn.execute(_NEWEST).one_or_none()
    return None if row is None else SelfCheck(row.at, row.checked, row.differing)


def due_for_check(conn: Connection, *, now: datetime, limit: int = PEOPLE) -> list[UUID]:
    """The people whose turn it is tonight, and nobody where the last check was less than a day ago."""
    newest = conn.execute(_NEWEST).one_or_none()
    if newest is not None and now < newest.at + EVERY:
        return []
    persons = select(enrolments.c.person_id).where(enrolments.c.person_id.is_not(None))
    in_turn = persons.distinct().order_by(enrolments.c.person_id).limit(limit)
    further = newest and newest.upto and list(conn.scalars(in_turn.where(enrolments.c.person_id > newest.upto)))
    return further or list(conn.scalars(in_turn))


def differing(conn: Connection, person_ids: Collection[UUID], *, now: datetime) -> set[UUID]:
    """Those of the persons of whom something is stored otherwise than their statements and the rules give it.

    Whoever has something waiting to be heard is passed over: theirs is not to be right yet. Nothing is written.
    """
    settled = [each for each in person_ids if not has_due_effects(conn, now=now, subjects=subjects_of(conn, each))]
    found = replay(conn, settled, now=now, check=True) if settled else []
    return {each.person_id for each in found if each.person_id is not None}


def note_check(conn: Connection, check: SelfCheck, *, upto: UUID) -> None:
    """Keep what was found; the next check goes on after `upto`."""
    conn.execute(insert(self_checks).values(**msgspec.structs.asdict(check), upto=upto))


_NEWEST = select(self_checks).order_by(self_checks.c.seq.desc()).limit(1)
