"""What certificates tell of their holder, and how a certificate outlives being told of nobody."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, case, select, update

from certificates.tables import STANDING, State, certificates
from people import held_by


class ErasedCertificates(msgspec.Struct, frozen=True):
    """How many certificates were withdrawn, and the hashes of the signed files that are to be deleted with them."""

    count: int
    files: tuple[str, ...]


def known_to_certificates(conn: Connection, person_id: UUID) -> dict[str, Any]:
    """All that is kept of the certificates of the person and of those joined to them."""
    theirs = select(certificates).where(certificates.c.person_id.in_(held_by(conn, person_id)))
    rows = conn.execute(theirs.order_by(certificates.c.completed_at, certificates.c.id)).mappings()
    return {"certificates": [{**row, "evidence": msgspec.json.decode(row["evidence"])} for row in rows]}


def erase_from_certificates(conn: Connection, person_id: UUID, *, now: datetime) -> ErasedCertificates:
    """Their certificates name nobody and stand no more; number, dates and proof stay, for whoever checks the paper.

    The caller deletes the files once this is on disk. Erased again, nothing is left to go.
    """
    named = certificates.c.person_id.in_(held_by(conn, person_id)), certificates.c.erased_at.is_(None)
    withdrawn = case((certificates.c.state.in_(STANDING), State.REVOKED.value), else_=certificates.c.state)
    gone = update(certificates).where(*named).values(name="", erased_at=now, state=withdrawn)
    files = conn.scalars(gone.returning(certificates.c.file_sha256)).all()
    return ErasedCertificates(len(files), tuple(sorted(file for file in files if file is not None)))
