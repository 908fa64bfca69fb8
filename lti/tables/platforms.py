"""What is kept of platforms: registrations, invitations to register, deployments, courses, and who may frame us."""

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


class PlatformColumns(TypedColumns):
    """One row is one registration of Waymark in an LMS: LTI's tenant is the pair (issuer, client id).

    Rows of one issuer share key set and endpoints (`add_platform` sees to it under a lock), since persons are known by
    (issuer, subject): who could register a key of their own under a known issuer could sign in as anyone of it.
    `token_audience` is set where the platform's authorization server is not known by the token endpoint.
    """

    id = Column(Uuid, primary_key=True)
    issuer: Named[str]
    client_id: Named[str]
    name: Named[str]
    auth_login_url: Named[str]
    token_url: Named[str]
    jwks_url: Named[str]
    added_at = Column(Instant, nullable=False)
    status: Named[str] = Column(server_default="approved")
    product: Named[str | None]
    product_version: Named[str | None]
    token_audience: Named[str | None]


platforms = Table(
    "platforms",
    metadata,
    PlatformColumns,
    UniqueConstraint("issuer", "client_id"),
    CheckConstraint("status IN ('pending', 'approved', 'disabled')", name="status"),
)


class PlatformInvitationColumns(TypedColumns):
    """One row is one link by which an LMS may register itself once; only its hash is kept.

    `spent_at` is set before the LMS is asked, and taken back when it refuses. `platform_id` is what came of it.
    """

    id = Column(Uuid, primary_key=True)
    name: Named[str]
    token_hash: Named[str]
    made_by: Named[UUID | None]
    made_at = Column(Instant, nullable=False)
    expires_at = Column(Instant, nullable=False)
    spent_at = Column(Instant, nullable=True)
    withdrawn_at = Column(Instant, nullable=True)
    platform_id = Column(Uuid, ForeignKey("platforms.id", ondelete="SET NULL"), nullable=True)


platform_invitations = Table(
    "platform_invitations", metadata, PlatformInvitationColumns, UniqueConstraint("token_hash")
)
Index("ix_platform_invitations_platform_id", platform_invitations.c.platform_id)


class CourseColumns(TypedColumns):
    """One row is one course (LTI: context) that a launch has come from, with the addresses of its services.

    The latest launch says what it is called and where its members and its grade book are. `scopes` are those that
    it was granted for the grade book, with spaces between.
    """

    id = Column(Uuid, primary_key=True)
    platform_id = Column(Uuid, ForeignKey("platforms.id", ondelete="CASCADE"), nullable=False)
    deployment_id: Named[str]
    context_id: Named[str]
    title: Named[str | None]
    memberships_url: Named[str | None]
    line_items_url: Named[str | None]
    scopes: Named[str]
    first_seen_at = Column(Instant, nullable=False)
    last_launched_at = Column(Instant, nullable=False)


courses = Table("lti_courses", metadata, CourseColumns, UniqueConstraint("platform_id", "deployment_id", "context_id"))


class DeploymentColumns(TypedColumns):
    """One row is one deployment that a platform has named; launches pass only once it is approved."""

    platform_id = Column(Uuid, ForeignKey("platforms.id", ondelete="CASCADE"), primary_key=True)
    deployment_id = Column(String, primary_key=True)
    status: Named[str]
    first_seen_at = Column(Instant, nullable=False)


deployments = Table(
    "deployments",
    metadata,
    DeploymentColumns,
    CheckConstraint("status IN ('pending', 'approved')", name="status"),
)


class FramerColumns(TypedColumns):
    """One row is one origin of a platform, besides those of its addresses, whose pages may hold ours in a frame.

    An administrator has added it, or it was learned from a launch, which names where people return to.
    """

    platform_id = Column(Uuid, ForeignKey("platforms.id", ondelete="CASCADE"), primary_key=True)
    origin = Column(String, primary_key=True)
    learned: Named[bool]
    since = Column(Instant, nullable=False)


framers = Table("lti_framers", metadata, FramerColumns)
