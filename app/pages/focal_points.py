"""Whom to ask in an organisation about a theme: named, and relieved of it again."""

from uuid import UUID

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from sqlalchemy import Connection

from app.page import see_other
from app.pages.organisations import Entry as Text
from app.pages.organisations import show_organisation, view_organisation
from app.pages.people import RoleForm, show_person, view_person
from app.visit import Visit, acts
from base import Database, Invalid, msgid
from people import Action, name_focal_point, organisation, place_of_person, relieve_focal_point


class Theme(msgspec.Struct, frozen=True):
    """What somebody is to be asked about."""

    theme: Text = ""


class Relief(msgspec.Struct, frozen=True):
    """Who is to be asked about what no more, and why."""

    person_id: UUID
    theme: Text = ""
    reason: Text = ""


@post("/people/{person_id:uuid}/memberships/{organisation_id:uuid}/theme", opt=acts(Action.MANAGE_MEMBERS))
async def name_for_theme(
    person_id: FromPath[UUID],
    organisation_id: FromPath[UUID],
    data: URLEncodedBody[Theme],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Response[str] | Redirect:
    try:
        await db.write(_name_for_theme, person_id, organisation_id, data, visit)
    except Invalid:
        view = await db.read(view_person, person_id, visit)
        return show_person(visit, view, RoleForm(), {f"theme-{organisation_id}": "wrong"})
    return see_other(visit, f"/organisations/{organisation_id}")


@post("/organisations/{organisation_id:uuid}/focal-points/end", opt=acts(Action.MANAGE_MEMBERS))
async def end_focal_point(
    organisation_id: FromPath[UUID],
    data: URLEncodedBody[Relief],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Response[str] | Redirect:
    if not data.reason.strip():
        view = await db.read(view_organisation, organisation_id, visit)
        places = {(point.person_id, point.theme): n for n, (point, _) in enumerate(view.focal_points, 1)}
        field = f"relief-{places.get((data.person_id, data.theme), 0)}"
        return show_organisation(visit, view, faults={field: "missing"})
    await db.write(_relieve, organisation_id, data, visit)
    return see_other(visit, f"/organisations/{organisation_id}")


def _name_for_theme(conn: Connection, person_id: UUID, organisation_id: UUID, entered: Theme, visit: Visit) -> None:
    visit.require(Action.MANAGE_MEMBERS, organisation(conn, organisation_id).place)
    visit.require(Action.VIEW_PEOPLE, place_of_person(conn, person_id))
    reason = msgid("named on the page of the person")
    name_focal_point(conn, person_id, organisation_id, entered.theme, by=visit.person_id, reason=reason, now=visit.now)


def _relieve(conn: Connection, organisation_id: UUID, relief: Relief, visit: Visit) -> None:
    visit.require(Action.MANAGE_MEMBERS, organisation(conn, organisation_id).place)
    relieve_focal_point(
        conn,
        relief.person_id,
        organisation_id,
        relief.theme,
        by=visit.person_id,
        reason=relief.reason.strip(),
        now=visit.now,
    )
