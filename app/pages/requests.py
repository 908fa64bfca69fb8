"""Belonging to organisations: what learners ask for, and what coordinators answer."""

from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_400_BAD_REQUEST
from sqlalchemy import Connection

from app.page import page, see_other
from app.pages.listing import Listing
from app.pages.organisations import Entry
from app.visit import Visit, acts
from base import Database, Invalid
from people import (
    Action,
    Membership,
    MembershipRequest,
    Organisation,
    Person,
    Tier,
    approve_request,
    count_open_requests,
    membership_request,
    memberships_of,
    named_organisations,
    open_requests,
    organisation,
    organisations,
    person,
    refuse_request,
    request_membership,
    requests_of,
    scopes_for,
)

PAGE_SIZE = 50
_MOST_FOUND = 20


class RequestOrder(StrEnum):
    """By what the list of requests is in order."""

    ASKED = "asked"


class Answer(msgspec.Struct, frozen=True):
    """A coordinator's answer and its reason; a refusal needs one."""

    answer: Entry = ""
    reason: Entry = ""


class Wish(msgspec.Struct, frozen=True):
    """What somebody asks for."""

    organisation_id: UUID
    tier: Entry = "member"
    note: Entry = ""


class WaitingRequest(msgspec.Struct, frozen=True):
    """A wish beside who has it and where it leads."""

    request: MembershipRequest
    person: Person
    organisation: Organisation


class OwnMemberships(msgspec.Struct, frozen=True):
    """Where somebody belongs, what they have asked for, and what they found to ask for."""

    memberships: list[Membership]
    requests: list[MembershipRequest]
    organisations: dict[UUID, Organisation]
    text: str
    found: list[Organisation]


@get("/requests", opt=acts(Action.MANAGE_MEMBERS))
async def requests_page(
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    sort: FromQuery[str] = "asked",
    after: FromQuery[UUID | None] = None,
) -> Response[str]:
    return page("requests.html", visit, **await db.read(_waiting, visit, list_requests(sort), after), faulty=None)


@post("/requests/{request_id:uuid}", opt=acts(Action.MANAGE_MEMBERS))
async def answer_request(
    request_id: FromPath[UUID],
    data: URLEncodedBody[Answer],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Response[str] | Redirect:
    try:
        await db.write(_answer, request_id, data, visit)
    except Invalid:
        waiting = await db.read(_waiting, visit, list_requests("asked"), None)
        return page("requests.html", visit, status=HTTP_400_BAD_REQUEST, **waiting, faulty=request_id)
    return see_other(visit, "/requests")


@get("/memberships", opt=acts(Action.REQUEST_MEMBERSHIP))
async def memberships_page(
    visit: NamedDependency[Visit], db: NamedDependency[Database], text: FromQuery[str] = ""
) -> Response[str]:
    own = await db.read(_own, visit, text)
    return page("memberships.html", visit, own=own, tiers=[tier.value for tier in Tier])


@post("/memberships", opt=acts(Action.REQUEST_MEMBERSHIP))
async def ask_membership(
    data: URLEncodedBody[Wish], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Redirect:
    await db.write(_ask, data, visit)
    return see_other(visit, "/memberships")


def list_requests(sort: str) -> Listing:
    """The list of requests as it stands in its address."""
    return Listing("/requests", sort)


def waiting_requests(
    conn: Connection, visit: Visit, listing: Listing, after: UUID | None, limit: int
) -> list[WaitingRequest]:
    """What waits for an answer that the visitor may give. Raises Invalid for an order that there is not."""
    listing.one_of(RequestOrder)
    within = scopes_for(visit.grants, Action.MANAGE_MEMBERS)
    waiting = open_requests(conn, within=within, newest_first=listing.descending, after=after, limit=limit)
    named = named_organisations(conn, [each.organisation_id for each in waiting])
    return [WaitingRequest(each, person(conn, each.person_id), named[each.organisation_id]) for each in waiting]


def _waiting(conn: Connection, visit: Visit, listing: Listing, after: UUID | None) -> dict[str, Any]:
    found = waiting_requests(conn, visit, listing, after, PAGE_SIZE + 1)
    shown = found[:PAGE_SIZE]
    return {
        "listing": listing,
        "waiting": shown,
        "total": count_open_requests(conn, within=scopes_for(visit.grants, Action.MANAGE_MEMBERS)),
        "next_page": listing.behind(shown[-1].request.id) if len(found) > PAGE_SIZE else None,
    }


def _answer(conn: Connection, request_id: UUID, data: Answer, visit: Visit) -> None:
    wish = membership_request(conn, request_id)
    visit.require(Action.MANAGE_MEMBERS, organisation(conn, wish.organisation_id).place)
    decide = approve_request if data.answer == "approve" else refuse_request
    decide(conn, request_id, by=visit.person_id, reason=data.reason.strip(), now=visit.now)


def _own(conn: Connection, visit: Visit, text: str) -> OwnMemberships:
    memberships = memberships_of(conn, visit.person_id)
    requests = [each for each in requests_of(conn, visit.person_id) if not each.approved]
    asked = {each.organisation_id for each in requests}
    return OwnMemberships(
        memberships=memberships,
        requests=requests,
        organisations=named_organisations(conn, asked | {each.organisation_id for each in memberships}),
        text=text,
        found=organisations(conn, text=text, limit=_MOST_FOUND) if text.strip() else [],
    )


def _ask(conn: Connection, wish: Wish, visit: Visit) -> None:
    tier = Tier(wish.tier) if wish.tier in list(Tier) else Tier.MEMBER
    request_membership(conn, visit.person_id, wish.organisation_id, tier=tier, note=wish.note.strip(), now=visit.now)
