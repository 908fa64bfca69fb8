"""Bringing a database to the newest schema."""

import asyncio
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from base import Unavailable, lock, parse_url

FOLDER = Path(__file__).parent.parent / "migrations"


def migrate(url: str) -> list[str]:
    """The revisions that were applied to the database at `url`, oldest first; none when it was up to date.

    Each revision is whole or not there. Two at once wait for each other, and the second finds nothing to do.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _migrate_sqlite(parsed)
    return asyncio.run(_migrate_postgresql(parsed))


def require_newest_schema(conn: Connection) -> None:
    """Raises Unavailable unless the schema is the one that this program was written for."""
    if _revision(conn) != ScriptDirectory(str(FOLDER)).get_current_head():
        raise Unavailable("The database has another schema than this version of Waymark. Run: waymark migrate")


def _migrate_sqlite(url: sa.URL) -> list[str]:
    engine = sa.create_engine(url, connect_args={"timeout": 60})
    with engine.connect() as conn:
        driver: Any = conn.connection.driver_connection
        driver.isolation_level = None
        # Alembic changes a table by copying and dropping it: with foreign keys on, its rows' children would go too.
        driver.execute("PRAGMA foreign_keys=OFF")
        driver.execute("BEGIN IMMEDIATE")
        with conn.begin():
            applied = _upgrade(conn)
            if conn.execute(text("PRAGMA foreign_key_check")).first() is not None:
                raise Unavailable(
                    "After the migration rows point at nothing; it was undone. Restore a backup and report this."
                )
    engine.dispose()
    return applied


async def _migrate_postgresql(url: sa.URL) -> list[str]:
    engine = create_async_engine(url.set(drivername="postgresql+asyncpg"))
    async with engine.begin() as conn:
        applied = await conn.run_sync(_upgrade)
    await engine.dispose()
    return applied


def _upgrade(conn: Connection) -> list[str]:
    lock(conn, "migrate")
    before = _revision(conn)
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = conn
    command.upgrade(config, "head")
    scripts = ScriptDirectory.from_config(config)
    return [script.revision for script in reversed(list(scripts.iterate_revisions("head", before or "base")))]


def _revision(conn: Connection) -> str | None:
    return MigrationContext.configure(conn).get_current_revision()
