"""The gate of the record store: a request comes in when its sender is known and has a place left."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from base import Database
from lrs.bearer_tokens import BearerTokens
from lrs.credentials import Sender
from lrs.limits import Bulkheads
from lrs.senders import RecentSenders


class Gate:
    """One of these for a process; without `bearer_tokens` it knows no issuers."""

    def __init__(self, bearer_tokens: BearerTokens | None = None, bulkheads: Bulkheads | None = None) -> None:
        self._senders = RecentSenders(bearer_tokens)
        self._bulkheads = bulkheads or Bulkheads()

    @asynccontextmanager
    async def admit(self, db: Database, authorization: str | None, *, now: datetime) -> AsyncIterator[Sender]:
        """The sender, who is inside until the block ends.

        Raises Unauthenticated for nobody known, TooMany for more than the sender's limits, Unavailable for more than
        the store can do.
        """
        async with self._bulkheads.any_place():
            sender = await self._senders.sender(db, authorization, now=now)
            async with self._bulkheads.place_of(sender.key, sender.limits, now=now):
                yield sender
