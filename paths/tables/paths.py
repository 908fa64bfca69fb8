"""What is kept of paths: the catalogue and its immutable versions, the register beside them, and the cache of answers.

`facts` and `verdicts` are that cache: both can be thrown away and rebuilt from the statements to the same bytes.
"""

from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    Named,
    String,
    Table,
    TypedColumns,
    UniqueConstraint,
    Uuid,
)

from base import Instant, Serial, metadata


class PathColumns(TypedColumns):
    """One row is one path, for ever: its id and activity IRI never change; the rest is what its author last said.

    `texts` is JSON: the titles and summaries, also of its groups and sign-posts. New enrolments are pinned to version
    `current`. `recertification` is the slug of the path by which it is shown anew. `alone` is the module that the path
    is there to offer by itself; NULL for an authored path. `edited_at` is when it was last published in the editor;
    NULL while it is as its file last said.
    `audience` is JSON (paths/register/audience.py): whoever is one of these is enrolled by rule.
    """

    id = Column(Uuid, primary_key=True)
    slug = Column(String, nullable=False, unique=True)
    activity = Column(String, nullable=False, unique=True)
    status: Named[str]
    role: Named[str]
    time_zone: Named[str]
    texts: Named[bytes]
    current = Column(Integer, nullable=False)
    recertification: Named[str | None]
    alone: Named[UUID | None] = Column(ForeignKey("modules.id"), unique=True)
    edited_at = Column(Instant, nullable=True)
    audience: Named[str] = Column(server_default="[]")


paths = Table("paths", metadata, PathColumns)


class PathVersionColumns(TypedColumns):
    """One row is one published tree in canonical JSON, known by its SHA-256; it is never changed.

    `origin` is "import" or "editor", where it was published first, and `by` who did so there. The constraints keep
    that a path has a tree once, and that its versions count 1, 2, 3.
    """

    id = Column(Uuid, primary_key=True)
    path_id = Column(Uuid, ForeignKey("paths.id"), nullable=False)
    number = Column(Integer, nullable=False)
    tree_hash = Column(String(64), nullable=False)
    tree: Named[bytes]
    published_at = Column(Instant, nullable=False)
    origin: Named[str]
    by: Named[UUID | None] = Column(ForeignKey("persons.id"))


path_versions = Table(
    "path_versions",
    metadata,
    PathVersionColumns,
    UniqueConstraint("path_id", "number"),
    UniqueConstraint("path_id", "tree_hash"),
)


class FulfilmentColumns(TypedColumns):
    """One row says that from `recorded_at` on it is known what finishing a module does for a requirement of a path.

    `delivery` says in which way of taking the module, and `finishing` (JSON, content/finishing.py) what finishes it
    there; `authorities` (JSON, content/trust.py) are those whose word counts beside our own, and for what.
    `place` is the author's order for the requirement: the first is opened. It counts for evidence dated from
    `counts_from` and before `counts_until`; NULL is without limit. Rows are never changed: the one with the highest
    `seq` for a requirement, activity and delivery is the state.
    """

    seq = Column(Serial, primary_key=True)
    path_id = Column(Uuid, ForeignKey("paths.id"), nullable=False)
    requirement: Named[str]
    module_id = Column(Uuid, ForeignKey("modules.id"), nullable=False)
    activity: Named[str]
    delivery: Named[str]
    finishing: Named[bytes]
    authorities: Named[bytes]
    place = Column(Integer, nullable=False)
    counts_from = Column(Instant, nullable=True)
    counts_until = Column(Instant, nullable=True)
    recorded_at = Column(Instant, nullable=False)
    by: Named[UUID | None] = Column(ForeignKey("persons.id"))
    reason: Named[str]


fulfilments = Table("fulfilments", metadata, FulfilmentColumns)
Index("ix_fulfilments_path", fulfilments.c.path_id, fulfilments.c.seq)
Index("ix_fulfilments_activity", fulfilments.c.activity, fulfilments.c.path_id)


class EnrolmentColumns(TypedColumns):
    """One row is a person, or an organisation, on a path, pinned to a version; `registration` names it in statements.

    The constraints keep that it is one of the two, and one enrolment for each and a path: to enrol again changes
    nothing.
    """

    id = Column(Uuid, primary_key=True)
    person_id = Column(Uuid, ForeignKey("persons.id"), nullable=True)
    organisation_id = Column(Uuid, ForeignKey("organisations.id"), nullable=True)
    path_id = Column(Uuid, ForeignKey("paths.id"), nullable=False)
    version_id = Column(Uuid, ForeignKey("path_versions.id"), nullable=False)
    registration = Column(Uuid, nullable=False, unique=True)
    enrolled_at = Column(Instant, nullable=False)


