"""How much of the store one credential may take up, and all of them together: what comes on top is told when to return.

Counted in this process alone and kept in memory; several nodes each allow as much.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from math import ceil

from msgspec import Struct

from base import TooMany, Unavailable
from lrs.senders.credentials import Limits

AT_ONCE_ALTOGETHER = 1024
"""Requests inside or waiting, of everybody: beyond that a queue only makes all of them late."""

WAIT_SECONDS = 2.0
"""How long a request waits for others of its credential before it is sent away."""

_REMEMBERED_AT_MOST = 10_000
_MINUTE = timedelta(minutes=1)


class Bucket(Struct, frozen=True):
    """A token bucket: a minute's worth of requests at most, refilled evenly; `tokens` are those there were at `at`."""

    tokens: float
    at: datetime

    def refilled(self, per_minute: int, now: datetime) -> float:
        gained = max(now - self.at, timedelta(0)) / _MINUTE * per_minute
        return min(float(per_minute), self.tokens + gained)


def spend(bucket: Bucket | None, per_minute: int, now: datetime) -> Bucket | float:
    """The bucket after one request; or, where it holds none, in how many seconds it will."""
    tokens = float(per_minute) if bucket is None else bucket.refilled(per_minute, now)
    if tokens < 1:
        return (1 - tokens) * 60 / per_minute
    return Bucket(tokens - 1, now)


class _Guest:
    """One credential's requests: those inside, those that wait, and its bucket."""

    def __init__(self) -> None:
        self.inside = 0
        self.waiting: OrderedDict[asyncio.Future[None], None] = OrderedDict()
        self.bucket: Bucket | None = None

    @property
    def is_idle(self) -> bool:
        return not self.inside and not self.waiting


class Bulkheads:
    """Lets requests in, a bounded number of each credential at once, so that one's flood is nobody else's outage."""

    def __init__(self, *, altogether: int = AT_ONCE_ALTOGETHER, wait_seconds: float = WAIT_SECONDS) -> None:
        self._altogether = altogether
        self._wait_seconds = wait_seconds
        self._present = 0
        self._guests: OrderedDict[str, _Guest] = OrderedDict()

    @asynccontextmanager
    async def any_place(self) -> AsyncIterator[None]:
        """One of the places that all share. Raises Unavailable when all are taken."""
        if self._present >= self._altogether:
            raise Unavailable("The record store has too much to do; send this again later.", retry_after_seconds=2)
        self._present += 1
        try:
            yield
        finally:
            self._present -= 1

    @asynccontextmanager
    async def place_of(self, key: str, limits: Limits, *, now: datetime) -> AsyncIterator[None]:
        """One of the credential's own places. Raises TooMany when it sends more than its limits."""
        guest = self._guest(key)
        self._charge(guest, limits, now)
        await self._enter(guest, limits.at_once)
        try:
            yield
        finally:
            _leave(guest)
            if guest.is_idle and guest.bucket is None:
                self._guests.pop(key, None)

    def _guest(self, key: str) -> _Guest:
        guest = self._guests.setdefault(key, _Guest())
        self._guests.move_to_end(key)
        if len(self._guests) > _REMEMBERED_AT_MOST:
            idle = next((name for name, each in self._guests.items() if each.is_idle and name != key), None)
            if idle is not None:
                del self._guests[idle]
        return guest

    def _charge(self, guest: _Guest, limits: Limits, now: datetime) -> None:
        if limits.per_minute is None:
            guest.bucket = None
            return
        spent = spend(guest.bucket, limits.per_minute, now)
        if not isinstance(spent, Bucket):
            raise TooMany(
                f"This credential may send {limits.per_minute} requests a minute, and has; wait before the next.",
                retry_after_seconds=ceil(spent),
            )
        guest.bucket = spent

    async def _enter(self, guest: _Guest, at_once: int | None) -> None:
        if at_once is None or guest.inside < at_once:
            guest.inside += 1
            return
        full = TooMany(
            f"This credential has {at_once} requests under way, as many as it may; send fewer at once.",
            retry_after_seconds=ceil(self._wait_seconds),
        )
        if len(guest.waiting) >= at_once:
            raise full
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        guest.waiting[turn] = None
        try:
            async with asyncio.timeout(self._wait_seconds):
                await turn
        except BaseException as error:
            guest.waiting.pop(turn, None)
            if turn.done() and not turn.cancelled():
                _leave(guest)  # the turn came in the very moment in which the wait was given up
            if isinstance(error, TimeoutError):
                raise full from None
            raise


def _leave(guest: _Guest) -> None:
    """Hand the place to whoever waits longest, or give it up."""
    while guest.waiting:
        turn, _ = guest.waiting.popitem(last=False)
        if not turn.done():
            turn.set_result(None)
            return
    guest.inside -= 1
