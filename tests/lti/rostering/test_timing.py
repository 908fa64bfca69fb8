"""When courses are asked for their members, and what becomes of those that do not answer."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from base import Database, waiting
from lti import CourseRoster, Platform, ask_for_members, call_due_rosters, has_due_roster, start_roster, stop_roster
from lti.rostering.rosters import RosterDue
from lti.rostering.timing import prepare_reading, read_soon
from lti.tables import platforms
from tests.demo_lms import AYGUN, LEARNERS, NINO, OLENA, DemoLms
from tests.lti.conftest import Network
from tests.lti.rostering.conftest import Work, crowd, now_of, states
from tests.lti.waymark import Clock
from tests.times import NOW

AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
BY: dict[str, Any] = {"by": None, "reason": "a test"}


@pytest.fixture
def begin(db: Database, filled: CourseRoster, work: Work, network: Network) -> Callable[[], Any]:
    async def begun() -> None:
        await work()
        await db.write(start_roster, filled.id, **BY, now=NOW)
        await work()
        network.asked.clear()

    return begun


def asked(network: Network) -> list[str]:
    return [path for path in network.asked if path.startswith("/members")]


async def test_started_roster_is_read_every_six_hours_and_one_that_is_tried_by_hand(
    db: Database, filled: CourseRoster, lms: DemoLms, network: Network, work: Work, clock: Clock
) -> None:
    await work()
    clock.now = NOW + A_DAY
    await work()
    assert asked(network) == ["/members"]
    await db.write(start_roster, filled.id, **BY, now=clock())
    for hours in (5.9, 6, 6.1, 12):
        clock.now = NOW + A_DAY + hours * AN_HOUR
        await work()
    assert asked(network) == ["/members"] * 3


async def test_looking_for_due_rosters_reads_no_roster_that_is_not(db: Database, begin: Any, clock: Clock) -> None:
    await begin()
    assert not await db.read(has_due_roster, now=clock())
    assert await db.write(call_due_rosters, now=clock()) == 0
    assert await db.read(has_due_roster, now=clock() + 6 * AN_HOUR)


async def test_due_roster_is_called_once_however_many_workers_look(db: Database, begin: Any, clock: Clock) -> None:
    await begin()
    clock.now += A_DAY
    assert await db.write(call_due_rosters, now=clock()) == 1
    assert await db.write(call_due_rosters, now=clock()) == 0
    assert await db.read(waiting) == {"lti.roster": 1}


async def test_course_is_asked_once_for_all_who_asked_before(
    db: Database, filled: CourseRoster, begin: Any, network: Network, work: Work, clock: Clock
) -> None:
    await begin()
    clock.now += AN_HOUR
    for _ in range(3):
        await db.write(ask_for_members, filled.id, now=clock())
    while await db.read(waiting):
        await work()
    assert len(asked(network)) <= 3
    before = RosterDue("x", filled.id, clock() - timedelta(seconds=1))
    assert await db.write(prepare_reading, before, clock()) is None


async def test_launch_lets_the_list_be_read_at_most_every_quarter_of_an_hour(
    db: Database, course: UUID, begin: Any, network: Network, work: Work, clock: Clock
) -> None:
    await begin()
    for minutes in (1, 14, 15, 16, 31):
        clock.now = NOW + timedelta(minutes=minutes)
        await db.write(read_soon, course, now=clock())
        await work()
    assert len(asked(network)) == 2


async def test_new_member_who_launches_brings_in_those_who_came_with_them(
    db: Database, filled: CourseRoster, course: UUID, lms: DemoLms, begin: Any, work: Work, clock: Clock
) -> None:
    lms.roster.remove(NINO, OLENA)
    await begin()
    lms.roster.add(NINO, OLENA)
    clock.now += AN_HOUR
    await db.write(read_soon, course, now=clock())
    await work()
    assert set(await db.read(states, filled.id)) == {each.id for each in LEARNERS}


async def test_platform_that_is_down_is_asked_again_ever_later_and_launches_do_not_hasten_it(
    db: Database, filled: CourseRoster, course: UUID, begin: Any, network: Network, work: Work, clock: Clock
) -> None:
    await begin()
    clock.now += 6 * AN_HOUR
    network.out_of_order = 503
    waits = []
    for _ in range(8):
        await work()
        read = await db.read(now_of, filled.id)
        assert read.next_read_at is not None
        waits.append((read.next_read_at - clock()) / timedelta(minutes=1))
        await db.write(read_soon, course, now=clock() + timedelta(minutes=1))
        assert (await db.read(now_of, filled.id)).next_read_at == read.next_read_at
        clock.now = read.next_read_at
    assert waits == [5, 10, 20, 40, 80, 160, 320, 360]
    network.mend()
    await work()
    read = await db.read(now_of, filled.id)
    assert (read.failures, read.error, read.complete_at) == (0, None, clock())


async def test_platform_that_says_when_to_come_again_is_not_asked_before(
    db: Database, filled: CourseRoster, begin: Any, network: Network, work: Work, clock: Clock
) -> None:
    await begin()
    clock.now += AN_HOUR / 2
    await db.write(ask_for_members, filled.id, now=clock())
    network.out_of_order, network.retry_after_seconds = 429, 3600
    await work()
    assert (await db.read(now_of, filled.id)).next_read_at == clock() + AN_HOUR


async def test_failed_reading_is_no_failed_delivery(
    db: Database, filled: CourseRoster, begin: Any, network: Network, work: Work, clock: Clock
) -> None:
    await begin()
    clock.now += AN_HOUR / 2
    await db.write(ask_for_members, filled.id, now=clock())
    network.out_of_order = 500
    await work()
    assert await db.read(waiting) == {}
    assert (await db.read(now_of, filled.id)).error == "Demo LMS answered 500"


@pytest.mark.parametrize("status", ["disabled", "pending"])
async def test_closed_platform_is_not_asked(
    status: str, db: Database, platform: Platform, begin: Any, network: Network, work: Work, clock: Clock
) -> None:
    await begin()
    closed = platforms.update().where(platforms.c.id == platform.id).values(status=status)
    await db.write(lambda conn: conn.execute(closed))
    clock.now += A_DAY
    await work()
    assert network.asked == []
    assert await db.read(waiting) == {}


async def test_differences_are_asked_for_where_they_are_offered_and_everybody_once_a_day(
    db: Database, filled: CourseRoster, lms: DemoLms, begin: Any, network: Network, work: Work, clock: Clock
) -> None:
    lms.roster.tells_differences = True
    await begin()
    lms.roster.add(AYGUN, roles=["Learner"], name="Aygün M.")
    clock.now += 6 * AN_HOUR
    await work()
    assert asked(network) == ["/members/changes"]
    assert await db.read(states, filled.id) == {each.id: "taken" for each in LEARNERS}
    clock.now += 18 * AN_HOUR
    await work()
    assert asked(network) == ["/members/changes", "/members"]


async def test_who_is_deleted_by_a_difference_leaves_and_nobody_else(
    db: Database, filled: CourseRoster, lms: DemoLms, begin: Any, work: Work, clock: Clock
) -> None:
    lms.roster.tells_differences = True
    lms.roster.add(*crowd(7))
    await begin()
    lms.roster.remove(NINO)
    clock.now += 6 * AN_HOUR
    await work()
    found = await db.read(states, filled.id)
    assert {user_id for user_id, state in found.items() if state != "taken"} == {NINO.id}
    assert found[NINO.id] == "left"


async def test_differences_that_fail_once_give_way_to_the_whole_list(
    db: Database, filled: CourseRoster, lms: DemoLms, begin: Any, network: Network, work: Work, clock: Clock
) -> None:
    lms.roster.tells_differences = True
    await begin()
    clock.now += 6 * AN_HOUR
    network.out_of_order = 500
    await work()
    network.mend()
    clock.now += AN_HOUR
    network.asked.clear()
    await work()
    assert asked(network) == ["/members"]


async def test_roster_that_was_stopped_while_it_was_read_is_let_be(
    db: Database, filled: CourseRoster, lms: DemoLms, work: Work, clock: Clock
) -> None:
    await db.write(stop_roster, filled.id, **BY, now=clock())
    await work()
    assert await db.read(waiting) == {}
