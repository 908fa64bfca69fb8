"""`waymark platform resync`: grades that an LMS lacks are sent again."""

from uuid import UUID

import rich_click as click
from sqlalchemy import Connection

from app.answers import Answer, answering
from app.settings import Settings
from app.transactions import clock, write
from base import Missing, msgid
from lti import Course, courses_of, named_platform, resync

_REASON = msgid("decided at the command line")


@click.command("resync")
@click.argument("named", metavar="PLATFORM")
@click.option("--course", help="One course of it alone, by the id, the LMS's own id, or the title.")
@click.option("--reason", default=_REASON, help="Why, for the audit log.")
@answering
def platform_resync(settings: Settings, named: str, course: str | None, reason: str) -> Answer:
    """Send an LMS the grades that it lacks: those that did not arrive, and those that it has lost.

    The worker compares and sends; what somebody there has changed stays. Example: waymark platform resync "City Moodle"
    """
    number = write(settings, _resync, named, course, reason)
    told = f"{number} grades are compared with what {named} has; the worker sends what is missing."
    return Answer({"compared": number}, (told,))


def _resync(conn: Connection, named: str, course: str | None, reason: str) -> int:
    platform = named_platform(conn, named)
    of = {"platform_id": platform.id} if course is None else {"course_id": _course(conn, platform.id, course).id}
    return resync(conn, **of, by=None, reason=reason, now=clock())


def _course(conn: Connection, platform_id: UUID, named: str) -> Course:
    found = [each for each in courses_of(conn, platform_id) if named in {str(each.id), each.context_id, each.title}]
    if len(found) != 1:
        raise Missing(f"{len(found)} courses of this platform are called {named!r}; name one by its id.")
    return found[0]
