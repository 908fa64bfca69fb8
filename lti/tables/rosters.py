"""What is kept of rosters: which courses fill paths, and how far they were read."""

from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Named,
    String,
    Table,
    TypedColumns,
    UniqueConstraint,
    Uuid,
)

from base import Instant, metadata


class CourseRosterColumns(TypedColumns):
    """One row says that the members of a course who have one of `roles` fill a path: tried until `started_at`.

    The course's LMS is asked again at `next_read_at`. `complete_at` is when it last told of every member; behind
    `differences_url` it tells who has changed since. `passed_over` members have other roles or may not learn now.
    `error` is why it could not be read the last `failures` times. Who is new here speaks `language`.
    """

    id = Column(Uuid, primary_key=True)
    course_id = Column(Uuid, ForeignKey("lti_courses.id", ondelete="CASCADE"), nullable=False)
    path_id = Column(Uuid, ForeignKey("paths.id"), nullable=False)
    roles: Named[str]
    language: Named[str]
    added_at = Column(Instant, nullable=False)
    started_at = Column(Instant, nullable=True)
    next_read_at = Column(Instant, nullable=True)
    read_at = Column(Instant, nullable=True)
    complete_at = Column(Instant, nullable=True)
    differences_url: Named[str | None]
    passed_over: Named[int] = Column(server_default="0")
    failures: Named[int] = Column(server_default="0")
    error: Named[str | None]


course_rosters = Table("course_rosters", metadata, CourseRosterColumns, UniqueConstraint("course_id", "path_id"))
Index("ix_course_rosters_next_read_at", course_rosters.c.next_read_at)


class CourseMemberColumns(TypedColumns):
    """One row is one member of a course, as its roster has dealt with them, since when.

    COMING: to be enrolled. TAKEN: enrolled, or left as somebody decided. HELD: gone from the course with so many at
    once that staff is asked. GOING: to be let go. LEFT: dealt with. ERASED: a person who was erased; `user_id` is a
    hash then, by which they are not taken again. A name is kept until there is a person to have it.
    """

    roster_id = Column(Uuid, ForeignKey("course_rosters.id", ondelete="CASCADE"), primary_key=True)
    user_id = Column(String, primary_key=True)
    state: Named[str]
    since = Column(Instant, nullable=False)
    full_name: Named[str | None]
    person_id: Named[UUID | None] = Column(ForeignKey("persons.id"))


course_members = Table(
    "course_members",
    metadata,
    CourseMemberColumns,
    CheckConstraint("state IN ('coming', 'taken', 'held', 'going', 'left', 'erased')", name="state"),
)
Index("ix_course_members_state", course_members.c.roster_id, course_members.c.state)
Index("ix_course_members_person_id", course_members.c.person_id)
