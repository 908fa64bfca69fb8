import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest

from base import Database, Errand, Subscription, settle_installation
from base.jobs import work_once
from messages import Message, Office, Sender, by_smtp, mail_subscriptions, messages, parse_smtp_url
from people import Person, add_address, add_person, verify_address
from tests.messages.post_office import PostOffice, open_post_office
from tests.times import NOW

URL = "https://waymark.example"
OFFICE = Office(URL, Sender("Waymark", "learn", "town.example"), ZoneInfo("Asia/Baku"))


@dataclass(frozen=True)
class Mailroom:
    """A database whose events mail hears, a worker that is run by hand, and the server that takes what is sent."""

    db: Database
    subscriptions: tuple[Subscription, ...]
    server: PostOffice

    async def deliver(self, *, now: datetime = NOW) -> None:
        """Run the worker until nothing is due at `now`."""
        errands = {s.name: s for s in self.subscriptions if isinstance(s, Errand)}
        while await work_once(self.db, errands, clock=lambda: now):
            pass

    async def outbox(self) -> list[Message]:
        """The messages, oldest first."""
        return (await self.db.read(messages))[::-1]

    @property
    def mails(self) -> list[EmailMessage]:
        return self.server.mails

    async def add_person(self, address: str | None = "aygun@town.example", *, language: str = "en") -> Person:
        person = await self.db.write(add_person, full_name="Aygün Əliyeva", language=language, now=NOW)
        if address is not None:
            added = await self.db.write(add_address, person.id, address, now=NOW)
            await self.db.write(verify_address, added.id, now=NOW)
        return person


@asynccontextmanager
async def open_mailroom(database_url: str) -> AsyncIterator[Mailroom]:
    async with open_post_office() as server:
        hearers = mail_subscriptions(OFFICE, by_smtp(parse_smtp_url(f"smtp://127.0.0.1:{server.port}")))
        db = await Database.open(database_url, subscriptions=hearers)
        await db.write(settle_installation, URL, now=NOW)
        try:
            yield Mailroom(db, hearers, server)
        finally:
            await db.close()


@pytest.fixture
def mailroom(runner: asyncio.Runner, database_url: str) -> Iterator[Mailroom]:
    opening: AbstractAsyncContextManager[Mailroom] = open_mailroom(database_url)
    yield runner.run(opening.__aenter__())
    runner.run(opening.__aexit__(None, None, None))
