"""Where session tokens, issuers of bearer tokens and the mendings of lenient mode are kept; credentials: tables.py."""

from sqlalchemy import Column, Index, Named, String, Table, Text, TypedColumns, Uuid

from base import Instant, Serial, metadata


class SessionTokenColumns(TypedColumns):
    """One row lets one learner's content in for one registration, until it expires; of the secret the hash is kept.

    `actor` is the JSON of an Agent.
    """

    secret_hash = Column(String(64), primary_key=True)
    actor: Named[bytes]
    registration = Column(Uuid, nullable=False, index=True)
    activity = Column(Text, nullable=False)
    expires_at = Column(Instant, nullable=False, index=True)


session_tokens = Table("lrs_session_tokens", metadata, SessionTokenColumns)


class IssuerColumns(TypedColumns):
    """One row says that bearer tokens of this issuer for this audience are let in; the key keeps each pair once."""

    issuer = Column(String(500), primary_key=True)
    audience = Column(String(500), primary_key=True)
    name: Named[str]
    scope_claim = Column(String(100), nullable=False)
    created_at = Column(Instant, nullable=False)


issuers = Table("lrs_issuers", metadata, IssuerColumns)


class MendingColumns(TypedColumns):
    """One row is one fault that lenient mode mended for a credential; without a statement it was a document's."""

    id = Column(Serial, primary_key=True)
    credential = Column(String(64), nullable=False)
    statement_id = Column(Uuid, nullable=True, index=True)
    place: Named[str]
    fault: Named[str]
    cure: Named[str]
    mended_at = Column(Instant, nullable=False, index=True)


mendings = Table("lrs_mendings", metadata, MendingColumns)
Index("ix_lrs_mendings_credential", mendings.c.credential, mendings.c.id)
