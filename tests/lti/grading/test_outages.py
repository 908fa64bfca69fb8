"""Platforms that are down: left alone by all workers, asked by one, and told what they missed when they are back."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from base import Database, NotNow, RetryLater, Unavailable, failures, new_uuid, waiting
from base.events import pending_events
from lti import Platform, failed_grades, list_outages
from lti.services.outages import (
    FAILURES_BEFORE_PAUSE,
    LONGEST_PAUSE,
    ask_again,
    note_answer,
    note_failure,
    require_answering,
)
from lti.tables import platforms
from tests.demo_lms import AYGUN, LEARNERS, NINO, DemoLms
from tests.lti.conftest import INTRO, Network
from tests.lti.learning import Deliver, NewBrowser, passed
from tests.lti.waymark import Clock
from tests.times import NOW

DOWN = Unavailable("nobody is there")
Do = Callable[..., Any]


def fails(conn: Connection, platform: Platform, times: int, error: Exception = DOWN) -> None:
    for _ in range(times):
        note_failure(conn, platform.id, error, now=NOW)


def test_platform_is_left_alone_after_a_few_failures(platform: Platform, write: Do, read: Do) -> None:
    write(fails, platform, FAILURES_BEFORE_PAUSE - 1)
    write(require_answering, platform, now=NOW)
    write(fails, platform, 1)
    with pytest.raises(NotNow) as raised:
        write(require_answering, platform, now=NOW + timedelta(seconds=20))
    assert raised.value.seconds == 10
    (outage,) = read(list_outages)
    assert (outage.platform, outage.failures, outage.reason) == ("Demo LMS", 5, "nobody is there")
    assert (outage.since, outage.asked_again_at) == (NOW, NOW + timedelta(seconds=30))


def test_one_asks_for_all_when_the_time_has_come(platform: Platform, write: Do) -> None:
    write(fails, platform, FAILURES_BEFORE_PAUSE)
    later = NOW + timedelta(seconds=30)
    write(require_answering, platform, now=later)
    with pytest.raises(NotNow):
        write(require_answering, platform, now=later)


def test_pause_grows_to_an_hour(platform: Platform, write: Do, read: Do) -> None:
    pauses = []
    for _ in range(15):
        write(fails, platform, 1)
        (outage,) = read(list_outages)
        pauses.append(outage.asked_again_at and (outage.asked_again_at - NOW).total_seconds())
    assert pauses[3:8] == [None, 30, 60, 120, 240]
    assert pauses[-1] == LONGEST_PAUSE.total_seconds()


def test_time_that_a_platform_names_counts_at_once_and_no_longer_than_an_hour(
    platform: Platform, write: Do, read: Do
) -> None:
    write(fails, platform, 1, RetryLater(90, "too many requests"))
    assert read(list_outages)[0].asked_again_at == NOW + timedelta(seconds=90)
    write(fails, platform, 1, RetryLater(1e9, "come back in thirty years"))
    assert read(list_outages)[0].asked_again_at == NOW + LONGEST_PAUSE


def test_answer_ends_the_outage(platform: Platform, write: Do, read: Do) -> None:
    write(fails, platform, FAILURES_BEFORE_PAUSE)
    assert write(note_answer, platform.id)
    assert not write(note_answer, platform.id)
    assert read(list_outages) == []


def test_somebody_who_knows_better_lets_it_be_asked_at_once(platform: Platform, write: Do) -> None:
    write(fails, platform, FAILURES_BEFORE_PAUSE)
    write(ask_again, platform.id)
    write(require_answering, platform, now=NOW)


def test_faults_of_our_own_and_platforms_that_are_gone_are_no_outage(platform: Platform, write: Do, read: Do) -> None:
    write(fails, platform, 9, ValueError("a bug"))
    write(note_failure, new_uuid(), DOWN, now=NOW)
    assert read(list_outages) == []


@pytest.mark.usefixtures("growth")
async def test_grades_of_a_whole_class_wait_for_a_platform_that_is_down_and_all_arrive(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver, network: Network, clock: Clock
) -> None:
    for attendee in LEARNERS:
        await new_browser(attendee).launch(INTRO)
        await db.write(passed, lms, attendee, "intro", 0.8)
    network.out_of_order = 503
    network.asked.clear()
    for minute in range(0, 40 * 60, 3):
        clock.now = NOW + timedelta(minutes=minute)
        await deliver()
    assert 10 < len(network.asked) < 60  # once an hour or so, and not each of three learners' every few minutes
    network.mend()
    clock.now += timedelta(hours=2)
    for _ in range(3):
        await deliver()
        clock.now += timedelta(minutes=1)
    assert len(lms.grade_book.cells) == 3
    assert await db.read(waiting) == {}
    assert await db.read(failures) == []
    assert await db.read(lambda conn: failed_grades(conn, language="en")) == []


@pytest.mark.usefixtures("growth")
async def test_failed_grade_is_shown_with_its_reason_and_whose_it_is(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver, network: Network
) -> None:
    await new_browser(NINO).launch(INTRO)
    await db.write(passed, lms, NINO, "intro", 0.8)
    network.out_of_order = 502
    await deliver()
    (failed,) = await db.read(lambda conn: failed_grades(conn, language="en"))
    assert (failed.learner, failed.platform, failed.score_scaled) == (NINO.name, "Demo LMS", 0.8)
    assert (failed.requirement, failed.tried, failed.given_up, failed.closed) == ("intro (en)", 1, False, False)
    assert "502" in failed.trouble


@pytest.mark.usefixtures("growth")
async def test_grades_wait_while_a_platform_is_disabled(
    lms: DemoLms, new_browser: NewBrowser, db: Database, deliver: Deliver, network: Network, clock: Clock
) -> None:
    def become(status: str) -> Callable[[Connection], object]:
        return lambda conn: conn.execute(update(platforms).values(status=status))

    await new_browser(AYGUN).launch(INTRO)
    await db.write(passed, lms, AYGUN, "intro", 0.8)
    await db.write(become("disabled"))
    network.asked.clear()
    for hour in range(20):
        clock.now = NOW + timedelta(hours=hour)
        await deliver()
    assert network.asked == []
    tried: Sequence[int] = await db.read(lambda conn: conn.scalars(select(pending_events.c.attempts)).all())
    assert tried == [0]
    await db.write(become("approved"))
    clock.now += timedelta(hours=1)
    await deliver()
    assert lms.grade_book.cells["intro", AYGUN.id].score == 80
