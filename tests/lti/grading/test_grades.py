"""From a launch and statements to the LMS's grade book, and whatever may stand in between."""

from datetime import timedelta
from typing import Any

import pytest

from base import Database, NotNow, publish, waiting
from lti import Platform
from lti.grading.grade_lines import GradeDue
from lti.grading.grades import Sent, prepare_grade, record_delivery
from lti.services.scores import Delivery, Outcome
from lti.tables import grade_lines
from tests.demo_lms import AYGUN, NINO, TEACHER, DemoLms, Draft, signed
from tests.demo_lms import Person as Attendee
from tests.demo_lms.cast import Role
from tests.demo_lms.grade_book import LineItem, Score
from tests.demo_lms.lms import AGS
from tests.lti.conftest import HOME, INTRO, PATH, UNGRADED, Network
from tests.lti.learning import Deliver, NewBrowser, complete, outcomes, passed
from tests.lti.waymark import Clock
from tests.paths import world
from tests.times import NOW

pytestmark = pytest.mark.usefixtures("growth")


async def test_completed_path_shows_in_the_grade_book(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver, network: Network
) -> None:
    await new_browser(AYGUN).launch(PATH)
    await db.write(passed, lms, AYGUN, "intro", 0.9, minutes=-7)
    await deliver()
    assert lms.grade_book.posts == []
    await db.write(passed, lms, AYGUN, "budget", 1.0, minutes=-5)
    await deliver()
    cell = lms.grade_book.cells["path", AYGUN.id]
    assert cell.score == 95
    assert (cell.posted.activity_progress, cell.posted.grading_progress) == ("Completed", "FullyGraded")
    assert cell.posted.timestamp == NOW
    assert cell.posted.submission is not None
    assert cell.posted.submission.submitted_at == NOW - timedelta(minutes=5)
    assert network.asked == ["/jwks", "/token", "/lineitems/path/scores"]
    assert await db.read(outcomes) == [("delivered", 200)]


async def test_link_to_one_requirement_hears_of_it_alone(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver
) -> None:
    await new_browser(AYGUN).launch(INTRO)
    await db.write(passed, lms, AYGUN, "budget", 1.0)
    await deliver()
    assert lms.grade_book.cells == {}
    await db.write(passed, lms, AYGUN, "intro", 0.8)
    await deliver()
    assert {key: cell.score for key, cell in lms.grade_book.cells.items()} == {("intro", AYGUN.id): 80}


async def test_link_that_is_opened_later_hears_of_what_was_reached_before(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver, clock: Clock
) -> None:
    browser = new_browser(AYGUN)
    await browser.launch(UNGRADED)
    await complete(db, lms, AYGUN)
    await deliver()
    assert lms.grade_book.cells == {}
    clock.now = NOW + timedelta(days=1)
    await browser.launch(PATH)
    await deliver()
    assert lms.grade_book.cells["path", AYGUN.id].score == 95


async def test_each_learner_is_graded_as_themselves(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver
) -> None:
    for attendee in (AYGUN, NINO):
        await new_browser(attendee).launch(PATH)
    await complete(db, lms, NINO)
    await deliver()
    assert list(lms.grade_book.cells) == [("path", NINO.id)]


async def test_same_score_is_sent_once_however_often_somebody_launches(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver, clock: Clock
) -> None:
    browser = new_browser(AYGUN)
    await browser.launch(PATH)
    await complete(db, lms, AYGUN)
    await deliver()
    clock.now = NOW + timedelta(days=1)
    await browser.launch(PATH)
    await deliver()
    assert len(lms.grade_book.posts) == 1


async def test_better_score_is_sent_under_a_timestamp_a_second_later(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver
) -> None:
    await new_browser(AYGUN).launch(INTRO)
    for score in (0.8, 0.9, 1.0):
        await db.write(passed, lms, AYGUN, "intro", score)
        await deliver()
    assert [post.timestamp for post in lms.grade_book.posts] == [NOW + timedelta(seconds=n) for n in range(3)]
    assert lms.grade_book.cells["intro", AYGUN.id].score == 100


