"""The database as the edge sees it: functions that take an open connection, run in one transaction each."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa
from sqlalchemy import Connection

from base.errors import Invalid
from base.events import SUBSCRIPTIONS_OPTION, Subscription
from base.postgresql import PostgresqlEngine
from base.sqlite import SqliteEngine

P = ParamSpec("P")
T = TypeVar("T")


class Database:
    """SQLite or PostgreSQL behind one face; `subscriptions` hear what is published in its transactions."""

    def __init__(self, engine: SqliteEngine | PostgresqlEngine) -> None:
        self._engine = engine
        self._written = asyncio.Event()

    @classmethod
    async def open(cls, url: str, *, subscriptions: Sequence[Subscription] = ()) -> "Database":
        """The database at `url` (`sqlite:///file` or `postgresql://…`).

        Raises Invalid for another kind of address or a folder that is not there.
        """
        parsed = parse_url(url)
        options: dict[str, Any] = {SUBSCRIPTIONS_OPTION: tuple(subscriptions)}
        if parsed.get_backend_name() == "sqlite":
            return cls(SqliteEngine(parsed, options))
        return cls(PostgresqlEngine(parsed, options))

    @property
    def dialect(self) -> str:
        return "sqlite" if isinstance(self._engine, SqliteEngine) else "postgresql"

    async def read(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `fn` returns, from one snapshot; it cannot write."""
        return await self._engine.read(lambda conn: fn(conn, *args, **kwargs))

    async def write(self, fn: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `fn` returns, once its transaction is on disk; when it raises, nothing of it is kept.

        On PostgreSQL `fn` may be run again after a deadlock, so it does nothing outside the database.
        Raises Unavailable when the database could not store it (a full disk, a lock held too long).
        """
        result = await self._engine.write(lambda conn: fn(conn, *args, **kwargs))
        self._written.set()
        return result

    async def until_written(self) -> None:
        """Return once something was written by this process since the last time somebody waited here."""
        await self._written.wait()
        self._written.clear()

    async def close(self) -> None:
        await self._engine.close()


def parse_url(url: str) -> sa.URL:
    """The address of a database, checked: SQLite in a file whose folder exists, or PostgreSQL."""
    try:
        parsed = sa.make_url(url)
    except sa.exc.ArgumentError as error:
        raise Invalid(_ADDRESS_RULE, rule="WAYMARK_DATABASE_URL") from error
    backend = parsed.get_backend_name()
    if backend not in {"sqlite", "postgresql"} or (backend == "sqlite" and parsed.database in {None, "", ":memory:"}):
        raise Invalid(_ADDRESS_RULE, rule="WAYMARK_DATABASE_URL")
    if backend == "sqlite" and not (folder := Path(str(parsed.database)).absolute().parent).is_dir():
        raise Invalid(f"The folder {folder} for the database is not there; make it first.", rule="WAYMARK_DATABASE_URL")
    return parsed


_ADDRESS_RULE = "WAYMARK_DATABASE_URL must be sqlite:///a-file.db or postgresql://user@host/name."
