"""Platforms that do not answer: after a few failures nobody asks them for a while, then one does for all.

What is known of that stands in the database, so that all workers keep to it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import Connection, delete, select, update

from base import NotNow, RetryLater, Unavailable, upsert
from lti.registering.platforms import Platform, PlatformStatus
from lti.tables import outages, platforms

FAILURES_BEFORE_PAUSE = 5
LONGEST_PAUSE = timedelta(hours=1)
PATIENCE = timedelta(days=3)
"""Who is down for longer is given up: what waits is set aside in time, so that administrators hear of it."""
_FIRST_PAUSE = timedelta(seconds=30)
_PROBE = timedelta(seconds=30)
_LONGEST_REASON = 500


class Outage(msgspec.Struct, frozen=True):
    """A platform that did not answer since then; nobody asks it until `asked_again_at`, where that is set."""

    platform_id: UUID
    platform: str
    failures: int
    reason: str
    since: datetime
    asked_again_at: datetime | None


def require_answering(conn: Connection, platform: Platform, *, now: datetime) -> bool:
    """Pass where the platform may be asked now. Raises NotNow while it is left alone, or not approved.

    When the time has come the first who asks passes, and the others wait for what becomes of it. The answer says
    whether whoever passes does so for all, and is to be patient (`patiently`).
    """
    if platform.status is not PlatformStatus.APPROVED:
        raise NotNow(LONGEST_PAUSE.total_seconds(), f"{platform.name} is {platform.status}")
    row = conn.execute(select(outages).where(outages.c.platform_id == platform.id).with_for_update()).first()
    if row is None or row.asked_again_at is None:
        return False
    if now < row.asked_again_at:
        raise NotNow((row.asked_again_at - now).total_seconds(), f"the platform does not answer: {row.reason}")
    conn.execute(update(outages).where(outages.c.platform_id == platform.id).values(asked_again_at=now + _PROBE))
    since: datetime = row.since
    return now < since + PATIENCE


def is_waited_for(conn: Connection, platform_id: UUID, *, now: datetime) -> bool:
    """Whether a failure of the platform now is only what was known already."""
    row = conn.execute(select(outages).where(outages.c.platform_id == platform_id)).first()
    return row is not None and row.asked_again_at is not None and bool(now < row.since + PATIENCE)


@asynccontextmanager
async def patiently(*, for_all: bool) -> AsyncIterator[None]:
    """Whoever asks for all learns that the platform is still down; for what they came with that counts as no try."""
    try:
        yield
    except (RetryLater, Unavailable) as error:
        if for_all:
            raise NotNow(1, "the platform is still down") from error
        raise


def note_failure(conn: Connection, platform_id: UUID, error: Exception, *, now: datetime) -> None:
    """Count a failure, where it was the platform's; what it says of when to come again counts at once and for all."""
    if not isinstance(error, RetryLater | Unavailable):
        return
    if not conn.scalar(select(platforms.c.id).where(platforms.c.id == platform_id)):
        return
    reason = str(error)[:_LONGEST_REASON]
    row = upsert(conn, outages).values(platform_id=platform_id, failures=1, reason=reason, since=now)
    counted = row.on_conflict_do_update(
        index_elements=["platform_id"], set_={"failures": outages.c.failures + 1, "reason": reason}
    )
    failures = conn.execute(counted.returning(outages.c.failures)).scalar_one()
    pause = _pause(failures, error)
    if pause is not None:
        conn.execute(update(outages).where(outages.c.platform_id == platform_id).values(asked_again_at=now + pause))


def note_answer(conn: Connection, platform_id: UUID) -> bool:
    """The platform answers; whether it had been left alone before."""
    ended = delete(outages).where(outages.c.platform_id == platform_id)
    row = conn.execute(ended.returning(outages.c.failures)).first()
    return row is not None and row.failures >= FAILURES_BEFORE_PAUSE


def ask_again(conn: Connection, platform_id: UUID) -> None:
    """Let the platform be asked at once, because somebody says that it answers again."""
    conn.execute(update(outages).where(outages.c.platform_id == platform_id).values(asked_again_at=None))


def list_outages(conn: Connection) -> list[Outage]:
    """The platforms that did not answer when they were last asked, those first that have been silent longest."""
    silent = select(outages, platforms.c.name).join(platforms, platforms.c.id == outages.c.platform_id)
    rows = conn.execute(silent.order_by(outages.c.since, outages.c.platform_id))
    return [Outage(row.platform_id, row.name, row.failures, row.reason, row.since, row.asked_again_at) for row in rows]


def _pause(failures: int, error: Exception) -> timedelta | None:
    if isinstance(error, RetryLater):
        return min(timedelta(seconds=max(error.seconds, 1)), LONGEST_PAUSE)
    if failures < FAILURES_BEFORE_PAUSE:
        return None
    return min(_FIRST_PAUSE * 2.0 ** min(failures - FAILURES_BEFORE_PAUSE, 10), LONGEST_PAUSE)
