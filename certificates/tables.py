"""What is kept of each certificate."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
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
    text,
)

from base import Instant, metadata


class State(StrEnum):
    """Where a certificate stands; the words for whoever verifies it are in verification.py."""

    PENDING = "pending"
    ISSUED = "issued"
    UNDER_REVIEW = "under_review"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


STANDING = (State.PENDING, State.ISSUED, State.UNDER_REVIEW)
"""Of these, one person has at most one for a version of a path."""


class CertificateColumns(TypedColumns):
    """One row is one certificate that a person has earned by completing a version of a path.

    What the paper says is a snapshot of the moment at which it was earned, so that a certificate never changes. Of one
    person, path and version at most one stands (pending, issued or under review), however often its completion is
    heard of. `number` is its public name and cannot be guessed. `evidence` is the JSON array of the ids of the
    statements that completed the path, in order; `evidence_sha256` seals them with the rule, in one of the forms of
    evidence.py, of which the first keeps no `rule_hash`. Whatever was issued has its date and its signed file, and the
    newest seal over the audit rows that it bears, where there was one. At `erased_at` its holder was erased: it has no
    name any more, and of its file there is the hash alone.
    """

    id = Column(Uuid, primary_key=True)
    number = Column(String, nullable=False, unique=True)
    person_id = Column(Uuid, ForeignKey("persons.id"), nullable=False)
    path_id = Column(Uuid, ForeignKey("paths.id"), nullable=False)
    path_version = Column(Integer, nullable=False)
    enrolment_id = Column(Uuid, ForeignKey("enrolments.id"), nullable=False)
    state = Column(String, nullable=False)
    language: Named[str]
    name: Named[str]
    path_title: Named[str]
    issuer: Named[str]
    minutes: Named[int]
    time_zone: Named[str]
    completed_at = Column(Instant, nullable=False)
    created_at = Column(Instant, nullable=False)
    evidence = Column(LargeBinary, nullable=False)
    evidence_sha256: Named[str]
    evidence_form = Column(SmallInteger, nullable=False, server_default="1")
    rule_hash: Named[str | None]
    issued_at: Named[datetime | None] = Column(Instant)
    file_sha256: Named[str | None]
    audit_seal: Named[int | None]
    audit_root: Named[str | None]
    erased_at: Named[datetime | None] = Column(Instant)


_STANDING = text("state IN ('pending', 'issued', 'under_review')")  # STANDING, as the indexes spell it

certificates = Table(
    "certificates",
    metadata,
    CertificateColumns,
    CheckConstraint("state IN ('pending', 'issued', 'under_review', 'revoked', 'superseded')", name="state"),
    CheckConstraint("state <> 'issued' OR (issued_at IS NOT NULL AND file_sha256 IS NOT NULL)", name="issued"),
)
Index(
    "ix_certificates_standing",
    certificates.c.person_id,
    certificates.c.path_id,
    certificates.c.path_version,
    unique=True,
    sqlite_where=_STANDING,
    postgresql_where=_STANDING,
)
