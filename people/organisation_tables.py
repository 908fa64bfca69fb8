"""What is kept of organisations and who belongs to them: the dated register, requests and invitations.

Rows of the register are only added. `since` is the moment from which a row is true and never lies in the future, `at`
the moment at which we heard of it: a change that is entered late is dated back, and what was known before it can still
be read. Of several rows about the same thing the one with the latest `since` holds, and of equal ones the last to come.
"""

from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Named,
    Table,
    TypedColumns,
    Uuid,
    text,
)

from base import Instant, Serial, metadata
from people.tables import persons


class OrganisationColumns(TypedColumns):
    """One row is one organisation; all that can change of it stands in `organisation_states`."""

    id = Column(Uuid, primary_key=True)
    created_at = Column(Instant, nullable=False)


organisations = Table("organisations", metadata, OrganisationColumns)


class OrganisationStateColumns(TypedColumns):
    """One row says what an organisation is from `since` on: all of it, so that one row answers.

    `themes` is a JSON list in order of letters; `folded_name` is the name as it is searched (people/names.py).
    """

    seq = Column(Serial, primary_key=True)
    organisation_id = Column(Uuid, ForeignKey(organisations.c.id), nullable=False)
    name: Named[str]
    folded_name: Named[str]
    kind: Named[str]
    country: Named[str]
    parent_id: Named[UUID | None] = Column(ForeignKey(organisations.c.id))
    themes: Named[str]
    since = Column(Instant, nullable=False)
    at = Column(Instant, nullable=False)
    by: Named[UUID | None] = Column(ForeignKey(persons.c.id))
    reason: Named[str]


organisation_states = Table("organisation_states", metadata, OrganisationStateColumns)
Index(
    "ix_organisation_states_organisation",
    organisation_states.c.organisation_id,
    organisation_states.c.since,
    organisation_states.c.seq,
)
Index("ix_organisation_states_country", organisation_states.c.country, organisation_states.c.folded_name)


class MailDomainColumns(TypedColumns):
    """One row says that from `at` on whoever has a confirmed address of `domain` may join without being asked (`held`),
    or may no more."""

    seq = Column(Serial, primary_key=True)
    organisation_id = Column(Uuid, ForeignKey(organisations.c.id), nullable=False)
    domain: Named[str]
    held = Column(Boolean, nullable=False)
    at = Column(Instant, nullable=False)
    by: Named[UUID | None] = Column(ForeignKey(persons.c.id))
    reason: Named[str]


mail_domains = Table("mail_domains", metadata, MailDomainColumns)
Index("ix_mail_domains_organisation", mail_domains.c.organisation_id, mail_domains.c.domain, mail_domains.c.seq)


class FocalPointColumns(TypedColumns):
    """One row says that from `since` on a person is whom to ask in an organisation about a theme, or is no more."""

    seq = Column(Serial, primary_key=True)
    organisation_id = Column(Uuid, ForeignKey(organisations.c.id), nullable=False)
    person_id = Column(Uuid, ForeignKey(persons.c.id), nullable=False)
    theme: Named[str]
    held = Column(Boolean, nullable=False)
    since = Column(Instant, nullable=False)
    at = Column(Instant, nullable=False)
    by: Named[UUID | None] = Column(ForeignKey(persons.c.id))
    reason: Named[str]


focal_points = Table("focal_points", metadata, FocalPointColumns)
Index("ix_focal_points_organisation", focal_points.c.organisation_id)
Index("ix_focal_points_person", focal_points.c.person_id)


class MembershipColumns(TypedColumns):
    """One row says that from `since` on a person belongs to an organisation (`held`) at a tier, or belongs no more."""

    seq = Column(Serial, primary_key=True)
    person_id = Column(Uuid, ForeignKey(persons.c.id), nullable=False)
    organisation_id = Column(Uuid, ForeignKey(organisations.c.id), nullable=False)
    held = Column(Boolean, nullable=False)
    tier: Named[str]
    since = Column(Instant, nullable=False)
    at = Column(Instant, nullable=False)
    by: Named[UUID | None] = Column(ForeignKey(persons.c.id))
    reason: Named[str]


memberships = Table("memberships", metadata, MembershipColumns)
Index(
    "ix_memberships_person",
    memberships.c.person_id,
    memberships.c.organisation_id,
    memberships.c.since,
    memberships.c.seq,
)
Index("ix_memberships_organisation", memberships.c.organisation_id, memberships.c.person_id)


class MembershipRequestColumns(TypedColumns):
    """One row is one wish to belong to an organisation; a person has at most one open wish for each.

    `answered_at`, `approved` and `answer` come once and together; `answered_by` is NULL where a rule answered.
    """

    id = Column(Uuid, primary_key=True)
    person_id = Column(Uuid, ForeignKey(persons.c.id), nullable=False)
    organisation_id = Column(Uuid, ForeignKey(organisations.c.id), nullable=False)
    tier: Named[str]
    note: Named[str | None]
    asked_at = Column(Instant, nullable=False)
    answered_at = Column(Instant, nullable=True)
    answered_by: Named[UUID | None] = Column(ForeignKey(persons.c.id))
    approved: Named[bool | None]
    answer: Named[str | None]


membership_requests = Table(
    "membership_requests",
    metadata,
    MembershipRequestColumns,
    CheckConstraint("(answered_at IS NULL) = (approved IS NULL)", name="answered_whole"),
)
_OPEN = text("answered_at IS NULL")
Index(
    "uq_membership_requests_open",
    membership_requests.c.person_id,
    membership_requests.c.organisation_id,
    unique=True,
    sqlite_where=_OPEN,
    postgresql_where=_OPEN,
)
Index("ix_membership_requests_asked_at", membership_requests.c.asked_at)


class InvitationColumns(TypedColumns):
    """One row is one link that lets people into an organisation; of its token only the hash is kept.

    `used` never exceeds `uses`. `roles` is a JSON list of the roles that they then hold there. With an `address` the
    link goes there by mail, and its token is made when that is sent.
    """

    id = Column(Uuid, primary_key=True)
    token_hash: Named[str | None] = Column(unique=True)
    address: Named[str | None]
    language: Named[str]
    organisation_id = Column(Uuid, ForeignKey(organisations.c.id), nullable=False)
    tier: Named[str]
    roles: Named[str]
    uses = Column(Integer, nullable=False)
    used = Column(Integer, nullable=False)
    made_at = Column(Instant, nullable=False)
    made_by: Named[UUID | None] = Column(ForeignKey(persons.c.id))
    reason: Named[str]
    expires_at = Column(Instant, nullable=False)
    withdrawn_at = Column(Instant, nullable=True)


invitations = Table(
    "invitations", metadata, InvitationColumns, CheckConstraint("used <= uses", name="not_used_up_twice")
)
Index("ix_invitations_organisation", invitations.c.organisation_id, invitations.c.made_at)
_mailed = invitations.c.address.is_not(None)
Index("ix_invitations_mailed", invitations.c.expires_at, sqlite_where=_mailed, postgresql_where=_mailed)


class InvitationUseColumns(TypedColumns):
    """One row says that a person came in by an invitation, once."""

    invitation_id = Column(Uuid, ForeignKey(invitations.c.id), primary_key=True)
    person_id = Column(Uuid, ForeignKey(persons.c.id), primary_key=True)
    at = Column(Instant, nullable=False)


invitation_uses = Table("invitation_uses", metadata, InvitationUseColumns)
