"""What has been done to the audit rows since they were sealed: every row is hashed again and held against its seal."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from enum import StrEnum
from itertools import chain, islice, pairwise
from operator import itemgetter
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, func, or_, select

from base.audit import audit_personal_values, audit_rows, commit
from base.columns import to_microseconds
from base.seals import FIRST_PREVIOUS, ROWS_IN_A_SEAL, Seal, contents, leaf_of, root_of, seals

LONGEST_TRANSACTION = timedelta(hours=1)
"""A row that is dated further than this before what was sealed already did not wait for its commit: it was added."""

_FAULTS_TOLD = 1000
_VALUES_AT_ONCE = 5000
_POSITION, _LEAF, _CONTENT = 0, 1, 2
_ID, _AT = 2, 3


class FaultKind(StrEnum):
    """What was done."""

    ALTERED = "altered"
    MISSING = "missing"
    ADDED = "added"
    REORDERED = "reordered"
    BROKEN = "broken"
    """The rows of an interval match their hashes and these do not make its root, or the chain of roots is torn."""


class Fault(msgspec.Struct, frozen=True):
    """One row, or one interval, that is not as it was sealed."""

    kind: FaultKind
    seal: int | None
    row: str | None
    message: str


class Verification(msgspec.Struct, frozen=True):
    """What was looked at, and the first faults of those that were found."""

    seals: int
    rows: int
    unsealed: int
    values: int
    faults: tuple[Fault, ...]


def verify_audit(
    conn: Connection,
    *,
    published: Mapping[int, bytes] | None = None,
    told: Callable[[int, int], None] = lambda _done, _all: None,
) -> Verification:
    """Hash every row again and compare; `published` are roots by number that somebody kept elsewhere.

    Who can write to the database can also seal anew what they changed, so the roots are sound only as far as one of
    them is known from outside. `told` hears how many of how many rows are done. Needs no more memory than one interval.
    """
    total = conn.scalar(select(func.count()).select_from(audit_rows)) or 0
    counted: list[Seal] = []

    def heard(seal: Seal) -> None:
        counted[:] = [seal]
        told(seal.last, total)

    faults = chain(
        _faults_of_intervals(conn, published or {}, heard),
        _faults_outside(conn, counted),
        _faults_of_values(conn),
    )
    found = tuple(islice(faults, _FAULTS_TOLD))
    newest = counted[0] if counted else None
    unsealed = conn.scalar(select(func.count()).select_from(audit_rows).where(audit_rows.c.position.is_(None))) or 0
    values = conn.scalar(select(func.count()).select_from(audit_personal_values)) or 0
    return Verification(newest.number if newest else 0, newest.last if newest else 0, unsealed, values, found)


def _faults_of_intervals(
    conn: Connection, published: Mapping[int, bytes], heard: Callable[[Seal], None]
) -> Iterator[Fault]:
    before: Seal | None = None
    for seal in _all_seals(conn):
        yield from _faults_of_chain(seal, before)
        if seal.number in published and published[seal.number] != seal.root:
            yield _broken(seal.number, "has another root than the one that was published")
        yield from _faults_of_rows(conn, seal, before)
        before = seal
        heard(seal)
    newest = before.number if before else 0
    for number in sorted(number for number in published if number > newest):
        yield Fault(FaultKind.MISSING, number, None, f"Seal {number}, whose root was published, is missing.")


def _faults_of_chain(seal: Seal, before: Seal | None) -> Iterator[Fault]:
    expected = before.number + 1 if before else 1
    if seal.number != expected:
        yield Fault(FaultKind.MISSING, expected, None, f"Seal {expected} is missing.")
    elif seal.previous != (before.root if before else FIRST_PREVIOUS):
        yield _broken(seal.number, f"does not name the root of seal {expected - 1}")
    elif seal.first != (before.last + 1 if before else 1):
        yield _broken(seal.number, f"does not begin where seal {expected - 1} ends")


def _faults_of_rows(conn: Connection, seal: Seal, before: Seal | None) -> Iterator[Fault]:
    if not 0 < seal.rows <= ROWS_IN_A_SEAL:
        yield _broken(seal.number, f"claims {seal.rows} rows; a seal holds 1 to {ROWS_IN_A_SEAL}")
        return
    within = audit_rows.c.position.between(seal.first, seal.last)
    query = select(audit_rows.c.position, audit_rows.c.leaf, *contents(conn)).where(within)
    rows = conn.execute(query.order_by(audit_rows.c.position)).all()
    altered = [row for row in rows if leaf_of(row[_CONTENT:]) != row[_LEAF]]
    sound = [row for row in rows if row not in altered] if altered else rows
    misplaced = [*_out_of_place(seal, rows), *_out_of_order(seal, sound)]
    yield from misplaced
    for row in altered:
        yield _fault(FaultKind.ALTERED, seal, row, "does not match its hash: it was altered")
    if not misplaced and root_of(seal, [row[_LEAF] or b"" for row in rows]) != seal.root:
        yield _broken(seal.number, "does not have the root of its rows: rows and their hashes were replaced together")
    if before is not None:
        horizon = to_microseconds(before.through - LONGEST_TRANSACTION)
        for row in sound:
            if row[_AT] < horizon:
                yield _added(seal, row, before)


def _out_of_place(seal: Seal, rows: Sequence[Sequence[Any]]) -> Iterator[Fault]:
    positions = [row[_POSITION] for row in rows]
    if positions == list(range(seal.first, seal.last + 1)):
        return
    for position in sorted(set(range(seal.first, seal.last + 1)).difference(positions)):
        message = f"The row at position {position} (seal {seal.number}) is missing."
        yield Fault(FaultKind.MISSING, seal.number, None, message)
    for first, second in pairwise(rows):
        if first[_POSITION] == second[_POSITION]:
            yield _fault(FaultKind.ADDED, seal, second, "shares its position with another: one of them was added")


def _out_of_order(seal: Seal, rows: Sequence[Sequence[Any]]) -> Iterator[Fault]:
    keys = list(map(itemgetter(_AT, _ID), rows))
    if keys != (in_order := sorted(keys)):
        for row, key, right in zip(rows, keys, in_order, strict=True):
            if key != right:
                yield _fault(FaultKind.REORDERED, seal, row, "does not stand in the order of time: it was moved")


def _faults_outside(conn: Connection, newest: Sequence[Seal]) -> Iterator[Fault]:
    """Rows with a position in no interval, and rows that claim a time which is sealed already."""
    seal = newest[0] if newest else None
    row = audit_rows.c
    beyond = or_(row.position < 1, row.position > (seal.last if seal else 0))
    for row_id in conn.scalars(select(row.id).where(beyond).order_by(row.position).limit(_FAULTS_TOLD)):
        yield Fault(FaultKind.ADDED, None, str(row_id), f"Row {row_id} has a position that no seal holds.")
    if seal is not None:
        late = row.position.is_(None) & (row.at < seal.through - LONGEST_TRANSACTION)
        for found in conn.execute(select(row.id, row.at).where(late).order_by(row.at).limit(_FAULTS_TOLD)):
            message = f"Row {found.id} is dated {found.at:%Y-%m-%d %H:%M}, which seal {seal.number} closed without it."
            yield Fault(FaultKind.ADDED, None, str(found.id), message)


def _faults_of_values(conn: Connection) -> Iterator[Fault]:
    value, row, after = audit_personal_values.c, audit_rows.c, ""
    joined = select(audit_personal_values, row.id.label("found"), row.before, row.after).outerjoin_from(
        audit_personal_values, audit_rows, row.id == value.row_id
    )
    while kept := conn.execute(
        joined.where(value.commitment > after).order_by(value.commitment).limit(_VALUES_AT_ONCE)
    ).all():
        after = kept[-1].commitment
        for each in kept:
            committed = each.commitment.encode() in (each.before or b"") + (each.after or b"")
            if not committed or commit(each.salt, each.value) != each.commitment:
                message = f"A personal value of row {each.row_id} is not the one that the row is committed to."
                yield Fault(FaultKind.ALTERED, None, str(each.row_id), message)


def _all_seals(conn: Connection) -> Iterator[Seal]:
    after = 0
    while page := seals(conn, after=after):
        yield from page
        after = page[-1].number


def _added(seal: Seal, row: Sequence[Any], before: Seal) -> Fault:
    what = f"is dated before seal {before.number} was closed without it: it was added later"
    return _fault(FaultKind.ADDED, seal, row, what)


def _fault(kind: FaultKind, seal: Seal, row: Sequence[Any], what: str) -> Fault:
    row_id = str(UUID(row[_ID]))
    return Fault(kind, seal.number, row_id, f"Row {row_id} (seal {seal.number}, position {row[_POSITION]}) {what}.")


def _broken(number: int, what: str) -> Fault:
    return Fault(FaultKind.BROKEN, number, None, f"Seal {number} {what}.")
