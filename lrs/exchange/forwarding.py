"""Which other record stores get statements from here: added, paused, tried again and removed, and how each goes."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from msgspec import Struct, json
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from base import KeyRing, Missing, new_uuid, record_decision
from lrs.browsing.selection import EVERYTHING, Selection, last_seq
from lrs.exchange.other_stores import NewStore, sealed_secret
from lrs.tables.exchange import forwarding_refusals, forwardings

BATCH: Final = 200
"""Statements in one request at most."""


class Forwarding(Struct, frozen=True):
    """A store that gets statements from here, and how it goes.

    `behind` is how many statements of the log are still to be looked through, `refused` how many the store refuses.
    """

    id: UUID
    name: str
    endpoint: str
    version: str
    selection: Selection
    created_at: datetime
    paused_at: datetime | None
    behind: int
    accepted: int
    refused: int
    last_success_at: datetime | None
    attempts: int
    error: str | None
    due_at: datetime


class ForwardingRefusal(Struct, frozen=True):
    """A statement that a store refuses, and its answer; `again`: it will be sent once more."""

    statement_id: UUID
    status: int
    error: str
    refused_at: datetime
    again: bool


def add_forwarding(
    conn: Connection,
    ring: KeyRing,
    store: NewStore,
    *,
    selection: Selection = EVERYTHING,
    from_now: bool = False,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> UUID:
    """Send what is selected to `store` from now on, and unless `from_now` what is stored already. Raises Invalid."""
    checked, forwarding_id = store.checked(), new_uuid()
    conn.execute(
        insert(forwardings).values(
            id=forwarding_id,
            name=checked.name,
            endpoint=checked.endpoint,
            version=checked.version,
            secret=sealed_secret(ring, forwarding_id, checked),
            selection=json.encode(selection),
            created_at=now,
            position=last_seq(conn) if from_now else 0,
            batch=BATCH,
            accepted=0,
            attempts=0,
            due_at=now,
        )
    )
    after = {"name": checked.name, "endpoint": checked.endpoint, "selection": selection, "from_now": from_now}
    _decide(conn, "forwarding.add", forwarding_id, by=by, reason=reason, now=now, after=after)
    return forwarding_id


def list_forwardings(conn: Connection) -> list[Forwarding]:
    """Every forwarding, by name."""
    end = last_seq(conn)
    counted = select(forwarding_refusals.c.forwarding, func.count()).group_by(forwarding_refusals.c.forwarding)
    refused: dict[UUID, int] = dict(iter(conn.execute(counted)))
    rows = conn.execute(select(forwardings).order_by(forwardings.c.name, forwardings.c.created_at))
    return [_forwarding(row, end, refused.get(row.id, 0)) for row in rows]


def forwarding_refusals_of(conn: Connection, forwarding_id: UUID, *, limit: int = 100) -> list[ForwardingRefusal]:
    """What the store refuses, the newest first."""
    table = forwarding_refusals.c
    rows = conn.execute(
        select(table.statement_id, table.status, table.error, table.refused_at, table.again)
        .where(table.forwarding == forwarding_id)
        .order_by(table.refused_at.desc(), table.seq.desc())
        .limit(limit)
    )
    return [ForwardingRefusal(*row) for row in rows]


def pause_forwarding(conn: Connection, forwarding_id: UUID, *, by: UUID | None, reason: str, now: datetime) -> None:
    """Send nothing there until it is resumed; a batch under way may still arrive. Raises Missing."""
    _change(conn, forwarding_id, paused_at=now)
    _decide(conn, "forwarding.pause", forwarding_id, by=by, reason=reason, now=now)


def resume_forwarding(conn: Connection, forwarding_id: UUID, *, by: UUID | None, reason: str, now: datetime) -> None:
    """Go on where it was paused, at once. Raises Missing."""
    _change(conn, forwarding_id, paused_at=None, due_at=now, attempts=0)
    _decide(conn, "forwarding.resume", forwarding_id, by=by, reason=reason, now=now)


def retry_forwarding(conn: Connection, forwarding_id: UUID, *, by: UUID | None, reason: str, now: datetime) -> None:
    """Try again at once, also what the store has refused. Raises Missing."""
    _change(conn, forwarding_id, due_at=now, attempts=0)
    refusals = update(forwarding_refusals).where(forwarding_refusals.c.forwarding == forwarding_id)
    conn.execute(refusals.values(again=True))
    _decide(conn, "forwarding.retry", forwarding_id, by=by, reason=reason, now=now)


def remove_forwarding(conn: Connection, forwarding_id: UUID, *, by: UUID | None, reason: str, now: datetime) -> None:
    """Forget the store, its secret and what it refused; what it got stays there. Raises Missing."""
    conn.execute(delete(forwarding_refusals).where(forwarding_refusals.c.forwarding == forwarding_id))
    gone = conn.execute(
        delete(forwardings)
        .where(forwardings.c.id == forwarding_id)
        .returning(forwardings.c.name, forwardings.c.endpoint, forwardings.c.position)
    ).first()
    if gone is None:
        raise _missing(forwarding_id)
    _decide(
        conn,
        "forwarding.remove",
        forwarding_id,
        by=by,
        reason=reason,
        now=now,
        before={"name": gone.name, "endpoint": gone.endpoint, "position": gone.position},
    )


def _change(conn: Connection, forwarding_id: UUID, **values: object) -> None:
    change = update(forwardings).where(forwardings.c.id == forwarding_id)
    if conn.execute(change.values(**values)).rowcount == 0:
        raise _missing(forwarding_id)


def _missing(forwarding_id: UUID) -> Missing:
    return Missing(f"There is no forwarding {forwarding_id}; `waymark forward list` shows those that there are.")


def _decide(conn: Connection, act: str, forwarding_id: UUID, **decision: Any) -> None:
    record_decision(conn, act=act, subject=f"forwarding {forwarding_id}", **decision)


def _forwarding(row: Row[Any], end: int, refused: int) -> Forwarding:
    return Forwarding(
        id=row.id,
        name=row.name,
        endpoint=row.endpoint,
        version=row.version,
        selection=json.decode(row.selection, type=Selection),
        created_at=row.created_at,
        paused_at=row.paused_at,
        behind=max(end - row.position, 0),
        accepted=row.accepted,
        refused=refused,
        last_success_at=row.last_success_at,
        attempts=row.attempts,
        error=row.error,
        due_at=row.due_at,
    )
