"""Who decided what, and why: one row for every human decision, written in the transaction of the act."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import Column, Connection, Index, Named, Table, TypedColumns, Uuid, insert

from base.columns import Instant, metadata
from base.ids import new_uuid


class AuditRowColumns(TypedColumns):
    """One row is one decision: `by` is the person who took it, NULL where the operator did so at the command line.

    `before` and `after` are JSON with sorted keys, so that equal values are equal bytes. Rows are only ever added.
    """

    id = Column(Uuid, primary_key=True)
    at = Column(Instant, nullable=False)
    by: Named[UUID | None]
    act: Named[str]
    subject: Named[str]
    reason: Named[str]
    before: Named[bytes | None]
    after: Named[bytes | None]


audit_rows = Table("audit_rows", metadata, AuditRowColumns)
Index("ix_audit_rows_at", audit_rows.c.at)
Index("ix_audit_rows_subject", audit_rows.c.subject, audit_rows.c.at)


def record_decision(
    conn: Connection,
    *,
    by: UUID | None,
    act: str,
    subject: str,
    reason: str,
    before: object = None,
    after: object = None,
    now: datetime,
) -> None:
    """Keep that `by` did `act` (short dotted words, such as "role.grant") to `subject`; each call adds a row."""
    conn.execute(
        insert(audit_rows).values(
            id=new_uuid(),
            at=now,
            by=by,
            act=act,
            subject=subject,
            reason=reason,
            before=_json(before),
            after=_json(after),
        )
    )


def _json(value: object) -> bytes | None:
    return None if value is None else msgspec.json.encode(value, order="deterministic")
