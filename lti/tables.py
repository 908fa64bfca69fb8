"""What the door to the LMSs keeps: who they are, logins under way, and where grades go."""

from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    Float,
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


class LoginColumns(TypedColumns):
    """One row is one login that was sent to its platform and has not come back.

    It binds state, nonce, platform, target link and browser to each other. It is deleted by whoever comes back with the
    state first, so both state and nonce serve once. Only hashes are kept.
    """

    state_hash = Column(String, primary_key=True)
    nonce_hash: Named[str]
    browser_hash: Named[str]
    platform_id = Column(Uuid, ForeignKey("platforms.id", ondelete="CASCADE"), nullable=False)
    target_link_uri: Named[str]
    expires_at = Column(Instant, nullable=False)


lti_states = Table("lti_states", metadata, LoginColumns, UniqueConstraint("nonce_hash"))
Index("ix_lti_states_expires_at", lti_states.c.expires_at)


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
