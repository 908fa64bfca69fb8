"""What time alone changes: validity ends, something opens or closes, a due date passes."""

from datetime import datetime

from sqlalchemy import Connection, select

from paths.folding.progress import judge_again
from paths.tables.paths import next_changes

TICKED_AT_ONCE = 200
"""Enrolments of one transaction, so that a tick never holds the writer for long."""


def has_due_change(conn: Connection, *, now: datetime) -> bool:
    """Whether the time has come for anybody's verdict."""
    return conn.scalar(select(next_changes.c.enrolment_id).where(next_changes.c.at <= now).limit(1)) is not None


def tick(conn: Connection, *, now: datetime, limit: int = TICKED_AT_ONCE) -> int:
    """Judge the enrolments anew whose time has come, the longest due first; how many there were, at most `limit`.

    What is not due is not looked at. The work and what it tells are those of any other judgement, so to tick again, or
    twice at once, changes nothing.
    """
    due = select(next_changes.c.enrolment_id).where(next_changes.c.at <= now)
    ids = set(conn.scalars(due.order_by(next_changes.c.at).limit(limit)))
    judge_again(conn, ids, now=now)
    return len(ids)
