"""Files that nothing names any more, deleted once they are old enough."""

import asyncio
from datetime import datetime, timedelta

from app.safekeeping.naming import named_files
from base import Database, FileStore

GRACE = timedelta(days=1)
"""Whoever puts a file and then names it in the database has this long, and so has an upload on a slow line."""


async def collect_files(db: Database, files: FileStore, *, now: datetime) -> tuple[str, ...]:
    """Delete what nothing names and is older than the grace; the hashes that went.

    `now` is before the names are read: what is put after that is too young to be collected.
    """
    named = await db.read(named_files)
    return (await asyncio.to_thread(files.collect, named, before=now - GRACE)).files
