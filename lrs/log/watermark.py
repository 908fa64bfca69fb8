"""Up to when the log is complete, as X-Experience-API-Consistent-Through tells it (Communication 2.1.3).

Statements are stored later than all that was promised and than all that is stored (store.py). So what was promised
under the log's lock stays true while transactions are open, and so does the time of the last statement that is seen.
"""

import asyncio
from datetime import UTC, datetime
from typing import Final

import sqlalchemy as sa
import structlog
from sqlalchemy import Connection, select

from base import Database, Unavailable, lock, upsert
from lrs.tables.log import LOG_LOCK, log
from lrs.tables.statements import statements

logger = structlog.get_logger(__name__)

PATIENCE_SECONDS: Final = 0.1
"""How long a reader waits for a new promise, while somebody else is storing."""

_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)


def promise(conn: Connection, *, now: datetime) -> datetime:
    """The whole second of `now`: from here on nothing is stored at that time or before it."""
    lock(conn, LOG_LOCK)
    second = now.replace(microsecond=0)
    insert = upsert(conn, log).values(id=1, promised=second)
    later = insert.excluded.promised > log.c.promised
    conn.execute(
        insert.on_conflict_do_update(index_elements=["id"], set_={"promised": insert.excluded.promised}, where=later)
    )
    return second


def last_stored(conn: Connection) -> datetime:
    """When the last statement was stored that is seen here."""
    return conn.scalar(select(statements.c.stored).order_by(statements.c.seq.desc()).limit(1)) or _BEGINNING


class Watermark:
    """What a process may tell its readers, to the second; it asks for one promise a second at most."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._promised: datetime | None = None
        self._asking: asyncio.Task[None] | None = None

    async def through(self, *, now: datetime) -> datetime:
        """A time up to which whoever reads from now on sees all that is ever stored: this second, or an earlier one."""
        second = now.replace(microsecond=0)
        if self._promised is None or self._promised < second:
            self._asking = self._asking or asyncio.create_task(self._ask(now))
            await asyncio.wait({self._asking}, timeout=PATIENCE_SECONDS)
        if self._promised is None:
            return min(second, await self._db.read(last_stored))
        return min(second, self._promised)

    async def _ask(self, now: datetime) -> None:
        try:
            self._promised = await self._db.write(promise, now=now)
        except (Unavailable, sa.exc.DBAPIError) as error:
            logger.warning("no promise could be made to those who read statements", error=repr(error))
        finally:
            self._asking = None
