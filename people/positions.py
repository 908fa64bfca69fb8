"""What people do in their work, from when to when: mayor, planner, project manager.

A position is a slug, the same that names whom a path is for, whom a module addresses, and who may sign off.
It permits nothing in Waymark; what somebody may do here is a role (people/roles.py).
"""

import re
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from base import Conflict, Invalid, lock, msgid
from people.traits import Held, TraitKind, TraitRow, say_trait, spans_of, trait_rows, words_of

POSITIONS = (
    "mayor",
    "deputy-mayor",
    "council-member",
    "head-of-department",
    "project-manager",
    "planner",
    "finance-officer",
    "innovation-advisor",
    "policymaker",
    "municipal-officer",
)
"""The positions that forms offer; catalogue files may name others."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST = 80


def hold_position(
    conn: Connection,
    person_id: UUID,
    position: str,
    *,
    since: datetime | None = None,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> None:
    """The person holds `position` from `since` (now) on; somebody may hold several.

    To say so again adds a row and changes nothing. Raises Missing for an unknown person, Invalid for what is no
    position and for a future `since`.
    """
    known = parse_position(position)
    say_trait(conn, person_id, TraitKind.POSITION, known, held=True, since=since, by=by, reason=reason, now=now)


def end_position(
    conn: Connection,
    person_id: UUID,
    position: str,
    *,
    since: datetime | None = None,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> None:
    """The person holds `position` no more from `since` (now) on; that they did stays readable.

    Raises Conflict when they do not hold it, and as `hold_position`.
    """
    lock(conn, f"traits of {person_id}")
    if position not in positions_of(conn, person_id):
        raise Conflict("This person does not hold this position; nothing was changed.", rule="positions")
    say_trait(conn, person_id, TraitKind.POSITION, position, held=False, since=since, by=by, reason=reason, now=now)


def positions_of(
    conn: Connection, person_id: UUID, *, as_of: datetime | None = None, known_at: datetime | None = None
) -> frozenset[str]:
    """The positions that the person holds now, or held at `as_of` by what was known at `known_at`."""
    return words_of(conn, [person_id], TraitKind.POSITION, as_of=as_of, known_at=known_at)[person_id]


def position_spans(
    conn: Connection, person_ids: Collection[UUID], *, known_at: datetime | None = None
) -> dict[UUID, dict[str, tuple[Held, ...]]]:
    """By person and position, from when to when it was held, by what was known at `known_at`."""
    return spans_of(conn, person_ids, TraitKind.POSITION, known_at=known_at)


def position_rows(conn: Connection, person_id: UUID) -> list[TraitRow]:
    """All that the register says of the person's positions, in the order in which it became true."""
    return trait_rows(conn, [person_id], TraitKind.POSITION).get(person_id, [])


def parse_position(text: str) -> str:
    """The slug of a position: "Project manager" is project-manager. Raises Invalid for what is none."""
    slug = re.sub(r"[\s_-]+", "-", text.strip().casefold()).strip("-")
    if not _SLUG.fullmatch(slug) or len(slug) > _LONGEST:
        raise Invalid(
            msgid("This is no position. Write it in small letters and digits joined by -, such as project-manager."),
            rule="positions",
            where="position",
        )
    return slug
