"""A letter made ready for the mail server: headers, both bodies, and where bounces go."""

import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, parseaddr
from pathlib import Path
from uuid import UUID

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from base import Invalid, Words
from messages.letters import Letter

_BOUNCE = re.compile(r"\+([0-9a-f]{32})@")
_ADDRESS = re.compile(r"[^\s@.<>()\[\],;:\\\"]+(\.[^\s@.<>()\[\],;:\\\"]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_NO_ADDRESS = "This is no address that mail can be sent to."
_SEVEN_BITS = SMTP.clone(cte_type="7bit")
"""Every server carries it; those that take addresses beyond ASCII carry eight bits too (RFC 6531, section 3.1)."""
_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class Envelope(msgspec.Struct, frozen=True):
    """What the mail server is given. `text` is what the message says, for a terminal."""

    message_id: UUID
    return_path: str
    recipient: str
    content: bytes
    text: str

    def __repr__(self) -> str:
        """Without what is personal and what opens doors, for logs."""
        return f"Envelope(message_id={self.message_id})"

    @property
    def needs_utf8(self) -> bool:
        """Whether the server must know SMTPUTF8 (RFC 6531): the part before the @ has letters beyond ASCII."""
        return not self.recipient.isascii()


class Sender(msgspec.Struct, frozen=True):
    """In whose name mail goes: a display name, and a mailbox at a domain."""

    name: str
    mailbox: str
    domain: str


def parse_sender(text: str) -> Sender:
    """The sender that `Name <mailbox@domain>` or a bare address names. Raises Invalid."""
    name, address = parseaddr(text)
    mailbox, _, domain = address.rpartition("@")
    if not mailbox or not domain or "@" in mailbox or not address.isascii() or _has_controls(text):
        raise Invalid(
            f"WAYMARK_MAIL_FROM is {text!r}; it must be like Waymark <learn@town.example>.", rule="WAYMARK_MAIL_FROM"
        )
    return Sender(name, mailbox, domain)


def seal(
    letter: Letter,
    words: Words,
    *,
    message_id: UUID,
    to: str,
    sender: Sender,
    stop: str | None,
    now: datetime,
) -> Envelope:
    """The letter to `to`; `stop` is the address that stops mails like it. Sealed again it has the same Message-ID.

    Raises Invalid for an address that no mail can have.
    """
    recipient = _wire_address(to)
    utf8 = not recipient.isascii()
    message = EmailMessage(policy=SMTPUTF8 if utf8 else _SEVEN_BITS)
    mailbox, _, domain = recipient.rpartition("@")
    message["From"] = Address(sender.name, sender.mailbox, sender.domain)
    message["To"] = Address(username=mailbox, domain=domain)
    message["Subject"] = _one_line(letter.subject)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{message_id.hex}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834, section 5: well-behaved machines do not answer
    message["X-Auto-Response-Suppress"] = "All"  # the same for Exchange
    if stop is not None:
        message["List-Unsubscribe"] = f"<{stop}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058, section 3.1
    text = _text(letter, words, stop)
    message.set_content(text)
    message.add_alternative(_html(letter, words, stop), subtype="html")
    message["Content-Language"] = words.language  # last, for content headers move into the first part
    return_path = f"{sender.mailbox}+{message_id.hex}@{sender.domain}"
    return Envelope(message_id, return_path, recipient, message.as_bytes(), f"{letter.subject}\n\n{text}")


def message_of_return_path(address: str) -> UUID | None:
    """The message whose bounces come to `address`, if it is such an address."""
    found = _BOUNCE.search(address)
    return UUID(found[1]) if found else None


def _wire_address(address: str) -> str:
    """The address as servers take it: its domain in ASCII (RFC 5891), its mailbox as it is."""
    mailbox, _, domain = address.rpartition("@")
    try:
        wire = f"{mailbox}@{domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise Invalid(_NO_ADDRESS, rule="mail address") from error
    if not _ADDRESS.fullmatch(wire) or _has_controls(wire):
        raise Invalid(_NO_ADDRESS, rule="mail address")
    return wire


def _has_controls(text: str) -> bool:
    return not text.isprintable()


def _one_line(text: str) -> str:
    """`text` without line breaks and other characters that end or split a header."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _text(letter: Letter, words: Words, stop: str | None) -> str:
    parts = [*letter.paragraphs]
    if letter.link:
        parts.append(f"{letter.link[0]}:\n{letter.link[1]}")
    if letter.code:
        parts.append(letter.code)
    parts.append("-- \n" + words.text("Sent by Waymark. Answers to this message are not read."))
    if stop is not None:
        parts.append(f"{words.text('Stop mails like this')}:\n{stop}")
    return "\n\n".join(parts) + "\n"


def _html(letter: Letter, words: Words, stop: str | None) -> str:
    return _templates.get_template("letter.html").render(
        letter=letter, language=words.language, stop=stop, _=words.text
    )
