"""A launch and a list name the same people, and a launch brings the list up to date."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from base import Database
from lti import CourseRoster, Platform, courses_of, start_roster
from paths import EnrolmentStatus, enrolments_of
from tests.demo_lms import AYGUN, LEARNERS, NINO, OLENA, DemoLms
from tests.lti.browser import Browser
from tests.lti.conftest import PATH
from tests.lti.rostering.conftest import Work, crowd, now_of, read_later, states, try_roster
from tests.lti.rostering.seen import known, standing, statuses
from tests.lti.waymark import Clock
from tests.times import NOW

NewBrowser = Callable[..., Browser]
ON, OFF = EnrolmentStatus.ACTIVE, EnrolmentStatus.WITHDRAWN

pytestmark = pytest.mark.usefixtures("growth")


@pytest.fixture
def launched(db: Database, platform: Platform, new_browser: NewBrowser, work: Work) -> Any:
    """The roster of the course that one launch has told of, filling its path."""

    async def filled() -> CourseRoster:
        await new_browser(AYGUN).launch(PATH)
        (course,) = await db.read(courses_of, platform.id)
        tried = await db.write(try_roster, course.id)
        await work()
        await db.write(start_roster, tried.id, by=None, reason="a test", now=NOW)
        await work()
        return tried

    return filled


async def test_who_launched_before_is_the_member_of_the_list(db: Database, lms: DemoLms, launched: Any) -> None:
    await launched()
    aygun = await db.read(known, lms, AYGUN)
    assert len(await db.read(enrolments_of, aygun.id)) == 1
    assert await db.read(statuses, lms) == {each.id: ON for each in LEARNERS}


async def test_member_who_launches_later_is_who_the_list_enrolled_and_their_platform_sets_the_language(
    db: Database, lms: DemoLms, launched: Any, new_browser: NewBrowser
) -> None:
    await launched()
    enrolled = await db.read(known, lms, OLENA)
    assert enrolled.language == "ka"
    await new_browser(OLENA).launch(PATH)
    arrived = await db.read(known, lms, OLENA)
    assert (arrived.id, arrived.language) == (enrolled.id, "uk")
    assert len(await db.read(enrolments_of, arrived.id)) == 1


async def test_launch_from_the_course_lets_its_list_be_read(
    db: Database, lms: DemoLms, launched: Any, new_browser: NewBrowser, work: Work, clock: Clock
) -> None:
    filled = await launched()
    newcomer = crowd(1)[0]
    lms.roster.add(newcomer)
    clock.now += timedelta(minutes=20)
    await work()
    assert newcomer.id not in await db.read(states, filled.id)
    await new_browser(NINO).launch(PATH)
    assert (await db.read(now_of, filled.id)).next_read_at == clock()
    await work()
    assert newcomer.id in await db.read(states, filled.id)


async def test_who_was_let_go_and_launches_is_back_and_not_let_go_again(
    db: Database, lms: DemoLms, launched: Any, new_browser: NewBrowser, work: Work, clock: Clock
) -> None:
    lms.roster.add(*crowd(7))
    await launched()
    lms.roster.remove(NINO)
    await read_later(work, clock)
    assert (await db.read(standing, lms, NINO)).status is OFF
    await new_browser(NINO).launch(PATH)  # from another course, or as a guest
    await read_later(work, clock)
    assert (await db.read(standing, lms, NINO)).status is ON
