"""Enrolling whoever came into a course and letting go whoever left it, a few at a time, so that nobody waits for it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, update

from base import Effect, Missing, Subscription, lock, msgid, publish
from lti.registering.courses import course_of
from lti.registering.platforms import platform
from lti.rostering.foreseeing import Foreseen, foresee, seats_of
from lti.rostering.planning import MemberState, Outcome
from lti.rostering.rosters import CourseRoster, RosterMoved, roster
from lti.tables import course_members
from paths import EnrolmentStatus, change_status, enrol, judgement_key, path
from people import Account, Person, admit, holder_of, name_as_told, person

AT_ONCE = 20

COMES = msgid("a member of the course in the learning platform")
LEAVES = msgid("no longer a member of the course in the learning platform")


def fill(conn: Connection, event: RosterMoved, now: datetime) -> None:
    """Deal with some of those who wait to be enrolled or let go, and ask to be called again while any are left.

    To do it again changes nothing. On a path that is not open, nobody is enrolled, and members wait.
    """
    lock(conn, f"roster {event.roster_id}")
    try:
        filled = roster(conn, event.roster_id)
    except Missing:
        return
    if filled.started_at is None:
        return
    waits = [MemberState.GOING]
    if path(conn, filled.path_id).is_open:
        waits.append(MemberState.COMING)
    seats = seats_of(conn, filled.id, waits, limit=AT_ONCE)
    _hold(conn, foresee(conn, filled, seats))
    dealt = [_deal(conn, filled, each, now=now) for each in foresee(conn, filled, seats)]
    _keep(conn, filled.id, dealt, now=now)
    if len(seats) == AT_ONCE:
        publish(conn, event, now=now)


def _hold(conn: Connection, found: Iterable[Foreseen]) -> None:
    """Nobody decides about these people between our looking, which is done anew, and our writing."""
    lock(conn, *(judgement_key(each.enrolment.learner_id) for each in found if each.enrolment is not None))


def _deal(conn: Connection, filled: CourseRoster, each: Foreseen, *, now: datetime) -> dict[str, Any]:
    """Carry out what was foreseen; the values of the member's row after it."""
    if each.seat.state is MemberState.GOING:
        if each.outcome is Outcome.LEAVE:
            assert each.enrolment is not None  # who is on no path does not leave it
            gone = EnrolmentStatus.WITHDRAWN
            change_status(conn, each.enrolment.id, gone, origin="lti", by=None, reason=LEAVES, now=now)
        return {"of_user": each.seat.user_id, "state": MemberState.LEFT.value, "person_id": each.person_id}
    somebody = _person(conn, filled, each, now=now)
    if each.outcome in {Outcome.ENROL, Outcome.RETURN}:
        enrol(conn, somebody, filled.path_id, origin="lti", by=None, reason=COMES, now=now)
    return {"of_user": each.seat.user_id, "state": MemberState.TAKEN.value, "person_id": somebody.id}


def _person(conn: Connection, filled: CourseRoster, each: Foreseen, *, now: datetime) -> Person:
    """Who the member is here: somebody known, perhaps by a name only now, or a new person."""
    if each.person_id is not None:
        return name_as_told(conn, person(conn, holder_of(conn, each.person_id)), each.seat.full_name)
    issuer = platform(conn, course_of(conn, filled.course_id).platform_id).issuer
    account = Account(issuer, each.seat.user_id)
    return admit(conn, account, full_name=each.seat.full_name, language=filled.language, now=now)


def _keep(conn: Connection, roster_id: UUID, dealt: list[dict[str, Any]], *, now: datetime) -> None:
    if not dealt:
        return
    this = course_members.c.roster_id == roster_id, course_members.c.user_id == bindparam("of_user")
    changed = update(course_members).where(*this)
    values = {"state": bindparam("state"), "person_id": bindparam("person_id"), "since": now, "full_name": None}
    conn.execute(changed.values(values), dealt)


EFFECTS: tuple[Subscription, ...] = (Effect("lti.fill-path", RosterMoved, lambda _: True, fill),)
