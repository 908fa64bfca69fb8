"""Who a member of the course is here, and what they are on the path."""

from uuid import UUID

from sqlalchemy import Connection

from lti import CourseRoster, Outcome, foresee, seats_of
from lti.rostering.planning import MemberState
from paths import EnrolmentStatus, Origin, Standing, enrol, enrolments_of, path, standing_of
from people import Account, Person, admit, person_of_account
from tests.demo_lms import CAST, DemoLms
from tests.demo_lms import Person as Attendee
from tests.times import NOW


def known(conn: Connection, lms: DemoLms, attendee: Attendee) -> Person:
    found = person_of_account(conn, Account(lms.url, attendee.id))
    assert found is not None
    return found


def standing(conn: Connection, lms: DemoLms, attendee: Attendee) -> Standing:
    (mine,) = enrolments_of(conn, known(conn, lms, attendee).id)
    return standing_of(conn, mine.id)


def statuses(conn: Connection, lms: DemoLms) -> dict[str, EnrolmentStatus]:
    """By user id, what everybody of the cast who was ever on the path is there."""
    here = {each.id: person_of_account(conn, Account(lms.url, each.id)) for each in CAST}
    mine = {user_id: enrolments_of(conn, each.id) for user_id, each in here.items() if each is not None}
    return {user_id: standing_of(conn, each[0].id).status for user_id, each in mine.items() if each}


def outcomes(conn: Connection, roster: CourseRoster) -> dict[str, Outcome]:
    seats = seats_of(conn, roster.id, list(MemberState))
    return {each.seat.user_id: each.outcome for each in foresee(conn, roster, seats)}


def enrolled(conn: Connection, lms: DemoLms, attendee: Attendee, origin: Origin = "lti") -> UUID:
    """The enrolment of somebody of the LMS who is on the path already."""
    somebody = arrived(conn, lms, attendee)
    return enrol(conn, somebody, path(conn, "growth").id, origin=origin, by=None, reason="a test", now=NOW).id


def arrived(conn: Connection, lms: DemoLms, attendee: Attendee) -> Person:
    return admit(conn, Account(lms.url, attendee.id), full_name=attendee.name, language="az", now=NOW)
