"""Rosters: which courses fill which paths; tried first, then kept up, and every such decision kept with its reason."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, delete, func, select, update

from base import Conflict, Event, Invalid, Missing, msgid, new_uuid, publish, record_decision, upsert
from lti.registering.courses import course_of
from lti.rostering.planning import MemberState
from lti.standard.roles import CourseRole
from lti.tables import course_members, course_rosters, courses
from paths import path

READ_EVERY = timedelta(hours=6)

NO_LIST = msgid(
    "This course does not say where its members are listed. Allow names and roles for this tool in the learning "
    "platform, then open any activity of the course once."
)


class RosterDue(Event, frozen=True):
    """The members of a roster's course are to be asked for, unless they were since `asked_at`."""

    roster_id: UUID
    asked_at: datetime


class RosterMoved(Event, frozen=True):
    """There may be members of a roster who are to be enrolled or let go."""

    roster_id: UUID


class CourseRoster(msgspec.Struct, frozen=True):
    """The members of a course who have one of `roles` fill a path; before `started_at` it is only tried.

    `complete_at` is when the learning platform last told of every member. `passed_over` members have other roles, may
    not take part, or could not be read. `error` is why the last `failures` readings brought nothing.
    """

    id: UUID
    course_id: UUID
    path_id: UUID
    roles: frozenset[CourseRole]
    language: str
    added_at: datetime
    started_at: datetime | None
    next_read_at: datetime | None
    read_at: datetime | None
    complete_at: datetime | None
    differences_url: str | None
    passed_over: int
    failures: int
    error: str | None


def add_roster(
    conn: Connection,
    course_id: UUID,
    path_id: UUID,
    *,
    roles: Collection[CourseRole],
    language: str,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> CourseRoster:
    """A roster that is tried: its course is asked who is in it, and nobody is enrolled before `start_roster`.

    Raises Missing for an unknown course or path, Conflict for one that fills the path already or tells of nobody,
    Invalid without a role.
    """
    if not roles:
        raise Invalid("No role is chosen; choose who of the course is to be on the path.", where="roles")
    course, filled = course_of(conn, course_id), path(conn, path_id)
    if course.memberships_url is None:
        raise Conflict(NO_LIST, where="course")
    new = upsert(conn, course_rosters).values(
        id=new_uuid(),
        course_id=course.id,
        path_id=filled.id,
        roles=" ".join(sorted(roles)),
        language=language,
        added_at=now,
    )
    roster_id = conn.scalar(new.on_conflict_do_nothing().returning(course_rosters.c.id))
    if roster_id is None:
        raise Conflict(f"This course fills the path {filled.slug} already.", where="path")
    after = {"course": course.id, "path": filled.slug, "roles": sorted(roles)}
    subject = f"roster {roster_id}"
    record_decision(conn, by=by, act="roster.add", subject=subject, reason=reason, after=after, now=now)
    ask_for_members(conn, roster_id, now=now)
    return roster(conn, roster_id)


def start_roster(conn: Connection, roster_id: UUID, *, by: UUID | None, reason: str, now: datetime) -> None:
    """From now on the members are on the path, as far as nobody decided otherwise; to start again changes nothing.

    Raises Missing, and Conflict for a roster whose members have not been read yet.
    """
    if roster(conn, roster_id).complete_at is None:
        raise Conflict("The members have not been read to the end yet; wait for the list, and look at it first.")
    tried = course_rosters.c.id == roster_id, course_rosters.c.started_at.is_(None)
    started = update(course_rosters).where(*tried).values(started_at=now, next_read_at=now + READ_EVERY)
    if conn.execute(started).rowcount:
        record_decision(conn, by=by, act="roster.start", subject=f"roster {roster_id}", reason=reason, now=now)
        publish(conn, RosterMoved(f"roster {roster_id}", roster_id), now=now)


def stop_roster(conn: Connection, roster_id: UUID, *, by: UUID | None, reason: str, now: datetime) -> None:
    """Nobody comes or leaves by the roster any more, and everybody stays as they are. Raises Missing."""
    stopped = roster(conn, roster_id)
    before = {"course": stopped.course_id, "path": path(conn, stopped.path_id).slug}
    conn.execute(delete(course_rosters).where(course_rosters.c.id == roster_id))
    subject = f"roster {roster_id}"
    record_decision(conn, by=by, act="roster.stop", subject=subject, reason=reason, before=before, now=now)


def let_members_go(conn: Connection, roster_id: UUID, *, by: UUID | None, reason: str, now: datetime) -> int:
    """Whoever was held is let go, as many as are returned. Raises Missing."""
    held = course_members.c.roster_id == roster(conn, roster_id).id, course_members.c.state == MemberState.HELD.value
    going = conn.execute(update(course_members).where(*held).values(state=MemberState.GOING.value, since=now)).rowcount
    if going:
        after = {"members": going}
        subject = f"roster {roster_id}"
        record_decision(conn, by=by, act="roster.let_go", subject=subject, reason=reason, after=after, now=now)
        publish(conn, RosterMoved(subject, roster_id), now=now)
    return going


def ask_for_members(conn: Connection, roster_id: UUID, *, now: datetime) -> None:
    """The course is asked for its members as soon as the worker comes to it. Raises Missing."""
    publish(conn, RosterDue(f"roster {roster(conn, roster_id).id}", roster_id, now), now=now)


def roster(conn: Connection, roster_id: UUID) -> CourseRoster:
    """One roster. Raises Missing."""
    row = conn.execute(select(course_rosters).where(course_rosters.c.id == roster_id)).first()
    if row is None:
        raise Missing(f"There is no roster {roster_id}; it may have been stopped.")
    return _roster(row)


def rosters(conn: Connection, *, course_id: UUID | None = None) -> list[CourseRoster]:
    """All rosters, or those of one course, the oldest first."""
    mine = [] if course_id is None else [course_rosters.c.course_id == course_id]
    order = course_rosters.c.added_at, course_rosters.c.id
    return [_roster(row) for row in conn.execute(select(course_rosters).where(*mine).order_by(*order))]


def count_members(conn: Connection, roster_ids: Collection[UUID]) -> dict[UUID, dict[MemberState, int]]:
    """By roster and state, how many members there are; states without any are left out."""
    counted = select(course_members.c.roster_id, course_members.c.state, func.count())
    of_these = counted.where(course_members.c.roster_id.in_(roster_ids))
    found: dict[UUID, dict[MemberState, int]] = {each: {} for each in roster_ids}
    for roster_id, state, number in conn.execute(of_these.group_by(course_members.c.roster_id, course_members.c.state)):
        found[roster_id][MemberState(state)] = number
    return found


def platform_of_roster(conn: Connection, roster_id: UUID) -> UUID:
    """The id of the platform whose course it is."""
    joined = select(courses.c.platform_id).join(course_rosters, course_rosters.c.course_id == courses.c.id)
    platform_id: UUID = conn.scalars(joined.where(course_rosters.c.id == roster_id)).one()
    return platform_id


def _roster(row: Row[Any]) -> CourseRoster:
    values = {name: getattr(row, name) for name in CourseRoster.__struct_fields__}
    return CourseRoster(**values | {"roles": frozenset(map(CourseRole, row.roles.split()))})