async def test_maximum_that_the_teacher_changed_does_not_change_our_score(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver
) -> None:
    await new_browser(AYGUN).launch(INTRO)
    lms.grade_book.columns["intro"] = LineItem("intro", "Introduction", "intro", score_maximum=10)
    await db.write(passed, lms, AYGUN, "intro", 0.8)
    await deliver()
    cell = lms.grade_book.cells["intro", AYGUN.id]
    assert (cell.score, cell.posted.score_given, cell.posted.score_maximum) == (8, 80, 100)


async def test_teacher_is_let_in_and_never_graded(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver
) -> None:
    assert (await new_browser(TEACHER).launch(PATH)).status_code == 303
    await complete(db, lms, TEACHER)
    await deliver()
    assert lms.grade_book.posts == []
    assert await db.read(lambda conn: conn.execute(grade_lines.select()).all()) == []


@pytest.mark.parametrize("scope", [[], [f"{AGS}scope/lineitem"]])
async def test_link_whose_platform_takes_no_scores_is_not_graded(
    scope: list[str], lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver
) -> None:
    def without_scores(draft: Draft) -> str:
        draft.claims[f"{AGS}claim/endpoint"]["scope"] = scope
        return signed(draft)

    lms.forge = without_scores
    await new_browser(AYGUN).launch(PATH)
    await complete(db, lms, AYGUN)
    await deliver()
    assert lms.grade_book.posts == []
    assert await db.read(waiting) == {}


async def test_newer_grade_of_the_teachers_own_stands(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver, clock: Clock
) -> None:
    browser = new_browser(AYGUN)
    await browser.launch(PATH)
    await complete(db, lms, AYGUN)
    by_hand = Score(NOW + timedelta(seconds=1), "Completed", "FullyGraded", AYGUN.id, 60, 100)
    lms.grade_book._take(lms.grade_book.columns["path"], by_hand)
    await deliver()
    clock.now = NOW + timedelta(hours=1)
    await browser.launch(PATH)
    await deliver()
    assert lms.grade_book.cells["path", AYGUN.id].score == 60
    assert await db.read(outcomes) == [("superseded", 409)]


async def test_deleted_line_item_hears_nothing_more_until_somebody_launches_from_it(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver, clock: Clock
) -> None:
    browser = new_browser(AYGUN)
    await browser.launch(INTRO)
    column = lms.grade_book.columns.pop("intro")
    await db.write(passed, lms, AYGUN, "intro", 0.8)
    await deliver()
    await db.write(passed, lms, AYGUN, "intro", 0.9)
    await deliver()
    assert await db.read(outcomes) == [("gone", 404)]
    lms.grade_book.columns["intro"] = column
    clock.now = NOW + timedelta(days=1)
    await browser.launch(INTRO)
    await deliver()
    assert lms.grade_book.cells["intro", AYGUN.id].score == 90


async def test_score_that_the_platform_will_not_have_is_kept_as_refused(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver
) -> None:
    guest = Attendee("99", "Guest", "Learner", "en", Role.LEARNER)
    await new_browser(guest).launch(PATH)
    await complete(db, lms, guest)
    await deliver()
    assert await db.read(outcomes) == [("refused", 400)]
    assert await db.read(waiting) == {}


async def test_grade_arrives_when_the_platform_is_back(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver, network: Network, clock: Clock
) -> None:
    await new_browser(AYGUN).launch(PATH)
    await complete(db, lms, AYGUN)
    network.out_of_order = 503
    await deliver()
    assert await db.read(waiting) == {"lti.grade": 1}
    network.mend()
    clock.now = NOW + timedelta(minutes=1)
    await deliver()
    assert await db.read(waiting) == {}
    assert lms.grade_book.cells["path", AYGUN.id].score == 95
    assert lms.grade_book.posts[0].timestamp == NOW + timedelta(minutes=1)


async def test_platform_says_when_to_come_again(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver, network: Network, clock: Clock
) -> None:
    await new_browser(AYGUN).launch(INTRO)
    await db.write(passed, lms, AYGUN, "intro", 0.8)
    await deliver()
    await db.write(passed, lms, AYGUN, "intro", 0.9)
    network.out_of_order, network.retry_after_seconds = 429, 1800
    await deliver()
    network.mend()
    clock.now = NOW + timedelta(seconds=1799)
    await deliver()
    assert lms.grade_book.cells["intro", AYGUN.id].score == 80
    clock.now = NOW + timedelta(seconds=1800)
    await deliver()
    assert lms.grade_book.cells["intro", AYGUN.id].score == 90