enrolments = Table(
    "enrolments",
    metadata,
    EnrolmentColumns,
    UniqueConstraint("person_id", "path_id"),
    UniqueConstraint("organisation_id", "path_id"),
    CheckConstraint("(person_id IS NULL) <> (organisation_id IS NULL)", name="one_subject"),
)
Index("ix_enrolments_path", enrolments.c.path_id)
_is_team = enrolments.c.organisation_id.is_not(None)
Index("ix_enrolments_team", enrolments.c.organisation_id, sqlite_where=_is_team, postgresql_where=_is_team)


class EnrolmentStatusColumns(TypedColumns):
    """One row says what an enrolment is from `at` on, who made it so (NULL: the system that launched), and why.

    Rows are never changed: the one with the highest `seq` is the state.
    """

    seq = Column(Serial, primary_key=True)
    enrolment_id = Column(Uuid, ForeignKey("enrolments.id"), nullable=False)
    status: Named[str]
    origin: Named[str]
    at = Column(Instant, nullable=False)
    by: Named[UUID | None] = Column(ForeignKey("persons.id"))
    reason: Named[str]


enrolment_statuses = Table("enrolment_statuses", metadata, EnrolmentStatusColumns)
Index("ix_enrolment_statuses_enrolment", enrolment_statuses.c.enrolment_id, enrolment_statuses.c.seq)


class EnrolmentExtensionColumns(TypedColumns):
    """One row says, from `at` on, that for this enrolment a node is due at `due`, whatever the tree says.

    Rows are never changed: the one with the highest `seq` for a node is the state.
    """

    seq = Column(Serial, primary_key=True)
    enrolment_id = Column(Uuid, ForeignKey("enrolments.id"), nullable=False)
    node: Named[str]
    due = Column(Instant, nullable=False)
    at = Column(Instant, nullable=False)
    by: Named[UUID | None] = Column(ForeignKey("persons.id"))
    reason: Named[str]


enrolment_extensions = Table("enrolment_extensions", metadata, EnrolmentExtensionColumns)
Index("ix_enrolment_extensions_enrolment", enrolment_extensions.c.enrolment_id, enrolment_extensions.c.seq)


class FactColumns(TypedColumns):
    """One row is one fact that a statement says, of the agent that the statement names: whose account it is may change.

    The key keeps that hearing a statement again adds nothing; only `voided_at` ever changes, from NULL.
    """

    statement_id = Column(Uuid, primary_key=True)
    kind = Column(String, primary_key=True)
    agent: Named[str]
    activity: Named[str]
    value: Named[float | None] = Column(Float(53))
    at = Column(Instant, nullable=False)
    known_at = Column(Instant, nullable=False)
    authority: Named[str]
    voided_at = Column(Instant, nullable=True)
    by: Named[str | None]
    place: Named[str | None]
    detail: Named[str | None]


facts = Table("facts", metadata, FactColumns)
Index("ix_facts_agent", facts.c.agent, facts.c.activity)
_is_signed = facts.c.by.is_not(None)
Index("ix_facts_by", facts.c.by, sqlite_where=_is_signed, postgresql_where=_is_signed)


class VerdictColumns(TypedColumns):
    """One row is the newest answer for one node of one enrolment; `evidence` is JSON, a list of statement ids.

    `until` is when it ends by itself, `due` when it is to be satisfied. `rule_hash` names what it was judged by: the
    tree, the finishing rules and the fulfilments.
    """

    enrolment_id = Column(Uuid, ForeignKey("enrolments.id"), primary_key=True)
    node = Column(String, primary_key=True)
    state: Named[str]
    since = Column(Instant, nullable=True)
    evidence: Named[bytes]
    score: Named[float | None] = Column(Float(53))
    rule_hash = Column(String(64), nullable=False)
    until = Column(Instant, nullable=True)
    due = Column(Instant, nullable=True)


verdicts = Table("verdicts", metadata, VerdictColumns)


class NextChangeColumns(TypedColumns):
    """One row says when time alone next changes a verdict of an enrolment; there is none where it never does."""

    enrolment_id = Column(Uuid, ForeignKey("enrolments.id"), primary_key=True)
    at = Column(Instant, nullable=False)


next_changes = Table("next_changes", metadata, NextChangeColumns)
Index("ix_next_changes_at", next_changes.c.at, next_changes.c.enrolment_id)
