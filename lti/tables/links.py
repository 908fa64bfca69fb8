"""What is kept of links: choices under way, and what was chosen."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Named, String, Table, TypedColumns, Uuid

from base import Instant, metadata


class PickingColumns(TypedColumns):
    """One row is one choice that somebody was sent here to make: for a course, or for a link that says no target.

    For a course `settings` are those of its deep linking, as JSON; for a link `resource_link_id` is known. What is
    chosen for a course goes back to its platform, and is not kept here.
    """

    id = Column(Uuid, primary_key=True)
    platform_id = Column(Uuid, ForeignKey("platforms.id", ondelete="CASCADE"), nullable=False)
    deployment_id: Named[str]
    person_id = Column(Uuid, ForeignKey("persons.id"), nullable=False)
    frame: Named[str]
    title: Named[str | None]
    settings: Named[str | None]
    resource_link_id: Named[str | None]
    expires_at = Column(Instant, nullable=False)


pickings = Table(
    "lti_pickings",
    metadata,
    PickingColumns,
    CheckConstraint("(settings IS NULL) <> (resource_link_id IS NULL)", name="course_or_link"),
)
Index("ix_lti_pickings_expires_at", pickings.c.expires_at)
Index("ix_lti_pickings_person_id", pickings.c.person_id)


class LinkTargetColumns(TypedColumns):
    """One row is the target that was chosen here for one link of a platform; `requirement` is None for the path."""

    platform_id = Column(Uuid, ForeignKey("platforms.id", ondelete="CASCADE"), primary_key=True)
    deployment_id = Column(String, primary_key=True)
    resource_link_id = Column(String, primary_key=True)
    path_id = Column(Uuid, ForeignKey("paths.id"), nullable=False)
    requirement: Named[str | None]
    chosen_at = Column(Instant, nullable=False)


link_targets = Table("lti_link_targets", metadata, LinkTargetColumns)
