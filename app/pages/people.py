"""People: the list, one person, and what is decided about them."""

from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_400_BAD_REQUEST
from sqlalchemy import Connection

from app.page import page, see_other
from app.pages.listing import Listing
from app.pages.organisations import Entry as Text
from app.pages.organisations import choices, show_organisation, view_organisation
from app.pages.past import end_of_day, person_then, show_person_then
from app.visit import Visit, acts
from base import Database, Invalid, msgid
from paths import paths
from people import (
    COUNTRIES,
    NETWORK,
    Account,
    Action,
    Entry,
    FocalPoint,
    Grant,
    Membership,
    MembershipRow,
    Organisation,
    PeopleOrder,
    Person,
    Role,
    RoleRow,
    Scope,
    ScopeKind,
    TraitRow,
    accounts_of,
    add_person_on_paper,
    count_people,
    find_people,
    grant_role,
    grants_of,
    leave,
    may_be_claimed,
    membership_rows,
    memberships_of,
    named_organisations,
    organisation,
    person,
    place,
    place_of_person,
    positions,
    role_rows,
    scopes_for,
    themes_of,
    withdraw_role,
)

PAGE_SIZE = 50
_GRANTED = [role for role in Role if role is not Role.LEARNER]


class PaperForm(msgspec.Struct, frozen=True):
    """The name of somebody who has no account."""

    full_name: Text = ""


class RoleForm(msgspec.Struct, frozen=True):
    """A role, for one country or the whole network where none is chosen, and why."""

    role: Text = ""
    country: Text = ""
    reason: Text = ""


class HeldRole(msgspec.Struct, frozen=True):
    """A role that is held in a scope."""

    role: Role
    scope_kind: ScopeKind
    scope_id: Text = ""


class Ending(msgspec.Struct, frozen=True):
    """Why somebody belongs to an organisation no more."""

    reason: Text = ""


class PeopleList(msgspec.Struct, frozen=True):
    """One page of the list: what was asked, what was found, how many there are, where the next page is."""

    listing: Listing
    text: str
    organisation: Organisation | None
    found: list[Entry]
    organisations: dict[UUID, Organisation]
    total: int
    next_page: str | None


class PersonView(msgspec.Struct, frozen=True):
    """All that the page of one person shows; `organisations` are those that the rows name, by their ids as text."""

    person: Person
    roles: list[RoleRow]
    held: list[Grant]
    memberships: list[MembershipRow]
    current: list[Membership]
    positions: list[TraitRow]
    held_positions: list[str]
    themes: list[FocalPoint]
    organisations: dict[str, Organisation]
    accounts: list[Account]
    may_be_claimed: bool
    may_manage: bool
    offered: list[str]


@get("/people", opt=acts(Action.VIEW_PEOPLE))
async def people_page(
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    text: FromQuery[str] = "",
    organisation_id: FromQuery[UUID | None] = None,
    sort: FromQuery[str] = "name",
    after: FromQuery[UUID | None] = None,
) -> Response[str]:
    listing = list_people(text, organisation_id, sort)
    return page("people.html", visit, shown=await db.read(_list, visit, listing, text, organisation_id, after))


@get("/people/{person_id:uuid}", opt=acts(Action.VIEW_PEOPLE))
async def person_page(
    person_id: FromPath[UUID],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    on: FromQuery[str] = "",
) -> Response[str]:
    if not on:
        return show_person(visit, await db.read(view_person, person_id, visit), RoleForm(), {})
    try:
        moment = end_of_day(on, now=visit.now)
    except Invalid:
        return show_person(visit, await db.read(view_person, person_id, visit), RoleForm(), {"on": on})
    return show_person_then(visit, await db.read(person_then, person_id, visit, moment))


