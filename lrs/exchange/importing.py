"""Statements into the store from lines of JSON: each line is stored, was there, or is refused with its reason."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from msgspec import Struct
from sqlalchemy import Connection

from base import TooLarge, WaymarkError, installation_iri
from lrs.exchange.foreign import Foreign, read_foreign, store_foreign
from lrs.standard.statements import Account, Agent
from lrs.standard.trust import Trust

LONGEST_LINE_BYTES: Final = 4 * 1024 * 1024
FAULTS_TOLD: Final = 200

_NAMESPACE: Final = UUID("f3b0a0c2-6a51-4d4e-9b1c-5a2f7a5f8e10")


class Line(Struct, frozen=True):
    """One line of a file, counted from 1."""

    number: int
    raw: bytes


class LineFault(Struct, frozen=True):
    """A line that was refused, and why."""

    line: int
    error: str


class Imported(Struct, frozen=True):
    """What became of some lines: so many are new, were there already and say the same, or are refused.

    The `faults` are those of the first that were refused.
    """

    new: int = 0
    equal: int = 0
    refused: int = 0
    faults: tuple[LineFault, ...] = ()

    def __add__(self, other: "Imported") -> "Imported":
        faults = (*self.faults, *other.faults)[:FAULTS_TOLD]
        return Imported(self.new + other.new, self.equal + other.equal, self.refused + other.refused, faults)


def import_lines(
    conn: Connection, lines: Sequence[Line], *, keeps_authority: bool, dry_run: bool = False, now: datetime
) -> Imported:
    """Store what the lines say, as the operator's: with the authority "import", or with the one each line names.

    A statement without an id gets one that follows from its line and its place, so that the same file imported again
    adds nothing. Blank lines are passed over. A dry run does all of it and takes it back.
    """
    trial = conn.begin_nested() if dry_run else None
    try:
        return _import(conn, lines, _trust(conn, keeps_authority=keeps_authority), now)
    finally:
        if trial is not None:
            trial.rollback()


def _import(conn: Connection, lines: Sequence[Line], trust: Trust, now: datetime) -> Imported:
    faults: list[LineFault] = []
    read: list[tuple[int, Foreign]] = []
    for line in lines:
        if not line.raw.strip():
            continue
        try:
            read.append((line.number, _read(line, trust)))
        except WaymarkError as error:
            faults.append(LineFault(line.number, error.message))
    kept = store_foreign(conn, [one for _, one in read], voids_any=True, now=now)
    faults += [LineFault(number, one.fault) for (number, _), one in zip(read, kept, strict=True) if one.fault]
    new = sum(one.is_new for one in kept)
    equal = sum(not one.is_new and one.fault is None for one in kept)
    return Imported(new, equal, len(faults), tuple(sorted(faults, key=lambda fault: fault.line)))


def _read(line: Line, trust: Trust) -> Foreign:
    if len(line.raw) > LONGEST_LINE_BYTES:
        raise TooLarge(f"The line has more than {LONGEST_LINE_BYTES:,} bytes; no statement may.", rule="line limit")
    return read_foreign(line.raw, trust, id_if_none=_id_of(line))


def _trust(conn: Connection, *, keeps_authority: bool) -> Trust:
    """Who imports has the database in hand, so also an authority of this installation is kept."""
    account = Account(home_page=installation_iri(conn), name="import")
    return Trust(Agent(name="Import", account=account), keeps=keeps_authority)


def _id_of(line: Line) -> UUID:
    return uuid5(_NAMESPACE, f"{line.number} {hashlib.sha256(line.raw.strip()).hexdigest()}")
