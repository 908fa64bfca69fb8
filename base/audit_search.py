"""Decisions found again: by who took them, what they did, to what and when, in the order of time."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Select, select, tuple_

from base.audit import audit_rows, personal_values

PAGE_ROWS = 50


class Asked(msgspec.Struct, frozen=True):
    """Which decisions, the newest first or `oldest_first`; what is None does not matter.

    `since` belongs to the period and `until` no more.
    """

    by: UUID | None = None
    act: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    oldest_first: bool = False


class Decision(msgspec.Struct, frozen=True):
    """One decision as it is kept; `position` and `leaf` (in hex) once it is sealed."""

    id: UUID
    at: datetime
    by: UUID | None
    act: str
    subject: str
    reason: str
    before: Any
    after: Any
    position: int | None
    leaf: str | None


def decisions(
    conn: Connection,
    asked: Asked,
    *,
    following: tuple[datetime, UUID] | None = None,
    limit: int = PAGE_ROWS,
    as_sealed: bool = False,
) -> list[Decision]:
    """The first decisions of those that were asked for, from the one after `following` (its time and id) on.

    In place of a commitment stands the personal value, while it is kept; `as_sealed` leaves the commitments, so that
    the hash of each can be taken again.
    """
    rows = conn.execute(asked_for(asked, following).limit(limit)).all()
    values = {} if as_sealed else personal_values(conn, [row.id for row in rows])
    return [_decision(row, values) for row in rows]


def asked_for(asked: Asked, following: tuple[datetime, UUID] | None) -> Select[Any]:
    """The rows themselves, by time: with one thing asked for, a range of an index in this very order."""
    found = select(audit_rows).where(*_matching(asked, following))
    by_time = (audit_rows.c.at, audit_rows.c.id)
    return found.order_by(*(by_time if asked.oldest_first else (each.desc() for each in by_time)))


def _matching(asked: Asked, following: tuple[datetime, UUID] | None) -> list[ColumnElement[bool]]:
    row = audit_rows.c
    limits = [
        None if asked.by is None else row.by == asked.by,
        None if asked.act is None else row.act == asked.act,
        None if asked.subject is None else row.subject == asked.subject,
        None if asked.since is None else row.at >= asked.since,
        None if asked.until is None else row.at < asked.until,
        None if following is None else _behind(following, oldest_first=asked.oldest_first),
    ]
    return [limit for limit in limits if limit is not None]


def _behind(following: tuple[datetime, UUID], *, oldest_first: bool) -> ColumnElement[bool]:
    place = tuple_(audit_rows.c.at, audit_rows.c.id)
    return place > following if oldest_first else place < following


def _decision(row: Row[Any], values: dict[str, Any]) -> Decision:
    return Decision(
        id=row.id,
        at=row.at,
        by=row.by,
        act=row.act,
        subject=row.subject,
        reason=row.reason,
        before=_opened(row.before, values),
        after=_opened(row.after, values),
        position=row.position,
        leaf=None if row.leaf is None else row.leaf.hex(),
    )


def _opened(kept: bytes | None, values: dict[str, Any]) -> Any:
    return None if kept is None else _with_values(msgspec.json.decode(kept), values)


def _with_values(value: Any, values: dict[str, Any]) -> Any:
    if isinstance(value, dict):
        commitment = value.get("commitment")
        if len(value) == 1 and commitment in values:
            return values[commitment]
        return {key: _with_values(each, values) for key, each in value.items()}
    return [_with_values(each, values) for each in value] if isinstance(value, list) else value
