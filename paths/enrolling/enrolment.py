"""Enrolling people and organisations on paths, and what becomes of their enrolments: every change dated, by whom, why.

A status says whether somebody is on the path, never how far they are: verdicts follow from the evidence alone, also of
those who pause or have left, so that whoever comes back finds all that they showed meanwhile.
"""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, TypeAlias
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, insert, select

from base import Conflict, Invalid, lock, new_uuid, record_decision, upsert
from paths.keeping.verdicts import judge
from paths.register.catalogue import Path, current_version, path
from paths.register.locks import judgement_key
from paths.register.register import Enrolment, enrolment, enrolment_of, organisation_enrolment
from paths.tables.paths import enrolment_statuses, enrolments
from people import Person, member_spans, organisation

Origin: TypeAlias = Literal["self", "self-paced", "cohort", "call", "invitation", "import", "audience", "lti"]
"""How somebody came to be enrolled: of their own accord, by staff to learn at their own pace, with a cohort, by a call
that they won, an invitation, a table, a rule about whom the path is for, or a launch from an LMS."""


person_key = judgement_key


class EnrolmentStatus(StrEnum):
    """What an enrolment is.

    ACTIVE: somebody is on the path. PAUSED: they are, and are expected to do nothing for a while; modules stay open to
    them. WITHDRAWN: they are on it no more; what they showed stays, and so do certificates.
    """

    ACTIVE = "active"
    PAUSED = "paused"
    WITHDRAWN = "withdrawn"


class Standing(msgspec.Struct, frozen=True):
    """What an enrolment is from `at` on, how that came, who made it so (None: a rule or a system) and why."""

    status: EnrolmentStatus
    origin: str
    at: datetime
    by: UUID | None
    reason: str


def enrol(
    conn: Connection, person: Person, path_id: UUID, *, origin: Origin, by: UUID | None, reason: str, now: datetime
) -> Enrolment:
    """The person's enrolment on the path, pinned to its current version, and judged by what they did before.

    Whoever is on it stays as they are, also when the path has been retired since; whoever left it is on it again,
    unless somebody else withdrew them and they come of their own accord. `by` is None where no person decided it.
    Raises Missing for an unknown path, Conflict for one that is not open.
    """
    known = enrolment_of(conn, person.id, path_id)
    if known is not None:  # spares a write; that two may miss it at once is settled by the unique rule
        return _enrol_again(conn, known, origin=origin, by=by, reason=reason, now=now)
    _require_open(path(conn, path_id))
    lock(conn, judgement_key(person.id))
    added = _add(conn, path_id, now=now, person_id=person.id)
    enrolled = enrolment_of(conn, person.id, path_id)
    assert enrolled is not None  # added just now, or by whoever was first
    if added:
        _record(conn, enrolled, EnrolmentStatus.ACTIVE, "path.enrol", origin=origin, by=by, reason=reason, now=now)
        judge(conn, [enrolled], now=now)
    return enrolled


