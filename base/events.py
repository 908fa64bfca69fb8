"""What happened, kept until everyone who must hear it has heard it."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import Column, Connection, Index, Integer, Named, Table, TypedColumns, delete

from base.columns import Instant, Serial, metadata
from base.rows import RowInsert

SUBSCRIPTIONS_OPTION = "waymark_subscriptions"
"""The execution option by which a connection carries the table of who hears what (app/main.py)."""


class Event(msgspec.Struct, frozen=True):
    """Something that happened; `subject` names whom it concerns, so that one learner's events can be heard early."""

    subject: str


E = TypeVar("E", bound=Event)
Task = TypeVar("Task")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Effect(Generic[E]):
    """A hearer in the database alone: `apply` runs in the transaction that deletes its row, so exactly once.

    `apply_all` hears several at once, where that is cheaper than each on its own, and comes to the same.
    """

    name: str
    event: type[E]
    wants: Callable[[E], bool]
    apply: Callable[[Connection, E, datetime], None]
    apply_all: Callable[[Connection, Sequence[E], datetime], None] | None = None


@dataclass(frozen=True)
class Errand(Generic[E, Task, Result]):
    """A hearer that goes outside, at least once.

    `prepare` decides what is to be done in a short transaction (None: nothing), `perform` does it outside any
    transaction and may be repeated, `record` keeps the result in the transaction that deletes its row. `failed` hears
    what went wrong instead, in the transaction that puts the row off.
    """

    name: str
    event: type[E]
    wants: Callable[[E], bool]
    prepare: Callable[[Connection, E, datetime], Task | None]
    perform: Callable[[Task], Awaitable[Result]]
    record: Callable[[Connection, E, Result, datetime], None]
    failed: Callable[[Connection, E, Exception, datetime], None] | None = None


Subscription = Effect[Any] | Errand[Any, Any, Any]


class PendingEventColumns(TypedColumns):
    """One row is one event that one subscriber has yet to hear; it is deleted when heard.

    `due_at` is when it may next be taken: a worker that takes an errand moves it to the end of its lease. A row that
    keeps failing is set aside with its error, and blocks nobody.
    """

    id = Column(Serial, primary_key=True)
    subscriber: Named[str]
    subject: Named[str]
    payload: Named[bytes]
    due_at = Column(Instant, nullable=False)
    attempts = Column(Integer, nullable=False, default=0)
    error: Named[str | None]
    set_aside_at = Column(Instant, nullable=True)


_AT_ONCE = 500
pending_events = Table("pending_events", metadata, PendingEventColumns)
_leave = RowInsert(
    pending_events,
    pending_events.c.subscriber,
    pending_events.c.subject,
    pending_events.c.payload,
    pending_events.c.due_at,
    pending_events.c.attempts,
)
_is_waiting = pending_events.c.set_aside_at.is_(None)
_is_set_aside = pending_events.c.set_aside_at.is_not(None)
# Each is asked for one hearer's rows in their order, so that nobody walks through what waits for others.
Index(
    "ix_pending_events_waiting",
    *(pending_events.c[name] for name in ("subscriber", "due_at", "id")),
    sqlite_where=_is_waiting,
    postgresql_where=_is_waiting,
)
Index(
    "ix_pending_events_subject",
    *(pending_events.c[name] for name in ("subject", "subscriber", "due_at", "id")),
    sqlite_where=_is_waiting,
    postgresql_where=_is_waiting,
)
Index(
    "ix_pending_events_set_aside",
    *(pending_events.c[name] for name in ("set_aside_at", "id")),
    sqlite_where=_is_set_aside,
    postgresql_where=_is_set_aside,
)


def subscriptions_of(conn: Connection) -> tuple[Subscription, ...]:
    """The table of who hears what, as the connection carries it."""
    subscriptions: tuple[Subscription, ...] = conn.get_execution_options().get(SUBSCRIPTIONS_OPTION, ())
    return subscriptions


def publish(conn: Connection, event: Event, *, now: datetime) -> None:
    """Leave one row for each subscriber that wants `event`, in the transaction that caused it."""
    publish_all(conn, [event], now=now)


def publish_again(conn: Connection, events: Sequence[Event], *, now: datetime) -> None:
    """As `publish_all`, and what was set aside of these very events is forgotten: these take its place."""
    payloads = [msgspec.json.encode(event) for event in events]
    kinds = {type(event) for event in events}
    names = [each.name for each in subscriptions_of(conn) if each.event in kinds]
    for start in range(0, len(payloads), _AT_ONCE):
        same = pending_events.c.payload.in_(payloads[start : start + _AT_ONCE])
        conn.execute(delete(pending_events).where(_is_set_aside, pending_events.c.subscriber.in_(names), same))
    publish_all(conn, events, now=now)


def publish_all(conn: Connection, events: Iterable[Event], *, now: datetime) -> None:
    """As `publish`, many events at once."""
    subscriptions = subscriptions_of(conn)
    rows: list[tuple[str, str, bytes, datetime, int]] = []
    for event in events:
        wanting = [each for each in subscriptions if each.event is type(event) and each.wants(event)]
        if wanting:
            payload = msgspec.json.encode(event)
            rows += [(each.name, event.subject, payload, now, 0) for each in wanting]
    _leave(conn, rows)
