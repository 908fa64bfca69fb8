"""What was registered by mistake: no longer listed or found, while everything that names it stays as it is."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, exists

from base import upsert
from people.import_tables import withdrawals


def withdraw(conn: Connection, ids: Collection[UUID], *, by: UUID | None, reason: str, now: datetime) -> None:
    """The persons or organisations of these ids count as registered by mistake; doing it again changes nothing."""
    if ids:
        rows = [{"subject_id": each, "at": now, "by": by, "reason": reason} for each in ids]
        conn.execute(upsert(conn, withdrawals).on_conflict_do_nothing(index_elements=["subject_id"]), rows)


def stands(subject_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Whether what has this id was not withdrawn."""
    return ~exists().where(withdrawals.c.subject_id == subject_id)
