"""What is kept of grades: where they go, and what was answered."""

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


class GradeLineColumns(TypedColumns):
    """One row is one place in an LMS's grade book where what an enrolment reaches is reported: (line item, user).

    It comes from a launch, and the latest launch says which enrolment it reports. `requirement` is the id of the node
    that the link is about: of the tree's root, for the whole path. `last_timestamp` is that of the score sent last,
    which may only grow (AGS 2.0, "timestamp"), hence one row for a line item and user. `closed_because` ends reporting
    until the next launch.
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


grade_lines = Table(
    "grade_lines",
    metadata,
    GradeLineColumns,
    UniqueConstraint("platform_id", "line_item_url", "user_id"),
)
Index("ix_grade_lines_enrolment_id", grade_lines.c.enrolment_id)


class GradeDeliveryColumns(TypedColumns):
    """One row is one score that an LMS was sent, and its answer; rows are never changed."""

    grade_line_id = Column(Uuid, ForeignKey("grade_lines.id", ondelete="CASCADE"), primary_key=True)
    timestamp = Column(Instant, primary_key=True)
    score_scaled = Column(Float, nullable=False)
    outcome: Named[str]
    answer_status: Named[int]
    recorded_at = Column(Instant, nullable=False)


grade_deliveries = Table(
    "grade_deliveries",
    metadata,
    GradeDeliveryColumns,
    CheckConstraint("outcome IN ('delivered', 'superseded', 'gone', 'refused')", name="outcome"),
)
