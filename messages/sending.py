"""The ways a sealed letter can go: by SMTP, to the developer's terminal, or nowhere."""

import asyncio
import re
import ssl
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import TextIO
from urllib.parse import unquote, urlsplit

import aiosmtplib
import msgspec
import structlog

from base import Invalid
from messages.envelope import Envelope

log = structlog.get_logger(__name__)

_STEP_SECONDS = 20.0
_WHOLE_SECONDS = 90.0  # less than an errand's lease of two minutes
_REFUSED_FOR_GOOD = range(500, 600)
_ENHANCED = re.compile(r"5\.\d{1,3}\.\d{1,3}(?!\S)")
_NO_SUCH_MAILBOX = frozenset({550, 551, 553})
_FAULTS_OF_OURS = frozenset({502, 503, 504, 530, 534, 535, 538})
"""Answers of 5xx that speak of the server's settings or ours, not of this message (RFC 5321, 4.2; RFC 4954, 6)."""


class Outcome(StrEnum):
    """What became of a letter."""

    SENT = "sent"
    ADDRESS_REFUSED = "address refused"
    REFUSED = "refused"
    WITHHELD = "withheld"


class Answer(msgspec.Struct, frozen=True):
    """The outcome, and what was said about it: codes alone, for servers repeat addresses in their words."""

    outcome: Outcome
    said: str


class MailDelayed(Exception):
    """The mail server did not take the letter now; it is tried again."""


class Security(StrEnum):
    """How the connection to a mail server is kept secret, as the scheme of its address says."""

    NONE = "smtp"
    TLS = "smtps"
    STARTTLS = "smtp+starttls"


class SmtpServer(msgspec.Struct, frozen=True):
    """The server that takes our mail."""

    security: Security
    host: str
    port: int
    user: str | None
    password: str | None

    def __repr__(self) -> str:
        """Without the password, for logs."""
        return f"SmtpServer({self.security}://{self.host}:{self.port})"

    @property
    def shows_password(self) -> bool:
        """Whether whoever listens on the way reads the password."""
        return self.password is not None and self.security is Security.NONE


Send = Callable[[Envelope], Awaitable[Answer]]
"""Sends one letter, at least once. Raises MailDelayed when it must be tried again."""

_PORTS = {Security.NONE: 25, Security.TLS: 465, Security.STARTTLS: 587}


def parse_smtp_url(url: str) -> SmtpServer:
    """The server at `smtp://`, `smtps://` or `smtp+starttls://user:password@host:port`. Raises Invalid."""
    try:
        parts = urlsplit(url)
        security, port = Security(parts.scheme), parts.port
    except ValueError as error:
        raise Invalid(_URL_RULE, rule="WAYMARK_SMTP_URL") from error
    if (
        not parts.hostname
        or parts.path.strip("/")
        or parts.query
        or (parts.username is None) != (parts.password is None)
    ):
        raise Invalid(_URL_RULE, rule="WAYMARK_SMTP_URL")
    return SmtpServer(
        security,
        parts.hostname,
        port or _PORTS[security],
        None if parts.username is None else unquote(parts.username),
        None if parts.password is None else unquote(parts.password),
    )


_URL_RULE = (
    "WAYMARK_SMTP_URL must be like smtps://user:password@mail.example, smtp+starttls://… or smtp://…, "
    "with a port where it is not the usual one."
)


def by_smtp(server: SmtpServer) -> Send:
    """Sends by this server, a connection for each letter."""

    async def send(envelope: Envelope) -> Answer:
        try:
            async with asyncio.timeout(_WHOLE_SECONDS):
                return await _send(server, envelope)
        except aiosmtplib.SMTPResponseException as error:
            raise MailDelayed(f"the mail server answered {error.code}") from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            raise MailDelayed(f"the mail server could not be reached or broke off ({type(error).__name__})") from None

    return send


def at_terminal(stream: TextIO) -> Send:
    """Shows each letter to the developer who sits at the terminal, links and all; to a log it names the letter only.

    It writes past the log on purpose: the log hides what opens doors, and here somebody wants to walk through.
    """

    async def send(envelope: Envelope) -> Answer:
        if stream.isatty():
            stream.write(f"\n--- mail to {envelope.recipient}\n{envelope.text}---\n")
            stream.flush()
        else:
            log.info("mail is not sent: WAYMARK_SMTP_URL is not set", message=str(envelope.message_id))
        return Answer(Outcome.SENT, "shown at the terminal")

    return send


async def nowhere(envelope: Envelope) -> Answer:  # noqa: ARG001 (it is a Send)
    """Keeps every letter back: the answer of an installation that has no mail server."""
    return Answer(Outcome.WITHHELD, "WAYMARK_SMTP_URL is not set")


def names_dead_address(code: int, enhanced: str) -> bool:
    """Whether a refusal means that the mailbox is not there, rather than full or kept from us by a policy.

    By the enhanced status where there is one (RFC 3463: 5.1.x addressing, 5.2.1 mailbox disabled).
    """
    return enhanced.startswith("5.1.") or enhanced == "5.2.1" if enhanced else code in _NO_SUCH_MAILBOX


async def _send(server: SmtpServer, envelope: Envelope) -> Answer:
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        username=server.user,
        password=server.password,
        use_tls=server.security is Security.TLS,
        start_tls=server.security is Security.STARTTLS,
        tls_context=None if server.security is Security.NONE else ssl.create_default_context(),
        timeout=_STEP_SECONDS,
    )
    async with client:
        return await _hand_over(client, envelope)


async def _hand_over(client: aiosmtplib.SMTP, envelope: Envelope) -> Answer:
    options = ["SMTPUTF8", "BODY=8BITMIME"] if envelope.needs_utf8 else []
    try:
        await client.sendmail(envelope.return_path, [envelope.recipient], envelope.content, mail_options=options)
    except aiosmtplib.SMTPRecipientsRefused as refusals:
        (refused,) = refusals.recipients
        return _refusal(refused, Outcome.ADDRESS_REFUSED)
    except aiosmtplib.SMTPDataError as refused:
        return _refusal(refused, Outcome.REFUSED)
    except aiosmtplib.SMTPNotSupported:
        return Answer(Outcome.REFUSED, "the mail server takes no address with letters beyond ASCII (SMTPUTF8)")
    return Answer(Outcome.SENT, "250")


def _refusal(refused: aiosmtplib.SMTPResponseException, outcome: Outcome) -> Answer:
    """A refusal for good as an answer; one for now is raised again."""
    if refused.code not in _REFUSED_FOR_GOOD or refused.code in _FAULTS_OF_OURS:
        raise refused
    enhanced = found[0] if (found := _ENHANCED.match(refused.message)) else ""
    if outcome is Outcome.ADDRESS_REFUSED and not names_dead_address(refused.code, enhanced):
        outcome = Outcome.REFUSED
    return Answer(outcome, f"{refused.code} {enhanced}".strip())
