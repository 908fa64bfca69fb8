"""What is kept of grades: where they go, what was answered, and which platforms do not answer."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Named,
    Table,
    TypedColumns,
    UniqueConstraint,
    Uuid,
)

from base import Instant, metadata


class LineItemColumns(TypedColumns):
    """One row is one column of a grade book that we looked for by what it is about, and made where it was not there.

    A launch from a link that has no column of its own asks for it. `url` is None until it is known, and again after
    somebody deleted it there. Until `sought_until` somebody is asking. `trouble` is why it could not be had last time.
    """

    id = Column(Uuid, primary_key=True)
    platform_id = Column(Uuid, ForeignKey("platforms.id", ondelete="CASCADE"), nullable=False)
    line_items_url: Named[str]
    resource_id: Named[str]
    tag: Named[str]
    url: Named[str | None]
    sought_until = Column(Instant, nullable=True)
    trouble: Named[str | None]
    trouble_at = Column(Instant, nullable=True)


line_items = Table(
    "lti_line_items",
    metadata,
    LineItemColumns,
    UniqueConstraint("platform_id", "line_items_url", "resource_id", "tag"),
)


class GradeLineColumns(TypedColumns):
    """One row is one place in an LMS's grade book where what an enrolment reaches is reported: (line item, user).

    It comes from a launch, and the latest launch says which enrolment it reports. `requirement` is the id of the node
    that the link is about: of the tree's root, for the whole path. `last_timestamp` is that of the score sent last,
    which may only grow (AGS 2.0, "timestamp"), hence one row for a line item and user; until `sending_until` one is
    under way. `closed_because` ends reporting until the next launch. What was sent before `lost_at` the LMS has lost.

    `trouble` is why the last score did not get through, after `tries` that brought no answer; None where it did.
    """

    id = Column(Uuid, primary_key=True)
    platform_id = Column(Uuid, ForeignKey("platforms.id", ondelete="CASCADE"), nullable=False)
    deployment_id: Named[str]
    resource_link_id: Named[str]
    line_item_url: Named[str]
    user_id: Named[str]
    enrolment_id = Column(Uuid, ForeignKey("enrolments.id"), nullable=False)
    requirement: Named[str]
    last_timestamp = Column(Instant, nullable=True)
    closed_because: Named[str | None]
    course_id = Column(Uuid, ForeignKey("lti_courses.id", ondelete="SET NULL"), nullable=True)
    sending_until = Column(Instant, nullable=True)
    lost_at = Column(Instant, nullable=True)
    trouble: Named[str | None]
    trouble_at = Column(Instant, nullable=True)
    tries: Named[int] = Column(server_default="0")


grade_lines = Table(
    "grade_lines",
    metadata,
    GradeLineColumns,
    UniqueConstraint("platform_id", "line_item_url", "user_id"),
)
Index("ix_grade_lines_enrolment_id", grade_lines.c.enrolment_id)
Index("ix_grade_lines_course_id", grade_lines.c.course_id)
_in_trouble = grade_lines.c.trouble_at.is_not(None)
Index("ix_grade_lines_trouble_at", grade_lines.c.trouble_at, sqlite_where=_in_trouble, postgresql_where=_in_trouble)


class GradeDeliveryColumns(TypedColumns):
    """One row is one message about a score that an LMS was sent, and its answer; rows are never changed.

    Without `score_scaled` it told of progress alone. `steps_done` is how many requirements were done.
    """

    grade_line_id = Column(Uuid, ForeignKey("grade_lines.id", ondelete="CASCADE"), primary_key=True)
    timestamp = Column(Instant, primary_key=True)
    score_scaled: Named[float | None] = Column(Float)
    outcome: Named[str]
    answer_status: Named[int]
    recorded_at = Column(Instant, nullable=False)
    activity_progress: Named[str] = Column(server_default="Completed")
    steps_done: Named[int | None]
    comment: Named[str | None]
    answer: Named[str | None]


grade_deliveries = Table(
    "grade_deliveries",
    metadata,
    GradeDeliveryColumns,
    CheckConstraint("outcome IN ('delivered', 'superseded', 'gone', 'refused')", name="outcome"),
)


class OutageColumns(TypedColumns):
    """One row is one platform that did not answer the last `failures` times; who answers has none.

    Until `asked_again_at` nobody asks it; then one does, for all.
    """

    platform_id = Column(Uuid, ForeignKey("platforms.id", ondelete="CASCADE"), primary_key=True)
    failures: Named[int]
    reason: Named[str]
    since = Column(Instant, nullable=False)
    asked_again_at = Column(Instant, nullable=True)


outages = Table("platform_outages", metadata, OutageColumns)
