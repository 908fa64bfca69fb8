"""The list of who is on a path: what their enrolment is, how far they are, and when they are due."""

from collections.abc import Collection
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, func, literal, or_, select

from base import in_order
from paths.enrolling.enrolment import EnrolmentStatus, Standing
from paths.judging.completion import State
from paths.register.register import Enrolment, enrolments_with_ids
from paths.tables.paths import enrolment_statuses, enrolments, verdicts
from paths.tree.requirements import ROOT

_NEVER = datetime(9999, 1, 1, tzinfo=UTC)


class EnrolmentOrder(StrEnum):
    """By what a list of enrolments is in order; those without a due date come last of all dates."""

    ENROLLED = "enrolled"
    DUE = "due"
    STATE = "state"


class Roster(msgspec.Struct, frozen=True):
    """Which enrolments on a path are asked for: those that match all that is given.

    `subjects` are ids of persons and organisations; None for everybody. Somebody is overdue whose whole path was due
    before `now`, and who is still on it.
    """

    path_id: UUID
    now: datetime
    subjects: Collection[UUID] | None = None
    status: EnrolmentStatus | None = None
    state: State | None = None
    overdue: bool = False


class Listed(msgspec.Struct, frozen=True):
    """One enrolment in a list; `state` is how far the whole path is, `since` and `due` its dates."""

    enrolment: Enrolment
    standing: Standing
    state: State | None
    since: datetime | None
    due: datetime | None


def find_enrolments(
    conn: Connection,
    asked: Roster,
    *,
    order: EnrolmentOrder = EnrolmentOrder.ENROLLED,
    descending: bool = False,
    after: UUID | None = None,
    limit: int = 50,
) -> list[Listed]:
    """Enrolments in `order`; a page begins behind the enrolment `after`."""
    by = _ORDERS[order]
    last = _LISTED.with_only_columns(*by).where(enrolments.c.id == after)
    behind = None if after is None else conn.execute(last).one_or_none()
    listed = in_order(_matching(asked), by, descending=descending, behind=behind)
    rows = conn.execute(listed.limit(limit)).all()
    known = {each.id: each for each in enrolments_with_ids(conn, [row.id for row in rows])}
    return [_listed(row, known[row.id]) for row in rows]


def count_enrolments(conn: Connection, asked: Roster) -> int:
    """How many enrolments match."""
    return conn.scalar(select(func.count()).select_from(_matching(asked).subquery())) or 0


_later = enrolment_statuses.alias("later")
_newest = ~exists().where(
    _later.c.enrolment_id == enrolment_statuses.c.enrolment_id, _later.c.seq > enrolment_statuses.c.seq
)
_LISTED: Select[Any] = (
    select(
        enrolments.c.id,
        enrolment_statuses.c.status,
        enrolment_statuses.c.origin,
        enrolment_statuses.c.at,
        enrolment_statuses.c.by,
        enrolment_statuses.c.reason,
        verdicts.c.state,
        verdicts.c.since,
        verdicts.c.due,
    )
    .select_from(enrolments)
    .join(enrolment_statuses, and_(enrolment_statuses.c.enrolment_id == enrolments.c.id, _newest))
    .outerjoin(verdicts, and_(verdicts.c.enrolment_id == enrolments.c.id, verdicts.c.node == ROOT))
)
_ORDERS: dict[EnrolmentOrder, tuple[ColumnElement[Any], ...]] = {
    EnrolmentOrder.ENROLLED: (enrolments.c.enrolled_at, enrolments.c.id),
    EnrolmentOrder.DUE: (
        func.coalesce(verdicts.c.due, literal(_NEVER, verdicts.c.due.type)),
        enrolments.c.enrolled_at,
        enrolments.c.id,
    ),
    EnrolmentOrder.STATE: (func.coalesce(verdicts.c.state, ""), enrolments.c.enrolled_at, enrolments.c.id),
}


def _matching(asked: Roster) -> Select[Any]:
    where: list[ColumnElement[bool]] = [enrolments.c.path_id == asked.path_id]
    if asked.subjects is not None:
        subjects = list(asked.subjects)
        where.append(or_(enrolments.c.person_id.in_(subjects), enrolments.c.organisation_id.in_(subjects)))
    if asked.status is not None:
        where.append(enrolment_statuses.c.status == asked.status.value)
    if asked.state is not None:
        where.append(verdicts.c.state == asked.state.value)
    if asked.overdue:
        on_it = enrolment_statuses.c.status == EnrolmentStatus.ACTIVE.value
        where.append(and_(verdicts.c.due <= asked.now, on_it))
    return _LISTED.where(*where)


def _listed(row: Row[Any], enrolment: Enrolment) -> Listed:
    standing = Standing(EnrolmentStatus(row.status), row.origin, row.at, row.by, row.reason)
    return Listed(enrolment, standing, row.state and State(row.state), row.since, row.due)
