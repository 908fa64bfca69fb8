"""Lists of people, organisations and requests as files for spreadsheets, filtered and in order as on their pages.

Titles are those of the tables that are imported (people/import_rows.py), so that what came out can be sent in again.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Stream
from sqlalchemy import Connection

from app.pages.listing import Listing
from app.pages.organisations import list_organisations, parse_kind
from app.pages.people import list_people
from app.pages.requests import list_requests, waiting_requests
from app.visit import Visit, acts
from base import Cell, Database, csv_lines, write_csv
from people import (
    Action,
    Entry,
    Organisation,
    OrganisationOrder,
    PeopleOrder,
    find_people,
    named_organisations,
    organisations,
    scopes_for,
)

ROWS_AT_ONCE = 1000
_PEOPLE = ("Id", "Full name", "Language", "Organisation", "Country", "Membership", "Since")
_ORGANISATIONS = ("Id", "Name", "Kind", "Country", "Parent", "Themes", "Mail domains", "Since")
_REQUESTS = ("Id", "Asked", "Full name", "Organisation", "Country", "Membership", "Note")

Part = tuple[list[Sequence[Cell]], UUID | None]
"""Some rows of a file, and behind which row of the list the next part begins."""

Read = Callable[[Connection, Visit, Listing, UUID | None], Part]


@get("/people/export.csv", opt=acts(Action.VIEW_PEOPLE))
async def people_as_csv(
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    text: FromQuery[str] = "",
    organisation_id: FromQuery[UUID | None] = None,
    sort: FromQuery[str] = "name",
) -> Stream:
    """A row for each membership, and one for whoever belongs nowhere."""
    return await _file(db, "people", _PEOPLE, _people, visit, list_people(text, organisation_id, sort))


@get("/organisations/export.csv", opt=acts(Action.VIEW_ORGANISATIONS))
async def organisations_as_csv(
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    text: FromQuery[str] = "",
    country: FromQuery[str] = "",
    kind: FromQuery[str] = "",
    sort: FromQuery[str] = "name",
) -> Stream:
    listing = list_organisations(text, country, kind, sort)
    return await _file(db, "organisations", _ORGANISATIONS, _organisations, visit, listing)


@get("/requests/export.csv", opt=acts(Action.MANAGE_MEMBERS))
async def requests_as_csv(
    visit: NamedDependency[Visit], db: NamedDependency[Database], sort: FromQuery[str] = "asked"
) -> Stream:
    return await _file(db, "requests", _REQUESTS, _requests, visit, list_requests(sort))


async def _file(db: Database, name: str, titles: Sequence[str], read: Read, visit: Visit, listing: Listing) -> Stream:
    """The first part is read before the answer begins, so that a wrong order is still told by its status."""
    first = await db.read(read, visit, listing, None)
    headers = {"content-disposition": f'attachment; filename="{name}.csv"', "cache-control": "no-store"}
    return Stream(_pieces(db, titles, read, visit, listing, first), media_type="text/csv", headers=headers)


async def _pieces(
    db: Database, titles: Sequence[str], read: Read, visit: Visit, listing: Listing, first: Part
) -> AsyncIterator[bytes]:
    """Each part is read in a transaction of its own, so that no long list holds one open."""
    yield b"".join(write_csv(titles, []))
    rows, last = first
    while rows:
        yield csv_lines(rows)
        rows, last = await db.read(read, visit, listing, last)


def _people(conn: Connection, visit: Visit, listing: Listing, after: UUID | None) -> Part:
    organisation_id = listing.filters["organisation_id"]
    found = find_people(
        conn,
        text=listing.filters["text"],
        organisation_id=UUID(organisation_id) if organisation_id else None,
        within=scopes_for(visit.grants, Action.VIEW_PEOPLE),
        order=listing.one_of(PeopleOrder),
        descending=listing.descending,
        after=after,
        limit=ROWS_AT_ONCE,
    )
    named = named_organisations(conn, [m.organisation_id for each in found for m in each.memberships])
    return [row for each in found for row in _rows_of(each, named)], found[-1].id if found else None


def _rows_of(entry: Entry, named: dict[UUID, Organisation]) -> list[Sequence[Cell]]:
    who = (str(entry.id), entry.full_name, entry.language)
    belongs = [(named[each.organisation_id], each) for each in entry.memberships]
    return [
        (*who, there.name, there.country, each.tier.value, each.since.date().isoformat()) for there, each in belongs
    ] or [(*who, "", "", "", "")]


def _organisations(conn: Connection, visit: Visit, listing: Listing, after: UUID | None) -> Part:
    kind = listing.filters["kind"]
    found = organisations(
        conn,
        text=listing.filters["text"],
        country=listing.filters["country"],
        kind=parse_kind(kind) if kind else None,
        within=scopes_for(visit.grants, Action.VIEW_ORGANISATIONS),
        order=listing.one_of(OrganisationOrder),
        descending=listing.descending,
        after=after,
        limit=ROWS_AT_ONCE,
    )
    parents = named_organisations(conn, [each.parent_id for each in found if each.parent_id])
    rows: list[Sequence[Cell]] = [
        (
            str(each.id),
            each.name,
            each.kind.value,
            each.country,
            parents[each.parent_id].name if each.parent_id else "",
            "; ".join(each.themes),
            "; ".join(each.domains),
            each.since.date().isoformat(),
        )
        for each in found
    ]
    return rows, found[-1].id if found else None


def _requests(conn: Connection, visit: Visit, listing: Listing, after: UUID | None) -> Part:
    found = waiting_requests(conn, visit, listing, after, ROWS_AT_ONCE)
    rows: list[Sequence[Cell]] = [
        (
            str(each.request.id),
            each.request.asked_at.isoformat(timespec="minutes"),
            each.person.full_name,
            each.organisation.name,
            each.organisation.country,
            each.request.tier.value,
            each.request.note,
        )
        for each in found
    ]
    return rows, found[-1].request.id if found else None
