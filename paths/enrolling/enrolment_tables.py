"""Enrolments from a table: the same that imports of people and organisations take, of those who are known already."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from base import msgid
from paths.enrolling.enrolment import EnrolmentStatus, enrol, enrol_organisation, standings_of
from paths.register.register import enrolment_of, organisation_enrolment
from people import Action, Grant, Place, holder_of, imports, may, organisation, person, place_of_person

UNKNOWN = msgid("Nobody is known by this. Add them first, with an import of people.")
PERHAPS = msgid("Somebody of this name is known. Name their mail address or account.")
UNKNOWN_ORGANISATION = msgid("There is no such organisation. Add it first.")
NOT_YOURS = msgid("You may not enrol anybody here.")


class RowOutcome(StrEnum):
    """What a row would do: enrol somebody, let them return, or nothing since they are on the path or it is faulty."""

    ENROL = "enrol"
    RETURN = "return"
    UNCHANGED = "unchanged"
    FAULT = "fault"


class EnrolmentRow(msgspec.Struct, frozen=True):
    """One row of a table against the register."""

    number: int
    name: str
    outcome: RowOutcome
    subject_id: UUID | None = None
    fault: imports.Fault | None = None


def check_enrolments(
    conn: Connection, table: imports.Table, path_id: UUID, *, grants: Collection[Grant] | None
) -> list[EnrolmentRow]:
    """The dry run: what each row would do, for somebody with these grants (None: the operator). Nothing is changed."""
    checked = imports.check_table(conn, table, grants=None)
    faulty: dict[int, imports.Fault] = {}
    for fault in table.faults:
        faulty.setdefault(fault.row, fault)
    rows = [EnrolmentRow(number, "", RowOutcome.FAULT, fault=fault) for number, fault in faulty.items()]
    rows += [_row(conn, plan, table.kind, path_id, grants=grants) for plan in checked.plans]
    return sorted(rows, key=lambda row: row.number)


def enrol_rows(
    conn: Connection,
    rows: Sequence[EnrolmentRow],
    kind: imports.ImportKind,
    path_id: UUID,
    *,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> None:
    """Whom the rows name without fault is on the path; to do it again changes nothing. Raises Conflict as `enrol`."""
    for row in rows:
        if row.subject_id is None or row.fault is not None:
            continue
        if kind is imports.ImportKind.ORGANISATIONS:
            enrol_organisation(conn, row.subject_id, path_id, origin="import", by=by, reason=reason, now=now)
        else:
            somebody = person(conn, row.subject_id)
            enrol(conn, somebody, path_id, origin="import", by=by, reason=reason, now=now)


def _row(
    conn: Connection,
    plan: imports.PlannedRow,
    kind: imports.ImportKind,
    path_id: UUID,
    *,
    grants: Collection[Grant] | None,
) -> EnrolmentRow:
    is_team = kind is imports.ImportKind.ORGANISATIONS
    name = plan.row.name if isinstance(plan.row, imports.OrganisationRow) else plan.row.full_name
    column = imports.COLUMNS[kind]["name" if is_team else "full_name"].title

    def faulty(text: str) -> EnrolmentRow:
        return EnrolmentRow(plan.number, name, RowOutcome.FAULT, fault=imports.Fault(plan.number, column, text))

    if plan.fault is not None:
        return EnrolmentRow(plan.number, name, RowOutcome.FAULT, fault=plan.fault)
    if plan.outcome is imports.Outcome.PERHAPS:
        return faulty(UNKNOWN_ORGANISATION if is_team else PERHAPS)
    if plan.subject_id is None:
        return faulty(UNKNOWN_ORGANISATION if is_team else UNKNOWN)
    where = organisation(conn, plan.subject_id).place if is_team else place_of_person(conn, plan.subject_id)
    if not _allowed(grants, where):
        return faulty(NOT_YOURS)
    subject_id = plan.subject_id if is_team else holder_of(conn, plan.subject_id)
    return EnrolmentRow(plan.number, name, _outcome(conn, subject_id, path_id, is_team=is_team), subject_id)


def _allowed(grants: Collection[Grant] | None, where: Place) -> bool:
    return grants is None or may(grants, Action.MANAGE_ENROLMENTS, where)


def _outcome(conn: Connection, subject_id: UUID, path_id: UUID, *, is_team: bool) -> RowOutcome:
    known = organisation_enrolment(conn, subject_id, path_id) if is_team else enrolment_of(conn, subject_id, path_id)
    if known is None:
        return RowOutcome.ENROL
    left = standings_of(conn, [known.id])[known.id].status is EnrolmentStatus.WITHDRAWN
    return RowOutcome.RETURN if left else RowOutcome.UNCHANGED
