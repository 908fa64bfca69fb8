"""The courses that people have come from, as the latest launch from each describes them."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import Connection, select

from base import Missing, new_uuid, upsert
from lti.standard.claims import Context, GradeService, RosterService
from lti.standard.parsing import shown
from lti.tables import courses

LONGEST_TITLE = 255


class Course(msgspec.Struct, frozen=True):
    """A course of an LMS (LTI: context), and where its members and its grade book may be asked for.

    `scopes` are those that the platform said it grants for the grade book; it may grant fewer when asked.
    """

    id: UUID
    platform_id: UUID
    deployment_id: str
    context_id: str
    title: str | None
    memberships_url: str | None
    line_items_url: str | None
    scopes: frozenset[str]
    last_launched_at: datetime


def keep_course(
    conn: Connection,
    platform_id: UUID,
    deployment_id: str,
    context: Context,
    *,
    grades: GradeService | None,
    roster: RosterService | None,
    now: datetime,
) -> UUID:
    """The course's id; what this launch says of it replaces what was known, and what it leaves out stays."""
    key = {"platform_id": platform_id, "deployment_id": deployment_id, "context_id": context.id}
    said: dict[str, object] = {"last_launched_at": now}
    if title := shown(context.title or context.label, LONGEST_TITLE):
        said["title"] = title
    if roster is not None:
        said["memberships_url"] = roster.context_memberships_url
    if grades is not None:
        said |= {"line_items_url": grades.lineitems, "scopes": " ".join(sorted(set(grades.scope)))}
    new = upsert(conn, courses).values(**{"id": new_uuid(), "first_seen_at": now, "scopes": "", **key, **said})
    kept = new.on_conflict_do_update(index_elements=list(key), set_=said).returning(courses.c.id)
    course_id: UUID = conn.execute(kept).scalar_one()
    return course_id


def course_of(conn: Connection, course_id: UUID) -> Course:
    """One course. Raises Missing."""
    row = conn.execute(select(courses).where(courses.c.id == course_id)).mappings().first()
    if row is None:
        raise Missing(f"No course {course_id} is known; a course is known once somebody has launched from it.")
    return _course(dict(row))


def courses_of(conn: Connection, platform_id: UUID) -> list[Course]:
    """All courses of a platform that anybody has launched from, the latest first."""
    mine = select(courses).where(courses.c.platform_id == platform_id)
    rows = conn.execute(mine.order_by(courses.c.last_launched_at.desc(), courses.c.id)).mappings()
    return [_course(dict(row)) for row in rows]


def _course(row: dict[str, object]) -> Course:
    scopes = frozenset(str(row["scopes"]).split())
    return Course(**{name: row[name] for name in Course.__struct_fields__ if name != "scopes"}, scopes=scopes)  # type: ignore[arg-type] # the columns are typed in tables.py
