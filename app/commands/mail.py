"""`waymark mail`: what a mail server hands back to us."""

import sys

import rich_click as click

from app.answers import Answer, answering
from app.settings import Settings
from app.transactions import clock, write
from messages import LONGEST_REPORT_BYTES, hear_bounce, read_bounce


@click.group("mail")
def mail_group() -> None:
    """Mail that came back."""


@mail_group.command("bounce")
@answering
def bounce_command(settings: Settings) -> Answer:
    """Read one message from standard input that came to an address like learn+…@town.example.

    Let the mail server hand over what comes to such addresses. A report that a mail failed for good settles that mail,
    and nothing more is sent to an address that is not there. Everything else is passed over; nothing is answered.

    Example, in Postfix's /etc/aliases: learn: "|waymark mail bounce"
    """
    bounce = read_bounce(sys.stdin.buffer.read(LONGEST_REPORT_BYTES + 1))
    if bounce is None:
        return Answer({"bounced": False}, ("This reports no mail that failed for good; nothing was changed.",))
    if not write(settings, hear_bounce, bounce, now=clock()):
        return Answer({"bounced": False}, ("The mail that this speaks of is not known here; nothing was changed.",))
    return Answer({"bounced": True, "status": bounce.status}, (f"A mail came back for good: {bounce.status}",))
