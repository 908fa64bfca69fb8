"""What people said of themselves: what they do, and what they want to learn, from when to when.

By this paths are proposed to them. It proves nothing: who covers a position in a team, or may sign off, goes by what
staff entered (people/positions.py).
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from base import Invalid, msgid
from people.positions import parse_position
from people.traits import TraitKind, say_trait, words_of

MOST_NEEDS = 20
_LONGEST = 60


def say_needs(conn: Connection, person_id: UUID, needs: Iterable[str], *, by: UUID, reason: str, now: datetime) -> None:
    """These are the person's needs from now on, and no others; what stays as it was adds no row.

    Raises Missing for an unknown person, Invalid for too many or too long ones.
    """
    wanted = parse_needs(needs)
    _say(conn, person_id, TraitKind.NEED, wanted, needs_of(conn, person_id), by=by, reason=reason, now=now)


def say_calling(conn: Connection, person_id: UUID, position: str, *, by: UUID, reason: str, now: datetime) -> None:
    """The person says that this is what they do, and nothing else; an empty position takes it back.

    Raises Missing for an unknown person, Invalid for what is no position.
    """
    wanted = frozenset({parse_position(position)} if position.strip() else ())
    _say(conn, person_id, TraitKind.CALLING, wanted, calling_of(conn, person_id), by=by, reason=reason, now=now)


def calling_of(conn: Connection, person_id: UUID) -> frozenset[str]:
    """What the person says that they do; at most one position."""
    return words_of(conn, [person_id], TraitKind.CALLING)[person_id]


def needs_of(
    conn: Connection, person_id: UUID, *, as_of: datetime | None = None, known_at: datetime | None = None
) -> frozenset[str]:
    """What the person wants to learn now, or wanted at `as_of` by what was known at `known_at`."""
    return words_of(conn, [person_id], TraitKind.NEED, as_of=as_of, known_at=known_at)[person_id]


def parse_needs(needs: Iterable[str]) -> frozenset[str]:
    """Needs as they are compared: small letters, each once. Raises Invalid for too many or too long ones."""
    parsed = frozenset(" ".join(need.casefold().split()) for need in needs) - {""}
    if len(parsed) > MOST_NEEDS or any(len(need) > _LONGEST or not need.isprintable() for need in parsed):
        raise Invalid(
            msgid("At most %(most)s needs can be named, each of at most %(longest)s characters."),
            where="needs",
            values={"most": MOST_NEEDS, "longest": _LONGEST},
        )
    return parsed


def _say(
    conn: Connection,
    person_id: UUID,
    kind: TraitKind,
    wanted: frozenset[str],
    known: frozenset[str],
    *,
    by: UUID,
    reason: str,
    now: datetime,
) -> None:
    for word in sorted(wanted ^ known):
        say_trait(conn, person_id, kind, word, held=word in wanted, since=None, by=by, reason=reason, now=now)
