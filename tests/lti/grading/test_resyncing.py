"""Sending a platform what it missed, refused or lost, and nothing else."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from base import Asked, Database, Missing, decisions, failures, waiting
from lti import course_of, courses_of, failed_grades, grades_reported, list_platforms, resend_grade, resync
from lti.tables import courses, grade_lines
from tests.demo_lms import AYGUN, LEARNERS, NINO, DemoLms
from tests.demo_lms import Person as Attendee
from tests.demo_lms.cast import Role
from tests.demo_lms.grade_book import Score
from tests.lti.conftest import INTRO, PATH, Network
from tests.lti.learning import Deliver, NewBrowser, complete, outcomes, passed
from tests.lti.waymark import Clock
from tests.times import NOW

pytestmark = pytest.mark.usefixtures("growth")


async def again(db: Database, clock: Clock, **what: Any) -> int:
    (platform,) = await db.read(list_platforms)
    what = what or {"platform_id": platform.id}
    return await db.write(lambda conn: resync(conn, **what, by=None, reason="test", now=clock.now))


async def test_platform_that_was_restored_from_a_backup_gets_what_it_lost(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver, clock: Clock
) -> None:
    for attendee in LEARNERS:
        await new_browser(attendee).launch(PATH)
        await complete(db, lms, attendee)
    await deliver()
    del lms.grade_book.cells["path", NINO.id]
    lms.grade_book.posts.clear()
    clock.now = NOW + timedelta(days=1)
    assert await again(db, clock) == 3
    await deliver()
    assert [post.user_id for post in lms.grade_book.posts] == [NINO.id]
    assert lms.grade_book.cells["path", NINO.id].score == 95
    assert await db.read(waiting) == {}


async def test_grades_that_a_teacher_has_changed_stay(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver, clock: Clock
) -> None:
    await new_browser(AYGUN).launch(PATH)
    await complete(db, lms, AYGUN)
    await deliver()
    by_hand = Score(NOW + timedelta(hours=1), "Completed", "FullyGraded", AYGUN.id, 60, 100)
    lms.grade_book._take(lms.grade_book.columns["path"], by_hand)
    clock.now = NOW + timedelta(days=1)
    await again(db, clock)
    await deliver()
    assert lms.grade_book.cells["path", AYGUN.id].score == 60
    assert len(lms.grade_book.posts) == 1


async def test_platform_that_does_not_let_us_see_its_grades_gets_those_that_did_not_arrive(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver, clock: Clock
) -> None:
    lms.withheld = frozenset(scope for scope in ("https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly",))
    guest = Attendee("99", "Guest", "Learner", "en", Role.LEARNER)
    for attendee in (AYGUN, guest):
        await new_browser(attendee).launch(PATH)
        await complete(db, lms, attendee)
    await deliver()
    assert {outcome for outcome, _ in await db.read(outcomes)} == {"delivered", "refused"}
    lms.grade_book.learners.add(guest.id)
    lms.grade_book.posts.clear()
    clock.now = NOW + timedelta(days=1)
    await again(db, clock)
    await deliver()
    assert [post.user_id for post in lms.grade_book.posts] == [guest.id]
    assert await db.read(lambda conn: failed_grades(conn, language="en")) == []


async def test_what_was_set_aside_is_sent_and_is_set_aside_no_more(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver, clock: Clock, network: Network
) -> None:
    await new_browser(AYGUN).launch(INTRO)
    await db.write(passed, lms, AYGUN, "intro", 0.8)
    network.out_of_order = 503
    for hour in range(5 * 24):  # longer than anybody waits for a platform
        clock.now = NOW + timedelta(hours=hour)
        await deliver()
    assert len(await db.read(failures)) == 1
    (failed,) = await db.read(lambda conn: failed_grades(conn, language="en"))
    assert (failed.tried, failed.given_up) == (10, True)
    network.mend()
    await again(db, clock)
    await deliver()
    assert await db.read(failures) == []
    assert lms.grade_book.cells["intro", AYGUN.id].score == 80


async def test_one_grade_is_sent_again_at_once_though_its_platform_was_left_alone(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver, clock: Clock, network: Network
) -> None:
    await new_browser(AYGUN).launch(INTRO)
    await db.write(passed, lms, AYGUN, "intro", 0.8)
    network.out_of_order, network.retry_after_seconds = 429, 3000
    await deliver()
    network.mend()
    (failed,) = await db.read(lambda conn: failed_grades(conn, language="en"))
    clock.now = NOW + timedelta(seconds=5)
    await db.write(lambda conn: resend_grade(conn, failed.id, by=None, reason="test", now=clock.now))
    await deliver()
    assert lms.grade_book.cells["intro", AYGUN.id].score == 80
    acts = await db.read(lambda conn: [each.act for each in decisions(conn, Asked())])
    assert "grades.resend" in acts


async def test_closed_line_is_sent_nothing_by_hand(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver, clock: Clock
) -> None:
    await new_browser(AYGUN).launch(INTRO)
    lms.grade_book.columns.clear()
    await db.write(passed, lms, AYGUN, "intro", 0.8)
    await deliver()
    (failed,) = await db.read(lambda conn: failed_grades(conn, language="en"))
    assert failed.closed
    with pytest.raises(Missing):
        await db.write(lambda conn: resend_grade(conn, failed.id, by=None, reason="test", now=clock.now))
    assert await again(db, clock) == 0


async def test_one_course_of_a_platform_is_enough(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver, clock: Clock
) -> None:
    await new_browser(AYGUN).launch(INTRO)
    (platform,) = await db.read(list_platforms)
    (course,) = await db.read(courses_of, platform.id)
    assert await again(db, clock, course_id=course.id) == 1
    assert await db.read(lambda conn: conn.scalars(select(grade_lines.c.course_id)).all()) == [course.id]
    (reported,) = await db.read(grades_reported)
    assert (reported.platform, reported.grades, reported.failed) == ("Demo LMS", 1, 0)
    await db.write(lambda conn: conn.execute(courses.delete()))
    assert await db.read(lambda conn: conn.scalars(select(grade_lines.c.course_id)).all()) == [None]
    with pytest.raises(Missing):
        await db.read(course_of, course.id)
    with pytest.raises(Missing):
        await again(db, clock, course_id=course.id)
