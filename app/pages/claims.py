"""Requests of people who took part on paper: staff find out who they are."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK
from sqlalchemy import Connection

from app.page import page, see_other
from app.settings import Settings
from app.visit import Visit, acts
from base import Database, msgid
from people import (
    Action,
    Claim,
    Linked,
    Person,
    approve_claim,
    invite_to_claim,
    open_claims,
    person,
    place_of_person,
    refuse_claim,
    unclaimed_persons,
)

_MOST_CANDIDATES = 50


class Approval(msgspec.Struct, frozen=True):
    """Whom staff found somebody to be, and why."""

    claimed: UUID
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class Refusal(msgspec.Struct, frozen=True):
    """Why nobody was found."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


@get("/claims", opt=acts(Action.MANAGE_MEMBERS))
async def claims_page(
    visit: NamedDependency[Visit], db: NamedDependency[Database], name: FromQuery[str] = ""
) -> Response[str]:
    claims, candidates = await db.read(_claims, name, visit)
    return page("claims.html", visit, claims=claims, candidates=candidates, name=name)


@post("/claims/{claim_id:uuid}/approve", opt=acts(Action.MANAGE_MEMBERS))
async def approve_found(
    claim_id: FromPath[UUID],
    data: URLEncodedBody[Approval],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Redirect:
    await db.write(_approve, claim_id, data, visit)
    return see_other(visit, "/claims")


@post("/claims/{claim_id:uuid}/refuse", opt=acts(Action.MANAGE_MEMBERS))
async def refuse_found(
    claim_id: FromPath[UUID],
    data: URLEncodedBody[Refusal],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Redirect:
    await db.write(refuse_claim, claim_id, by=visit.person_id, reason=data.reason, now=visit.now)
    return see_other(visit, "/claims")


@post("/people/{person_id:uuid}/claim-link", opt=acts(Action.MANAGE_MEMBERS), status_code=HTTP_200_OK)
async def make_claim_link(
    person_id: FromPath[UUID],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Response[str]:
    token, claimed = await db.write(_invite, person_id, visit)
    return page("claim_link.html", visit, claimed=claimed, address=f"{settings.url}/accounts/claim/{token}")


def _claims(conn: Connection, name: str, visit: Visit) -> tuple[list[Claim], list[Person]]:
    """What waits, and of those known from paper the ones whom the visitor may decide about."""
    found = unclaimed_persons(conn, text=name, limit=_MOST_CANDIDATES)
    mine = [each for each in found if visit.may(Action.MANAGE_MEMBERS, place_of_person(conn, each.id))]
    return open_claims(conn), mine


def _approve(conn: Connection, claim_id: UUID, approval: Approval, visit: Visit) -> Linked:
    visit.require(Action.MANAGE_MEMBERS, place_of_person(conn, approval.claimed))
    return approve_claim(conn, claim_id, approval.claimed, by=visit.person_id, reason=approval.reason, now=visit.now)


def _invite(conn: Connection, person_id: UUID, visit: Visit) -> tuple[str, Person]:
    visit.require(Action.MANAGE_MEMBERS, place_of_person(conn, person_id))
    reason = msgid("made a link for them to be found by")
    token = invite_to_claim(conn, person_id, by=visit.person_id, reason=reason, now=visit.now)
    return token, person(conn, person_id)
