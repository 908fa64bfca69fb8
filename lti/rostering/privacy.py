"""What rosters know of somebody, and how they forget them and do not take them again."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, and_, delete, or_, select, update

from lti.rostering.planning import MemberState, erased_name
from lti.tables import course_members, course_rosters, courses, platforms
from people import accounts_of, held_by

_MEMBERS = (
    select(course_members, courses.c.title, platforms.c.name.label("platform"))
    .join(course_rosters, course_rosters.c.id == course_members.c.roster_id)
    .join(courses, courses.c.id == course_rosters.c.course_id)
    .join(platforms, platforms.c.id == courses.c.platform_id)
    .order_by(course_members.c.roster_id, course_members.c.user_id)
)


def known_to_rosters(conn: Connection, person_id: UUID) -> list[dict[str, Any]]:
    """The courses in which the person, or those joined to them, are or were members."""
    return [dict(row) for row in _members(conn, person_id)]


def erase_from_rosters(conn: Connection, person_id: UUID) -> int:
    """Rosters keep a hash in their place, by which they are not taken again; from how many places they went."""
    members = _members(conn, person_id)
    for each in members:
        this = course_members.c.roster_id == each["roster_id"], course_members.c.user_id == each["user_id"]
        nobody = {
            "user_id": erased_name(each["roster_id"], each["user_id"]),
            "state": MemberState.ERASED.value,
            "full_name": None,
            "person_id": None,
        }
        conn.execute(update(course_members).where(*this).values(nobody))
    return len(members)


def forget_tried_rosters(conn: Connection, *, before: datetime, limit: int) -> int:
    """Delete up to `limit` rosters that were tried before `before` and never started, with their members' names."""
    tried = course_rosters.c.started_at.is_(None), course_rosters.c.added_at <= before
    old = select(course_rosters.c.id).where(*tried).limit(limit)
    return conn.execute(delete(course_rosters).where(course_rosters.c.id.in_(old))).rowcount


def _members(conn: Connection, person_id: UUID) -> list[RowMapping]:
    """By who they are here, and, of those who wait to be somebody, by the accounts that their LMS knows them by."""
    by_account = [
        and_(platforms.c.issuer == each.home_page, course_members.c.user_id == each.name)
        for each in accounts_of(conn, person_id)
    ]
    theirs = or_(course_members.c.person_id.in_(held_by(conn, person_id)), *by_account)
    return list(conn.execute(_MEMBERS.where(theirs)).mappings())
