"""Who hears of mail: the causes that post it, and the errand that sends it."""

from datetime import datetime

from sqlalchemy import Connection

from base import Errand, Subscription
from messages.causes import CAUSES, OWN
from messages.envelope import Envelope
from messages.mail import Office, record_answer, take
from messages.outbox import MailDue
from messages.sending import Answer, Send


def mail_subscriptions(office: Office, send: Send) -> tuple[Subscription, ...]:
    """All that hears in order to write to people; `send` is how a letter goes."""

    def prepare(conn: Connection, event: MailDue, now: datetime) -> Envelope | None:
        return take(conn, event.message_id, office, now=now)

    def record(conn: Connection, event: MailDue, answer: Answer, now: datetime) -> None:
        record_answer(conn, event.message_id, answer, now=now)

    return (*CAUSES, Errand(f"{OWN}mail", MailDue, lambda _: True, prepare, send, record))
