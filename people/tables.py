"""What is kept of people: the register (accounts, whose they are, roles), sign-in links and sessions.

The register is append-only: a change adds a row that says when, by whom and why, and the newest row is the state.
`seq` is the order in which rows came, so that two changes in one microsecond still have a newest.
"""

from uuid import UUID

from sqlalchemy import Boolean, Column, ForeignKey, Index, Named, Table, TypedColumns, UniqueConstraint, Uuid, false

from base import Instant, Serial, metadata


class AccountColumns(TypedColumns):
    """One row is one account: as xAPI has it, or an LTI platform's (issuer, subject). The pair is its identity."""

    id = Column(Uuid, primary_key=True)
    home_page: Named[str]
    name: Named[str]


accounts = Table("accounts", metadata, AccountColumns, UniqueConstraint("home_page", "name"))


class PersonColumns(TypedColumns):
    """One row is one person. The opaque account (the installation's IRI, a UUID) is how our statements name them.

    `folded_name` is the name as it is searched (people/names.py), NULL when there is no name. `language_chosen` says
    that the person chose the language themselves, so that no LMS changes it.
    """

    id = Column(Uuid, primary_key=True)
    full_name: Named[str | None]
    folded_name: Named[str | None]
    language: Named[str]
    opaque_account_id = Column(Uuid, ForeignKey(accounts.c.id), nullable=False, unique=True)
    created_at = Column(Instant, nullable=False)
    language_chosen = Column(Boolean, nullable=False, server_default=false())


persons = Table("persons", metadata, PersonColumns)
Index("ix_persons_folded_name", persons.c.folded_name, persons.c.id)


class AccountLinkColumns(TypedColumns):
    """One row says that from `at` on an account is this person's; `by` is NULL where no person decided it (an arrival).

    Every account has a row from birth, so it always belongs to somebody: to unlink it is to give it to another person.
    `way` is how a link was confirmed, NULL from birth; rows of one `act` were linked together, and part together.
    """

    seq = Column(Serial, primary_key=True)
    account_id = Column(Uuid, ForeignKey(accounts.c.id), nullable=False)
    person_id = Column(Uuid, ForeignKey(persons.c.id), nullable=False)
    at = Column(Instant, nullable=False)
    by: Named[UUID | None] = Column(ForeignKey(persons.c.id))
    reason: Named[str]
    way: Named[str | None]
    act: Named[UUID | None]


account_links = Table("account_links", metadata, AccountLinkColumns)
Index("ix_account_links_account", account_links.c.account_id, account_links.c.seq)
Index("ix_account_links_person", account_links.c.person_id)
Index("ix_account_links_act", account_links.c.act)


class RoleGrantColumns(TypedColumns):
    """One row says that from `since` on a person holds a role in a scope (`held`), or holds it no more there.

    A row without `since` begins at `at` (all did before roles could be dated back). `by` is NULL where the operator
    did it at the command line.
    """

    seq = Column(Serial, primary_key=True)
    person_id = Column(Uuid, ForeignKey(persons.c.id), nullable=False)
    role: Named[str]
    held = Column(Boolean, nullable=False)
    at = Column(Instant, nullable=False)
    by: Named[UUID | None] = Column(ForeignKey(persons.c.id))
    reason: Named[str]
    scope_kind: Named[str] = Column(server_default="network")
    scope_id: Named[str | None]
    since = Column(Instant, nullable=True)


role_grants = Table("role_grants", metadata, RoleGrantColumns)
Index("ix_role_grants_person", role_grants.c.person_id, role_grants.c.role, role_grants.c.seq)


class TraitColumns(TypedColumns):
    """One row says that from `since` on a word is true of a person (`held`), or is no more: a position, or a need.

    `kind` says which of the two. `by` is NULL where the operator did it at the command line.
    """

    seq = Column(Serial, primary_key=True)
    person_id = Column(Uuid, ForeignKey(persons.c.id), nullable=False)
    kind: Named[str]
    word: Named[str]
    held = Column(Boolean, nullable=False)
    since = Column(Instant, nullable=False)
    at = Column(Instant, nullable=False)
    by: Named[UUID | None] = Column(ForeignKey(persons.c.id))
    reason: Named[str]


traits = Table("traits", metadata, TraitColumns)
Index("ix_traits_person", traits.c.person_id, traits.c.kind, traits.c.word, traits.c.since, traits.c.seq)
Index("ix_traits_word", traits.c.kind, traits.c.word, traits.c.person_id)


class SignInLinkColumns(TypedColumns):
    """One row is one link that signs its person in once, before `expires_at`; only the hash of its token is kept."""

    token_hash: Named[str] = Column(primary_key=True)
    person_id = Column(Uuid, ForeignKey(persons.c.id), nullable=False)
    expires_at = Column(Instant, nullable=False)
    used_at = Column(Instant, nullable=True)


sign_in_links = Table("sign_in_links", metadata, SignInLinkColumns)
Index("ix_sign_in_links_expires_at", sign_in_links.c.expires_at)


class SessionColumns(TypedColumns):
    """One row is one signed-in browser, or one frame of it when `frame` is set; only the hash of its token is kept.

    `device` is what the browser called itself, in a few words; `last_seen_at` is behind by a few minutes at most.
    """

    token_hash: Named[str] = Column(primary_key=True)
    person_id = Column(Uuid, ForeignKey(persons.c.id), nullable=False)
    frame: Named[str | None]
    opened_at = Column(Instant, nullable=False)
    expires_at = Column(Instant, nullable=False)
    closed_at = Column(Instant, nullable=True)
    device: Named[str | None]
    last_seen_at = Column(Instant, nullable=True)


sessions = Table("sessions", metadata, SessionColumns)
Index("ix_sessions_expires_at", sessions.c.expires_at)
Index("ix_sessions_person", sessions.c.person_id)
