"""Seals over the audit rows: each closes an interval with a Merkle root that names the root before it.

A seal lists what it holds: the sealer takes every committed row that has no position yet, in the order of time, and
gives it one. So a row whose transaction was still open at that moment is in no interval that it could be missing from;
the next seal takes it. What the hashes are taken of is said at `leaf_of` and `root_of`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    LargeBinary,
    Row,
    String,
    Table,
    TypedColumns,
    bindparam,
    cast,
    func,
    insert,
    select,
    type_coerce,
    update,
)

from base.audit import audit_rows
from base.columns import Instant, lock, metadata
from base.merkle import leaf_hash, merkle_root

ROWS_IN_A_SEAL = 10_000
"""At most, so that sealing never holds the writer for long, and verifying never holds more in memory."""

FIRST_PREVIOUS = bytes(32)
"""What the first seal names as the root before it."""


class AuditSealColumns(TypedColumns):
    """One row is one sealed interval: the audit rows at the positions `first` to `last`; intervals leave no gap.

    What had been committed when it was sealed, and is dated no later than `through`, is in it or in one before it.
    """

    number = Column(BigInteger, primary_key=True, autoincrement=False)
    first = Column(BigInteger, nullable=False)
    last = Column(BigInteger, nullable=False)
    previous = Column(LargeBinary, nullable=False)
    root = Column(LargeBinary, nullable=False)
    sealed_at = Column(Instant, nullable=False)
    through = Column(Instant, nullable=False)


audit_seals = Table("audit_seals", metadata, AuditSealColumns)


class Seal(msgspec.Struct, frozen=True):
    """One sealed interval; its root stands for its rows and, by `previous`, for all that were sealed before."""

    number: int
    first: int
    last: int
    previous: bytes
    sealed_at: datetime
    through: datetime
    root: bytes = b""

    @property
    def rows(self) -> int:
        return self.last - self.first + 1


def seal_rows(conn: Connection, *, now: datetime) -> Seal | None:
    """Close an interval over the oldest rows that no interval holds yet; None when there are none.

    It takes no more than ROWS_IN_A_SEAL: run it again until None. Two sealers take turns.
    """
    lock(conn, "audit.seal")
    unsealed = select(audit_rows.c.id, audit_rows.c.at, *contents(conn)).where(audit_rows.c.position.is_(None))
    rows = conn.execute(unsealed.order_by(audit_rows.c.at, audit_rows.c.id).limit(ROWS_IN_A_SEAL)).all()
    if not rows:
        return None
    before = newest_seal(conn)
    first = before.last + 1 if before else 1
    leaves = [leaf_of(row[2:]) for row in rows]
    _give_positions(conn, rows, leaves, first)
    opened = Seal(
        number=before.number + 1 if before else 1,
        first=first,
        last=first + len(rows) - 1,
        previous=before.root if before else FIRST_PREVIOUS,
        sealed_at=now,
        through=now if len(rows) < ROWS_IN_A_SEAL else rows[-1].at,
    )
    closed = msgspec.structs.replace(opened, root=root_of(opened, leaves))
    conn.execute(insert(audit_seals).values(msgspec.structs.asdict(closed)))
    return closed


def newest_seal(conn: Connection) -> Seal | None:
    """The seal that stands for everything sealed so far; None before the first."""
    return next(iter(seals(conn, newest_first=True, limit=1)), None)


def seals(conn: Connection, *, after: int = 0, newest_first: bool = False, limit: int = 1000) -> list[Seal]:
    """Seals with numbers above `after`, in order."""
    order = audit_seals.c.number.desc() if newest_first else audit_seals.c.number
    rows = conn.execute(select(audit_seals).where(audit_seals.c.number > after).order_by(order).limit(limit))
    return [Seal(**row._mapping) for row in rows]  # noqa: SLF001 (its documented name)


def contents(conn: Connection) -> list[ColumnElement[Any]]:
    """What of an audit row is sealed, as the database keeps it: a million rows are not turned into objects first."""
    row = audit_rows.c
    at = type_coerce(row.at, BigInteger)
    return [_hex(conn, row.id), at, _hex(conn, row.by), row.act, row.subject, row.reason, row.before, row.after]


def leaf_of(content: Sequence[Any]) -> bytes:
    """The leaf hash of a row: of the JSON array of its contents.

    They are: id and by (32 hexadecimal digits), at (microseconds since 1970), act, subject, reason, before and after
    (their JSON in base64, or null).
    """
    return leaf_hash(msgspec.json.encode(tuple(content)))


def root_of(seal: Seal, leaves: Sequence[bytes]) -> bytes:
    """The root of a seal: of a Merkle tree whose first entry is the head of the seal, and the others its rows.

    The head is the JSON array of number, previous root (64 hexadecimal digits), first and last position, and the
    times `sealed_at` and `through` (RFC 3339).
    """
    head = (seal.number, seal.previous.hex(), seal.first, seal.last, seal.sealed_at, seal.through)
    return merkle_root([leaf_hash(msgspec.json.encode(head)), *leaves])


def _hex(conn: Connection, column: ColumnElement[Any]) -> ColumnElement[Any]:
    if conn.dialect.name == "postgresql":
        return func.replace(cast(column, String), "-", "")
    return type_coerce(column, String)  # as SQLAlchemy keeps a UUID where the database has no type for it


def _give_positions(conn: Connection, rows: Sequence[Row[Any]], leaves: Sequence[bytes], first: int) -> None:
    places = enumerate(zip(rows, leaves, strict=True), first)
    conn.execute(_GIVE_POSITION, [{"row_id": row.id, "place": place, "hash": leaf} for place, (row, leaf) in places])


_GIVE_POSITION = (
    update(audit_rows)
    .where(audit_rows.c.id == bindparam("row_id"))
    .values(position=bindparam("place"), leaf=bindparam("hash"))
)
