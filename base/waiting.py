"""What waits to be heard, asked for one subscriber at a time: no answer takes longer the more there is."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Integer,
    Row,
    ScalarSelect,
    and_,
    bindparam,
    exists,
    func,
    literal,
    select,
    union_all,
)

from base.columns import Instant
from base.events import pending_events, subscriptions_of

MOST_COUNTED = 10_000

# Made once: SQLAlchemy takes longer to build these than the databases take to run them.
_waits = pending_events.c.set_aside_at.is_(None)
_now = bindparam("now", type_=Instant)
_is_due = and_(_waits, pending_events.c.due_at <= _now)
_concerns = pending_events.c.subject.in_(bindparam("subjects", expanding=True))
_DUE = (
    select(pending_events)
    .where(_is_due, pending_events.c.subscriber == bindparam("subscriber"))
    # As the index has them: to sort what waits would take longer the more there is.
    .order_by(pending_events.c.due_at, pending_events.c.id)
    .limit(bindparam("limit", type_=Integer))
)
_DUE_AND_FREE = _DUE.with_for_update(skip_locked=True)
_DUE_OF_SUBJECTS = _DUE.where(_concerns).with_for_update()


def due_rows(
    conn: Connection, subscriber: str, *, now: datetime, limit: int, subjects: Collection[str] | None = None
) -> Sequence[Row[Any]]:
    """The first rows that the subscriber should hear, locked for this transaction.

    Rows that another transaction holds are left to it, or waited for where `subjects` are given.
    """
    asked: dict[str, Any] = {"subscriber": subscriber, "now": now, "limit": limit}
    if subjects is None:
        return conn.execute(_DUE_AND_FREE, asked).all()
    return conn.execute(_DUE_OF_SUBJECTS, asked | {"subjects": list(subjects)}).all()


def with_due(
    conn: Connection, subscribers: Iterable[str], *, now: datetime, subjects: Collection[str] | None = None
) -> list[str]:
    """Those of the subscribers for whom something is due: a look at the first row of each."""
    if not (names := tuple(subscribers)):
        return []
    if subjects is None:
        return list(conn.scalars(_first_rows(names), {"now": now}))
    return list(conn.scalars(_first_rows_of_subjects(names), {"now": now, "subjects": list(subjects)}))


def waiting(conn: Connection) -> dict[str, int]:
    """How many events wait for each subscriber, those set aside left out; MOST_COUNTED stands for more, too."""
    names = tuple(s.name for s in subscriptions_of(conn))
    return {name: number for name, number in conn.execute(_counts(names)) if number} if names else {}


@cache
def _first_rows(names: tuple[str, ...]) -> CompoundSelect[str]:
    return union_all(*(select(literal(name)).where(_first_due_at(name) <= _now) for name in names))


@cache
def _first_rows_of_subjects(names: tuple[str, ...]) -> CompoundSelect[str]:
    return union_all(
        *(select(literal(name)).where(exists().where(_is_due, _is_for(name), _concerns)) for name in names)
    )


@cache
def _counts(names: tuple[str, ...]) -> CompoundSelect[str, int]:
    return union_all(*(select(literal(name), _number(name)) for name in names))


def _first_due_at(name: str) -> ScalarSelect[datetime]:
    """Not EXISTS: for that PostgreSQL reads the table from its start, past all that waits for others."""
    due_at = pending_events.c.due_at
    return select(due_at).where(_waits, _is_for(name)).order_by(due_at).limit(1).scalar_subquery()


def _number(name: str) -> ScalarSelect[int]:
    rows = select(pending_events.c.id).where(_waits, _is_for(name)).limit(MOST_COUNTED)
    return select(func.count()).select_from(rows.subquery()).scalar_subquery()


def _is_for(name: str) -> ColumnElement[bool]:
    return pending_events.c.subscriber == name
