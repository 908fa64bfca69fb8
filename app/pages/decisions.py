"""What staff decide about a learner and a module: entered with its day and reason, and taken back."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias
from uuid import UUID

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from sqlalchemy import Connection

from app.page import see_other
from app.pages.hearing import hear_of
from app.pages.progress import DecisionForm, show_module, view_module
from app.visit import Visit, acts
from base import Database, Missing
from content import Iri, parsed
from modules import (
    Decided,
    Module,
    WaiverReason,
    module,
    recognise,
    record_attendance,
    record_contribution,
    record_review,
    record_submission,
    sign_off,
    void_decision,
    waive,
)
from paths import heard_about
from people import Action, place_of_person

_WORK = {"submission": record_submission, "review": record_review, "contribution": record_contribution}
_LONGEST_MEETING_MINUTES = 24 * 60
_FARTHEST_EAST = timedelta(hours=14)

Decide: TypeAlias = Callable[[Connection, Module, Decided], object]
"""Records what was decided about the module."""


class Asked(msgspec.Struct, frozen=True):
    """A form that was sent: which one, about whom and what, and what it takes to send it."""

    name: str
    action: Action
    person_id: UUID
    slug: str
    form: DecisionForm

    @property
    def address(self) -> str:
        return f"/people/{self.person_id}/modules/{self.slug}"


@post("/people/{person_id:uuid}/modules/{slug:str}/waive", opt=acts(Action.WAIVE_MODULES))
async def waive_module(
    person_id: FromPath[UUID],
    slug: FromPath[str],
    data: URLEncodedBody[DecisionForm],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Response[str] | Redirect:
    asked = Asked("waive", Action.WAIVE_MODULES, person_id, slug, data)
    faults = {"why": None if data.why in set(WaiverReason) else "missing"}

    def decide(conn: Connection, about: Module, decided: Decided) -> UUID:
        return waive(conn, person_id, about.id, WaiverReason(data.why), decided)

    return await _take(asked, faults, decide, visit, db)


@post("/people/{person_id:uuid}/modules/{slug:str}/recognise", opt=acts(Action.RECOGNISE_LEARNING))
async def recognise_learning(
    person_id: FromPath[UUID],
    slug: FromPath[str],
    data: URLEncodedBody[DecisionForm],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Response[str] | Redirect:
    asked = Asked("recognise", Action.RECOGNISE_LEARNING, person_id, slug, data)
    faults = {"work": wrong_address(data.work, required=False)}

    def decide(conn: Connection, about: Module, decided: Decided) -> UUID:
        return recognise(conn, person_id, about.id, decided, evidence=data.work.strip() or None)

    return await _take(asked, faults, decide, visit, db)


@post("/people/{person_id:uuid}/modules/{slug:str}/sign-off", opt=acts(Action.SIGN_OFF_MODULES))
async def sign_off_module(
    person_id: FromPath[UUID],
    slug: FromPath[str],
    data: URLEncodedBody[DecisionForm],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Response[str] | Redirect:
    asked = Asked("sign-off", Action.SIGN_OFF_MODULES, person_id, slug, data)

    def decide(conn: Connection, about: Module, decided: Decided) -> UUID:
        return sign_off(conn, person_id, about.id, decided)

    return await _take(asked, {}, decide, visit, db)


@post("/people/{person_id:uuid}/modules/{slug:str}/attendance", opt=acts(Action.RECORD_WORK))
async def enter_attendance(
    person_id: FromPath[UUID],
    slug: FromPath[str],
    data: URLEncodedBody[DecisionForm],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Response[str] | Redirect:
    asked = Asked("attendance", Action.RECORD_WORK, person_id, slug, data)
    minutes = minutes_of(data.minutes)
    faults = {
        "meeting": wrong_address(data.meeting, required=False),
        "minutes": "wrong" if data.minutes.strip() and minutes is None else None,
    }

    def decide(conn: Connection, about: Module, decided: Decided) -> list[UUID]:
        # Of one day, so that two who enter the same meeting mean the same.
        meeting = data.meeting.strip() or f"{about.activity}/meetings/{decided.at.date()}"
        return record_attendance(conn, [person_id], about.id, decided, meeting=meeting, minutes=minutes)

    return await _take(asked, faults, decide, visit, db)


@post("/people/{person_id:uuid}/modules/{slug:str}/work", opt=acts(Action.RECORD_WORK))
async def enter_work(
    person_id: FromPath[UUID],
    slug: FromPath[str],
    data: URLEncodedBody[DecisionForm],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Response[str] | Redirect:
    asked = Asked("work", Action.RECORD_WORK, person_id, slug, data)
    faults = {"what": None if data.what in _WORK else "missing", "work": wrong_address(data.work, required=True)}

    def decide(conn: Connection, about: Module, decided: Decided) -> UUID:
        return _WORK[data.what](conn, person_id, about.id, decided, work=data.work.strip())

    return await _take(asked, faults, decide, visit, db)


@post("/people/{person_id:uuid}/modules/{slug:str}/void/{statement_id:uuid}", opt=acts(Action.VOID_DECISIONS))
async def take_back(
    person_id: FromPath[UUID],
    slug: FromPath[str],
    statement_id: FromPath[UUID],
    data: URLEncodedBody[DecisionForm],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Response[str] | Redirect:
    asked = Asked("void", Action.VOID_DECISIONS, person_id, slug, data)
    if not data.reason.strip():
        view = await db.read(view_module, person_id, slug, visit)
        return show_module(visit, view, data, {f"void-{statement_id}": "missing"})
    await db.write(_take_back, asked, statement_id, visit)
    await hear_of(db, person_id, visit)
    return see_other(visit, asked.address)


async def _take(
    asked: Asked, faults: Mapping[str, str | None], decide: Decide, visit: Visit, db: Database
) -> Response[str] | Redirect:
    """Record the decision, or show the form again with what is wrong in it; `faults` are those of fields of its own."""
    at = moment_of(asked.form.on, visit.now)
    reason = asked.form.reason.strip()
    found = {**faults, "on": None if at else "wrong", "reason": None if reason else "missing"}
    told = {f"{asked.name}-{field}": fault for field, fault in found.items() if fault}
    if told or at is None:
        view = await db.read(view_module, asked.person_id, asked.slug, visit)
        return show_module(visit, view, asked.form, told)
    decided = Decided(by=visit.person_id, reason=reason, at=at, now=visit.now)
    await db.write(_record, asked, decide, decided, visit)
    await hear_of(db, asked.person_id, visit)
    return see_other(visit, asked.address)


def _record(conn: Connection, asked: Asked, decide: Decide, decided: Decided, visit: Visit) -> None:
    visit.require(asked.action, place_of_person(conn, asked.person_id))
    decide(conn, module(conn, asked.slug), decided)


def _take_back(conn: Connection, asked: Asked, statement_id: UUID, visit: Visit) -> None:
    """Raises Forbidden, and Missing for a statement that is not of this learner and module, as the page shows them."""
    visit.require(asked.action, place_of_person(conn, asked.person_id))
    heard = heard_about(conn, asked.person_id, module(conn, asked.slug))
    if statement_id not in {each.fact.statement_id for each in heard}:
        raise Missing(f"There is no decision {statement_id} about this learner and module.")
    void_decision(conn, statement_id, by=visit.person_id, reason=asked.form.reason, now=visit.now)


def moment_of(on: str, now: datetime) -> datetime | None:
    """Now for today or no day, noon in UTC of an earlier one, which is that day nearly everywhere; None if not yet."""
    if not on.strip():
        return now
    try:
        day = date.fromisoformat(on.strip())
    except ValueError:
        return None
    if day > (now + _FARTHEST_EAST).date():
        return None
    return min(datetime.combine(day, time(12), UTC), now)


def minutes_of(entered: str) -> int | None:
    """Whole minutes of at most a day; None where nothing, or something else, was entered."""
    text = entered.strip()
    if not re.fullmatch("[0-9]{1,4}", text):
        return None
    return int(text) if 1 <= int(text) <= _LONGEST_MEETING_MINUTES else None


def wrong_address(entered: str, *, required: bool) -> str | None:
    """What is wrong with an address as it was entered."""
    text = entered.strip()
    if not text and not required:
        return None
    return "wrong" if parsed(Iri, text, "")[1] else None


DECISION_PAGES = (
    enter_attendance,
    enter_work,
    recognise_learning,
    sign_off_module,
    take_back,
    waive_module,
)
