"""Which other record stores get statements from here or give some, how far each has come, and what was refused."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Named,
    String,
    Table,
    TypedColumns,
    Uuid,
)

from base import Instant, metadata


class OtherStoreColumns(TypedColumns):
    """What is kept of each other store, whichever way statements go.

    `secret` is sealed by the key ring and bound to `id` and `endpoint`. `lease` names the worker that is at it until
    `leased_until`; only it may say how far the store has come.
    """

    id = Column(Uuid, primary_key=True)
    name: Named[str]
    endpoint: Named[str]
    version = Column(String(8), nullable=False)
    secret = Column(LargeBinary, nullable=False)
    created_at = Column(Instant, nullable=False)
    paused_at = Column(Instant, nullable=True)
    last_success_at = Column(Instant, nullable=True)
    attempts = Column(Integer, nullable=False)
    error: Named[str | None]
    due_at = Column(Instant, nullable=False)
    lease = Column(Uuid, nullable=True)
    leased_until = Column(Instant, nullable=True)


class ForwardingColumns(OtherStoreColumns):
    """One row sends what `selection` (JSON, see selection.py) chooses to another store, and says how far it has come.

    All statements up to the sequence `position` are settled: accepted there, or kept as refused. `batch` is how many
    statements are sent at once: fewer after trouble.
    """

    selection = Column(LargeBinary, nullable=False)
    position = Column(BigInteger, nullable=False)
    batch = Column(Integer, nullable=False)
    accepted = Column(BigInteger, nullable=False)


forwardings = Table("lrs_forwardings", metadata, ForwardingColumns)


class ForwardingRefusalColumns(TypedColumns):
    """One row is a statement that another store refuses by itself, with its answer; `again` has it sent once more."""

    forwarding = Column(Uuid, ForeignKey("lrs_forwardings.id"), primary_key=True)
    seq = Column(BigInteger, ForeignKey("lrs_statements.seq"), primary_key=True, autoincrement=False)
    statement_id = Column(Uuid, nullable=False)
    status = Column(Integer, nullable=False)
    error: Named[str]
    refused_at = Column(Instant, nullable=False)
    again = Column(Boolean, nullable=False)


forwarding_refusals = Table("lrs_forwarding_refusals", metadata, ForwardingRefusalColumns)


class PullColumns(OtherStoreColumns):
    """One row takes statements from another store, a page at a time, and says how far it has come.

    Whatever that store stored by `since` is here. While a walk is under way `more` is the link to its next page,
    `promised` what its first answer promised to be consistent through, and `latest` the last statement's time of
    storing there.
    """

    filters = Column(LargeBinary, nullable=False)
    keeps_authority = Column(Boolean, nullable=False)
    every_seconds = Column(Integer, nullable=False)
    since = Column(Instant, nullable=True)
    more: Named[str | None]
    promised = Column(Instant, nullable=True)
    latest = Column(Instant, nullable=True)
    page_size = Column(Integer, nullable=False)
    received = Column(BigInteger, nullable=False)


pulls = Table("lrs_pulls", metadata, PullColumns)


class PullRefusalColumns(TypedColumns):
    """One row is a statement of another store that this one refuses, as it came; `digest` (SHA-256) keeps it once."""

    pull = Column(Uuid, ForeignKey("lrs_pulls.id"), primary_key=True)
    digest = Column(LargeBinary(32), primary_key=True)
    raw = Column(LargeBinary, nullable=False)
    error: Named[str]
    refused_at = Column(Instant, nullable=False)


pull_refusals = Table("lrs_pull_refusals", metadata, PullRefusalColumns)


class PulledStatementColumns(TypedColumns):
    """One row says by which pull a statement came first, so that it is never sent back to where it came from."""

    statement_id = Column(Uuid, primary_key=True)
    pull = Column(Uuid, ForeignKey("lrs_pulls.id"), nullable=False)


pulled_statements = Table("lrs_pulled_statements", metadata, PulledStatementColumns)
Index("ix_lrs_pulled_statements_pull", pulled_statements.c.pull)
