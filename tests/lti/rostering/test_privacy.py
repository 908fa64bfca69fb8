"""Whoever was erased is not taken again by a list, and what was only looked at is forgotten."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from base import Database
from lti import CourseRoster, erase_from_lti, forget_tried_rosters, known_to_lti, rosters
from lti.tables import course_members
from paths import EnrolmentStatus, enrolments_of, standing_of
from people import Account, erase_from_people, person_of_account
from tests.demo_lms import LEARNERS, NINO, DemoLms
from tests.lti.rostering.conftest import Work, read_later, states
from tests.lti.rostering.seen import arrived, known
from tests.lti.waymark import Clock
from tests.times import NOW


def erase(conn: Connection, lms: DemoLms) -> dict[str, int]:
    nino = known(conn, lms, NINO)
    return {**erase_from_lti(conn, nino.id), **erase_from_people(conn, nino.id)}


async def test_person_is_told_of_the_courses_that_name_them(db: Database, lms: DemoLms, begin: Any) -> None:
    await begin()
    nino = await db.read(known, lms, NINO)
    (told,) = (await db.read(known_to_lti, nino.id))["course_members"]
    assert (told["user_id"], told["state"], told["title"], told["platform"]) == (
        NINO.id,
        "taken",
        "Economy",
        "Demo LMS",
    )


async def test_erased_member_is_named_no_more_and_not_taken_again(
    db: Database, filled: CourseRoster, lms: DemoLms, begin: Any, work: Work, clock: Clock
) -> None:
    await begin()
    nino = await db.read(known, lms, NINO)
    assert (await db.write(erase, lms))["course_members"] == 1
    await read_later(work, clock)
    assert await db.read(person_of_account, Account(lms.url, NINO.id)) is None
    found = await db.read(states, filled.id)
    assert NINO.id not in found
    assert list(found.values()).count("erased") == 1
    assert await db.read(_persons_named, filled) == len(LEARNERS) - 1
    mine = await db.read(lambda conn: standing_of(conn, enrolments_of(conn, nino.id)[0].id))
    assert mine.status is EnrolmentStatus.ACTIVE  # what they did stays as it is


async def test_who_is_erased_before_the_list_began_is_not_taken_by_it(
    db: Database, filled: CourseRoster, lms: DemoLms, work: Work
) -> None:
    await db.write(arrived, lms, NINO)
    await work()
    assert (await db.write(erase, lms))["course_members"] == 1
    assert NINO.id not in await db.read(states, filled.id)


async def test_erasing_again_finds_nothing(db: Database, lms: DemoLms, begin: Any) -> None:
    await begin()
    nino = await db.read(known, lms, NINO)
    await db.write(erase, lms)
    assert (await db.write(erase_from_lti, nino.id))["course_members"] == 0


async def test_list_that_was_only_looked_at_is_forgotten(db: Database, filled: CourseRoster, work: Work) -> None:
    await work()
    before = NOW - timedelta(seconds=1)
    assert await db.write(forget_tried_rosters, before=before, limit=10) == 0
    assert await db.write(forget_tried_rosters, before=NOW, limit=10) == 1
    assert await db.read(states, filled.id) == {}


async def test_list_that_fills_a_path_is_kept(db: Database, filled: CourseRoster, begin: Any) -> None:
    await begin()
    assert await db.write(forget_tried_rosters, before=NOW, limit=10) == 0
    assert [each.id for each in await db.read(rosters)] == [filled.id]


def _persons_named(conn: Connection, filled: CourseRoster) -> int:
    named = course_members.c.roster_id == filled.id, course_members.c.person_id.is_not(None)
    return len(conn.execute(course_members.select().where(*named)).all())
