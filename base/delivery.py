"""Taking pending events to those who hear them: effects in batches, errands by lease, failures set aside."""

import random
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
import structlog
from sqlalchemy import Connection, Row, delete, select, update

from base.errors import Missing
from base.events import Effect, Errand, Event, Subscription, pending_events, publish, subscriptions_of
from base.waiting import due_rows, with_due

log = structlog.get_logger(__name__)

ATTEMPTS_BEFORE_SET_ASIDE = 10
LEASE = timedelta(minutes=2)
_LONGEST_PAUSE_SECONDS = 3600


class RetryLater(Exception):
    """Raised by an errand that knows when to try again, for instance after a 429 with Retry-After."""

    def __init__(self, seconds: float, reason: str) -> None:
        super().__init__(reason)
        self.seconds = seconds


class NotNow(Exception):
    """Raised by an errand that waits for something else for so long, which counts as no try.

    Where it is raised from another error, that is what happened to what is waited for, and the errand hears of it.
    """

    def __init__(self, seconds: float, reason: str) -> None:
        super().__init__(reason)
        self.seconds = seconds


class DeliverySetAside(Event, frozen=True):
    """What `subscriber` should have heard was set aside after ten tries; `subject` is the one that it concerned."""

    subscriber: str


class Failure(msgspec.Struct, frozen=True):
    """An event that was set aside: who should have heard it, what went wrong, and how often it was tried."""

    id: int
    subscriber: str
    subject: str
    error: str
    attempts: int
    set_aside_at: datetime


