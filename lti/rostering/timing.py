"""When courses are asked for their members: by time, after a launch, by hand; and the errand that asks."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import Connection, select, update

from base import Errand, KeyRing, Missing, Outward, Subscription, publish
from lti.registering.courses import course_of
from lti.registering.platforms import PlatformStatus, platform
from lti.rostering.filling import EFFECTS
from lti.rostering.keeping import keep_reading
from lti.rostering.reading import ReadTask, read_members
from lti.rostering.rosters import READ_EVERY, CourseRoster, RosterDue, roster
from lti.services.access_tokens import AccessTokens
from lti.tables import course_rosters

WHOLE_EVERY = timedelta(days=1)
"""Where an LMS tells of differences, all members are asked for once a day nevertheless: a missed one would stay so."""

LAUNCHES_APART = timedelta(minutes=15)
CALLED_AT_ONCE = 50


def roster_subscriptions(outward: Outward, keys: KeyRing, clock: Callable[[], datetime]) -> tuple[Subscription, ...]:
    """All that hears of rosters, with the errand that asks LMSs for their members."""
    tokens = AccessTokens(outward, keys, clock)

    errand = Errand(
        "lti.roster",
        RosterDue,
        lambda _: True,
        prepare_reading,
        lambda task: read_members(outward, tokens, task),
        lambda conn, event, reading, now: keep_reading(conn, event.roster_id, reading, now=now),
    )
    return (*EFFECTS, errand)


def prepare_reading(conn: Connection, event: RosterDue, now: datetime) -> ReadTask | None:
    """What to ask now; None where it was asked since, the roster was stopped, or the platform is closed."""
    try:
        due = roster(conn, event.roster_id)
    except Missing:
        return None
    if due.read_at is not None and due.read_at >= event.asked_at:
        return None
    task = whole_list(conn, due)
    if task is not None and due.differences_url is not None and _was_whole_lately(due, now):
        return msgspec.structs.replace(task, url=due.differences_url, of_differences=True)
    return task


def whole_list(conn: Connection, due: CourseRoster) -> ReadTask | None:
    """The list of all members of the roster's course; None where the platform is closed, or tells of none."""
    course = course_of(conn, due.course_id)
    asked = platform(conn, course.platform_id)
    if asked.status is not PlatformStatus.APPROVED or course.memberships_url is None:
        return None
    return ReadTask(asked, course.memberships_url)


def has_due_roster(conn: Connection, *, now: datetime) -> bool:
    """Whether `call_due_rosters` would find one: a look at an index."""
    due = select(course_rosters.c.id).where(course_rosters.c.next_read_at <= now).limit(1)
    return conn.scalar(due) is not None


def call_due_rosters(conn: Connection, *, now: datetime) -> int:
    """Some of the courses that are due are asked for their members; how many. Two who call at once ask once."""
    due = select(course_rosters.c.id).where(course_rosters.c.next_read_at <= now)
    called = conn.scalars(due.order_by(course_rosters.c.next_read_at).limit(CALLED_AT_ONCE)).all()
    for roster_id in called:
        still = course_rosters.c.id == roster_id, course_rosters.c.next_read_at <= now
        if conn.execute(update(course_rosters).where(*still).values(next_read_at=now + READ_EVERY)).rowcount:
            publish(conn, RosterDue(f"roster {roster_id}", roster_id, now), now=now)
    return len(called)


def read_soon(conn: Connection, course_id: UUID, *, now: datetime) -> None:
    """Somebody came from the course: its rosters are read again now, unless that was a moment ago, or went wrong."""
    worth_it = (
        course_rosters.c.course_id == course_id,
        course_rosters.c.next_read_at > now,
        course_rosters.c.read_at <= now - LAUNCHES_APART,
        course_rosters.c.failures == 0,
    )
    conn.execute(update(course_rosters).where(*worth_it).values(next_read_at=now))


def _was_whole_lately(due: CourseRoster, now: datetime) -> bool:
    return due.complete_at is not None and now - due.complete_at < WHOLE_EVERY
