"""A real SMTP server in the test's own loop: keeps what it takes, and refuses as it is told."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

USER, PASSWORD = "waymark", "correct horse @ battery"


@dataclass
class PostOffice:
    """Answers waiting in `to_recipient` and `to_data` are given first, one each time; then everything is taken."""

    port: int = 0
    taken: list[Envelope] = field(default_factory=list)
    to_recipient: list[str] = field(default_factory=list)
    to_data: list[str] = field(default_factory=list)
    drops: int = 0

    @property
    def mails(self) -> list[EmailMessage]:
        return [parsed(each) for each in self.taken]

    async def handle_RCPT(  # noqa: N802 (aiosmtpd asks for this name)
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.to_recipient:
            return self.to_recipient.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 (likewise)
        if self.to_data:
            return self.to_data.pop(0)
        self.taken.append(envelope)
        if self.drops:
            self.drops -= 1
            assert server.transport is not None
            server.transport.close()
        return "250 OK"


def parsed(envelope: Envelope) -> EmailMessage:
    assert isinstance(envelope.content, bytes)
    message = message_from_bytes(envelope.content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


@asynccontextmanager
async def open_post_office(
    *, utf8: bool = True, tls: ssl.SSLContext | None = None, implicit_tls: bool = False
) -> AsyncIterator[PostOffice]:
    """A server on a free port of loopback; with `tls` it asks for STARTTLS and a password, or speaks TLS at once."""
    office = PostOffice()
    loop = asyncio.get_running_loop()
    starttls: dict[str, Any] = {"tls_context": tls, "require_starttls": True} if tls and not implicit_tls else {}
    login: dict[str, Any] = {"auth_required": True, "authenticator": _check} if starttls else {}
    conversations: list[SMTP] = []

    def converse() -> SMTP:
        conversations.append(SMTP(office, enable_SMTPUTF8=utf8, hostname="mail.test", loop=loop, **starttls, **login))
        return conversations[-1]

    server = await loop.create_server(converse, "127.0.0.1", 0, ssl=tls if implicit_tls else None)
    office.port = server.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        server.close()
        await server.wait_closed()
        for each in conversations:
            while each.transport is not None:  # until the end of the connection has been heard
                each.transport.close()
                await asyncio.sleep(0)


def _check(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
    known = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False)
