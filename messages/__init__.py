"""What Waymark tells people outside its pages: mail, one message for one cause."""

from messages import tables as _tables  # noqa: F401 (the tables belong to the metadata as soon as the domain is known)
from messages.bounces import LONGEST_REPORT_BYTES, Bounce, hear_bounce, read_bounce
from messages.calendars import (
    Entry,
    calendar_feed_since,
    calendar_of,
    end_calendar_feed,
    make_calendar_feed,
    reader_of_feed,
)
from messages.choices import StopLink, choose_by_link, stop_link
from messages.delivering import mail_subscriptions
from messages.envelope import Sender, parse_sender
from messages.letters import Kind, kind_name
from messages.mail import Office
from messages.outbox import MailOrder, Message, message_counts, messages, retry_message
from messages.privacy import erase_from_messages, forget_old_mail, known_to_messages
from messages.sending import Send, SmtpServer, at_terminal, by_smtp, nowhere, parse_smtp_url
from messages.tables import State

__all__ = [
    "LONGEST_REPORT_BYTES",
    "Bounce",
    "Entry",
    "Kind",
    "MailOrder",
    "Message",
    "Office",
    "Send",
    "Sender",
    "SmtpServer",
    "State",
    "StopLink",
    "at_terminal",
    "by_smtp",
    "calendar_feed_since",
    "calendar_of",
    "choose_by_link",
    "end_calendar_feed",
    "erase_from_messages",
    "forget_old_mail",
    "hear_bounce",
    "kind_name",
    "known_to_messages",
    "mail_subscriptions",
    "make_calendar_feed",
    "message_counts",
    "messages",
    "nowhere",
    "parse_sender",
    "parse_smtp_url",
    "read_bounce",
    "reader_of_feed",
    "retry_message",
    "stop_link",
]
