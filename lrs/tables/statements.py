"""Where statements and the credentials of those who send them are kept."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Named,
    SmallInteger,
    String,
    Table,
    TypedColumns,
    Uuid,
    false,
)

from base import Instant, Serial, metadata


class NameColumns(TypedColumns):
    """One row gives a number to a name by which statements are found: an agent's key, an IRI, a registration.

    The digest (SHA-256) keeps each name once, whatever its length; PostgreSQL indexes no value above 2,704 bytes.
    """

    id = Column(Serial, primary_key=True)
    digest = Column(LargeBinary(32), nullable=False, unique=True)
    name: Named[str]


names = Table("lrs_names", metadata, NameColumns)


class StatementColumns(TypedColumns):
    """One row is one statement, for ever; only `voided` ever changes, from false to true.

    `seq` is the order of storing and `stored` never decreases with it, so that a time is looked up once and then
    compared as a sequence. The constraint on `id` keeps a statement from being stored twice. `authority` is the
    number of the agent that vouches for it; `payload` is its JSON as it is given back.
    """

    seq = Column(Serial, primary_key=True, autoincrement=False)
    id = Column(Uuid, nullable=False, unique=True)
    stored = Column(Instant, nullable=False)
    authority = Column(BigInteger, ForeignKey("lrs_names.id"), nullable=False)
    voided = Column(Boolean, nullable=False)
    payload: Named[bytes]


statements = Table("lrs_statements", metadata, StatementColumns)
Index("ix_lrs_statements_stored", statements.c.stored, statements.c.seq)
Index("ix_lrs_statements_authority", statements.c.authority, statements.c.seq)
_voided = statements.c.voided.is_(True)
Index("ix_lrs_statements_voided", statements.c.seq, sqlite_where=_voided, postgresql_where=_voided)


class PostingColumns(TypedColumns):
    """One row says that a statement is found by a name in one way (a facet, see intake.py).

    The key is an inverted index: all statements of one filter are one range of it, in the order of the answer.
    """

    facet = Column(SmallInteger, primary_key=True)
    name = Column(BigInteger, primary_key=True, autoincrement=False)
    seq = Column(BigInteger, primary_key=True, autoincrement=False)


postings = Table("lrs_postings", metadata, PostingColumns, sqlite_with_rowid=False)


class ReferenceColumns(TypedColumns):
    """One row says that a statement's object is a StatementRef to `target`, stored here or not, and how it voids it.

    `voids` is one of references.py's Voiding: it keeps for a target that is yet to come what its sender may do.
    """

    seq = Column(BigInteger, ForeignKey("lrs_statements.seq"), primary_key=True, autoincrement=False)
    target = Column(Uuid, nullable=False, index=True)
    voids = Column(SmallInteger, nullable=False)


references = Table("lrs_references", metadata, ReferenceColumns)


class CredentialColumns(TypedColumns):
    """One row lets a sender in by a key and a secret, kept as its hash; `scopes` is a list with spaces.

    `per_minute` and `at_once` bound its requests (NULL: no bound). `used_at` lags behind by up to a minute.
    """

    key = Column(String(64), primary_key=True)
    secret_hash = Column(String(64), nullable=False)
    name: Named[str]
    scopes: Named[str]
    created_at = Column(Instant, nullable=False)
    revoked_at = Column(Instant, nullable=True)
    lenient = Column(Boolean, nullable=False, server_default=false())
    sets_authority = Column(Boolean, nullable=False, server_default=false())
    per_minute = Column(Integer, nullable=True)
    at_once = Column(Integer, nullable=True, server_default="64")
    used_at = Column(Instant, nullable=True)


credentials = Table("lrs_credentials", metadata, CredentialColumns)
