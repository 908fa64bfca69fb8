"""The register as it was at the end of an earlier day: a person, an organisation, and who said so."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import msgspec
from litestar import Response
from sqlalchemy import Connection

from app.page import page
from app.visit import Visit
from base import Invalid, Missing
from people import (
    Action,
    FocalPoint,
    MembershipRow,
    Organisation,
    Person,
    RoleRow,
    Said,
    ScopeKind,
    TraitRow,
    focal_points_of,
    members_of,
    membership_rows,
    named_organisations,
    organisation,
    person,
    place_of_person,
    positions,
    role_rows,
    said_of_organisation,
    themes_of,
)


class PersonThen(msgspec.Struct, frozen=True):
    """What the register says of a person at `moment`; `organisations` by their ids as text, `names` of who said it."""

    person: Person
    moment: datetime
    memberships: list[MembershipRow]
    roles: list[RoleRow]
    positions: list[TraitRow]
    themes: list[FocalPoint]
    organisations: dict[str, Organisation]
    names: dict[UUID, str | None]


class OrganisationThen(msgspec.Struct, frozen=True):
    """What the register says of an organisation at `moment`; `then` is None before it was registered.

    `members` is None where the visitor may not see its people.
    """

    known: Organisation
    moment: datetime
    then: Organisation | None
    said: Said | None
    parent: Organisation | None
    focal_points: list[FocalPoint]
    members: list[MembershipRow] | None
    names: dict[UUID, str | None]


def end_of_day(entered: str, *, now: datetime) -> datetime:
    """The last moment of the day in UTC, or now where it is today. Raises Invalid for what is no day until today."""
    try:
        day = date.fromisoformat(entered)
    except ValueError:
        raise Invalid(f"on is {entered[:20]!r}; it must be a day such as 2026-11-22.", where="on") from None
    if day > now.date():
        raise Invalid(f"on is {day}; that day has not come yet.", where="on")
    midnight = datetime.combine(day, datetime.min.time(), UTC)
    return min(midnight + timedelta(days=1, microseconds=-1), now)


def person_then(conn: Connection, person_id: UUID, visit: Visit, moment: datetime) -> PersonThen:
    """The person at `moment`, for whoever may see them now. Raises Missing, Forbidden."""
    known = person(conn, person_id)
    visit.require(Action.VIEW_PEOPLE, place_of_person(conn, person_id))
    joined = {row.organisation_id: row for row in membership_rows(conn, person_id) if row.since <= moment}
    granted = {(row.role, row.scope): row for row in role_rows(conn, person_id) if row.since <= moment}
    memberships = [row for row in joined.values() if row.held]
    roles = [row for row in granted.values() if row.held]
    entered = {row.word: row for row in positions.position_rows(conn, person_id) if row.since <= moment}
    held = [row for row in entered.values() if row.held]
    themes = themes_of(conn, person_id, as_of=moment)
    scopes = [UUID(row.scope.id) for row in roles if row.scope.kind is ScopeKind.ORGANISATION and row.scope.id]
    named = {*scopes, *(row.organisation_id for row in memberships), *(each.organisation_id for each in themes)}
    return PersonThen(
        person=known,
        moment=moment,
        memberships=memberships,
        roles=roles,
        positions=held,
        themes=themes,
        organisations=_organisations_then(conn, named, moment),
        names=_names(conn, [each.by for rows in (memberships, roles, held, themes) for each in rows]),
    )


def organisation_then(conn: Connection, organisation_id: UUID, visit: Visit, moment: datetime) -> OrganisationThen:
    """The organisation at `moment`, for whoever may see it now. Raises Missing, Forbidden."""
    known = organisation(conn, organisation_id)
    visit.require(Action.VIEW_ORGANISATIONS, known.place)
    then = _then(conn, organisation_id, moment)
    said = None if then is None else said_of_organisation(conn, organisation_id, as_of=moment)
    points = focal_points_of(conn, organisation_id, as_of=moment)
    members = members_of(conn, organisation_id, as_of=moment) if visit.may(Action.VIEW_PEOPLE, known.place) else None
    asked = [each for row in (*points, *(members or ())) for each in (row.by, row.person_id)]
    return OrganisationThen(
        known=known,
        moment=moment,
        then=then,
        said=said,
        parent=_then(conn, then.parent_id, moment) if then and then.parent_id else None,
        focal_points=points,
        members=members,
        names=_names(conn, [said and said.by, *asked]),
    )


def show_person_then(visit: Visit, then: PersonThen) -> Response[str]:
    return page("person_then.html", visit, view=then)


def show_organisation_then(visit: Visit, then: OrganisationThen) -> Response[str]:
    return page("organisation_then.html", visit, view=then)


def _then(conn: Connection, organisation_id: UUID, moment: datetime) -> Organisation | None:
    try:
        return organisation(conn, organisation_id, as_of=moment)
    except Missing:
        return None


def _organisations_then(conn: Connection, ids: Iterable[UUID], moment: datetime) -> dict[str, Organisation]:
    """By their ids as text, each as it was then, or as it is where somebody joined before it was registered."""
    return {str(each.id): _then(conn, each.id, moment) or each for each in named_organisations(conn, ids).values()}


def _names(conn: Connection, ids: Iterable[UUID | None]) -> dict[UUID, str | None]:
    return {each: person(conn, each).full_name for each in set(ids) if each is not None}
