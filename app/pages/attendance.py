"""The attendance list of a meeting: who of an organisation was there, entered at once."""

from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_400_BAD_REQUEST
from sqlalchemy import Connection

from app.page import page, see_other
from app.pages.decisions import minutes_of, moment_of, wrong_address
from app.pages.organisations import Entry as Text
from app.visit import Visit, acts
from base import Database, Missing
from content import Status
from modules import Decided, Module, module, modules, record_attendance
from people import (
    Action,
    Entry,
    Organisation,
    PeopleOrder,
    find_people,
    holder_of,
    organisation,
    scopes_for,
)

MOST_PEOPLE = 500


class AttendanceForm(msgspec.Struct, frozen=True):
    """At which meeting on which module who was, for how long, and how that is known."""

    module: Text = ""
    meeting: Text = ""
    on: Text = ""
    minutes: Text = ""
    reason: Text = ""
    person: list[Text] | Text = []

    @property
    def persons(self) -> set[str]:
        return {self.person} if isinstance(self.person, str) else {*self.person}


class AttendanceList(msgspec.Struct, frozen=True):
    """Whom of an organisation the visitor may enter, and for which modules; at most MOST_PEOPLE are listed."""

    organisation: Organisation
    people: list[Entry]
    modules: list[Module]
    entered: int = 0


@get("/organisations/{organisation_id:uuid}/attendance", opt=acts(Action.RECORD_WORK))
async def attendance_page(
    organisation_id: FromPath[UUID],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    entered: FromQuery[int] = 0,
) -> Response[str]:
    view = await db.read(_view, organisation_id, visit)
    return show_attendance(visit, msgspec.structs.replace(view, entered=entered), AttendanceForm(), {})


@post("/organisations/{organisation_id:uuid}/attendance", opt=acts(Action.RECORD_WORK))
async def enter_list(
    organisation_id: FromPath[UUID],
    data: URLEncodedBody[AttendanceForm],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Response[str] | Redirect:
    view = await db.read(_view, organisation_id, visit)
    at = moment_of(data.on, visit.now)
    if faults := _faults(data, view, on_a_day=at is not None):
        return show_attendance(visit, view, data, faults)
    assert at is not None  # or it is among the faults
    decided = Decided(by=visit.person_id, reason=data.reason.strip(), at=at, now=visit.now)
    await db.write(_enter, organisation_id, data, decided, visit)
    return see_other(visit, f"/organisations/{organisation_id}/attendance?entered={len(data.persons)}")


def show_attendance(visit: Visit, view: AttendanceList, form: AttendanceForm, faults: dict[str, str]) -> Response[str]:
    """The list with what was entered and the faults of it."""
    status = HTTP_400_BAD_REQUEST if faults else HTTP_200_OK
    return page("attendance.html", visit, status=status, view=view, form=form, faults=faults)


def _view(conn: Connection, organisation_id: UUID, visit: Visit) -> AttendanceList:
    """Raises Missing, Forbidden. Whoever enters the list is not on it: nobody decides about their own learning."""
    known = organisation(conn, organisation_id)
    visit.require(Action.RECORD_WORK, known.place)
    found = find_people(
        conn,
        text="",
        organisation_id=known.id,
        within=scopes_for(visit.grants, Action.RECORD_WORK),
        order=PeopleOrder.NAME,
        descending=False,
        after=None,
        limit=MOST_PEOPLE,
    )
    oneself = holder_of(conn, visit.person_id)
    open_to_learners = [each for each in modules(conn) if each.status in {Status.LIVE, Status.PILOT}]
    return AttendanceList(known, [each for each in found if holder_of(conn, each.id) != oneself], open_to_learners)


def _faults(form: AttendanceForm, view: AttendanceList, *, on_a_day: bool) -> dict[str, str]:
    told = {
        "module": form.module in {each.slug for each in view.modules},
        "meeting": wrong_address(form.meeting, required=False) is None,
        "on": on_a_day,
        "minutes": not form.minutes.strip() or minutes_of(form.minutes) is not None,
        "reason": bool(form.reason.strip()),
        "person": bool(form.persons) and form.persons <= {str(each.id) for each in view.people},
    }
    return {field: "wrong" for field, right in told.items() if not right}


def _enter(conn: Connection, organisation_id: UUID, form: AttendanceForm, decided: Decided, visit: Visit) -> None:
    """Raises Missing where somebody is no longer of the organisation."""
    there = {str(each.id): each.id for each in _view(conn, organisation_id, visit).people}
    if not form.persons <= there.keys():
        raise Missing("Somebody on the list belongs to the organisation no more. Open the list again.")
    about = module(conn, form.module)
    meeting = form.meeting.strip() or f"{about.activity}/meetings/{decided.at.date()}"
    persons = [there[each] for each in sorted(form.persons)]
    record_attendance(conn, persons, about.id, decided, meeting=meeting, minutes=minutes_of(form.minutes))


ATTENDANCE_PAGES = (attendance_page, enter_list)
