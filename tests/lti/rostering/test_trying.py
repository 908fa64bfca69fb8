"""A list read by hand: told first, kept when asked to."""

from typing import Any

import pytest

from base import Database, KeyRing, Outward, Unavailable
from lti import CourseRoster, Outcome, Platform, Trial, try_reading
from lti.tables import platforms
from tests.demo_lms import AYGUN, CAST, LEARNERS, NINO, OLENA, TEACHER, DemoLms
from tests.lti.conftest import Network
from tests.lti.rostering.conftest import Work, crowd, states
from tests.lti.rostering.seen import statuses
from tests.lti.waymark import Clock


@pytest.fixture
def look(db: Database, outward: Outward, keys: KeyRing, clock: Clock, filled: CourseRoster) -> Any:
    async def tried(**asked: Any) -> Trial:
        return await try_reading(db, outward, keys, clock, filled.id, **asked)

    return tried


async def test_list_is_told_and_nothing_changes(db: Database, filled: CourseRoster, lms: DemoLms, look: Any) -> None:
    trial = await look()
    assert [(each.seat.full_name, each.outcome) for each in trial.coming] == [
        (each.name, Outcome.ENROL) for each in LEARNERS
    ]
    assert (trial.listed, trial.passed_over, trial.unreadable) == (len(CAST), 1, 0)
    assert await db.read(states, filled.id) == {}
    assert await db.read(statuses, lms) == {}


async def test_who_would_leave_is_told_as_going_or_held(
    db: Database, filled: CourseRoster, lms: DemoLms, begin: Any, look: Any
) -> None:
    lms.roster.add(*crowd(7))
    await begin()
    lms.roster.remove(NINO)
    trial = await look()
    assert [(each.seat.user_id, each.outcome) for each in trial.going] == [(NINO.id, Outcome.LEAVE)]
    lms.roster.remove(AYGUN, OLENA)
    trial = await look()
    assert trial.going == ()
    assert {each.seat.user_id for each in trial.held} == {each.id for each in LEARNERS}
    assert set((await db.read(states, filled.id)).values()) == {"taken"}


async def test_list_that_is_kept_is_dealt_with_by_the_worker(
    db: Database, lms: DemoLms, begin: Any, look: Any, work: Work
) -> None:
    lms.roster.remove(NINO)
    await begin()
    lms.roster.add(NINO)
    await look(apply=True)
    await work()
    assert set(await db.read(statuses, lms)) == {each.id for each in LEARNERS}


async def test_list_of_one_role_lets_nobody_leave(lms: DemoLms, begin: Any, look: Any) -> None:
    await begin()
    trial = await look(role="Instructor")
    assert (trial.listed, trial.coming, trial.going, trial.held) == (1, (), (), ())
    assert TEACHER.role.value == "Instructor"


async def test_closed_platform_and_broken_list_are_said(
    db: Database, platform: Platform, lms: DemoLms, look: Any, network: Network
) -> None:
    lms.roster.runs_in_circles, lms.roster.limit_held = True, 1
    with pytest.raises(Unavailable, match="without end"):
        await look()
    closed = platforms.update().where(platforms.c.id == platform.id).values(status="disabled")
    await db.write(lambda conn: conn.execute(closed))
    network.asked.clear()
    with pytest.raises(Unavailable, match="closed here"):
        await look()
    assert network.asked == []
