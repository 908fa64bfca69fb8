"""Enrolling people on paths."""

from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from sqlalchemy import Connection, insert

from base import Conflict, lock, new_uuid, record_decision, upsert
from paths.catalogue import current_version, path
from paths.register import Enrolment, enrolment_of
from paths.tables import enrolment_statuses, enrolments
from paths.verdicts import judge
from people import Person

Origin: TypeAlias = Literal["self", "lti"]
"""How somebody came to be enrolled: of their own accord, or by a launch from an LMS."""

ACTIVE = "active"


def enrol(
    conn: Connection, person: Person, path_id: UUID, *, origin: Origin, by: UUID | None, reason: str, now: datetime
) -> Enrolment:
    """The person's enrolment on the path, pinned to its current version, and judged by what they did before.

    Whoever is enrolled already stays as they are, also when the path has been retired since. `by` is None where no
    person decided it. Raises Missing for an unknown path, Conflict for one that is not open.
    """
    known = enrolment_of(conn, person.id, path_id)
    if known is not None:  # spares a write; that two may miss it at once is settled by the unique rule
        return known
    asked = path(conn, path_id)
    if not asked.is_open:
        raise Conflict(f"The path {asked.slug} is {asked.status}; only a live or pilot path takes learners.")
    lock(conn, person_key(person.id))
    added = _add(conn, person.id, path_id, now=now)
    enrolled = enrolment_of(conn, person.id, path_id)
    assert enrolled is not None  # added just now, or by whoever was first
    if added:
        _record(conn, enrolled, origin=origin, by=by, reason=reason, now=now)
        judge(conn, [enrolled], now=now)
    return enrolled


def person_key(person_id: UUID) -> str:
    """What is locked while a person's verdicts are judged: two judgements of one person never run at once."""
    return f"verdicts of {person_id}"


def _add(conn: Connection, person_id: UUID, path_id: UUID, *, now: datetime) -> bool:
    insert_enrolment = upsert(conn, enrolments).values(
        id=new_uuid(),
        person_id=person_id,
        path_id=path_id,
        version_id=current_version(conn, path_id).id,
        registration=new_uuid(),
        enrolled_at=now,
    )
    once = insert_enrolment.on_conflict_do_nothing(index_elements=["person_id", "path_id"])
    return conn.scalar(once.returning(enrolments.c.id)) is not None


def _record(
    conn: Connection, enrolled: Enrolment, *, origin: Origin, by: UUID | None, reason: str, now: datetime
) -> None:
    row = {"enrolment_id": enrolled.id, "status": ACTIVE, "origin": origin, "at": now, "by": by, "reason": reason}
    conn.execute(insert(enrolment_statuses).values(row))
    if by is not None:
        after = {"version": enrolled.version, "origin": origin}
        subject = f"enrolment {enrolled.id}"
        record_decision(conn, by=by, act="path.enrol", subject=subject, reason=reason, after=after, now=now)