def apply_effects(conn: Connection, *, now: datetime, subjects: Collection[str] | None = None, limit: int = 200) -> int:
    """Let effects hear up to `limit` due events, those of `subjects` only where given; returns how many were taken.

    Effects that have something to hear share the limit, so that none waits behind the backlog of another. With
    `subjects`, rows that another transaction holds are waited for (the page must show them); without, they are left
    to it.
    """
    effects = {s.name: s for s in subscriptions_of(conn) if isinstance(s, Effect)}
    names = with_due(conn, effects, now=now, subjects=subjects)
    share = max(1, limit // max(1, len(names)))
    return sum(_take(conn, effects[name], now=now, subjects=subjects, limit=share) for name in names)


def has_due(conn: Connection, *, now: datetime) -> bool:
    """Whether any event waits to be heard now."""
    return bool(with_due(conn, [s.name for s in subscriptions_of(conn)], now=now))


def has_due_effects(conn: Connection, *, now: datetime, subjects: Collection[str]) -> bool:
    """Whether `apply_effects` would find any event of `subjects` now."""
    effects = [s.name for s in subscriptions_of(conn) if isinstance(s, Effect)]
    return bool(with_due(conn, effects, now=now, subjects=subjects))


def claim_errands(conn: Connection, *, now: datetime, limit: int) -> list[tuple[int, str, Event]]:
    """Up to `limit` due errands as (row, subscriber, event), leased: nobody else takes them for two minutes."""
    errands = {s.name: s for s in subscriptions_of(conn) if isinstance(s, Errand)}
    due = [row for name in with_due(conn, errands, now=now) for row in due_rows(conn, name, now=now, limit=limit)]
    rows = sorted(due, key=lambda row: (row.due_at, row.id))[:limit]
    if rows:
        conn.execute(
            update(pending_events)
            .where(pending_events.c.id.in_([row.id for row in rows]))
            .values(due_at=now + LEASE, attempts=pending_events.c.attempts + 1)
        )
    return [(row.id, row.subscriber, _event(errands[row.subscriber], row)) for row in rows]


def finish_errand(
    conn: Connection, row_id: int, errand: Errand[Any, Any, Any], event: Event, result: object, *, now: datetime
) -> None:
    """Record what an errand brought back and forget its row; running it twice records once."""
    if forget(conn, row_id):
        errand.record(conn, event, result, now)


def forget(conn: Connection, row_id: int) -> bool:
    """Delete a heard row; False when it was already gone, because a second worker took it after the lease."""
    return conn.execute(delete(pending_events).where(pending_events.c.id == row_id)).rowcount == 1


def put_off(
    conn: Connection, row_id: int, errand: Errand[Any, Any, Any], event: Event, error: Exception, *, now: datetime
) -> None:
    """Keep the error of a failed row and when to try again; after ten attempts it is set aside."""
    attempts = conn.scalar(select(pending_events.c.attempts).where(pending_events.c.id == row_id))
    if attempts is None:
        return
    if isinstance(error, NotNow):
        later = now + timedelta(seconds=min(max(error.seconds, 1), _LONGEST_PAUSE_SECONDS))
        waits = update(pending_events).where(pending_events.c.id == row_id)
        conn.execute(waits.values(due_at=later, attempts=attempts - 1))
    else:
        _put_off(conn, row_id, attempts, error, now)
    happened = error.__cause__ if isinstance(error, NotNow) else error
    if errand.failed is not None and isinstance(happened, Exception):
        errand.failed(conn, event, happened, now)


def failures(conn: Connection, *, limit: int = 100) -> list[Failure]:
    """What was set aside, newest first."""
    rows = conn.execute(
        select(pending_events)
        .where(pending_events.c.set_aside_at.is_not(None))
        .order_by(pending_events.c.set_aside_at.desc(), pending_events.c.id.desc())
        .limit(limit)
    )
    return [
        Failure(row.id, row.subscriber, row.subject, row.error or "", row.attempts, row.set_aside_at) for row in rows
    ]


def retry(conn: Connection, row_id: int, *, now: datetime) -> None:
    """Let a row that was set aside be tried again from now on. Raises Missing when there is none."""
    changed = conn.execute(
        update(pending_events)
        .where(pending_events.c.id == row_id, pending_events.c.set_aside_at.is_not(None))
        .values(set_aside_at=None, attempts=0, due_at=now)
    )
    if changed.rowcount == 0:
        raise Missing(f"No delivery {row_id} is set aside; it may have been retried already.")


def _take(conn: Connection, effect: Effect[Any], *, now: datetime, subjects: Collection[str] | None, limit: int) -> int:
    rows = due_rows(conn, effect.name, now=now, limit=limit, subjects=subjects)
    if rows and (heard := _apply(conn, effect, rows, now)):
        conn.execute(delete(pending_events).where(pending_events.c.id.in_(heard)))
    return len(rows)


def _apply(conn: Connection, effect: Effect[Any], rows: Sequence[Row[Any]], now: datetime) -> list[int]:
    """The ids of the rows that were heard, all behind one savepoint.

    Where one fails, each half is tried behind a savepoint of its own, so that in the end a failing one is put off
    alone.
    """
    try:
        with conn.begin_nested():
            _hear(conn, effect, rows, now)
    except Exception as error:
        if _must_rise(conn, error):
            raise
        if len(rows) > 1:
            half = len(rows) // 2
            return _apply(conn, effect, rows[:half], now) + _apply(conn, effect, rows[half:], now)
        _put_off(conn, rows[0].id, rows[0].attempts + 1, error, now)
        return []
    return [row.id for row in rows]


def _hear(conn: Connection, effect: Effect[Any], rows: Sequence[Row[Any]], now: datetime) -> None:
    events = [_event(effect, row) for row in rows]
    if effect.apply_all is not None:
        effect.apply_all(conn, events, now)
        return
    for event in events:
        effect.apply(conn, event, now)


def _must_rise(conn: Connection, error: Exception) -> bool:
    """Whether the transaction itself is gone, so that nothing more can be done in it."""
    sqlstate = getattr(getattr(error, "orig", None), "sqlstate", None)
    driver: Any = conn.connection.driver_connection
    return sqlstate in {"40001", "40P01"} or (conn.dialect.name == "sqlite" and not driver.in_transaction)


def _put_off(conn: Connection, row_id: int, attempts: int, error: Exception, now: datetime) -> None:
    aside = attempts >= ATTEMPTS_BEFORE_SET_ASIDE
    log.warning("delivery failed", row=row_id, attempts=attempts, set_aside=aside, error=repr(error))
    row = conn.execute(
        update(pending_events)
        .where(pending_events.c.id == row_id)
        .values(
            attempts=attempts,
            error=f"{type(error).__name__}: {error}"[:2000],
            due_at=now + _pause(attempts, error),
            set_aside_at=now if aside else None,
        )
        .returning(pending_events.c.subject, pending_events.c.subscriber)
    ).one()
    if aside:
        publish(conn, DeliverySetAside(row.subject, row.subscriber), now=now)


def _pause(attempts: int, error: Exception) -> timedelta:
    if isinstance(error, RetryLater):
        return timedelta(seconds=min(max(error.seconds, 1), _LONGEST_PAUSE_SECONDS))
    longest = min(2.0**attempts, _LONGEST_PAUSE_SECONDS)
    return timedelta(seconds=random.uniform(longest / 2, longest))  # noqa: S311 (spreads retries, guards nothing)


def _event(subscription: Subscription, row: Row[Any]) -> Event:
    event: Event = msgspec.json.decode(row.payload, type=subscription.event)
    return event
