"""What people said that they want to learn: words of their own choice, from when to when."""

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from base import Invalid, lock, msgid
from people.traits import TraitKind, say_trait, words_of

MOST_NEEDS = 20
_LONGEST = 60


def say_needs(conn: Connection, person_id: UUID, needs: Iterable[str], *, by: UUID, reason: str, now: datetime) -> None:
    """These are the person's needs from now on, and no others; what stays as it was adds no row.

    Raises Missing for an unknown person, Invalid for too many or too long ones.
    """
    lock(conn, f"traits of {person_id}")
    wanted, known = parse_needs(needs), needs_of(conn, person_id)
    for need in sorted(wanted ^ known):
        say_trait(conn, person_id, TraitKind.NEED, need, held=need in wanted, since=None, by=by, reason=reason, now=now)


def needs_of(
    conn: Connection, person_id: UUID, *, as_of: datetime | None = None, known_at: datetime | None = None
) -> frozenset[str]:
    """What the person wants to learn now, or wanted at `as_of` by what was known at `known_at`."""
    return needs_of_each(conn, [person_id], as_of=as_of, known_at=known_at)[person_id]


def needs_of_each(
    conn: Connection, person_ids: Collection[UUID], *, as_of: datetime | None = None, known_at: datetime | None = None
) -> dict[UUID, frozenset[str]]:
    """As `needs_of`, of many at once."""
    return words_of(conn, person_ids, TraitKind.NEED, as_of=as_of, known_at=known_at)


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
