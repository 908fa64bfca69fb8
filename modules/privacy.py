"""What is kept of somebody's attempts at modules, and what of it is forgotten when they are erased."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select, update

from modules.tables import answers, attempts, module_sessions
from people import held_by


def known_to_modules(conn: Connection, person_id: UUID) -> dict[str, Any]:
    """The attempts of the person and of those joined to them, with the sessions and answers in each."""
    theirs = select(attempts).where(attempts.c.person_id.in_(held_by(conn, person_id))).order_by(attempts.c.opened_at)
    tries = [dict(row) for row in conn.execute(theirs).mappings()]
    registrations = [each["registration"] for each in tries]
    told = [each for each in module_sessions.c if each.name != "token_hash"]
    sessions = select(*told).where(module_sessions.c.registration.in_(registrations))
    given = select(answers).join(module_sessions, module_sessions.c.id == answers.c.session_id)
    of_theirs = given.where(module_sessions.c.registration.in_(registrations)).order_by(answers.c.at)
    return {
        "attempts": tries,
        "module_sessions": [dict(row) for row in conn.execute(sessions).mappings()],
        "answers": [dict(row) for row in conn.execute(of_theirs).mappings()],
    }


def erase_from_modules(conn: Connection, person_id: UUID, *, now: datetime) -> dict[str, int]:
    """The addresses by which an LMS knew their visits are gone, and open sessions end; attempts and answers stay.

    Those tell what somebody did, and no longer who it was.
    """
    theirs = select(attempts.c.registration).where(attempts.c.person_id.in_(held_by(conn, person_id)))
    of_theirs = module_sessions.c.registration.in_(theirs)
    alive = module_sessions.c.expires_at > now
    conn.execute(update(module_sessions).where(of_theirs, alive).values(expires_at=now))
    kept = update(module_sessions).where(of_theirs, module_sessions.c.return_url != _NOWHERE)
    return {"return_addresses": conn.execute(kept.values(return_url=_NOWHERE)).rowcount}


def forget_return_addresses(conn: Connection, *, before: datetime, limit: int) -> int:
    """Forget where up to `limit` sessions that were over before `before` led back to; how many those were."""
    over = select(module_sessions.c.id).where(
        module_sessions.c.expires_at < before, module_sessions.c.return_url != _NOWHERE
    )
    return _forget(conn, conn.scalars(over.limit(limit)).all())


def _forget(conn: Connection, session_ids: Collection[UUID]) -> int:
    gone = update(module_sessions).where(module_sessions.c.id.in_(session_ids)).values(return_url=_NOWHERE)
    return conn.execute(gone).rowcount


_NOWHERE = "/"
