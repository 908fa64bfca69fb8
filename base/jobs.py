"""The worker: takes effects in batches and errands side by side until it is told to stop."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import structlog

from base.database import Database
from base.delivery import apply_effects, claim_errands, finish_errand, forget, has_due, put_off
from base.errors import Unavailable
from base.events import Errand, Event, Subscription

log = structlog.get_logger(__name__)

ERRANDS_AT_ONCE = 8
IDLE_SECONDS = 0.2
_AFTER_TROUBLE_SECONDS = 2.0
_SHORTEST_PAUSE_SECONDS = 0.01


async def work(
    db: Database,
    subscriptions: Sequence[Subscription],
    *,
    clock: Callable[[], datetime],
    stop: asyncio.Event,
) -> None:
    """Deliver pending events until `stop` is set; an errand that is under way is finished first."""
    errands = {s.name: s for s in subscriptions if isinstance(s, Errand)}
    while not stop.is_set():
        try:
            busy = await work_once(db, errands, clock=clock)
        except Unavailable as error:
            log.warning("worker pauses", error=error.message)
            busy, pause = False, _AFTER_TROUBLE_SECONDS
        else:
            pause = IDLE_SECONDS
        if not busy:
            await _pause(stop, pause, db)


async def work_once(db: Database, errands: dict[str, Errand[Any, Any, Any]], *, clock: Callable[[], datetime]) -> bool:
    """One round: a batch of effects, then a handful of errands; False when there was nothing to do."""
    if not await db.read(has_due, now=clock()):
        return False
    await db.write(apply_effects, now=clock())
    claimed = await db.write(claim_errands, now=clock(), limit=ERRANDS_AT_ONCE) if errands else []
    await asyncio.gather(*(_run(db, errands[name], row_id, event, clock) for row_id, name, event in claimed))
    return True


async def _run(
    db: Database, errand: Errand[Any, Any, Any], row_id: int, event: Event, clock: Callable[[], datetime]
) -> None:
    try:
        task = await db.write(errand.prepare, event, clock())
        if task is None:
            await db.write(forget, row_id)
            return
        result = await errand.perform(task)
        await db.write(finish_errand, row_id, errand, event, result, now=clock())
    except Exception as error:  # noqa: BLE001 (the worker's loop: one errand's failure must not stop the others)
        await db.write(put_off, row_id, errand, event, error, now=clock())


async def _pause(stop: asyncio.Event, seconds: float, db: Database) -> None:
    """Wait until told to stop, or until this process writes something, which may be an event; but never too shortly.

    What other processes write is found at the end of the pause.
    """
    await asyncio.sleep(_SHORTEST_PAUSE_SECONDS)
    waiting = {asyncio.ensure_future(stop.wait()), asyncio.ensure_future(db.until_written())}
    _, unfinished = await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for each in unfinished:
        each.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