async def test_access_token_serves_until_a_minute_before_it_expires(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver, network: Network, clock: Clock
) -> None:
    await new_browser(AYGUN).launch(INTRO)
    for score, minute in ((0.8, 0), (0.85, 58), (0.9, 59)):
        clock.now = NOW + timedelta(minutes=minute)
        await db.write(passed, lms, AYGUN, "intro", score)
        await deliver()
    assert network.asked.count("/token") == 2
    assert lms.grade_book.cells["intro", AYGUN.id].score == 90


async def test_access_token_that_was_withdrawn_is_replaced_at_once(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver, network: Network
) -> None:
    await new_browser(AYGUN).launch(INTRO)
    await db.write(passed, lms, AYGUN, "intro", 0.8)
    await deliver()
    lms.access_tokens.clear()
    await db.write(passed, lms, AYGUN, "intro", 0.9)
    await deliver()
    assert lms.grade_book.cells["intro", AYGUN.id].score == 90
    assert network.asked.count("/token") == 2


async def test_platform_that_gives_no_token_is_tried_again(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver
) -> None:
    async def other_keys() -> dict[str, Any]:
        return {"keys": [lms.key.as_dict(private=False)]}

    await new_browser(AYGUN).launch(PATH)
    await complete(db, lms, AYGUN)
    lms.fetch_tool_keys = other_keys
    await deliver()
    assert lms.grade_book.posts == []
    assert await db.read(waiting) == {"lti.grade": 1}


async def test_score_goes_out_once_though_two_events_of_one_batch_ask_for_it(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver, clock: Clock
) -> None:
    await new_browser(AYGUN).launch(INTRO)
    await db.write(passed, lms, AYGUN, "intro", 0.8)
    await db.write(lambda conn: world.fold_all(conn, now=NOW))
    line = await db.read(lambda conn: conn.execute(grade_lines.select()).one())
    await db.write(lambda conn: publish(conn, GradeDue("anybody", line.id), now=NOW))
    assert (await db.read(waiting))["lti.grade"] == 2
    await deliver()
    clock.now = NOW + timedelta(seconds=1)
    await deliver()
    assert await db.read(waiting) == {}
    assert len(lms.grade_book.posts) == 1


async def test_running_the_errand_twice_sends_newer_and_records_once(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver
) -> None:
    await new_browser(AYGUN).launch(INTRO)
    await db.write(passed, lms, AYGUN, "intro", 0.8)
    await db.write(lambda conn: world.fold_all(conn, now=NOW))
    line = await db.read(lambda conn: conn.execute(grade_lines.select()).one())
    due = GradeDue("anybody", line.id)
    assert await db.write(prepare_grade, due, NOW) is not None
    with pytest.raises(NotNow):
        await db.write(prepare_grade, due, NOW)
    second = await db.write(prepare_grade, due, NOW + timedelta(minutes=2))
    assert second is not None
    assert second.timestamp == NOW + timedelta(minutes=2)
    sent = Sent(second, Delivery(Outcome.DELIVERED, 200), second.timestamp)
    for _ in range(2):
        await db.write(record_delivery, due, sent, NOW)
    assert await db.read(outcomes) == [("delivered", 200)]
    assert await db.write(prepare_grade, due, NOW) is None


async def test_event_of_a_line_that_is_not_there_does_nothing(
    platform: Platform, db: Database, deliver: Deliver
) -> None:
    await db.write(lambda conn: publish(conn, GradeDue("anybody", platform.id), now=NOW))
    await deliver()
    assert await db.read(waiting) == {}


async def test_launch_without_a_path_enrols_nowhere(lms: DemoLms, new_browser: NewBrowser, db: Database) -> None:
    answer = await new_browser(AYGUN).launch(HOME)
    assert answer.headers["location"].endswith("/")
    assert await db.read(lambda conn: conn.execute(grade_lines.select()).all()) == []
