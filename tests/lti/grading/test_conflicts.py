"""409: the platform says that it holds a newer score. Whose it is, is looked at once."""

from datetime import timedelta
from typing import Any

import pytest

from base import Database, waiting
from tests.demo_lms import AYGUN, DemoLms, Draft, signed
from tests.demo_lms.grade_book import Score
from tests.demo_lms.lms import AGS
from tests.lti.conftest import INTRO, Network
from tests.lti.learning import Deliver, NewBrowser, outcomes, passed
from tests.lti.waymark import Clock
from tests.times import NOW

pytestmark = pytest.mark.usefixtures("growth")


def in_the_book(lms: DemoLms, given: float, *, at: Any) -> None:
    lms.grade_book._take(lms.grade_book.columns["intro"], Score(at, "Completed", "FullyGraded", AYGUN.id, given, 100))


async def test_newer_score_that_is_ours_already_counts_as_delivered(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver
) -> None:
    await new_browser(AYGUN).launch(INTRO)
    in_the_book(lms, 80.0001, at=NOW + timedelta(hours=1))  # as a platform rounds
    await db.write(passed, lms, AYGUN, "intro", 0.8)
    await deliver()
    assert await db.read(outcomes) == [("delivered", 409)]
    assert len(lms.grade_book.posts) == 1


async def test_newer_score_of_a_teacher_stands_and_is_asked_for_once(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver, network: Network
) -> None:
    await new_browser(AYGUN).launch(INTRO)
    in_the_book(lms, 35, at=NOW + timedelta(hours=1))
    await db.write(passed, lms, AYGUN, "intro", 0.8)
    await deliver()
    assert lms.grade_book.cells["intro", AYGUN.id].score == 35
    assert await db.read(outcomes) == [("superseded", 409)]
    assert network.asked.count("/lineitems/intro/results") == 1
    assert await db.read(waiting) == {}


async def test_our_own_old_score_under_a_clock_that_went_ahead_is_overtaken_once(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver, clock: Clock
) -> None:
    await new_browser(AYGUN).launch(INTRO)
    await db.write(passed, lms, AYGUN, "intro", 0.8)
    await deliver()
    in_the_book(lms, 80, at=NOW + timedelta(seconds=90))  # the same score, stored by a clock ahead of ours
    clock.now = NOW + timedelta(minutes=1)
    await db.write(passed, lms, AYGUN, "intro", 0.9)
    await deliver()
    assert lms.grade_book.cells["intro", AYGUN.id].score == 90
    assert await db.read(outcomes) == [("delivered", 200), ("delivered", 200)]
    assert [post.timestamp for post in lms.grade_book.posts[1:]] == [
        NOW + timedelta(minutes=1),
        NOW + timedelta(minutes=2),
    ]


async def test_our_own_old_score_is_overtaken_in_no_loop(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver, clock: Clock
) -> None:
    await new_browser(AYGUN).launch(INTRO)
    await db.write(passed, lms, AYGUN, "intro", 0.8)
    await deliver()
    in_the_book(lms, 80, at=NOW + timedelta(days=1))
    clock.now = NOW + timedelta(minutes=1)
    await db.write(passed, lms, AYGUN, "intro", 0.9)
    await deliver()
    assert len(lms.grade_book.posts) == 3
    assert (await db.read(outcomes))[-1] == ("superseded", 409)
    assert await db.read(waiting) == {}


async def test_newer_score_that_we_may_not_see_stands(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver, network: Network
) -> None:
    def without_results(draft: Draft) -> str:
        scopes = draft.claims[f"{AGS}claim/endpoint"]["scope"]
        scopes.remove(f"{AGS}scope/result.readonly")
        return signed(draft)

    lms.forge, lms.withheld = without_results, frozenset({f"{AGS}scope/result.readonly"})
    await new_browser(AYGUN).launch(INTRO)
    in_the_book(lms, 35, at=NOW + timedelta(hours=1))
    await db.write(passed, lms, AYGUN, "intro", 0.8)
    await deliver()
    assert lms.grade_book.cells["intro", AYGUN.id].score == 35
    assert await db.read(outcomes) == [("superseded", 409)]
    assert "/lineitems/intro/results" not in network.asked
