from uuid import UUID, uuid4

import pytest

from base import TooLarge
from messages import Bounce, State, hear_bounce, read_bounce
from messages.bounces import LONGEST_REPORT_BYTES
from people import address_of
from tests.messages.conftest import Mailroom
from tests.messages.test_mail import post_certificate
from tests.times import NOW

MESSAGE = UUID("0b8f5d0e-6f0c-4a5e-9d39-2f6a3c1f7e55")

REPORT = """\
From: MAILER-DAEMON@town.example
To: learn+{message}@town.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.town.example
Arrival-Date: Sun, 22 Nov 2026 09:00:00 +0000

Final-Recipient: rfc822; aygun@town.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 unknown user

--B
Content-Type: text/rfc822-headers

Subject: Your certificate is ready

--B--
"""
"""As Postfix writes it (RFC 3464, section 2)."""


def report(message: UUID = MESSAGE, *, action: str = "failed", status: str = "5.1.1") -> bytes:
    return REPORT.format(message=message.hex, action=action, status=status).encode()


def test_a_report_names_its_message_by_the_address_it_came_to() -> None:
    assert read_bounce(report()) == Bounce(MESSAGE, "5.1.1")


@pytest.mark.parametrize(
    "mail",
    [
        report(action="delayed", status="4.4.1"),
        report(action="delivered", status="2.0.0"),
        report(action="failed", status="4.4.7"),
        f"To: learn+{MESSAGE.hex}@town.example\nSubject: On leave\n\nStatus: 5.1.1\nAction: failed".encode(),
        report().replace(f"+{MESSAGE.hex}".encode(), b""),
        b"",
        b"\xff\x00" * 100,
        b"Content-Type: message/rfc822\n\n" * 2000,
        b"Content-Type: multipart/report; boundary=x\n\n--x\n" * 50,
    ],
)
def test_what_reports_no_final_failure_of_ours_is_passed_over(mail: bytes) -> None:
    assert read_bounce(mail) is None


def test_a_report_without_end_is_not_read() -> None:
    with pytest.raises(TooLarge):
        read_bounce(b"x" * (LONGEST_REPORT_BYTES + 1))


async def test_mail_that_came_back_ends_its_address_and_hearing_it_again_changes_nothing(mailroom: Mailroom) -> None:
    person = await mailroom.add_person()
    await mailroom.db.write(post_certificate, person)
    await mailroom.deliver()
    (message,) = await mailroom.outbox()
    bounce = read_bounce(report(message.id))
    assert bounce is not None
    for _ in range(2):
        assert await mailroom.db.write(hear_bounce, bounce, now=NOW)
    (returned,) = await mailroom.outbox()
    assert (returned.state, returned.answer) == (State.REFUSED, "5.1.1")
    assert await mailroom.db.read(address_of, person.id) is None
    await mailroom.deliver()
    assert len(mailroom.mails) == 1  # nothing is answered


async def test_a_full_mailbox_keeps_its_address(mailroom: Mailroom) -> None:
    person = await mailroom.add_person()
    await mailroom.db.write(post_certificate, person)
    await mailroom.deliver()
    (message,) = await mailroom.outbox()
    assert await mailroom.db.write(hear_bounce, Bounce(message.id, "5.2.2"), now=NOW)
    assert await mailroom.db.read(address_of, person.id) is not None


async def test_a_bounce_of_no_message_of_ours_changes_nothing(mailroom: Mailroom) -> None:
    assert not await mailroom.db.write(hear_bounce, Bounce(uuid4(), "5.1.1"), now=NOW)
