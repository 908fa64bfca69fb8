"""`waymark platform resync`: grades that an LMS lacks are sent again."""

from uuid import UUID

import rich_click as click
from sqlalchemy import Connection

from app.answers import Answer, answering
from app.settings import Settings
from app.transactions import clock, write
from base import Invalid
from lti import resync

_REASON = "asked for at the command line"


@click.command("resync")
@click.option(
    "--platform", "platform_id", type=click.UUID, help="The id of an LMS, as `waymark platform list --json` tells."
)
@click.option("--course", "course_id", type=click.UUID, help="The id of one course of it, instead.")
@answering
def platform_resync(settings: Settings, platform_id: UUID | None, course_id: UUID | None) -> Answer:
    """Send an LMS, or one course of it, the grades that it lacks; what it has stays as it is.

    The worker compares and sends them. Example: waymark platform resync --platform 0198f7a2-5c2e-7c3e-9d0e-6d1f0a2b3c4d
    """
    number = write(settings, _resync, platform_id, course_id)
    return Answer(
        {"asked": number}, (f"{number} grades are compared with what the LMS has; the worker sends the rest.",)
    )


def _resync(conn: Connection, platform_id: UUID | None, course_id: UUID | None) -> int:
    if (platform_id is None) == (course_id is None):
        raise Invalid("Name either a platform (--platform) or one of its courses (--course).")
    return resync(conn, platform_id=platform_id, course_id=course_id, by=None, reason=_REASON, now=clock())
