"""The register as it is read: who is enrolled on what, and what fulfils the requirements of a path."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Select, select

from base import Missing
from content import DeliveryMode, Finishing, Trusted
from lrs import agent_key, waymark_authority
from paths.judging.completion import Fulfilment
from paths.register.fulfilling import fulfilling_modules
from paths.tables.paths import enrolments, fulfilments, path_versions
from people import held_by, held_by_each


class Enrolment(msgspec.Struct, frozen=True):
    """A person, or an organisation, on a path, pinned to version number `version`.

    `registration` names it in our own statements.
    """

    id: UUID
    person_id: UUID | None
    path_id: UUID
    version_id: UUID
    version: int
    registration: UUID
    enrolled_at: datetime
    organisation_id: UUID | None = None

    @property
    def subject_id(self) -> UUID:
        """The id of the person or the organisation."""
        subject_id = self.person_id or self.organisation_id
        assert subject_id is not None  # a constraint keeps that it is one of the two
        return subject_id

    @property
    def learner_id(self) -> UUID:
        """The id of the person, of an enrolment that is not an organisation's."""
        assert self.person_id is not None  # asked of those of persons alone
        return self.person_id


def enrolment(conn: Connection, enrolment_id: UUID) -> Enrolment:
    """The enrolment with this id. Raises Missing."""
    found = enrolments_with_ids(conn, [enrolment_id])
    if not found:
        raise Missing(f"There is no enrolment {enrolment_id}.")
    return found[0]


def enrolments_with_ids(conn: Connection, ids: Collection[UUID]) -> list[Enrolment]:
    """Those of `ids` that there are."""
    return [_enrolment(row) for row in conn.execute(_ENROLMENTS.where(enrolments.c.id.in_(ids)))]


def enrolment_of(conn: Connection, person_id: UUID, path_id: UUID) -> Enrolment | None:
    """The person's enrolment on the path, if there is one; the oldest, where they are several persons in one."""
    query = _ENROLMENTS.where(_theirs(conn, person_id), enrolments.c.path_id == path_id).order_by(*_OLDEST_FIRST)
    row = conn.execute(query.limit(1)).one_or_none()
    return None if row is None else _enrolment(row)


def organisation_enrolment(conn: Connection, organisation_id: UUID, path_id: UUID) -> Enrolment | None:
    """The organisation's enrolment on the path, if there is one."""
    own = enrolments.c.organisation_id == organisation_id, enrolments.c.path_id == path_id
    row = conn.execute(_ENROLMENTS.where(*own)).one_or_none()
    return None if row is None else _enrolment(row)


def enrolments_of(conn: Connection, person_id: UUID) -> list[Enrolment]:
    """The person's enrolments, the oldest first, and those of all who were joined to them."""
    query = _ENROLMENTS.where(_theirs(conn, person_id)).order_by(*_OLDEST_FIRST)
    return [_enrolment(row) for row in conn.execute(query)]


def enrolments_of_each(conn: Connection, person_ids: Collection[UUID]) -> list[Enrolment]:
    """As `enrolments_of`, of many at once and in the order of their ids."""
    query = _ENROLMENTS.where(enrolments.c.person_id.in_(held_by_each(conn, person_ids)))
    return sorted((_enrolment(row) for row in conn.execute(query).all()), key=lambda each: each.id)


def enrolments_of_organisations(conn: Connection, organisation_ids: Collection[UUID]) -> list[Enrolment]:
    """The enrolments of the organisations, in the order of their ids."""
    query = _ENROLMENTS.where(enrolments.c.organisation_id.in_(organisation_ids)).order_by(enrolments.c.id)
    return [_enrolment(row) for row in conn.execute(query)]


def enrolled_organisations(conn: Connection, path_id: UUID | None = None) -> list[UUID]:
    """Every organisation that is enrolled on the path, on anything if not said."""
    organisations = select(enrolments.c.organisation_id).where(enrolments.c.organisation_id.is_not(None))
    on = [] if path_id is None else [enrolments.c.path_id == path_id]
    return list(conn.scalars(organisations.where(*on).distinct().order_by(enrolments.c.organisation_id)))


def enrolled_persons(conn: Connection, path_id: UUID | None = None) -> list[UUID]:
    """Everybody who is enrolled on the path, on anything if not said."""
    on = [] if path_id is None else [enrolments.c.path_id == path_id]
    persons = select(enrolments.c.person_id).where(enrolments.c.person_id.is_not(None), *on)
    return list(conn.scalars(persons.distinct().order_by(enrolments.c.person_id)))


