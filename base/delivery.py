"""Taking pending events to those who hear them: effects in batches, errands by lease, failures set aside."""

import random
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import msgspec
import structlog
from sqlalchemy import Connection, Row, delete, func, select, update

from base.errors import Missing
from base.events import Effect, Errand, Event, Subscription, pending_events, publish, subscriptions_of

log = structlog.get_logger(__name__)

ATTEMPTS_BEFORE_SET_ASIDE = 10
LEASE = timedelta(minutes=2)
_LONGEST_PAUSE_SECONDS = 3600


class RetryLater(Exception):
    """Raised by an errand that knows when to try again, for instance after a 429 with Retry-After."""

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

    Each is applied behind a savepoint of its own, so that a failing one is put off alone. With `subjects`, rows that
    another transaction holds are waited for (the page must show them); without, they are left to it.
    """
    effects = {s.name: s for s in subscriptions_of(conn) if isinstance(s, Effect)}
    query = _due(effects, now).limit(limit).with_for_update(skip_locked=subjects is None)
    if subjects is not None:
        query = query.where(pending_events.c.subject.in_(subjects))
    rows = conn.execute(query).all()
    heard = [row.id for row in rows if _apply(conn, effects[row.subscriber], row, now)]
    if heard:
        conn.execute(delete(pending_events).where(pending_events.c.id.in_(heard)))
    return len(rows)


def has_due(conn: Connection, *, now: datetime) -> bool:
    """Whether any event waits to be heard now."""
    return _first(conn, _due({s.name: s for s in subscriptions_of(conn)}, now))


def has_due_effects(conn: Connection, *, now: datetime, subjects: Collection[str]) -> bool:
    """Whether `apply_effects` would find any event of `subjects` now."""
    effects = {s.name: s for s in subscriptions_of(conn) if isinstance(s, Effect)}
    return _first(conn, _due(effects, now).where(pending_events.c.subject.in_(subjects)))


def claim_errands(conn: Connection, *, now: datetime, limit: int) -> list[tuple[int, str, Event]]:
    """Up to `limit` due errands as (row, subscriber, event), leased: nobody else takes them for two minutes."""
    errands = {s.name: s for s in subscriptions_of(conn) if isinstance(s, Errand)}
    rows = conn.execute(_due(errands, now).limit(limit).with_for_update(skip_locked=True)).all()
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


def put_off(conn: Connection, row_id: int, error: Exception, *, now: datetime) -> None:
    """Keep the error of a failed row and when to try again; after ten attempts it is set aside."""
    attempts = conn.scalar(select(pending_events.c.attempts).where(pending_events.c.id == row_id))
    if attempts is not None:
        _put_off(conn, row_id, attempts, error, now)


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


def waiting(conn: Connection) -> dict[str, int]:
    """How many events wait for each subscriber, those set aside left out."""
    rows = conn.execute(
        select(pending_events.c.subscriber, func.count())
        .where(pending_events.c.set_aside_at.is_(None))
        .group_by(pending_events.c.subscriber)
    )
    return dict(iter(rows))


def retry(conn: Connection, row_id: int, *, now: datetime) -> None:
    """Let a row that was set aside be tried again from now on. Raises Missing when there is none."""
    changed = conn.execute(
        update(pending_events)
        .where(pending_events.c.id == row_id, pending_events.c.set_aside_at.is_not(None))
        .values(set_aside_at=None, attempts=0, due_at=now)
    )
    if changed.rowcount == 0:
        raise Missing(f"No delivery {row_id} is set aside; it may have been retried already.")


def _first(conn: Connection, query: Any) -> bool:
    return conn.execute(query.limit(1)).first() is not None


def _due(named: dict[str, Any], now: datetime) -> Any:
    return (
        select(pending_events)
        .where(
            pending_events.c.set_aside_at.is_(None),
            pending_events.c.due_at <= now,
            pending_events.c.subscriber.in_(named),
        )
        # As the index has them: to sort what waits would take longer the more there is.
        .order_by(pending_events.c.due_at, pending_events.c.id)
    )


def _apply(conn: Connection, effect: Effect[Any], row: Row[Any], now: datetime) -> bool:
    try:
        with conn.begin_nested():
            effect.apply(conn, _event(effect, row), now)
    except Exception as error:
        if _must_rise(conn, error):
            raise
        _put_off(conn, row.id, row.attempts + 1, error, now)
        return False
    return True


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
