"""What rules about people go by: what somebody does, needs and belongs to."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, exists, select

from people.dated import in_force
from people.holding import held_by_each, holders_of
from people.organisation_tables import memberships, organisation_states
from people.organisations import OrganisationKind
from people.tables import persons, traits
from people.traits import TraitKind, words_of
from people.withdrawing import stands


class Belonging(NamedTuple):
    """Of what kind and in which country an organisation is to which somebody belongs."""

    kind: OrganisationKind
    country: str


class Profile(msgspec.Struct, frozen=True):
    """One person at some moment, as rules see them."""

    positions: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    belongings: frozenset[Belonging] = frozenset()


def profiles_of(
    conn: Connection, person_ids: Collection[UUID], *, as_of: datetime | None = None, known_at: datetime | None = None
) -> dict[UUID, Profile]:
    """By person, their profile now, or at `as_of` by what was known at `known_at`; also of those joined to them."""
    positions = words_of(conn, person_ids, TraitKind.POSITION, as_of=as_of, known_at=known_at)
    needs = words_of(conn, person_ids, TraitKind.NEED, as_of=as_of, known_at=known_at)
    belongings = _belongings(conn, person_ids, as_of, known_at)
    return {each: Profile(positions[each], needs[each], frozenset(belongings[each])) for each in person_ids}


def persons_like(
    conn: Connection,
    *,
    position: str | None = None,
    need: str | None = None,
    kind: OrganisationKind | None = None,
    country: str | None = None,
) -> list[UUID]:
    """Whoever has all of this now that is given, in the order of their ids, each as who they are now."""
    asked: list[ColumnElement[bool]] = [stands(persons.c.id)]
    asked += [_has(word_kind, word) for word_kind, word in _words(position, need)]
    if kind is not None or country is not None:
        states = organisation_states.c
        where = [states.kind == kind.value] if kind is not None else []
        where += [states.country == country] if country is not None else []
        belongs = exists().where(
            memberships.c.person_id == persons.c.id,
            memberships.c.held.is_(True),
            in_force(memberships, "person_id", "organisation_id"),
            states.organisation_id == memberships.c.organisation_id,
            in_force(organisation_states, "organisation_id"),
            *where,
        )
        asked.append(belongs)
    found = list(conn.scalars(select(persons.c.id).where(*asked)))
    return sorted(set(holders_of(conn, found).values()))


def _words(position: str | None, need: str | None) -> list[tuple[TraitKind, str]]:
    asked = ((TraitKind.POSITION, position), (TraitKind.NEED, need))
    return [(kind, word) for kind, word in asked if word is not None]


def _has(kind: TraitKind, word: str) -> ColumnElement[bool]:
    return exists().where(
        traits.c.person_id == persons.c.id,
        traits.c.kind == kind.value,
        traits.c.word == word,
        traits.c.held.is_(True),
        in_force(traits, "person_id", "kind", "word"),
    )


def _belongings(
    conn: Connection, person_ids: Collection[UUID], as_of: datetime | None, known_at: datetime | None
) -> dict[UUID, set[Belonging]]:
    holders = held_by_each(conn, person_ids)
    states = organisation_states.c
    belonging = (
        select(memberships.c.person_id, states.kind, states.country)
        .join(organisation_states, states.organisation_id == memberships.c.organisation_id)
        .where(
            memberships.c.person_id.in_(holders),
            memberships.c.held.is_(True),
            in_force(memberships, "person_id", "organisation_id", as_of=as_of, known_at=known_at),
            in_force(organisation_states, "organisation_id", as_of=as_of, known_at=known_at),
        )
    )
    found: dict[UUID, set[Belonging]] = defaultdict(set)
    for row in conn.execute(belonging):
        found[holders[row.person_id]].add(Belonging(OrganisationKind(row.kind), row.country))
    return found
