"""Mail that came back: reading what a mail server reports of a message that it could not deliver.

Whatever comes in is never answered, so nothing that arrives here can start a loop.
"""

from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from base import TooLarge
from messages.envelope import message_of_return_path
from messages.mail import record_bounce
from messages.sending import names_dead_address

LONGEST_REPORT_BYTES = 1024 * 1024
_ARRIVED_AT = ("X-Original-To", "Delivered-To", "Envelope-To", "To")


class Bounce(msgspec.Struct, frozen=True):
    """A report that a message failed for good: which one, and its enhanced status (RFC 3463)."""

    message_id: UUID
    status: str

    @property
    def address_is_dead(self) -> bool:
        return names_dead_address(550, self.status)


def read_bounce(report: bytes) -> Bounce | None:
    """The bounce that a delivery status notification (RFC 3464) tells of.

    None for everything else: a delay, a success, a vacation notice, a mail that somebody wrote. Raises TooLarge.
    """
    if len(report) > LONGEST_REPORT_BYTES:
        raise TooLarge(f"The report has {len(report)} bytes; at most {LONGEST_REPORT_BYTES} are read.")
    try:
        # The lenient policy: what comes from strangers is searched, not judged.
        mail = message_from_bytes(report, policy=compat32)
        status = next(_final_statuses(mail), None)
    except RecursionError:  # parts within parts within parts, as no mail server writes
        return None
    message_id = next(filter(None, map(message_of_return_path, _recipients(mail))), None)
    return None if message_id is None or status is None else Bounce(message_id, status)


def hear_bounce(conn: Connection, bounce: Bounce, *, now: datetime) -> bool:
    """The message came back; whether it is one of ours. Heard again, it changes nothing."""
    return record_bounce(conn, bounce.message_id, bounce.status, dead=bounce.address_is_dead, now=now)


def _recipients(mail: Message) -> Iterator[str]:
    for name in _ARRIVED_AT:
        yield from (str(value) for value in mail.get_all(name, []))


def _final_statuses(mail: Message) -> Iterator[str]:
    """The status of each recipient whose delivery failed for good."""
    for part in mail.walk():
        action = str(part.get("Action", "")).strip().lower()
        status = str(part.get("Status", "")).split()
        if action == "failed" and status and status[0].startswith("5."):
            yield status[0][:20]
