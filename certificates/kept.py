"""What is kept of certificates, for whoever looks after files and keys."""

from datetime import datetime

from sqlalchemy import Connection, func, select

from certificates.tables import certificates


def certificate_files(conn: Connection) -> set[str]:
    """The hashes of the files that certificates name; that of somebody erased is gone."""
    kept = certificates.c.file_sha256.is_not(None), certificates.c.erased_at.is_(None)
    named = select(certificates.c.file_sha256).where(*kept)
    return set(conn.scalars(named))


def count_issued(conn: Connection, *, since: datetime, until: datetime) -> int:
    """How many certificates were issued from `since` to just before `until`."""
    within = (certificates.c.issued_at >= since) & (certificates.c.issued_at < until)
    return conn.scalar(select(func.count()).where(within)) or 0
