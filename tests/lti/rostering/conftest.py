"""A course of the demo LMS, a path, and the worker that brings them together."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection

from base import Database, Errand, KeyRing, Outward, Subscription
from base.jobs import work_once
from lti import (
    CourseRole,
    CourseRoster,
    Platform,
    add_roster,
    call_due_rosters,
    roster,
    roster_subscriptions,
    start_roster,
)
from lti.registering.courses import keep_course
from lti.standard.claims import Context, RosterService
from lti.tables import course_members
from paths import PATH_SUBSCRIPTIONS, path
from tests.demo_lms import DemoLms, Person
from tests.demo_lms.cast import Role
from tests.lti.waymark import Clock
from tests.paths import world
from tests.paths.makers import leaf
from tests.times import NOW

Work = Callable[[], Awaitable[None]]


@pytest.fixture
def subscriptions(outward: Outward, keys: KeyRing, clock: Clock) -> tuple[Subscription, ...]:
    return (*PATH_SUBSCRIPTIONS, *roster_subscriptions(outward, keys, clock))


@pytest.fixture
def work(db: Database, subscriptions: Sequence[Subscription], clock: Clock) -> Work:
    """Does what is due by the clock, as the worker does."""
    errands = {each.name: each for each in subscriptions if isinstance(each, Errand)}

    async def run() -> None:
        await db.write(call_due_rosters, now=clock())
        while await work_once(db, errands, clock=clock):
            pass

    return run


@pytest.fixture
def growth(platform: Platform, write: Callable[..., Any]) -> None:
    """A path of two modules."""
    write(world.publish_modules)
    write(world.publish, leaf("r-intro", "intro"), leaf("r-budget", "budget"))


@pytest.fixture
def course(platform: Platform, lms: DemoLms, write: Callable[..., Any]) -> UUID:
    """The course of the demo LMS, as a launch has told of it."""
    course_id: UUID = write(known_course, platform.id, f"{lms.url}/members")
    return course_id


@pytest.fixture
def filled(growth: None, course: UUID, write: Callable[..., Any]) -> CourseRoster:
    """Its learners fill the path: only tried so far."""
    added: CourseRoster = write(try_roster, course)
    return added


@pytest.fixture
def begin(db: Database, filled: CourseRoster, work: Work) -> Callable[[], Any]:
    """Starts the roster, once its members were read."""

    async def begun() -> None:
        await work()
        await db.write(start_roster, filled.id, by=None, reason="a test", now=NOW)
        await work()

    return begun


def known_course(conn: Connection, platform_id: UUID, members_url: str, context: str = "ctx-1") -> UUID:
    said = RosterService(members_url)
    return keep_course(conn, platform_id, "1", Context(context, title="Economy"), grades=None, roster=said, now=NOW)


def try_roster(conn: Connection, course_id: UUID, *roles: CourseRole, now: Any = NOW) -> CourseRoster:
    return add_roster(
        conn,
        course_id,
        path(conn, "growth").id,
        roles=roles or (CourseRole.LEARNER,),
        language="ka",
        by=None,
        reason="a test",
        now=now,
    )


def states(conn: Connection, roster_id: UUID) -> dict[str, str]:
    """By user id, how the roster has dealt with its members."""
    rows = conn.execute(course_members.select().where(course_members.c.roster_id == roster_id))
    return {row.user_id: row.state for row in rows}


def now_of(conn: Connection, roster_id: UUID) -> CourseRoster:
    return roster(conn, roster_id)


def crowd(number: int) -> list[Person]:
    """Further learners of the course."""
    return [Person(str(1000 + each), "Given", f"Family {each}", "en", Role.LEARNER) for each in range(number)]


async def read_later(work: Work, clock: Clock) -> None:
    """A day later everybody is asked again."""
    clock.now += timedelta(days=1)
    await work()
