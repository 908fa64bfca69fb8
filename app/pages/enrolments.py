"""Who is on a path: the list for staff, and the same as a file."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Stream
from sqlalchemy import Connection

from app.page import page
from app.pages.listing import Listing
from app.visit import Visit, acts
from base import Cell, Database, Invalid, csv_lines, write_csv
from paths import (
    Enrolment,
    EnrolmentOrder,
    EnrolmentStatus,
    Listed,
    Path,
    Roster,
    State,
    count_enrolments,
    find_enrolments,
    path,
)
from people import (
    NETWORK,
    Action,
    Place,
    held_by_each,
    holders_of,
    ids_of_people,
    named_organisations,
    organisation,
    organisations,
    person,
    place_of_person,
    scopes_for,
)

PAGE_SIZE = 50
ROWS_AT_ONCE = 1000
OVERDUE = "overdue"
NEWEST_FIRST = f"-{EnrolmentOrder.ENROLLED}"
_TITLES = ("Id", "Who", "Team", "Status", "Origin", "Enrolled", "Progress", "Since", "Due", "Version")


class Filters(msgspec.Struct, frozen=True):
    """What a list of enrolments is filtered by, as it stands in its address; a status may also be "overdue"."""

    text: str = ""
    status: str = ""
    state: str = ""


class RosterView(msgspec.Struct, frozen=True):
    """One page of the list; `names` are those of the persons and organisations in it."""

    path: Path
    title: str
    listing: Listing
    filters: Filters
    found: list[Listed]
    names: dict[UUID, str | None]
    total: int
    next_page: str | None
    overdue: frozenset[UUID] = frozenset()


@get("/paths/{slug:str}/enrolments", opt=acts(Action.VIEW_ENROLMENTS))
async def enrolments_page(
    slug: FromPath[str],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    text: FromQuery[str] = "",
    status: FromQuery[str] = "",
    progress: FromQuery[str] = "",
    sort: FromQuery[str] = NEWEST_FIRST,
    after: FromQuery[UUID | None] = None,
) -> Response[str]:
    filters = Filters(text, status, progress)
    shown = await db.read(_list, visit, slug, filters, sort, after)
    return page("enrolments.html", visit, shown=shown, statuses=[*EnrolmentStatus, OVERDUE], states=list(State))


@get("/paths/{slug:str}/enrolments/export.csv", opt=acts(Action.VIEW_ENROLMENTS))
async def enrolments_as_csv(
    slug: FromPath[str],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    text: FromQuery[str] = "",
    status: FromQuery[str] = "",
    progress: FromQuery[str] = "",
    sort: FromQuery[str] = NEWEST_FIRST,
) -> Stream:
    filters = Filters(text, status, progress)
    first = await db.read(_rows, visit, slug, filters, sort, None)
    headers = {"content-disposition": f'attachment; filename="{slug}.csv"', "cache-control": "no-store"}

    async def pieces() -> AsyncIterator[bytes]:
        yield b"".join(write_csv(_TITLES, []))
        rows, last = first
        while rows:
            yield csv_lines(rows)
            rows, last = await db.read(_rows, visit, slug, filters, sort, last)

    return Stream(pieces(), media_type="text/csv", headers=headers)


ENROLMENT_LISTS = (enrolments_page, enrolments_as_csv)


def title_of(asked: Path, visit: Visit) -> str:
    """The path's title in the visitor's language, or in English where a draft has no other."""
    return asked.texts.title.get(visit.language) or asked.texts.title["en"]


def place_of(conn: Connection, found: Enrolment) -> Place:
    """Where whoever is enrolled is, for the question who may do something about it."""
    if found.organisation_id is not None:
        return organisation(conn, found.organisation_id).place
    return place_of_person(conn, found.learner_id)


def names_of(conn: Connection, found: Sequence[Enrolment]) -> dict[UUID, str | None]:
    """By id of the person or organisation that is enrolled, the name; a person's as who they are now."""
    holders = holders_of(conn, {each.person_id for each in found if each.person_id})
    teams = named_organisations(conn, [each.organisation_id for each in found if each.organisation_id])
    return {each: person(conn, holder).full_name for each, holder in holders.items()} | {
        each: team.name for each, team in teams.items()
    }


def _roster(conn: Connection, visit: Visit, asked: Path, filters: Filters) -> Roster:
    """What the filters ask for, within what the visitor may see. Raises Invalid for a status that there is not."""
    scopes = scopes_for(visit.grants, Action.VIEW_ENROLMENTS)
    subjects = None
    if filters.text.strip() or NETWORK not in scopes:
        text = filters.text.strip() or None
        people = held_by_each(conn, ids_of_people(conn, text=text, within=scopes))
        subjects = {*people, *(each.id for each in organisations(conn, text=text, within=scopes, limit=None))}
    try:
        return Roster(
            asked.id,
            visit.now,
            subjects,
            EnrolmentStatus(filters.status) if filters.status not in {"", OVERDUE} else None,
            State(filters.state) if filters.state else None,
            overdue=filters.status == OVERDUE,
        )
    except ValueError:
        raise Invalid("The list knows no such status; choose one of those that are offered.", where="status") from None


def _listing(slug: str, filters: Filters, sort: str) -> Listing:
    kept = {"text": filters.text, "status": filters.status, "progress": filters.state}
    return Listing(f"/paths/{slug}/enrolments", sort, kept)


def _list(conn: Connection, visit: Visit, slug: str, filters: Filters, sort: str, after: UUID | None) -> RosterView:
    asked, listing = path(conn, slug), _listing(slug, filters, sort)
    roster = _roster(conn, visit, asked, filters)
    order = listing.one_of(EnrolmentOrder)
    found = find_enrolments(conn, roster, order=order, descending=listing.descending, after=after, limit=PAGE_SIZE + 1)
    shown = found[:PAGE_SIZE]
    return RosterView(
        path=asked,
        title=title_of(asked, visit),
        listing=listing,
        filters=filters,
        found=shown,
        names=names_of(conn, [each.enrolment for each in shown]),
        total=count_enrolments(conn, roster),
        next_page=listing.behind(shown[-1].enrolment.id) if len(found) > PAGE_SIZE else None,
        overdue=frozenset(each.enrolment.id for each in shown if _is_overdue(each, visit.now)),
    )


def _is_overdue(each: Listed, now: datetime) -> bool:
    return each.due is not None and each.due <= now and each.standing.status is EnrolmentStatus.ACTIVE


def _rows(
    conn: Connection, visit: Visit, slug: str, filters: Filters, sort: str, after: UUID | None
) -> tuple[list[Sequence[Cell]], UUID | None]:
    asked, listing = path(conn, slug), _listing(slug, filters, sort)
    found = find_enrolments(
        conn,
        _roster(conn, visit, asked, filters),
        order=listing.one_of(EnrolmentOrder),
        descending=listing.descending,
        after=after,
        limit=ROWS_AT_ONCE,
    )
    names = names_of(conn, [each.enrolment for each in found])
    rows: list[Sequence[Cell]] = [
        (
            str(each.enrolment.id),
            names.get(each.enrolment.subject_id),
            "yes" if each.enrolment.organisation_id else "no",
            each.standing.status.value,
            each.standing.origin,
            each.enrolment.enrolled_at.date().isoformat(),
            each.state.value if each.state else "",
            each.since.date().isoformat() if each.since else "",
            each.due.date().isoformat() if each.due else "",
            str(each.enrolment.version),
        )
        for each in found
    ]
    return rows, found[-1].enrolment.id if found else None
