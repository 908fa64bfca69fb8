"""What somebody does in their work: entered with its day and reason, and ended."""

from datetime import UTC, date, datetime
from uuid import UUID

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from sqlalchemy import Connection

from app.page import see_other
from app.pages.organisations import Entry as Text
from app.pages.people import RoleForm, show_person, view_person
from app.visit import Visit, acts
from base import Database, Invalid
from people import Action, place_of_person, positions


class PositionForm(msgspec.Struct, frozen=True):
    """A position that is held from a day on, or no more, and why; without a day from now on."""

    position: Text = ""
    since: Text = ""
    reason: Text = ""


@post("/people/{person_id:uuid}/positions", opt=acts(Action.MANAGE_MEMBERS))
async def enter_position(
    person_id: FromPath[UUID],
    data: URLEncodedBody[PositionForm],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Response[str] | Redirect:
    faults = _faults(data, visit.now)
    if not faults:
        try:
            await db.write(_enter, person_id, data, visit)
        except Invalid:
            faults["position"] = "wrong"
    if faults:
        return show_person(visit, await db.read(view_person, person_id, visit), RoleForm(), faults)
    return see_other(visit, f"/people/{person_id}")


@post("/people/{person_id:uuid}/positions/end", opt=acts(Action.MANAGE_MEMBERS))
async def end_position(
    person_id: FromPath[UUID],
    data: URLEncodedBody[PositionForm],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Response[str] | Redirect:
    faults = _faults(data, visit.now)
    if faults:
        told = {f"{field}-{data.position}": fault for field, fault in faults.items()}
        return show_person(visit, await db.read(view_person, person_id, visit), RoleForm(), told)
    await db.write(_end, person_id, data, visit)
    return see_other(visit, f"/people/{person_id}")


POSITION_PAGES = (enter_position, end_position)


def _faults(entered: PositionForm, now: datetime) -> dict[str, str]:
    faults = {} if entered.reason.strip() else {"position-reason": "missing"}
    try:
        _since(entered, now)
    except ValueError:
        faults["since"] = "wrong"
    return faults


def _since(entered: PositionForm, now: datetime) -> datetime:
    """The beginning of the day in UTC, or now where it is today or not said. Raises ValueError for a day to come."""
    if not entered.since.strip():
        return now
    day = date.fromisoformat(entered.since.strip())
    if day > now.date():
        raise ValueError(f"{day} has not come yet")
    return now if day == now.date() else datetime.combine(day, datetime.min.time(), UTC)


def _enter(conn: Connection, person_id: UUID, entered: PositionForm, visit: Visit) -> None:
    visit.require(Action.MANAGE_MEMBERS, place_of_person(conn, person_id))
    since, reason = _since(entered, visit.now), entered.reason.strip()
    positions.hold_position(
        conn, person_id, entered.position, since=since, by=visit.person_id, reason=reason, now=visit.now
    )


def _end(conn: Connection, person_id: UUID, entered: PositionForm, visit: Visit) -> None:
    visit.require(Action.MANAGE_MEMBERS, place_of_person(conn, person_id))
    since, reason = _since(entered, visit.now), entered.reason.strip()
    positions.end_position(
        conn, person_id, entered.position, since=since, by=visit.person_id, reason=reason, now=visit.now
    )
