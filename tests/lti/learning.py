"""What learners of the demo LMS reach here, and what their LMS was told of it."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from sqlalchemy import Connection

from base import Database
from lti.tables import grade_deliveries
from people import Account, Person, person_of_account
from tests.demo_lms import DemoLms
from tests.demo_lms import Person as Attendee
from tests.lti.browser import Browser
from tests.paths import world

NewBrowser = Callable[..., Browser]
Deliver = Callable[[], Awaitable[None]]


def learner(conn: Connection, lms: DemoLms, attendee: Attendee) -> Person:
    person = person_of_account(conn, Account(lms.url, attendee.id))
    assert person is not None
    return person


def passed(conn: Connection, lms: DemoLms, attendee: Attendee, slug: str, score: float, minutes: float = 0) -> UUID:
    agent = world.agent_of(learner(conn, lms, attendee))
    at = world.later(minutes)
    (recorded,) = world.record(conn, world.statement(agent, slug, score=score, at=at), now=at)
    return recorded


def outcomes(conn: Connection) -> list[tuple[str, int]]:
    rows = conn.execute(grade_deliveries.select().order_by(grade_deliveries.c.timestamp))
    return [(row.outcome, row.answer_status) for row in rows]


async def complete(db: Database, lms: DemoLms, attendee: Attendee) -> tuple[UUID, UUID]:
    """Both modules, at 0.9 and 1; the ids of their statements."""
    intro = await db.write(passed, lms, attendee, "intro", 0.9)
    return intro, await db.write(passed, lms, attendee, "budget", 1.0, minutes=-5)