def enrolments_touched(conn: Connection, touched: Mapping[UUID, Collection[str]]) -> list[Enrolment]:
    """By person, activities: those of the persons' enrolments on whose paths one of these fulfils something."""
    paths = paths_with(conn, set().union(*touched.values()))
    holders = held_by_each(conn, touched)
    theirs = enrolments.c.person_id.in_(holders), enrolments.c.path_id.in_(set().union(*paths.values()))
    return [
        _enrolment(row)
        for row in conn.execute(_ENROLMENTS.where(*theirs)).all()
        if any(row.path_id in paths[activity] for activity in touched[holders[row.person_id]])
    ]


def paths_with(conn: Connection, activities: Collection[str]) -> dict[str, set[UUID]]:
    """By activity, the paths on which it fulfils something."""
    found: dict[str, set[UUID]] = {activity: set() for activity in activities}
    named = select(fulfilments.c.activity, fulfilments.c.path_id).where(fulfilments.c.activity.in_(activities))
    for row in conn.execute(named.distinct()):
        found[row.activity].add(row.path_id)
    return found


def enrolments_on(conn: Connection, path_id: UUID) -> list[Enrolment]:
    """Everyone's enrolments on the path."""
    query = _ENROLMENTS.where(enrolments.c.path_id == path_id).order_by(enrolments.c.id)
    return [_enrolment(row) for row in conn.execute(query)]


def fulfilments_of(conn: Connection, path_id: UUID) -> list[Fulfilment]:
    """The path's fulfilments in the order of the register. What Waymark recorded counts, and whom a module trusts."""
    rows = conn.execute(select(fulfilments).where(fulfilments.c.path_id == path_id).order_by(fulfilments.c.seq))
    return read_fulfilments(conn, rows.mappings().all())


def read_fulfilments(conn: Connection, rows: Iterable[Mapping[Any, Any]]) -> list[Fulfilment]:
    """The rows as rules, in their order."""
    own = own_authority(conn)
    return [_fulfilment(own, tuple(row[name] for name in _SAID)) for row in rows]


@lru_cache(20_000)
def _fulfilment(own: str, said: tuple[Any, ...]) -> Fulfilment:
    """The same rule each time: what was worked out of it once is found by it at once."""
    requirement, activity, finishing, trusted, recorded_at, counts_from, counts_until, delivery = said
    return Fulfilment(
        requirement=requirement,
        activity=activity,
        finishing=msgspec.json.decode(finishing, type=Finishing),
        authorities=frozenset({own}),
        trusted=msgspec.json.decode(trusted, type=tuple[Trusted, ...]),
        recorded_at=recorded_at,
        counts_from=counts_from,
        counts_until=counts_until,
        delivery=DeliveryMode(delivery),
    )


def opened_modules(conn: Connection, path_id: UUID) -> dict[str, UUID]:
    """By requirement, the id of the module that is opened for it: the author's first of those whose evidence counts."""
    return {requirement: modules[0] for requirement, modules in fulfilling_modules(conn, path_id).items()}


def own_authority(conn: Connection) -> str:
    """The agent key of the authority under which Waymark stores what it recorded itself."""
    key = agent_key(waymark_authority(conn))
    assert key is not None  # it has an account
    return key


_SAID = (
    "requirement",
    "activity",
    "finishing",
    "authorities",
    "recorded_at",
    "counts_from",
    "counts_until",
    "delivery",
)
"""The columns of a fulfilment that judging asks for."""

_ENROLMENTS: Select[Any] = select(enrolments, path_versions.c.number).join(
    path_versions, path_versions.c.id == enrolments.c.version_id
)


_OLDEST_FIRST = enrolments.c.enrolled_at, enrolments.c.id


def _theirs(conn: Connection, person_id: UUID) -> ColumnElement[bool]:
    """An enrolment stays its person's own when they are joined to another, and counts as the holder's meanwhile."""
    return enrolments.c.person_id.in_(held_by(conn, person_id))


def _enrolment(row: Row[Any]) -> Enrolment:
    return Enrolment(
        id=row.id,
        person_id=row.person_id,
        path_id=row.path_id,
        version_id=row.version_id,
        version=row.number,
        registration=row.registration,
        enrolled_at=row.enrolled_at,
        organisation_id=row.organisation_id,
    )