@post("/people/{person_id:uuid}/roles", opt=acts(Action.GRANT_ROLES))
async def grant(
    person_id: FromPath[UUID],
    data: URLEncodedBody[RoleForm],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Response[str] | Redirect:
    faults = {} if data.role in _GRANTED else {"role": "missing"}
    if data.country and data.country not in COUNTRIES:
        faults["country"] = "missing"
    if not data.reason.strip():
        faults["reason"] = "missing"
    if faults:
        return show_person(visit, await db.read(view_person, person_id, visit), data, faults)
    await db.write(_grant, person_id, data, visit)
    return see_other(visit, f"/people/{person_id}")


@post("/people/{person_id:uuid}/roles/withdraw", opt=acts(Action.GRANT_ROLES))
async def withdraw_granted(
    person_id: FromPath[UUID],
    data: URLEncodedBody[HeldRole],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Redirect:
    await db.write(_withdraw, person_id, data, visit)
    return see_other(visit, f"/people/{person_id}")


@post("/people/{person_id:uuid}/memberships/{organisation_id:uuid}/end", opt=acts(Action.MANAGE_MEMBERS))
async def end_membership(
    person_id: FromPath[UUID],
    organisation_id: FromPath[UUID],
    data: URLEncodedBody[Ending],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Response[str] | Redirect:
    if not data.reason.strip():
        view = await db.read(view_person, person_id, visit)
        return show_person(visit, view, RoleForm(), {f"ending-{organisation_id}": "missing"})
    await db.write(_end, person_id, organisation_id, data, visit)
    return see_other(visit, f"/people/{person_id}")


@post("/organisations/{organisation_id:uuid}/people", opt=acts(Action.MANAGE_MEMBERS))
async def add_on_paper(
    organisation_id: FromPath[UUID],
    data: URLEncodedBody[PaperForm],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Response[str] | Redirect:
    try:
        added = await db.write(_add_on_paper, organisation_id, data, visit)
    except Invalid:
        view = await db.read(view_organisation, organisation_id, visit)
        return show_organisation(visit, view, faults={"full_name": "wrong"})
    return see_other(visit, f"/people/{added.id}")


def list_people(text: str, organisation_id: UUID | None, sort: str) -> Listing:
    """The list of people as it stands in its address."""
    return Listing("/people", sort, {"text": text, "organisation_id": str(organisation_id or "")})


def _list(
    conn: Connection, visit: Visit, listing: Listing, text: str, organisation_id: UUID | None, after: UUID | None
) -> PeopleList:
    within = scopes_for(visit.grants, Action.VIEW_PEOPLE)
    found = find_people(
        conn,
        text=text,
        organisation_id=organisation_id,
        within=within,
        order=listing.one_of(PeopleOrder),
        descending=listing.descending,
        after=after,
        limit=PAGE_SIZE + 1,
    )
    shown = found[:PAGE_SIZE]
    return PeopleList(
        listing=listing,
        text=text,
        organisation=None if organisation_id is None else organisation(conn, organisation_id),
        found=shown,
        organisations=named_organisations(conn, [m.organisation_id for each in shown for m in each.memberships]),
        total=count_people(conn, text=text, organisation_id=organisation_id, within=within),
        next_page=listing.behind(shown[-1].id) if len(found) > PAGE_SIZE else None,
    )


def view_person(conn: Connection, person_id: UUID, visit: Visit) -> PersonView:
    """What the page of the person shows to the visitor. Raises Forbidden, Missing."""
    known = person(conn, person_id)
    visit.require(Action.VIEW_PEOPLE, place_of_person(conn, person_id))
    roles, memberships = role_rows(conn, person_id), membership_rows(conn, person_id)
    scopes = [UUID(row.scope.id) for row in roles if row.scope.kind is ScopeKind.ORGANISATION and row.scope.id]
    themes = themes_of(conn, person_id)
    named = named_organisations(
        conn, [*scopes, *(row.organisation_id for row in memberships), *(each.organisation_id for each in themes)]
    )
    held = [grant for grant in grants_of(conn, person_id) if grant.role is not Role.LEARNER]
    return PersonView(
        person=known,
        roles=roles,
        held=sorted(held, key=lambda grant: (grant.role, grant.scope.kind, grant.scope.id or "")),
        memberships=memberships,
        current=memberships_of(conn, person_id),
        positions=positions.position_rows(conn, person_id),
        held_positions=sorted(positions.positions_of(conn, person_id)),
        themes=themes,
        organisations={str(each): organisation for each, organisation in named.items()},
        accounts=[account for account in accounts_of(conn, person_id) if account != known.opaque],
        may_be_claimed=_may_be_claimed(conn, person_id, visit),
        may_manage=visit.may(Action.MANAGE_MEMBERS, place_of_person(conn, person_id)),
        offered=list(dict.fromkeys((*positions.POSITIONS, *(each.role for each in paths(conn))))),
    )


def _may_be_claimed(conn: Connection, person_id: UUID, visit: Visit) -> bool:
    """Whether the visitor may make a link by which somebody known from paper makes themselves known."""
    here = place_of_person(conn, person_id)
    return person_id != visit.person_id and visit.may(Action.MANAGE_MEMBERS, here) and may_be_claimed(conn, person_id)


def show_person(visit: Visit, view: PersonView, form: RoleForm, faults: dict[str, str]) -> Response[str]:
    """The page of one person, with what was entered and the faults of it."""
    return page(
        "person.html",
        visit,
        status=HTTP_400_BAD_REQUEST if faults else HTTP_200_OK,
        view=view,
        form=form,
        faults=faults,
        roles=[role.value for role in _GRANTED],
        countries=choices(visit)["countries"],
    )


def _grant(conn: Connection, person_id: UUID, form: RoleForm, visit: Visit) -> None:
    scope = Scope(ScopeKind.COUNTRY, form.country) if form.country else NETWORK
    # Asked of the scope that is given away, so that nobody grants more than they hold.
    visit.require(Action.GRANT_ROLES, place(scope))
    reason = form.reason.strip()
    grant_role(conn, person_id, Role(form.role), scope=scope, by=visit.person_id, reason=reason, now=visit.now)


def _withdraw(conn: Connection, person_id: UUID, held: HeldRole, visit: Visit) -> None:
    scope = Scope(held.scope_kind, held.scope_id or None)
    visit.require(Action.GRANT_ROLES, place(scope))
    reason = msgid("withdrawn on the page of the person")
    withdraw_role(conn, person_id, held.role, scope=scope, by=visit.person_id, reason=reason, now=visit.now)


def _end(conn: Connection, person_id: UUID, organisation_id: UUID, ending: Ending, visit: Visit) -> None:
    visit.require(Action.MANAGE_MEMBERS, organisation(conn, organisation_id).place)
    leave(conn, person_id, organisation_id, by=visit.person_id, reason=ending.reason.strip(), now=visit.now)


def _add_on_paper(conn: Connection, organisation_id: UUID, form: PaperForm, visit: Visit) -> Person:
    visit.require(Action.MANAGE_MEMBERS, organisation(conn, organisation_id).place)
    return add_person_on_paper(
        conn,
        organisation_id,
        full_name=form.full_name,
        language=visit.language,
        by=visit.person_id,
        reason=msgid("known from paper"),
        now=visit.now,
    )
