"""Words that are true of a person from one day to another: the positions that they hold and the needs that they named.

What was entered of a person before they were joined to another is read as that person's, as all that is recorded is.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import Connection, insert, select

from base import publish, record_decision
from people.dated import beginning
from people.events import ProfileChanged
from people.holding import held_by_each
from people.registry import person
from people.tables import traits


class TraitKind(StrEnum):
    """What a word says of a person: what they do, as staff entered it or as they said themselves, or want to learn."""

    POSITION = "position"
    CALLING = "calling"
    NEED = "need"


class Held(msgspec.Struct, frozen=True, order=True):
    """From `start` on and before `end` (None: without end) something holds."""

    start: datetime
    end: datetime | None = None


class TraitRow(NamedTuple):
    """One row of the register: from `since` on the word is true, or true no more; `at` we heard of it."""

    word: str
    held: bool
    since: datetime
    at: datetime
    by: UUID | None
    reason: str


def say_trait(
    conn: Connection,
    person_id: UUID,
    kind: TraitKind,
    word: str,
    *,
    held: bool,
    since: datetime | None,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> None:
    """The word is true of the person from `since` (now) on, or no more; raises Missing, and Invalid for the future."""
    row = {"person_id": person(conn, person_id).id, "kind": kind.value, "word": word, "held": held}
    conn.execute(insert(traits).values(**row, since=beginning(since, now=now), at=now, by=by, reason=reason))
    record_decision(
        conn,
        by=by,
        act=f"{kind}.{'hold' if held else 'end'}",
        subject=f"person {person_id}",
        reason=reason,
        after={kind.value: word, "since": since or now},
        now=now,
    )
    publish(conn, ProfileChanged(str(person_id), person_id), now=now)


def trait_rows(conn: Connection, person_ids: Collection[UUID], kind: TraitKind) -> dict[UUID, list[TraitRow]]:
    """By person, all that the register says of this kind, in the order in which it became true."""
    holders = held_by_each(conn, person_ids)
    found: dict[UUID, list[TraitRow]] = defaultdict(list)
    said = select(traits).where(traits.c.person_id.in_(holders), traits.c.kind == kind.value)
    for row in conn.execute(said.order_by(traits.c.since, traits.c.seq)):
        found[holders[row.person_id]].append(TraitRow(row.word, row.held, row.since, row.at, row.by, row.reason))
    return found


def words_of(
    conn: Connection,
    person_ids: Collection[UUID],
    kind: TraitKind,
    *,
    as_of: datetime | None = None,
    known_at: datetime | None = None,
) -> dict[UUID, frozenset[str]]:
    """By person, the words of this kind that are true now, or at `as_of` by what was known at `known_at`."""
    found = {}
    for person_id, rows in trait_rows(conn, person_ids, kind).items():
        newest = {
            row.word: row.held
            for row in rows
            if (as_of is None or row.since <= as_of) and (known_at is None or row.at <= known_at)
        }
        found[person_id] = frozenset(word for word, held in newest.items() if held)
    return {person_id: found.get(person_id, frozenset()) for person_id in person_ids}


def spans_of(
    conn: Connection, person_ids: Collection[UUID], kind: TraitKind, *, known_at: datetime | None = None
) -> dict[UUID, dict[str, tuple[Held, ...]]]:
    """By person and word, when it was true, in order, by what was known at `known_at`."""
    found: dict[UUID, dict[str, tuple[Held, ...]]] = {person_id: {} for person_id in person_ids}
    for person_id, rows in trait_rows(conn, person_ids, kind).items():
        turns: dict[str, list[tuple[datetime, bool]]] = defaultdict(list)
        for row in rows:
            if known_at is None or row.at <= known_at:
                turns[row.word].append((row.since, row.held))
        found[person_id] = {word: spans for word, own in turns.items() if (spans := held_spans(own))}
    return found


def held_spans(turns: Collection[tuple[datetime, bool]]) -> tuple[Held, ...]:
    """The spans during which it held, from when it began to hold or ended; `turns` come in the order of the register.

    Of two at one moment the later entered holds.
    """
    spans: list[Held] = []
    start: datetime | None = None
    for at, held in dict(turns).items():
        if held and start is None:
            start = at
        elif not held and start is not None:
            spans.append(Held(start, at))
            start = None
    return (*spans, Held(start)) if start is not None else tuple(spans)
