"""More than a grade: what was done on the way, and what becomes of a grade when its verdict falls."""

from datetime import timedelta

import msgspec
import pytest

from base import Database, waiting
from tests.demo_lms import AYGUN, DemoLms
from tests.demo_lms.grade_book import Score
from tests.lti.conftest import INTRO, PATH
from tests.lti.learning import Deliver, NewBrowser, complete, outcomes, passed
from tests.lti.waymark import Clock
from tests.paths import world
from tests.times import NOW

pytestmark = pytest.mark.usefixtures("growth")


async def test_steps_on_the_way_are_told_before_there_is_a_grade(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver, clock: Clock
) -> None:
    lms.product, lms.grade_book.erases = "other", False
    await new_browser(msgspec.structs.replace(AYGUN, locale="en")).launch(PATH)
    await db.write(passed, lms, AYGUN, "intro", 0.9, minutes=-7)
    await deliver()
    (begun,) = lms.grade_book.posts
    assert (begun.activity_progress, begun.grading_progress) == ("InProgress", "NotReady")
    assert (begun.score_given, begun.score_maximum, begun.submission) == (None, None, None)
    assert begun.comment == "1 of 2 steps done."
    clock.now = NOW + timedelta(minutes=1)
    await db.write(passed, lms, AYGUN, "budget", 1.0, minutes=-5)
    await deliver()
    final = lms.grade_book.posts[-1]
    assert (final.activity_progress, final.grading_progress, final.score_given) == ("Completed", "FullyGraded", 95)
    assert len(lms.grade_book.posts) == 2


async def test_moodle_hears_of_no_progress_since_it_would_erase_a_grade(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver
) -> None:
    await new_browser(AYGUN).launch(PATH)
    by_hand = Score(NOW - timedelta(days=1), "Completed", "FullyGraded", AYGUN.id, 40, 100)
    lms.grade_book._take(lms.grade_book.columns["path"], by_hand)
    await db.write(passed, lms, AYGUN, "intro", 0.9)
    await deliver()
    assert lms.grade_book.posts == []
    assert lms.grade_book.cells["path", AYGUN.id].score == 40


async def test_link_that_is_opened_on_the_way_tells_how_far_it_is(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver, clock: Clock
) -> None:
    lms.product, lms.grade_book.erases = "other", False
    browser = new_browser(AYGUN)
    await browser.launch(INTRO)
    await db.write(passed, lms, AYGUN, "intro", 0.9)
    await deliver()
    clock.now = NOW + timedelta(days=1)
    for _ in range(2):
        await browser.launch(PATH)
        await deliver()
    assert [post.grading_progress for post in lms.grade_book.posts] == ["FullyGraded", "NotReady"]


async def test_lost_requirement_leaves_nothing_of_its_grade_and_says_so(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver, clock: Clock
) -> None:
    await new_browser(AYGUN).launch(INTRO)
    recorded = await db.write(passed, lms, AYGUN, "intro", 0.8)
    await deliver()
    clock.now = NOW + timedelta(days=1)
    await db.write(world.void, recorded, now=clock.now)
    await deliver()
    cell = lms.grade_book.cells["intro", AYGUN.id]
    assert cell.score == 0
    assert (cell.posted.activity_progress, cell.posted.grading_progress) == ("InProgress", "FullyGraded")
    assert cell.posted.submission is None
    assert cell.posted.comment


async def test_lost_path_leaves_the_share_that_is_still_reached_and_comes_back(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver, clock: Clock
) -> None:
    await new_browser(AYGUN).launch(PATH)
    intro, _ = await complete(db, lms, AYGUN)
    await deliver()
    clock.now = NOW + timedelta(days=1)
    await db.write(world.void, intro, now=clock.now)
    await deliver()
    assert lms.grade_book.cells["path", AYGUN.id].score == 50  # one of two steps, at 100
    clock.now = NOW + timedelta(days=2)
    await db.write(passed, lms, AYGUN, "intro", 0.7, minutes=2 * 24 * 60)
    await deliver()
    cell = lms.grade_book.cells["path", AYGUN.id]
    assert (cell.score, cell.posted.activity_progress) == (85, "Completed")
    assert await db.read(outcomes) == [("delivered", 200)] * 3
    assert await db.read(waiting) == {}


async def test_no_message_ever_erases_a_grade(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver, clock: Clock
) -> None:
    browser = new_browser(AYGUN)
    await browser.launch(PATH)
    statements = await complete(db, lms, AYGUN)
    await deliver()
    for day, statement in enumerate(statements, start=1):
        clock.now = NOW + timedelta(days=day)
        await db.write(world.void, statement, now=clock.now)
        await deliver()
        await browser.launch(PATH)
        await deliver()
        assert lms.grade_book.cells["path", AYGUN.id].score is not None
    assert {post.grading_progress for post in lms.grade_book.posts} == {"FullyGraded"}
    assert lms.grade_book.cells["path", AYGUN.id].score == 0
