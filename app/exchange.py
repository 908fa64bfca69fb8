"""The worker's part with other record stores: it sends what is due and asks for what is due, several stores at once."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog

from base import Database, FileStore, KeyRing, Outward, Unavailable
from lrs import (
    Delivery,
    Fetch,
    Trouble,
    carry_out,
    claim_delivery,
    claim_fetch,
    fetch_page,
    has_due_delivery,
    has_due_fetch,
    record_delivery,
    record_fetch_trouble,
    record_page,
)

log = structlog.get_logger(__name__)

STORES_AT_ONCE = 8
IDLE_SECONDS = 1.0
_AFTER_TROUBLE_SECONDS = 5.0

Claim = Delivery | Fetch


class Exchange:
    """What sends and fetches; each store has one worker at a time, so a slow one holds up no other."""

    def __init__(
        self, db: Database, outward: Outward, ring: KeyRing, files: FileStore, clock: Callable[[], datetime]
    ) -> None:
        self._db = db
        self._outward = outward
        self._ring = ring
        self._files = files
        self._clock = clock

    async def run_until(self, stop: asyncio.Event) -> None:
        """Exchange until `stop` is set; what is under way is finished first."""
        running: set[asyncio.Task[None]] = set()
        stopped = asyncio.create_task(stop.wait())
        while not stop.is_set():
            claim, pause = await self._claim() if len(running) < STORES_AT_ONCE else (None, IDLE_SECONDS)
            if claim is not None:
                running.add(asyncio.create_task(self._work(claim)))
            else:
                await asyncio.wait({stopped, *running}, timeout=pause, return_when=asyncio.FIRST_COMPLETED)
            running = {task for task in running if not task.done()}
        await asyncio.gather(*running)

    async def once(self) -> bool:
        """Do the next thing that is due; False when nothing is."""
        claim, _ = await self._claim()
        if claim is not None:
            await self._work(claim)
        return claim is not None

    async def _claim(self) -> tuple[Claim | None, float]:
        """What to do next, and how long to wait when there is nothing."""
        now = self._clock()
        try:
            if await self._db.read(has_due_delivery, now=now):
                return await self._db.write(claim_delivery, now=now), IDLE_SECONDS
            if await self._db.read(has_due_fetch, now=now):
                return await self._db.write(claim_fetch, now=now), IDLE_SECONDS
        except Unavailable as error:
            log.warning("exchange pauses", error=error.message)
            return None, _AFTER_TROUBLE_SECONDS
        return None, IDLE_SECONDS

    async def _work(self, claim: Claim) -> None:
        try:
            await (self._deliver(claim) if isinstance(claim, Delivery) else self._fetch(claim))
        except Exception:  # the worker's loop: what fails with one store must not stop the others
            # Nobody else takes the store before its lease ends, which is pause enough for what may be a bug.
            log.exception("exchange failed", store=str(claim.id))

    async def _deliver(self, delivery: Delivery) -> None:
        if delivery.statements:
            settled = await carry_out(
                delivery, outward=self._outward, ring=self._ring, files=self._files, clock=self._clock
            )
            await self._db.write(record_delivery, delivery, settled, now=self._clock())

    async def _fetch(self, fetch: Fetch) -> None:
        page = await fetch_page(fetch, outward=self._outward, ring=self._ring, clock=self._clock)
        if isinstance(page, Trouble):
            await self._db.write(record_fetch_trouble, fetch, page, now=self._clock())
        else:
            await self._db.write(record_page, fetch, page, now=self._clock())
