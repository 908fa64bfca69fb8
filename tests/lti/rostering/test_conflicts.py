"""What people decided, and what else keeps somebody on a path, stands over every list."""

from datetime import timedelta
from typing import Any

from base import Database
from lti import (
    CourseRoster,
    Outcome,
    Platform,
    ask_for_members,
    start_roster,
)
from paths import EnrolmentStatus, change_status, enrolments_of
from people import Way, add_person, join_persons
from tests.demo_lms import NINO, OLENA, DemoLms
from tests.lti.rostering.conftest import Work, crowd, known_course, read_later, states, try_roster
from tests.lti.rostering.seen import arrived, enrolled, known, outcomes, standing
from tests.lti.waymark import Clock
from tests.paths import world
from tests.times import NOW

A_DAY = timedelta(days=1)
BY: dict[str, Any] = {"by": None, "reason": "a test"}
ON, OFF = EnrolmentStatus.ACTIVE, EnrolmentStatus.WITHDRAWN


async def test_who_is_on_the_path_by_another_way_stays_as_they_are_and_does_not_leave_with_the_course(
    db: Database, filled: CourseRoster, lms: DemoLms, begin: Any, work: Work, clock: Clock
) -> None:
    lms.roster.add(*crowd(7))
    await db.write(enrolled, lms, NINO, "cohort")
    await begin()
    assert (await db.read(outcomes, filled))[NINO.id] is Outcome.OTHERWISE
    lms.roster.remove(NINO)
    await read_later(work, clock)
    stands = await db.read(standing, lms, NINO)
    assert (stands.status, stands.origin) == (ON, "cohort")
    assert (await db.read(states, filled.id))[NINO.id] == "left"


async def test_who_was_withdrawn_by_staff_is_shown_and_not_enrolled_again(
    db: Database, filled: CourseRoster, lms: DemoLms, begin: Any, work: Work, clock: Clock
) -> None:
    staff = await db.write(add_person, full_name="Staff", language="en", now=NOW)
    enrolment = await db.write(enrolled, lms, NINO)
    await db.write(change_status, enrolment, OFF, by=staff.id, reason="moved away", now=NOW)
    await begin()
    assert (await db.read(outcomes, filled))[NINO.id] is Outcome.DECIDED
    await read_later(work, clock)
    stands = await db.read(standing, lms, NINO)
    assert (stands.status, stands.by, stands.reason) == (OFF, staff.id, "moved away")


async def test_who_left_the_path_of_their_own_accord_is_not_enrolled_again_by_a_list(
    db: Database, filled: CourseRoster, lms: DemoLms, begin: Any
) -> None:
    enrolment = await db.write(enrolled, lms, NINO)
    nino = await db.read(known, lms, NINO)
    await db.write(change_status, enrolment, OFF, by=nino.id, reason="no time", now=NOW)
    await begin()
    assert (await db.read(standing, lms, NINO)).status is OFF
    assert (await db.read(outcomes, filled))[NINO.id] is Outcome.DECIDED


async def test_two_members_who_are_one_person_here_have_one_enrolment_that_ends_with_the_second(
    db: Database, filled: CourseRoster, lms: DemoLms, begin: Any, work: Work, clock: Clock
) -> None:
    lms.roster.add(*crowd(9))
    nino = await db.write(arrived, lms, NINO)
    olena = await db.write(arrived, lms, OLENA)
    await db.write(join_persons, olena.id, nino.id, way=Way.STAFF, **BY, now=NOW)
    await begin()
    assert (await db.read(outcomes, filled))[OLENA.id] is Outcome.SAME
    assert len(await db.read(enrolments_of, nino.id)) == 1
    lms.roster.remove(NINO)
    await read_later(work, clock)
    assert (await db.read(standing, lms, OLENA)).status is ON
    lms.roster.remove(OLENA)
    await read_later(work, clock)
    assert (await db.read(standing, lms, OLENA)).status is OFF


async def test_who_is_still_in_another_course_of_the_path_stays_on_it(
    db: Database, platform: Platform, lms: DemoLms, begin: Any, work: Work, clock: Clock
) -> None:
    lms.roster.add(*crowd(7))
    await begin()
    other = await db.write(known_course, platform.id, f"{lms.url}/members", "ctx-2")
    second = await db.write(try_roster, other)
    await work()
    await db.write(start_roster, second.id, **BY, now=NOW)
    await work()
    lms.roster.remove(NINO)
    await db.write(ask_for_members, second.id, now=clock() + timedelta(hours=1))
    clock.now += timedelta(hours=1)
    await work()
    assert (await db.read(states, second.id))[NINO.id] == "left"
    assert (await db.read(standing, lms, NINO)).status is ON
    await read_later(work, clock)  # now the first course tells it too
    assert (await db.read(standing, lms, NINO)).status is OFF


async def test_who_has_completed_the_path_does_not_leave_it_with_the_course(
    db: Database, lms: DemoLms, begin: Any, work: Work, clock: Clock
) -> None:
    lms.roster.add(*crowd(7))
    await begin()
    nino = await db.read(known, lms, NINO)
    agent = world.agent_of(nino)
    passed = [world.statement(agent, slug, score=1.0) for slug in ("intro", "budget")]
    await db.write(lambda conn: world.record(conn, *passed, now=NOW))
    await work()
    lms.roster.remove(NINO)
    await read_later(work, clock)
    assert (await db.read(standing, lms, NINO)).status is ON


async def test_who_only_teaches_from_now_on_leaves_the_path(
    db: Database, lms: DemoLms, begin: Any, work: Work, clock: Clock
) -> None:
    lms.roster.add(*crowd(7))
    await begin()
    lms.roster.add(NINO, roles=["Instructor"])
    await read_later(work, clock)
    assert (await db.read(standing, lms, NINO)).status is OFF
