"""Looking for people: by name, by organisation, within what somebody may see."""

from collections.abc import Collection
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, Select, exists, func, select

from base import in_order
from people.dated import in_force
from people.membership import Membership, Tier
from people.names import folded
from people.organisation_tables import memberships, organisation_states
from people.organisations import lies_within
from people.permissions import NETWORK, Scope
from people.tables import persons
from people.withdrawing import stands


class PeopleOrder(StrEnum):
    """By what a list of people is in order; people of one language by name."""

    NAME = "name"
    LANGUAGE = "language"


class Entry(msgspec.Struct, frozen=True):
    """A person in a list, with the organisations to which they belong now."""

    id: UUID
    full_name: str | None
    language: str
    memberships: tuple[Membership, ...]


def find_people(
    conn: Connection,
    *,
    text: str | None = None,
    organisation_id: UUID | None = None,
    within: Collection[Scope],
    order: PeopleOrder = PeopleOrder.NAME,
    descending: bool = False,
    after: UUID | None = None,
    limit: int = 50,
) -> list[Entry]:
    """People in `order`, those without a name first, who match every filter; a page begins behind `after`.

    `text` is looked for anywhere in the name, without case and marks. `within` keeps those who belong to an
    organisation in one of the scopes; whoever belongs nowhere is seen from the network alone.
    """
    by = _ORDERS[order]
    behind = None if after is None else conn.execute(select(*by).where(persons.c.id == after)).one_or_none()
    found = in_order(_matching(text, organisation_id, within), by, descending=descending, behind=behind)
    rows = conn.execute(found.limit(limit)).all()
    belongs = _memberships_of_all(conn, [row.id for row in rows])
    return [Entry(row.id, row.full_name, row.language, tuple(belongs.get(row.id, ()))) for row in rows]


def count_people(
    conn: Connection, *, text: str | None = None, organisation_id: UUID | None = None, within: Collection[Scope]
) -> int:
    """How many people match every filter."""
    return conn.scalar(select(func.count()).select_from(_matching(text, organisation_id, within).subquery())) or 0


def ids_of_people(
    conn: Connection, *, text: str | None = None, organisation_id: UUID | None = None, within: Collection[Scope]
) -> list[UUID]:
    """The ids of all who match every filter, as `find_people` understands them."""
    return list(conn.scalars(_matching(text, organisation_id, within)))


_NAME = func.coalesce(persons.c.folded_name, "")
_ORDERS: dict[PeopleOrder, tuple[ColumnElement[Any], ...]] = {
    PeopleOrder.NAME: (_NAME, persons.c.id),
    PeopleOrder.LANGUAGE: (persons.c.language, _NAME, persons.c.id),
}
_CURRENT = in_force(memberships, "person_id", "organisation_id")


def _matching(text: str | None, organisation_id: UUID | None, within: Collection[Scope]) -> Select[Any]:
    asked = [stands(persons.c.id)]
    if text and (sought := folded(text)):
        asked.append(persons.c.folded_name.contains(sought, autoescape=True))
    belongs = exists().where(memberships.c.person_id == persons.c.id, memberships.c.held.is_(True), _CURRENT)
    if organisation_id is not None:
        asked.append(belongs.where(memberships.c.organisation_id == organisation_id))
    if NETWORK not in within:
        states = organisation_states.c
        asked.append(
            belongs.where(
                states.organisation_id == memberships.c.organisation_id,
                in_force(organisation_states, "organisation_id"),
                lies_within(states.organisation_id, states.country, within),
            )
        )
    return select(persons.c.id, persons.c.full_name, persons.c.language).where(*asked)


def _memberships_of_all(conn: Connection, person_ids: Collection[UUID]) -> dict[UUID, list[Membership]]:
    rows = conn.execute(
        select(memberships)
        .where(memberships.c.person_id.in_(person_ids), memberships.c.held.is_(True), _CURRENT)
        .order_by(memberships.c.since, memberships.c.seq)
    )
    belongs: dict[UUID, list[Membership]] = {}
    for row in rows:
        known = Membership(row.person_id, row.organisation_id, Tier(row.tier), row.since)
        belongs.setdefault(row.person_id, []).append(known)
    return belongs
