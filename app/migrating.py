"""Bringing a database to the newest schema."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from base import Unavailable, lock, parse_url

T = TypeVar("T")

FOLDER = Path(__file__).parent.parent / "migrations"


def migrate(url: str) -> list[str]:
    """The revisions that were applied to the database at `url`, oldest first; none when it was up to date.

    Each revision is whole or not there. Two at once wait for each other, and the second finds nothing to do.
    """
    return change_schema(url, upgrade)


def change_schema(url: str, change: Callable[[Connection], T]) -> T:
    """What `change` returns, run in one transaction that may change tables; when it raises, nothing is changed.

    On SQLite references are checked once, at its end. Raises Unavailable when rows point at nothing then, or when the
    database has no room.
    """
    parsed = parse_url(url)
    try:
        if parsed.get_backend_name() == "sqlite":
            return _change_sqlite(parsed, change)
        return asyncio.run(_change_postgresql(parsed, change))
    except sa.exc.OperationalError as error:
        raise Unavailable(f"The database could not do this ({error.orig}); nothing of it was kept.") from error


def require_newest_schema(conn: Connection) -> None:
    """Raises Unavailable unless the schema is the one that this program was written for."""
    if not has_newest_schema(conn):
        raise Unavailable("The database has another schema than this version of Waymark. Run: waymark migrate")


def has_newest_schema(conn: Connection) -> bool:
    """Whether the schema is the one that this program was written for."""
    return revision_of(conn) == ScriptDirectory(str(FOLDER)).get_current_head()


def revision_of(conn: Connection) -> str | None:
    """The revision of the database's schema; None while it has none."""
    return MigrationContext.configure(conn).get_current_revision()


def knows_revision(revision: str) -> bool:
    """Whether this version has the revision; a newer one may have more."""
    return revision in {script.revision for script in ScriptDirectory(str(FOLDER)).walk_revisions()}


def upgrade(conn: Connection, to: str = "head") -> list[str]:
    """The revisions that were applied, oldest first, to bring the schema to the revision `to`."""
    lock(conn, "migrate")
    before = revision_of(conn)
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = conn
    command.upgrade(config, to)
    scripts = ScriptDirectory.from_config(config)
    return [script.revision for script in reversed(list(scripts.iterate_revisions(to, before or "base")))]


def _change_sqlite(url: sa.URL, change: Callable[[Connection], T]) -> T:
    engine = sa.create_engine(url, connect_args={"timeout": 60})
    try:
        with engine.connect() as conn:
            driver: Any = conn.connection.driver_connection
            driver.isolation_level = None
            # Alembic changes a table by copying and dropping it: with foreign keys on, its rows' children would go too.
            driver.execute("PRAGMA foreign_keys=OFF")
            driver.execute("BEGIN IMMEDIATE")
            with conn.begin():
                result = change(conn)
                if conn.execute(text("PRAGMA foreign_key_check")).first() is not None:
                    raise Unavailable(
                        "After the change rows point at nothing; it was undone. Restore a backup and report this."
                    )
        return result
    finally:
        engine.dispose()


async def _change_postgresql(url: sa.URL, change: Callable[[Connection], T]) -> T:
    engine = create_async_engine(url.set(drivername="postgresql+asyncpg"))
    try:
        async with engine.begin() as conn:
            return await conn.run_sync(change)
    finally:
        await engine.dispose()
