"""A course fills a path: tried first, then kept up, and never over what people decided."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection

from base import Conflict, Database, Invalid, Missing, waiting
from lti import (
    CourseRole,
    CourseRoster,
    Outcome,
    Platform,
    add_roster,
    ask_for_members,
    let_members_go,
    seats_of,
    start_roster,
    stop_roster,
)
from lti.registering.courses import keep_course
from lti.rostering import keeping
from lti.rostering.filling import fill
from lti.rostering.planning import MemberState
from lti.rostering.rosters import RosterMoved
from lti.standard.claims import Context
from paths import EnrolmentStatus, Standing, enrolments_of, history_of
from people import Account, person_of_account
from tests.demo_lms import AYGUN, LEARNERS, NINO, OLENA, TEACHER, DemoLms
from tests.demo_lms import Person as Attendee
from tests.demo_lms.cast import Role
from tests.lti.rostering.conftest import Work, crowd, now_of, read_later, states, try_roster
from tests.lti.rostering.seen import arrived, known, outcomes, standing, statuses
from tests.lti.waymark import Clock
from tests.paths import world
from tests.paths.makers import leaf
from tests.times import NOW

A_DAY = timedelta(days=1)
BY: dict[str, Any] = {"by": None, "reason": "a test"}
ON, OFF = EnrolmentStatus.ACTIVE, EnrolmentStatus.WITHDRAWN


async def test_roster_that_is_only_tried_enrols_nobody_and_shows_who_would_be(
    db: Database, filled: CourseRoster, lms: DemoLms, work: Work
) -> None:
    await work()
    assert await db.read(statuses, lms) == {}
    assert await db.read(person_of_account, Account(lms.url, AYGUN.id)) is None
    assert await db.read(outcomes, filled) == {each.id: Outcome.ENROL for each in LEARNERS}
    seats = await db.read(seats_of, filled.id, [MemberState.COMING])
    assert [each.full_name for each in seats] == [each.name for each in LEARNERS]
    read = await db.read(now_of, filled.id)
    assert (read.complete_at, read.passed_over, read.error) == (NOW, 1, None)


async def test_started_roster_enrols_learners_as_the_persons_of_their_launches(
    db: Database, filled: CourseRoster, lms: DemoLms, begin: Any
) -> None:
    await begin()
    assert await db.read(statuses, lms) == {each.id: ON for each in LEARNERS}
    aygun = await db.read(known, lms, AYGUN)
    assert aygun.full_name == AYGUN.name
    assert aygun.language == "ka"  # the roster's: a list does not tell it
    stands = await db.read(standing, lms, AYGUN)
    assert (stands.origin, stands.by, stands.reason) == ("lti", None, "a member of the course in the learning platform")
    seats = await db.read(seats_of, filled.id, [MemberState.TAKEN])
    assert {each.full_name for each in seats} == {None}  # persons have names now, rosters no more


async def test_teachers_test_users_and_the_inactive_are_not_taken(
    db: Database, filled: CourseRoster, lms: DemoLms, begin: Any
) -> None:
    lms.roster.add(NINO, status="Inactive")
    lms.roster.add(OLENA, roles=["Learner", "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"])
    await begin()
    assert await db.read(statuses, lms) == {AYGUN.id: ON}
    assert (await db.read(now_of, filled.id)).passed_over == 3


async def test_roster_of_teachers_takes_them(
    db: Database, growth: None, course: UUID, lms: DemoLms, work: Work
) -> None:
    roster = await db.write(try_roster, course, CourseRole.INSTRUCTOR)
    await work()
    await db.write(start_roster, roster.id, **BY, now=NOW)
    await work()
    assert await db.read(statuses, lms) == {TEACHER.id: ON}


async def test_who_left_the_course_is_withdrawn_with_date_and_reason(
    db: Database, lms: DemoLms, begin: Any, work: Work, clock: Clock
) -> None:
    lms.roster.add(*crowd(7))
    await begin()
    lms.roster.remove(NINO)
    await read_later(work, clock)
    stands = await db.read(standing, lms, NINO)
    assert (stands.status, stands.at, stands.by) == (OFF, NOW + A_DAY, None)
    assert stands.reason == "no longer a member of the course in the learning platform"
    assert (await db.read(standing, lms, AYGUN)).status is ON


async def test_who_is_back_in_the_course_is_back_on_the_path(
    db: Database, lms: DemoLms, begin: Any, work: Work, clock: Clock
) -> None:
    lms.roster.add(*crowd(7))
    await begin()
    lms.roster.remove(NINO)
    await read_later(work, clock)
    lms.roster.add(NINO)
    await read_later(work, clock)
    nino = await db.read(known, lms, NINO)
    mine = await db.read(lambda conn: history_of(conn, enrolments_of(conn, nino.id)[0].id))
    assert [(each.status, each.at) for each in mine] == [(ON, NOW), (OFF, NOW + A_DAY), (ON, NOW + 2 * A_DAY)]


async def test_more_than_a_fifth_at_once_are_held_until_staff_says_so(
    db: Database, filled: CourseRoster, lms: DemoLms, begin: Any, work: Work, clock: Clock
) -> None:
    await begin()
    lms.roster.remove(NINO, OLENA)
    await read_later(work, clock)
    await read_later(work, clock)
    assert await db.read(statuses, lms) == {each.id: ON for each in LEARNERS}
    assert await db.read(states, filled.id) == {AYGUN.id: "taken", NINO.id: "held", OLENA.id: "held"}
    assert await db.write(let_members_go, filled.id, by=None, reason="the term is over", now=clock()) == 2
    await work()
    assert await db.read(statuses, lms) == {AYGUN.id: ON, NINO.id: OFF, OLENA.id: OFF}
    assert await db.write(let_members_go, filled.id, by=None, reason="again", now=clock()) == 0


async def test_course_that_was_emptied_by_mistake_and_filled_again_has_lost_nobody(
    db: Database, filled: CourseRoster, lms: DemoLms, begin: Any, work: Work, clock: Clock
) -> None:
    await begin()
    lms.roster.remove(*LEARNERS)
    await read_later(work, clock)
    lms.roster.add(*LEARNERS)
    await read_later(work, clock)
    assert await db.read(statuses, lms) == {each.id: ON for each in LEARNERS}
    assert set((await db.read(states, filled.id)).values()) == {"taken"}


async def test_nobody_leaves_by_a_list_with_an_entry_that_could_not_be_read(
    db: Database, filled: CourseRoster, lms: DemoLms, begin: Any, work: Work, clock: Clock
) -> None:
    lms.roster.add(*crowd(7))
    await begin()
    lms.roster.remove(NINO)
    lms.roster.extra = [{"user_id": None, "roles": ["Learner"]}]
    await read_later(work, clock)
    assert (await db.read(standing, lms, NINO)).status is ON
    assert (await db.read(now_of, filled.id)).error == "1 of the entries could not be read, so nobody was let go."


async def test_nobody_leaves_by_a_list_that_was_not_read_to_its_end(
    db: Database, filled: CourseRoster, lms: DemoLms, begin: Any, work: Work, clock: Clock
) -> None:
    lms.roster.add(*crowd(7))
    await begin()
    lms.roster.remove(NINO)
    lms.roster.runs_in_circles, lms.roster.limit_held = True, 1
    await read_later(work, clock)
    assert (await db.read(standing, lms, NINO)).status is ON
    read = await db.read(now_of, filled.id)
    assert (read.failures, read.complete_at) == (1, NOW)
    assert read.error is not None


async def test_person_without_a_name_gets_the_one_that_the_course_tells(db: Database, lms: DemoLms, begin: Any) -> None:
    await db.write(lambda conn: arrived(conn, lms, Attendee(NINO.id, "", "", "ka", Role.LEARNER)))
    lms.roster.add(AYGUN, name=None, given_name=None, family_name=None)
    await begin()
    assert (await db.read(known, lms, NINO)).full_name == NINO.name
    assert (await db.read(known, lms, AYGUN)).full_name is None


async def test_many_members_are_enrolled_a_few_at_a_time(
    db: Database, filled: CourseRoster, lms: DemoLms, work: Work
) -> None:
    lms.roster.add(*crowd(50))
    await work()
    await db.write(start_roster, filled.id, **BY, now=NOW)
    await db.write(fill, RosterMoved("x", filled.id), NOW)
    counts = list((await db.read(states, filled.id)).values())
    assert counts.count("taken") == 20
    await work()
    assert set((await db.read(states, filled.id)).values()) == {"taken"}


async def test_platform_that_names_new_people_at_every_reading_is_believed_no_more(
    db: Database, filled: CourseRoster, lms: DemoLms, begin: Any, work: Work, clock: Clock
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keeping, "MOST_KEPT", 5)
        await begin()
        lms.roster.add(*crowd(3))
        await read_later(work, clock)
    assert set(await db.read(states, filled.id)) == {each.id for each in LEARNERS}
    assert "more than 5 people" in str((await db.read(now_of, filled.id)).error)


async def test_filling_twice_changes_nothing(db: Database, filled: CourseRoster, lms: DemoLms, begin: Any) -> None:
    await begin()
    before = await db.read(states, filled.id)
    for _ in range(2):
        await db.write(fill, RosterMoved("x", filled.id), NOW + A_DAY)
    assert await db.read(states, filled.id) == before
    assert [each.at for each in await db.read(_all_standings, lms)] == [NOW] * 3


async def test_path_that_is_not_open_takes_nobody_and_members_wait(
    db: Database, filled: CourseRoster, lms: DemoLms, begin: Any, work: Work
) -> None:
    await db.write(lambda conn: world.publish(conn, *LEAVES, status="retired"))
    await begin()
    assert await db.read(statuses, lms) == {}
    assert set((await db.read(states, filled.id)).values()) == {"coming"}
    assert await db.read(waiting) == {}


async def test_stopped_roster_leaves_everybody_as_they_are(
    db: Database, filled: CourseRoster, lms: DemoLms, begin: Any, work: Work, clock: Clock
) -> None:
    await begin()
    await db.write(ask_for_members, filled.id, now=clock())
    await db.write(stop_roster, filled.id, **BY, now=clock())
    lms.roster.remove(*LEARNERS)
    await read_later(work, clock)
    assert await db.read(statuses, lms) == {each.id: ON for each in LEARNERS}
    assert await db.read(states, filled.id) == {}
    with pytest.raises(Missing):
        await db.write(stop_roster, filled.id, **BY, now=clock())


async def test_roster_is_refused_without_role_list_or_twice(
    db: Database, platform: Platform, filled: CourseRoster, course: UUID, lms: DemoLms
) -> None:
    with pytest.raises(Conflict, match="already"):
        await db.write(try_roster, course)
    with pytest.raises(Invalid, match="role"):
        await db.write(add_roster, course, filled.path_id, roles=(), language="en", **BY, now=NOW)
    silent = await db.write(_silent_course, platform.id)
    with pytest.raises(Conflict, match="does not say where"):
        await db.write(try_roster, silent)


async def test_roster_is_not_started_before_it_was_read(db: Database, filled: CourseRoster) -> None:
    with pytest.raises(Conflict, match="not been read"):
        await db.write(start_roster, filled.id, **BY, now=NOW)


LEAVES = [leaf("r-intro", "intro"), leaf("r-budget", "budget")]


def _silent_course(conn: Connection, platform_id: UUID) -> UUID:
    return keep_course(conn, platform_id, "1", Context("ctx-3"), grades=None, roster=None, now=NOW)


def _all_standings(conn: Connection, lms: DemoLms) -> list[Standing]:
    return [standing(conn, lms, attendee) for attendee in LEARNERS]
