"""To which version of its path an enrolment is pinned, and was at any time."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from base import RowsIn
from paths.register.register import Enrolment
from paths.tables.migrations import enrolment_pins


class Pin(msgspec.Struct, frozen=True):
    """From `since` on (None: from the first) the enrolment is judged by this version."""

    version_id: UUID
    since: datetime | None = None


def pins_of(conn: Connection, enrolments: Collection[Enrolment]) -> dict[UUID, tuple[Pin, ...]]:
    """By enrolment, its pins, the first one first; there is always one."""
    moves: dict[UUID, list[tuple[int, UUID, UUID, datetime]]] = {}
    for enrolment_id, *move in _moves(conn, {each.id for each in enrolments}):
        moves.setdefault(enrolment_id, []).append((move[0], move[1], move[2], move[3]))
    return {each.id: _pins(each, sorted(moves.get(each.id, ()))) for each in enrolments}


def pinned_at(pins: Sequence[Pin], moment: datetime) -> UUID:
    """The version that was in force at `moment`: the last one pinned by then, and before all of them the first."""
    return next((pin.version_id for pin in reversed(pins) if pin.since and pin.since <= moment), pins[0].version_id)


def _pins(enrolment: Enrolment, moves: Sequence[tuple[int, UUID, UUID, datetime]]) -> tuple[Pin, ...]:
    if not moves:
        return (Pin(enrolment.version_id),)
    return (Pin(moves[0][1]), *(Pin(version_id, at) for _, _, version_id, at in moves))


_moves = RowsIn(
    enrolment_pins.c.enrolment_id,
    enrolment_pins.c.seq,
    enrolment_pins.c.before_id,
    enrolment_pins.c.version_id,
    enrolment_pins.c.at,
)
