"""Signed-in browsers: opened, found again by their token, listed, ended. Of each token only the hash is kept."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, literal, select, update

from base import Instant, Missing, new_token, token_hash
from people.holding import held_by, holder_of
from people.registry import Person, person
from people.tables import sessions

SESSION_LIFETIME = timedelta(hours=12)
IDLE_LIFETIME = timedelta(hours=4)
"""How long a session lasts that nobody uses; longer than any module, since a module's own pages do not count."""

SEEN_EVERY = timedelta(minutes=5)
_TOKEN_BYTES = 32


class Session(msgspec.Struct, frozen=True):
    """One signed-in browser, or one frame of it; `device` is what the browser called itself."""

    id: str
    person_id: UUID
    frame: str | None
    device: str | None
    opened_at: datetime
    seen_at: datetime


def open_session(
    conn: Connection, person_id: UUID, *, frame: str | None, device: str | None = None, now: datetime
) -> str:
    """The token of a new session, valid in `frame` only, or outside of frames when it is None.

    It ends after twelve hours, or after four in which nobody used it. Raises Missing for an unknown person.
    """
    token = new_token(_TOKEN_BYTES)
    conn.execute(
        insert(sessions).values(
            token_hash=token_hash(token),
            person_id=person(conn, person_id).id,
            frame=frame,
            device=device,
            opened_at=now,
            last_seen_at=now,
            expires_at=now + SESSION_LIFETIME,
        )
    )
    return token


def find_session(conn: Connection, token: str, *, frame: str | None, now: datetime) -> Session | None:
    """The session with this token in this frame; None when it is unknown, ended, closed or of another frame."""
    row = conn.execute(select(sessions).where(sessions.c.token_hash == token_hash(token), *_alive(now))).first()
    return _session(row) if row is not None and row.frame == frame else None


def session_of(conn: Connection, token: str, *, frame: str | None, now: datetime) -> Person | None:
    """Who is signed in by `token` in this frame, or their holder; None where `find_session` finds none."""
    found = find_session(conn, token, frame=frame, now=now)
    return None if found is None else person(conn, holder_of(conn, found.person_id))


def note_seen(conn: Connection, session_id: str, *, now: datetime) -> None:
    """The session was used just now; worth a write only where `Session.seen_at` is older than SEEN_EVERY."""
    unnoted = sessions.c.token_hash == session_id, _seen_at <= now - SEEN_EVERY
    conn.execute(update(sessions).where(*unnoted).values(last_seen_at=now))


def sessions_of(conn: Connection, person_id: UUID, *, now: datetime) -> list[Session]:
    """The person's sessions that are open now, also of those joined to them, the one used last first."""
    rows = conn.execute(select(sessions).where(_is_of(conn, person_id), *_alive(now)).order_by(_seen_at.desc()))
    return [_session(row) for row in rows]


def close_session(conn: Connection, token: str, *, now: datetime) -> None:
    """The session is valid no more; of an unknown or closed one nothing changes."""
    conn.execute(
        update(sessions)
        .where(sessions.c.token_hash == token_hash(token), sessions.c.closed_at.is_(None))
        .values(closed_at=now)
    )


def end_session(conn: Connection, person_id: UUID, session_id: str, *, now: datetime) -> None:
    """The person's session is valid no more; doing it again changes nothing. Raises Missing for one of others."""
    own = sessions.c.token_hash == session_id, _is_of(conn, person_id)
    ended = update(sessions).where(*own).values(closed_at=func.coalesce(sessions.c.closed_at, literal(now, Instant)))
    if conn.execute(ended).rowcount == 0:
        raise Missing("You have no such session; it may have ended long ago.")


def end_other_sessions(conn: Connection, person_id: UUID, *, but: str, now: datetime) -> int:
    """All open sessions of the person and those joined to them but one are valid no more; returns how many."""
    others = _is_of(conn, person_id), sessions.c.token_hash != but, *_alive(now)
    return conn.execute(update(sessions).where(*others).values(closed_at=now)).rowcount


def forget_ended_sessions(conn: Connection, *, now: datetime, limit: int) -> int:
    """Delete up to `limit` sessions that have ended; returns how many went."""
    ended = select(sessions.c.token_hash).where(sessions.c.expires_at <= now).limit(limit)
    return conn.execute(delete(sessions).where(sessions.c.token_hash.in_(ended))).rowcount


# Sessions opened before this was noted were last seen when they were opened, for all we know.
_seen_at = func.coalesce(sessions.c.last_seen_at, sessions.c.opened_at, type_=sessions.c.opened_at.type)


def _alive(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return sessions.c.closed_at.is_(None), sessions.c.expires_at > now, _seen_at > now - IDLE_LIFETIME


def _is_of(conn: Connection, person_id: UUID) -> ColumnElement[bool]:
    """Sessions opened before two were joined stay recorded of whom they were opened for; the holder is signed in."""
    return sessions.c.person_id.in_(held_by(conn, person_id))


def _session(row: Row[Any]) -> Session:
    seen_at = row.last_seen_at or row.opened_at
    return Session(row.token_hash, row.person_id, row.frame, row.device, row.opened_at, seen_at)
