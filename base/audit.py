"""Who decided what, and why: one row for every human decision, written in the transaction of the act.

A value of `before` or `after` that tells something about a person (a name, an address) is marked: `personal(value)`, or
`personal(value, of=person_id)` where the subject of the row is not "person <id>". The row then holds only a salted
commitment to it; `forget_personal_values` erases salt and value, and the row and its proof stand as before.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from hashlib import sha256
from secrets import token_bytes
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Index,
    LargeBinary,
    Named,
    Table,
    TypedColumns,
    Uuid,
    delete,
    insert,
    select,
)

from base.columns import Instant, metadata
from base.ids import new_uuid

SALT_BYTES = 16


class AuditRowColumns(TypedColumns):
    """One row is one decision: `by` is the person who took it, NULL where the operator did so at the command line.

    `before` and `after` are JSON with sorted keys, so that equal values are equal bytes. Rows are only ever added;
    the sealer (base/seals.py) gives each its `position` in the sealed order, and its leaf hash.
    """

    id = Column(Uuid, primary_key=True)
    at = Column(Instant, nullable=False)
    by: Named[UUID | None]
    act: Named[str]
    subject: Named[str]
    reason: Named[str]
    before: Named[bytes | None]
    after: Named[bytes | None]
    position: Named[int | None] = Column(BigInteger, nullable=True)
    leaf: Named[bytes | None]


audit_rows = Table("audit_rows", metadata, AuditRowColumns)
# Each way to search (base/audit_search.py) is a range of one of these, in the order of the answer.
Index("ix_audit_rows_at", audit_rows.c.at, audit_rows.c.id)
Index("ix_audit_rows_by", audit_rows.c.by, audit_rows.c.at, audit_rows.c.id)
Index("ix_audit_rows_act", audit_rows.c.act, audit_rows.c.at, audit_rows.c.id)
Index("ix_audit_rows_subject", audit_rows.c.subject, audit_rows.c.at, audit_rows.c.id)
_sealed = audit_rows.c.position.is_not(None)
Index("ix_audit_rows_position", audit_rows.c.position, unique=True, sqlite_where=_sealed, postgresql_where=_sealed)
_unsealed = audit_rows.c.position.is_(None)
Index("ix_audit_rows_unsealed", audit_rows.c.at, sqlite_where=_unsealed, postgresql_where=_unsealed)


class AuditPersonalValueColumns(TypedColumns):
    """One row is one personal value that an audit row is committed to, and its salt; it may be erased at any time.

    `commitment` is the SHA-256, in hex, of the salt followed by the value's JSON. `concerns` says whose value it is,
    as subjects are written.
    """

    commitment: Named[str] = Column(primary_key=True)
    row_id = Column(Uuid, ForeignKey(audit_rows.c.id), nullable=False)
    concerns: Named[str]
    salt = Column(LargeBinary, nullable=False)
    value = Column(LargeBinary, nullable=False)


audit_personal_values = Table("audit_personal_values", metadata, AuditPersonalValueColumns)
Index("ix_audit_personal_values_row", audit_personal_values.c.row_id)
Index("ix_audit_personal_values_concerns", audit_personal_values.c.concerns)


class Personal:
    """A value that may have to be forgotten; made by `personal`."""

    __slots__ = ("of", "value")

    def __init__(self, value: object, of: UUID | None) -> None:
        self.value = value
        self.of = of


def personal(value: object, *, of: UUID | None = None) -> Personal:
    """`value` marked as telling something about the person `of`, or about the subject of the decision."""
    return Personal(value, of)


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
    row_id = new_uuid()
    values: list[dict[str, Any]] = []

    def committed(marked: object) -> Mapping[str, str]:
        if not isinstance(marked, Personal):
            raise NotImplementedError(f"{type(marked).__name__} cannot be kept as JSON")
        salt, value = token_bytes(SALT_BYTES), _json(marked.value)
        commitment = commit(salt, value)
        concerns = subject if marked.of is None else f"person {marked.of}"
        values.append({"commitment": commitment, "row_id": row_id, "concerns": concerns, "salt": salt, "value": value})
        return {"commitment": commitment}

    row = {
        "id": row_id,
        "at": now,
        "by": by,
        "act": act,
        "subject": subject,
        "reason": reason,
        "before": None if before is None else _json(before, committed),
        "after": None if after is None else _json(after, committed),
    }
    conn.execute(_ADD_ROW, row)
    if values:
        conn.execute(_ADD_VALUES, values)


def commit(salt: bytes, value: bytes) -> str:
    """The commitment to a value's JSON: it tells nothing without the salt, and fits no other value."""
    return sha256(salt + value).hexdigest()


def personal_values(conn: Connection, row_ids: Collection[UUID]) -> dict[str, Any]:
    """Commitment → value, of what these rows are committed to and is not forgotten yet."""
    kept = select(audit_personal_values.c.commitment, audit_personal_values.c.value)
    rows = conn.execute(kept.where(audit_personal_values.c.row_id.in_(row_ids)))
    return {row.commitment: msgspec.json.decode(row.value) for row in rows}


def forget_personal_values(conn: Connection, person_id: UUID) -> int:
    """Erase what audit rows can still tell about the person, and say how many values; every proof stands as before."""
    concerning = audit_personal_values.c.concerns == f"person {person_id}"
    return conn.execute(delete(audit_personal_values).where(concerning)).rowcount


def _json(value: object, hook: Callable[[object], object] | None = None) -> bytes:
    return msgspec.json.encode(value, enc_hook=hook, order="deterministic")


# Made once, so that the statement is compiled once: a decision must cost its transaction as little as can be.
_ADD_ROW = insert(audit_rows)
_ADD_VALUES = insert(audit_personal_values)
