"""One domain function in one transaction, from a command."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from app.main import clock, open_hands, who_hears_what
from app.migrating import require_newest_schema
from app.settings import Settings
from base import Database, Subscription

__all__ = ["clock", "read", "write"]

P = ParamSpec("P")
T = TypeVar("T")


def read(settings: Settings, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What `fn` returns, from one snapshot. Raises Unavailable before `waymark migrate`."""
    return asyncio.run(_run(settings, (), write=False, call=lambda conn: fn(conn, *args, **kwargs)))


def write(settings: Settings, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What `fn` returns, once its transaction is on disk; what it publishes will be heard by the worker.

    Raises Unavailable before `waymark migrate`.
    """
    return asyncio.run(_write(settings, lambda conn: fn(conn, *args, **kwargs)))


async def _write(settings: Settings, call: Callable[[Connection], T]) -> T:
    hands = open_hands(settings)
    try:
        return await _run(settings, who_hears_what(settings, hands), write=True, call=call)
    finally:
        await hands.close()


async def _run(
    settings: Settings, subscriptions: Sequence[Subscription], *, write: bool, call: Callable[[Connection], T]
) -> T:
    db = await Database.open(settings.database_url, subscriptions=subscriptions)
    try:
        await db.read(require_newest_schema)
        return await (db.write(call) if write else db.read(call))
    finally:
        await db.close()
