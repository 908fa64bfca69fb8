"""Organisations: the list, one of them, and the form for what it is."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_400_BAD_REQUEST
from sqlalchemy import Connection

from app.page import page, see_other
from app.pages.enrolments import title_of
from app.pages.listing import Listing
from app.pages.past import end_of_day, organisation_then, show_organisation_then
from app.visit import Visit, acts
from base import Database, Invalid, Missing, msgid, words_for
from paths import TeamOnPath, invited_onto, is_for_teams, paths, teams_on_paths
from people import (
    COUNTRIES,
    ORGANISATION_ROLES,
    Action,
    FocalPoint,
    Invitation,
    Organisation,
    OrganisationKind,
    OrganisationOrder,
    Person,
    Scope,
    ScopeKind,
    Tier,
    add_organisation,
    change_organisation,
    close_domain,
    count_organisations,
    count_people,
    focal_points_of,
    invitations_of,
    open_domain,
    organisation,
    organisations,
    person,
    place,
    scopes_for,
)

PAGE_SIZE = 50
_REASON = msgid("entered on the page of organisations")
Entry = Annotated[str, msgspec.Meta(max_length=2000)]


class OrganisationForm(msgspec.Struct, frozen=True):
    """What is entered of an organisation; themes have commas between them, domains spaces."""

    name: Entry = ""
    kind: Entry = "city"
    country: Entry = ""
    parent_id: Entry = ""
    themes: Entry = ""
    mail_domains: Entry = ""


class OrganisationList(msgspec.Struct, frozen=True):
    """One page of the list: what was asked, what was found, how many there are, where the next page is."""

    listing: Listing
    text: str
    country: str
    kind: str
    found: list[Organisation]
    total: int
    next_page: str | None


class OrganisationView(msgspec.Struct, frozen=True):
    """All that the page of one organisation shows; `paths` by slug are those onto which the visitor may invite."""

    organisation: Organisation
    parent: Organisation | None
    focal_points: list[tuple[FocalPoint, Person]]
    people: int
    invitations: list[Invitation]
    invited_onto: dict[UUID, str]
    paths: list[tuple[str, str]]
    teams: list[TeamOnPath]


@get("/organisations", opt=acts(Action.VIEW_ORGANISATIONS))
async def organisations_page(
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    text: FromQuery[str] = "",
    country: FromQuery[str] = "",
    kind: FromQuery[str] = "",
    sort: FromQuery[str] = "name",
    after: FromQuery[UUID | None] = None,
) -> Response[str]:
    shown = await db.read(_list, visit, list_organisations(text, country, kind, sort), after)
    return page("organisations.html", visit, shown=shown, **choices(visit))


@get("/organisations/new", opt=acts(Action.MANAGE_ORGANISATIONS))
async def new_organisation_page(visit: NamedDependency[Visit], db: NamedDependency[Database]) -> Response[str]:
    return await db.read(_form_page, visit, OrganisationForm(), None, {})


@post("/organisations/new", opt=acts(Action.MANAGE_ORGANISATIONS))
async def new_organisation(
    data: URLEncodedBody[OrganisationForm], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str] | Redirect:
    try:
        added = await db.write(_add, data, visit)
    except Invalid as invalid:
        return await db.read(_form_page, visit, data, None, {invalid.where or "name": "wrong"})
    return see_other(visit, f"/organisations/{added.id}")


@get("/organisations/{organisation_id:uuid}", opt=acts(Action.VIEW_ORGANISATIONS))
async def organisation_page(
    organisation_id: FromPath[UUID],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    on: FromQuery[str] = "",
) -> Response[str]:
    if not on:
        return show_organisation(visit, await db.read(view_organisation, organisation_id, visit))
    try:
        moment = end_of_day(on, now=visit.now)
    except Invalid:
        return show_organisation(visit, await db.read(view_organisation, organisation_id, visit), faults={"on": on})
    return show_organisation_then(visit, await db.read(organisation_then, organisation_id, visit, moment))


@get("/organisations/{organisation_id:uuid}/change", opt=acts(Action.MANAGE_ORGANISATIONS))
async def change_organisation_page(
    organisation_id: FromPath[UUID], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str]:
    known = await db.read(organisation, organisation_id)
    visit.require(Action.MANAGE_ORGANISATIONS, known.place)
    entered = OrganisationForm(
        name=known.name,
        kind=known.kind,
        country=known.country,
        parent_id=str(known.parent_id or ""),
        themes=", ".join(known.themes),
        mail_domains=" ".join(known.domains),
    )
    return await db.read(_form_page, visit, entered, known, {})


@post("/organisations/{organisation_id:uuid}/change", opt=acts(Action.MANAGE_ORGANISATIONS))
async def save_organisation(
    organisation_id: FromPath[UUID],
    data: URLEncodedBody[OrganisationForm],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Response[str] | Redirect:
    try:
        await db.write(_change, organisation_id, data, visit)
    except Invalid as invalid:
        known = await db.read(organisation, organisation_id)
        return await db.read(_form_page, visit, data, known, {invalid.where or "name": "wrong"})
    return see_other(visit, f"/organisations/{organisation_id}")


def view_organisation(conn: Connection, organisation_id: UUID, visit: Visit) -> OrganisationView:
    """What the page of the organisation shows to the visitor. Raises Forbidden, Missing."""
    known = organisation(conn, organisation_id)
    visit.require(Action.VIEW_ORGANISATIONS, known.place)
    within = {Scope(ScopeKind.ORGANISATION, str(known.id))}
    invitations = invitations_of(conn, known.id, now=visit.now)
    onto = invited_onto(conn, [each.id for each in invitations])
    return OrganisationView(
        organisation=known,
        parent=None if known.parent_id is None else organisation(conn, known.parent_id),
        focal_points=[(point, person(conn, point.person_id)) for point in focal_points_of(conn, known.id)],
        people=count_people(conn, organisation_id=known.id, within=within),
        invitations=invitations,
        invited_onto={id_: title_of(each, visit) for id_, each in onto.items()},
        paths=_open_paths(conn, visit) if visit.may(Action.MANAGE_ENROLMENTS, known.place) else [],
        teams=teams_on_paths(conn, [known.id], language=visit.language),
    )


def _open_paths(conn: Connection, visit: Visit) -> list[tuple[str, str]]:
    """By slug, the title of every path that takes learners by themselves."""
    return [(each.slug, title_of(each, visit)) for each in paths(conn) if each.is_open and not is_for_teams(conn, each)]


def show_organisation(
    visit: Visit, view: OrganisationView, *, link: str | None = None, faults: dict[str, str] | None = None
) -> Response[str]:
    """The page of one organisation; with the `link` of an invitation that was just made, or the faults of a form."""
    return page(
        "organisation.html",
        visit,
        status=HTTP_400_BAD_REQUEST if faults else HTTP_200_OK,
        view=view,
        link=link,
        faults=faults or {},
        tiers=[tier.value for tier in Tier],
        roles=[role.value for role in ORGANISATION_ROLES],
    )


def choices(visit: Visit) -> dict[str, Any]:
    """The countries by name and the kinds, for the fields that choose one."""
    words = words_for(visit.language)
    countries = sorted(((code, words.country(code)) for code in COUNTRIES), key=lambda each: each[1])
    return {"countries": countries, "kinds": [kind.value for kind in OrganisationKind]}


def list_organisations(text: str, country: str, kind: str, sort: str) -> Listing:
    """The list of organisations as it stands in its address."""
    return Listing("/organisations", sort, {"text": text, "country": country, "kind": kind})


def _list(conn: Connection, visit: Visit, listing: Listing, after: UUID | None) -> OrganisationList:
    text, country, kind = (listing.filters[name] for name in ("text", "country", "kind"))
    within = scopes_for(visit.grants, Action.VIEW_ORGANISATIONS)
    asked_kind = parse_kind(kind) if kind else None
    found = organisations(
        conn,
        text=text,
        country=country,
        kind=asked_kind,
        within=within,
        order=listing.one_of(OrganisationOrder),
        descending=listing.descending,
        after=after,
        limit=PAGE_SIZE + 1,
    )
    total = count_organisations(conn, text=text, country=country, kind=asked_kind, within=within)
    shown = found[:PAGE_SIZE]
    next_page = listing.behind(shown[-1].id) if len(found) > PAGE_SIZE else None
    return OrganisationList(listing, text, country, kind, shown, total, next_page)


def _form_page(
    conn: Connection, visit: Visit, form: OrganisationForm, known: Organisation | None, faults: dict[str, str]
) -> Response[str]:
    within = scopes_for(visit.grants, Action.MANAGE_ORGANISATIONS)
    parents = [each for each in organisations(conn, within=within, limit=None) if known is None or each.id != known.id]
    return page(
        "organisation_form.html",
        visit,
        status=HTTP_400_BAD_REQUEST if faults else HTTP_200_OK,
        form=form,
        known=known,
        faults=faults,
        parents=[(str(each.id), each.name) for each in parents],
        **choices(visit),
    )


def _add(conn: Connection, form: OrganisationForm, visit: Visit) -> Organisation:
    added = add_organisation(
        conn,
        name=form.name,
        kind=parse_kind(form.kind),
        country=form.country,
        parent_id=_parent(form),
        themes=form.themes.split(","),
        mail_domains=form.mail_domains.replace(",", " ").split(),
        by=visit.person_id,
        reason=_REASON,
        now=visit.now,
    )
    # Its own id gives no right to it before it exists, so its country alone is asked.
    visit.require(Action.MANAGE_ORGANISATIONS, place(Scope(ScopeKind.COUNTRY, added.country)))
    return added


def _change(conn: Connection, organisation_id: UUID, form: OrganisationForm, visit: Visit) -> None:
    """Both where it was and where it will be must be the visitor's to manage."""
    before = organisation(conn, organisation_id)
    visit.require(Action.MANAGE_ORGANISATIONS, before.place)
    after = change_organisation(
        conn,
        organisation_id,
        name=form.name,
        kind=parse_kind(form.kind),
        country=form.country,
        parent_id=_parent(form),
        themes=form.themes.split(","),
        by=visit.person_id,
        reason=_REASON,
        now=visit.now,
    )
    visit.require(Action.MANAGE_ORGANISATIONS, after.place)
    entered = {each.removeprefix("@").casefold() for each in form.mail_domains.replace(",", " ").split()}
    for domain in sorted(entered - set(before.domains)):
        open_domain(conn, organisation_id, domain, by=visit.person_id, reason=_REASON, now=visit.now)
    for domain in sorted(set(before.domains) - entered):
        close_domain(conn, organisation_id, domain, by=visit.person_id, reason=_REASON, now=visit.now)


def parse_kind(text: str) -> OrganisationKind:
    try:
        return OrganisationKind(text)
    except ValueError:
        raise Invalid(f"kind must be one of {', '.join(OrganisationKind)}.", where="kind") from None


def _parent(form: OrganisationForm) -> UUID | None:
    try:
        return UUID(form.parent_id) if form.parent_id else None
    except ValueError:
        raise Missing("There is no such organisation above this one.", where="parent_id") from None