def enrol_organisation(
    conn: Connection,
    organisation_id: UUID,
    path_id: UUID,
    *,
    origin: Origin,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> Enrolment:
    """The organisation's enrolment on the path as a team, judged by what its members did; otherwise as `enrol`.

    Raises Missing for an unknown organisation.
    """
    known = organisation_enrolment(conn, organisation(conn, organisation_id).id, path_id)
    if known is not None:
        return _enrol_again(conn, known, origin=origin, by=by, reason=reason, now=now)
    _require_open(path(conn, path_id))
    # Members too: what is folded of them at this moment is then seen here, or sees this enrolment.
    lock(conn, *map(judgement_key, {organisation_id, *member_spans(conn, organisation_id)}))
    added = _add(conn, path_id, now=now, organisation_id=organisation_id)
    enrolled = organisation_enrolment(conn, organisation_id, path_id)
    assert enrolled is not None  # added just now, or by whoever was first
    if added:
        _record(conn, enrolled, EnrolmentStatus.ACTIVE, "path.enrol", origin=origin, by=by, reason=reason, now=now)
        judge(conn, [enrolled], now=now)
    return enrolled


def change_status(
    conn: Connection,
    enrolment_id: UUID,
    status: EnrolmentStatus,
    *,
    origin: Origin | None = None,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> None:
    """The enrolment is active, paused or withdrawn from now on; it keeps its origin where none is said.

    To say what is so already changes nothing. Raises Missing for an unknown one, Invalid without a reason.
    """
    if not reason.strip():
        raise Invalid("The reason is empty; say why, since those whom it concerns will read it.", where="reason")
    changed = enrolment(conn, enrolment_id)
    lock(conn, judgement_key(changed.subject_id))
    before = standing_of(conn, enrolment_id)
    if before.status != status:
        came = origin or before.origin
        _record(conn, changed, status, f"path.{_ACTS[status]}", origin=came, by=by, reason=reason, now=now)


def enrolled_by_rule(conn: Connection, path_id: UUID) -> list[UUID]:
    """The persons whom a rule about whom the path is for ever enrolled on it: only these can a rule let go."""
    ruled = select(enrolments.c.person_id).join(
        enrolment_statuses, enrolment_statuses.c.enrolment_id == enrolments.c.id
    )
    own = enrolments.c.path_id == path_id, enrolments.c.person_id.is_not(None)
    return list(conn.scalars(ruled.where(*own, enrolment_statuses.c.origin == "audience").distinct()))


def standing_of(conn: Connection, enrolment_id: UUID) -> Standing:
    """What the enrolment is now."""
    return standings_of(conn, [enrolment_id])[enrolment_id]


def standings_of(
    conn: Connection, enrolment_ids: Collection[UUID], *, as_of: datetime | None = None
) -> dict[UUID, Standing]:
    """By enrolment, what it is now, or was at `as_of`; one that was not yet there then is left out."""
    rows = enrolment_statuses.c.enrolment_id.in_(enrolment_ids)
    when = [] if as_of is None else [enrolment_statuses.c.at <= as_of]
    query = select(enrolment_statuses).where(rows, *when).order_by(enrolment_statuses.c.seq)
    return {row.enrolment_id: _standing(row) for row in conn.execute(query)}


def history_of(conn: Connection, enrolment_id: UUID) -> list[Standing]:
    """All that the enrolment was, the oldest first."""
    own = enrolment_statuses.c.enrolment_id == enrolment_id
    rows = conn.execute(select(enrolment_statuses).where(own).order_by(enrolment_statuses.c.seq))
    return [_standing(row) for row in rows]


_ACTS = {
    EnrolmentStatus.ACTIVE: "resume",
    EnrolmentStatus.PAUSED: "pause",
    EnrolmentStatus.WITHDRAWN: "withdraw",
}
_OWN_ACCORD = frozenset({"self", "lti"})


def _enrol_again(
    conn: Connection, known: Enrolment, *, origin: Origin, by: UUID | None, reason: str, now: datetime
) -> Enrolment:
    before = standing_of(conn, known.id)
    if before.status is EnrolmentStatus.WITHDRAWN and _may_return(known, before, origin):
        change_status(conn, known.id, EnrolmentStatus.ACTIVE, origin=origin, by=by, reason=reason, now=now)
    return known


def _may_return(known: Enrolment, before: Standing, origin: Origin) -> bool:
    """Staff lets anybody return; whoever left does so themselves, and a rule does so with whom it withdrew."""
    if origin == "audience":
        return before.origin == "audience" and before.by is None
    return origin not in _OWN_ACCORD or before.by in {None, known.person_id}


def _require_open(asked: Path) -> None:
    if not asked.is_open:
        raise Conflict(f"The path {asked.slug} is {asked.status}; only a live or pilot path takes learners.")


def _add(
    conn: Connection,
    path_id: UUID,
    *,
    now: datetime,
    person_id: UUID | None = None,
    organisation_id: UUID | None = None,
) -> bool:
    insert_enrolment = upsert(conn, enrolments).values(
        id=new_uuid(),
        person_id=person_id,
        organisation_id=organisation_id,
        path_id=path_id,
        version_id=current_version(conn, path_id).id,
        registration=new_uuid(),
        enrolled_at=now,
    )
    once = insert_enrolment.on_conflict_do_nothing()
    return conn.scalar(once.returning(enrolments.c.id)) is not None


def _record(
    conn: Connection,
    enrolled: Enrolment,
    status: EnrolmentStatus,
    act: str,
    *,
    origin: str,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> None:
    row = {"enrolment_id": enrolled.id, "status": status.value, "origin": origin, "at": now, "by": by, "reason": reason}
    conn.execute(insert(enrolment_statuses).values(row))
    if by is not None:
        after = {"version": enrolled.version, "origin": origin, "status": status}
        subject = f"enrolment {enrolled.id}"
        record_decision(conn, by=by, act=act, subject=subject, reason=reason, after=after, now=now)


def _standing(row: Row[Any]) -> Standing:
    return Standing(EnrolmentStatus(row.status), row.origin, row.at, row.by, row.reason)
