"""Belonging to organisations: what learners ask for, and what coordinators answer."""

from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_400_BAD_REQUEST
from sqlalchemy import Connection

from app.page import page, see_other
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

_MOST_FOUND = 20


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
async def requests_page(visit: NamedDependency[Visit], db: NamedDependency[Database]) -> Response[str]:
    waiting, total = await db.read(_waiting, visit)
    return page("requests.html", visit, waiting=waiting, total=total, faulty=None)


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
        waiting, total = await db.read(_waiting, visit)
        faulty = request_id
        return page("requests.html", visit, status=HTTP_400_BAD_REQUEST, waiting=waiting, total=total, faulty=faulty)
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


def _waiting(conn: Connection, visit: Visit) -> tuple[list[WaitingRequest], int]:
    within = scopes_for(visit.grants, Action.MANAGE_MEMBERS)
    waiting = open_requests(conn, within=within)
    named = named_organisations(conn, [each.organisation_id for each in waiting])
    shown = [WaitingRequest(each, person(conn, each.person_id), named[each.organisation_id]) for each in waiting]
    return shown, count_open_requests(conn, within=within)


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
