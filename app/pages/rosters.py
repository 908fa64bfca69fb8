"""Courses of learning platforms that fill paths, for administrators: tried first, then kept up."""

from collections.abc import Callable, Mapping
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
from app.pages.roster_view import RosterView, roster_view
from app.visit import Visit, acts
from base import LANGUAGES, Conflict, Database, Invalid, Missing, to_microseconds, words_for
from lti import (
    ROSTER_ROLES,
    Course,
    CourseRole,
    CourseRoster,
    MemberState,
    Platform,
    PlatformStatus,
    add_roster,
    ask_for_members,
    count_members,
    course_of,
    courses_of,
    let_members_go,
    list_platforms,
    platform,
    rosters,
    start_roster,
    stop_roster,
)
from paths import Path, path, paths
from people import Action

Entry = Annotated[str, msgspec.Meta(max_length=4000)]
_ROSTERS = "/admin/rosters"
_ONE = f"{_ROSTERS}/{{roster_id:uuid}}"


class RosterForm(msgspec.Struct, frozen=True):
    """Which course is to fill which path, with whom of it, and why; a box that is not ticked is not sent."""

    course: Entry = ""
    path: Entry = ""
    learner: Entry = ""
    mentor: Entry = ""
    instructor: Entry = ""
    language: Entry = ""
    reason: Entry = ""

    @property
    def roles(self) -> list[CourseRole]:
        return [role for role in ROSTER_ROLES if getattr(self, role.value)]


class RosterDecision(msgspec.Struct, frozen=True):
    """What is to be done with a roster, and why; to ask for the members again needs no reason."""

    act: Annotated[str, msgspec.Meta(max_length=20)] = ""
    reason: Entry = ""


class Listed(msgspec.Struct, frozen=True):
    """One roster in the list."""

    roster: CourseRoster
    course: Course
    platform: Platform
    title: str
    counts: dict[MemberState, int]


class Choices(msgspec.Struct, frozen=True):
    """What may be chosen: courses that tell who their members are, and paths that are open."""

    courses: list[tuple[Course, Platform]]
    paths: list[tuple[Path, str]]


@get(_ROSTERS, opt=acts(Action.VIEW_PLATFORMS))
async def rosters_page(visit: NamedDependency[Visit], db: NamedDependency[Database]) -> Response[str]:
    return page("rosters.html", visit, found=await db.read(_list, visit))


@get(f"{_ROSTERS}/new", opt=acts(Action.REGISTER_PLATFORMS))
async def new_roster_page(
    visit: NamedDependency[Visit], db: NamedDependency[Database], course: FromQuery[str] = ""
) -> Response[str]:
    form = RosterForm(course=course, learner="yes", language=visit.language)
    return await _form_page(visit, db, form, {})


@post(f"{_ROSTERS}/new", opt=acts(Action.REGISTER_PLATFORMS))
async def add_new_roster(
    data: URLEncodedBody[RosterForm], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str] | Redirect:
    faults = _faults_in(data)
    if faults:
        return await _form_page(visit, db, data, faults)
    try:
        added = await db.write(_add, data, visit)
    except (Conflict, Missing) as refused:
        return await _form_page(visit, db, data, {refused.where or "course": words_for(visit.language).error(refused)})
    return see_other(visit, f"{_ROSTERS}/{added.id}")


@get(_ONE, opt=acts(Action.VIEW_PLATFORMS))
async def roster_page(
    roster_id: FromPath[UUID],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    asked: FromQuery[int] = 0,
) -> Response[str]:
    """`asked` is when the visitor asked for the members, so that the page waits until they are read."""
    view = await db.read(roster_view, visit, roster_id)
    read_at = view.roster.read_at
    waits = read_at is None or to_microseconds(read_at) < asked
    return _show(visit, view, waits=waits and view.platform.status is PlatformStatus.APPROVED)


@post(_ONE, opt=acts(Action.REGISTER_PLATFORMS))
async def decide_on_roster(
    roster_id: FromPath[UUID],
    data: URLEncodedBody[RosterDecision],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Response[str] | Redirect:
    if data.act == "read":
        await db.write(ask_for_members, roster_id, now=visit.now)
        return see_other(visit, f"{_ROSTERS}/{roster_id}?asked={to_microseconds(visit.now)}")
    act = _ACTS.get(data.act)
    if act is None:
        raise Invalid(f"act is {data.act!r}; it must be read, start, let-go or stop.", where="act")
    if not data.reason.strip():
        return _show(visit, await db.read(roster_view, visit, roster_id), fault=data.act)
    await db.write(act, roster_id, by=visit.person_id, reason=data.reason.strip(), now=visit.now)
    return see_other(visit, _ROSTERS if data.act == "stop" else f"{_ROSTERS}/{roster_id}")


ROSTER_PAGES = (rosters_page, new_roster_page, add_new_roster, roster_page, decide_on_roster)

_ACTS: Mapping[str, Callable[..., Any]] = {"start": start_roster, "let-go": let_members_go, "stop": stop_roster}


def _show(visit: Visit, view: RosterView, *, fault: str = "", waits: bool = False) -> Response[str]:
    status = HTTP_400_BAD_REQUEST if fault else HTTP_200_OK
    return page("roster.html", visit, status=status, view=view, fault=fault, waits=waits)


def _faults_in(form: RosterForm) -> dict[str, str]:
    filled = {
        "course": form.course.strip(),
        "path": form.path.strip(),
        "roles": form.roles,
        "language": form.language in LANGUAGES,
        "reason": form.reason.strip(),
    }
    return {field: "missing" for field, value in filled.items() if not value}


def _add(conn: Connection, form: RosterForm, visit: Visit) -> CourseRoster:
    try:
        course_id = UUID(form.course)
    except ValueError:
        raise Missing("There is no such course.", where="course") from None
    return add_roster(
        conn,
        course_id,
        path(conn, form.path).id,
        roles=form.roles,
        language=form.language,
        by=visit.person_id,
        reason=form.reason.strip(),
        now=visit.now,
    )


def _list(conn: Connection, visit: Visit) -> list[Listed]:
    found = rosters(conn)
    counts = count_members(conn, [each.id for each in found])
    listed = []
    for each in found:
        course = course_of(conn, each.course_id)
        title = title_of(path(conn, each.path_id), visit)
        listed.append(Listed(each, course, platform(conn, course.platform_id), title, counts[each.id]))
    return listed


def _choices(conn: Connection, visit: Visit) -> Choices:
    approved = [each for each in list_platforms(conn) if each.status is PlatformStatus.APPROVED]
    told = [(course, each) for each in approved for course in courses_of(conn, each.id) if course.memberships_url]
    opened = [(each, title_of(each, visit)) for each in paths(conn) if each.is_open]
    return Choices(told, sorted(opened, key=lambda each: each[1]))


async def _form_page(visit: Visit, db: Database, form: RosterForm, faults: dict[str, str]) -> Response[str]:
    status = HTTP_400_BAD_REQUEST if faults else HTTP_200_OK
    choices = await db.read(_choices, visit)
    return page("roster_form.html", visit, status=status, choices=choices, form=form, faults=faults)
