"""This store and another one, with a worker between them and a clock that tests move."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from app.exchange import Exchange
from base import Database, FileStore, KeyRing, Outward
from lrs import (
    Forwarding,
    NewStore,
    Pull,
    Selection,
    add_forwarding,
    add_pull,
    list_forwardings,
    list_pulls,
    parse_statements,
    store_statements,
)
from lrs.browsing.selection import EVERYTHING
from tests.lrs.makers import LMS, body
from tests.lrs.other_store import OtherStore
from tests.lrs.service import Clock

SECRET = "s3cret-of-the-other-store"
WHY: dict[str, Any] = {"by": None, "reason": "a test"}


class ExchangeWorld:
    """Forwardings and pulls between `db` and `other`."""

    def __init__(self, db: Database, ring: KeyRing, files: FileStore, other: OtherStore) -> None:
        self.db = db
        self.ring = ring
        self.files = files
        self.other = other
        self.clock = Clock()
        self.outward = Outward(frozenset({"127.0.0.1"}))
        self.exchange = Exchange(db, self.outward, ring, files, self.clock)

    async def stored(self, *statements: dict[str, Any], authority: Any = LMS, **options: Any) -> list[str]:
        self.clock.now += timedelta(microseconds=1)
        incoming = parse_statements(body(*statements), is_2_0=True)
        ids = await self.db.write(store_statements, incoming, authority=authority, now=self.clock.now, **options)
        return [str(one) for one in ids]

    async def forwards(self, selection: Selection = EVERYTHING, *, version: str = "1.0.3", **options: Any) -> UUID:
        store = NewStore("Ministry", self.other.endpoint, SECRET, "key", version)
        return await self.db.write(
            add_forwarding, self.ring, store, selection=selection, now=self.clock.now, **WHY, **options
        )

    async def pulls(self, **options: Any) -> UUID:
        store = NewStore("Academy", self.other.endpoint, SECRET, "key")
        return await self.db.write(add_pull, self.ring, store, now=self.clock.now, **WHY, **options)

    async def settle(self, *, rounds: int = 200) -> None:
        """Do what is due until nothing is."""
        for _ in range(rounds):
            if not await self.exchange.once():
                return
        raise AssertionError("there is always something due")

    async def later(self, seconds: float) -> None:
        self.clock.now += timedelta(seconds=seconds)
        await self.settle()

    async def forwarding(self) -> Forwarding:
        (found,) = await self.db.read(list_forwardings)
        return found

    async def pull(self) -> Pull:
        (found,) = await self.db.read(list_pulls)
        return found
