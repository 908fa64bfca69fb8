"""Links that sign a person in once, and the sessions that they open. Of each token only the hash is kept."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update

from base import Unauthenticated, new_token, token_hash
from people.registry import Person, person
from people.tables import sessions, sign_in_links

LINK_LIFETIME = timedelta(hours=1)
FIRST_LINK_LIFETIME = timedelta(hours=24)
"""Of the first administrator's link, which is printed at the first start and may be read a day later."""

SESSION_LIFETIME = timedelta(hours=12)
_TOKEN_BYTES = 32


def make_sign_in_link(conn: Connection, person_id: UUID, *, now: datetime, lifetime: timedelta = LINK_LIFETIME) -> str:
    """The token of a new link, good for one use within `lifetime`. Raises Missing for an unknown person."""
    token = new_token(_TOKEN_BYTES)
    conn.execute(
        insert(sign_in_links).values(
            token_hash=token_hash(token), person_id=person(conn, person_id).id, expires_at=now + lifetime
        )
    )
    return token


def use_sign_in_link(conn: Connection, token: str, *, now: datetime) -> Person:
    """The person whom the link signs in; from now on it is spent.

    Raises Unauthenticated, with the same words whether the link is spent, expired or unknown.
    """
    person_id = conn.scalar(
        update(sign_in_links)
        .where(
            sign_in_links.c.token_hash == token_hash(token),
            sign_in_links.c.used_at.is_(None),
            sign_in_links.c.expires_at > now,
        )
        .values(used_at=now)
        .returning(sign_in_links.c.person_id)
    )
    if person_id is None:
        raise Unauthenticated(
            "This sign-in link was used already or has expired; ask for a new one.", rule="sign-in link"
        )
    return person(conn, person_id)


def open_session(conn: Connection, person_id: UUID, *, frame: str | None, now: datetime) -> str:
    """The token of a new session of twelve hours, valid in `frame` only, or outside of frames when it is None.

    Raises Missing for an unknown person.
    """
    token = new_token(_TOKEN_BYTES)
    conn.execute(
        insert(sessions).values(
            token_hash=token_hash(token),
            person_id=person(conn, person_id).id,
            frame=frame,
            opened_at=now,
            expires_at=now + SESSION_LIFETIME,
        )
    )
    return token


def session_of(conn: Connection, token: str, *, frame: str | None, now: datetime) -> Person | None:
    """The person who is signed in by `token` in this frame; None when it is unknown, expired, closed or of another."""
    row = conn.execute(
        select(sessions.c.person_id, sessions.c.frame).where(
            sessions.c.token_hash == token_hash(token), sessions.c.expires_at > now, sessions.c.closed_at.is_(None)
        )
    ).first()
    return person(conn, row.person_id) if row is not None and row.frame == frame else None


def close_session(conn: Connection, token: str, *, now: datetime) -> None:
    """The session is valid no more; of an unknown or closed one nothing changes."""
    conn.execute(
        update(sessions)
        .where(sessions.c.token_hash == token_hash(token), sessions.c.closed_at.is_(None))
        .values(closed_at=now)
    )


def forget_expired(conn: Connection, *, now: datetime, limit: int = 500) -> int:
    """Delete up to `limit` links and as many sessions that have expired; returns how many rows went."""
    gone = 0
    for table in (sign_in_links, sessions):
        expired = select(table.c.token_hash).where(table.c.expires_at <= now).limit(limit)
        gone += conn.execute(delete(table).where(table.c.token_hash.in_(expired))).rowcount
    return gone
