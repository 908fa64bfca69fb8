"""One enrolment for staff: what it is and was, its due dates, and what is decided about it."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_400_BAD_REQUEST
from sqlalchemy import Connection

from app.page import page, see_other
from app.pages.enrolments import names_of, place_of, title_of
from app.pages.organisations import Entry as Text
from app.visit import Visit, acts
from base import Conflict, Database, Invalid
from paths import (
    ROOT,
    Enrolment,
    EnrolmentStatus,
    Extended,
    Path,
    Standing,
    State,
    change_status,
    enrolment,
    extend,
    extendable,
    extended_of,
    history_of,
    path,
    titles_of,
    verdict,
)
from people import Action, person


class EnrolmentView(msgspec.Struct, frozen=True):
    """All that the page of one enrolment shows; dates are in the path's time zone.

    `nodes` are what can be given another due date, the whole path first, with their titles.
    """

    enrolment: Enrolment
    path: Path
    title: str
    name: str | None
    state: State | None
    due: datetime | None
    history: list[Standing]
    extensions: list[Extended]
    names: dict[UUID, str | None]
    nodes: dict[str, str]
    may_manage: bool


class StatusForm(msgspec.Struct, frozen=True):
    """What an enrolment is from now on, and why."""

    status: Text = ""
    reason: Text = ""


class ExtensionForm(msgspec.Struct, frozen=True):
    """What is due on which last day, and why."""

    node: Text = ROOT
    due: Text = ""
    reason: Text = ""


@get("/enrolments/{enrolment_id:uuid}", opt=acts(Action.VIEW_ENROLMENTS))
async def enrolment_page(
    enrolment_id: FromPath[UUID], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str]:
    return _show(visit, await db.read(_view, visit, enrolment_id), {})


@post("/enrolments/{enrolment_id:uuid}/status", opt=acts(Action.MANAGE_ENROLMENTS))
async def set_status(
    enrolment_id: FromPath[UUID],
    data: URLEncodedBody[StatusForm],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Response[str] | Redirect:
    faults = {} if data.reason.strip() else {"reason": "missing"}
    if data.status not in {*EnrolmentStatus}:
        faults["status"] = "missing"
    if faults:
        return _show(visit, await db.read(_view, visit, enrolment_id), faults)
    await db.write(_set_status, visit, enrolment_id, data)
    return see_other(visit, f"/enrolments/{enrolment_id}")


@post("/enrolments/{enrolment_id:uuid}/extension", opt=acts(Action.MANAGE_ENROLMENTS))
async def extend_due(
    enrolment_id: FromPath[UUID],
    data: URLEncodedBody[ExtensionForm],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Response[str] | Redirect:
    try:
        await db.write(_extend, visit, enrolment_id, data)
    except (Invalid, Conflict) as refused:
        field = {"reason": "extension-reason", "node": "node"}.get(refused.where or "", "due")
        return _show(visit, await db.read(_view, visit, enrolment_id), {field: "wrong"})
    return see_other(visit, f"/enrolments/{enrolment_id}")


ENROLMENT_PAGES = (enrolment_page, set_status, extend_due)


def _view(conn: Connection, visit: Visit, enrolment_id: UUID) -> EnrolmentView:
    found = enrolment(conn, enrolment_id)
    where = place_of(conn, found)
    visit.require(Action.VIEW_ENROLMENTS, where)
    asked = path(conn, found.path_id)
    zone = ZoneInfo(asked.time_zone)
    judged, titles = verdict(conn, enrolment_id), titles_of(conn, asked, visit.language)
    history, extensions = history_of(conn, enrolment_id), extended_of(conn, [enrolment_id]).get(enrolment_id, [])
    said_by = {each.by for each in history if each.by} | {each.by for each in extensions if each.by}
    return EnrolmentView(
        enrolment=found,
        path=asked,
        title=title_of(asked, visit),
        name=names_of(conn, [found]).get(found.subject_id),
        state=judged.state if judged else None,
        due=judged.due.astimezone(zone) if judged and judged.due else None,
        history=history,
        extensions=[msgspec.structs.replace(each, due=each.due.astimezone(zone)) for each in extensions],
        names={each: person(conn, each).full_name for each in said_by},
        nodes={each: titles.get(each, each) for each in extendable(conn, found)},
        may_manage=visit.may(Action.MANAGE_ENROLMENTS, where),
    )


def _show(visit: Visit, view: EnrolmentView, faults: dict[str, str]) -> Response[str]:
    status = HTTP_400_BAD_REQUEST if faults else HTTP_200_OK
    now_is = view.history[-1].status
    offered = [each for each in EnrolmentStatus if each is not now_is]
    return page("enrolment.html", visit, status=status, view=view, faults=faults, now_is=now_is, offered=offered)


def _set_status(conn: Connection, visit: Visit, enrolment_id: UUID, entered: StatusForm) -> None:
    visit.require(Action.MANAGE_ENROLMENTS, place_of(conn, enrolment(conn, enrolment_id)))
    status, reason = EnrolmentStatus(entered.status), entered.reason.strip()
    change_status(conn, enrolment_id, status, by=visit.person_id, reason=reason, now=visit.now)


def _extend(conn: Connection, visit: Visit, enrolment_id: UUID, entered: ExtensionForm) -> None:
    found = enrolment(conn, enrolment_id)
    visit.require(Action.MANAGE_ENROLMENTS, place_of(conn, found))
    due = _end_of(entered.due, ZoneInfo(path(conn, found.path_id).time_zone))
    extend(conn, enrolment_id, due, node=entered.node, by=visit.person_id, reason=entered.reason.strip(), now=visit.now)


def _end_of(entered: str, zone: ZoneInfo) -> datetime:
    """The midnight that ends the day in the zone. Raises Invalid for what is no day."""
    try:
        day = date.fromisoformat(entered.strip())
    except ValueError:
        raise Invalid(f"due is {entered[:20]!r}; it must be a day such as 2026-11-22.", where="due") from None
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
