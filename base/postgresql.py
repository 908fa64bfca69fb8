"""PostgreSQL: the same functions on pooled connections, each in a transaction that is run again after a deadlock."""

import asyncio
import random
from collections.abc import Callable
from typing import Any, TypeVar

import sqlalchemy as sa
from asyncpg.exceptions import InterfaceError, PostgresError
from sqlalchemy import URL, Connection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from base.errors import Unavailable

T = TypeVar("T")

POOL_SIZE = 8
ATTEMPTS = 6
_TRANSIENT = frozenset({"40001", "40P01"})
"""serialization_failure and deadlock_detected (PostgreSQL, appendix A): the same transaction passes when run again."""


_AWAY = ("08", "57P", "53300")
"""Beginnings of SQLSTATE: no connection, the server stops or starts, it has too many connections."""


class PostgresqlEngine:
    """Runs functions in read transactions of one snapshot each, and in write transactions.

    Both raise Unavailable when the server is away; a write may have been kept then, if it broke off while committing.
    """

    def __init__(self, url: URL, options: dict[str, Any]) -> None:
        self._engine = create_async_engine(
            url.set(drivername="postgresql+asyncpg"),
            pool_size=POOL_SIZE,
            max_overflow=0,
            pool_pre_ping=True,
            hide_parameters=True,  # errors are logged, and names and addresses are no business of logs
            execution_options=options,
        )
        self._snapshots = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    async def read(self, call: Callable[[Connection], T]) -> T:
        return await _run(self._snapshots, call)

    async def write(self, call: Callable[[Connection], T]) -> T:
        for attempt in range(ATTEMPTS - 1):
            try:
                return await self._write_once(call)
            except sa.exc.DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in _TRANSIENT:
                    raise
            await asyncio.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 (spreads retries, guards nothing)
        return await self._write_once(call)

    async def close(self) -> None:
        await self._engine.dispose()

    async def _write_once(self, call: Callable[[Connection], T]) -> T:
        return await _run(self._engine, call)


async def _run(engine: AsyncEngine, call: Callable[[Connection], T]) -> T:
    """What `call` returns, in a transaction of its own."""
    is_connected = False
    try:
        async with engine.connect() as conn, conn.begin():
            is_connected = True
            return await conn.run_sync(call)
    except sa.exc.DBAPIError as error:
        sqlstate: str | None = getattr(error.orig, "sqlstate", None)
        if error.connection_invalidated or (sqlstate or "").startswith(_AWAY):
            raise _away(error) from error
        raise
    except (OSError, PostgresError, InterfaceError) as error:
        if is_connected:  # what was called raised it
            raise
        raise _away(error) from error


def _away(error: Exception) -> Unavailable:
    kind = type(getattr(error, "orig", error)).__name__
    return Unavailable(f"The database cannot be reached ({kind}). Try again in a moment.", retry_after_seconds=5)
