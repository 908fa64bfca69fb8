"""Opening a module: a session at a secret address."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, insert, select

from base import lock, new_token, new_uuid, token_hash
from modules.attempts import attempt_to_open, attempts_key
from modules.cmi5 import LaunchMode
from modules.kinds import VerbIri
from modules.publishing import module, source_of
from modules.sessions import lock_registration, read_session
from modules.tables import attempts, module_sessions, session_acts
from modules.turns import abandoned, launched, record
from people import Person

SESSION_LIFETIME = timedelta(hours=6)
"""How long an address opens: longer than any module takes, shorter than until somebody else has the phone."""


def open_module(
    conn: Connection,
    person: Person,
    module_id: UUID,
    *,
    language: str,
    return_url: str,
    anew_from: datetime | None = None,
    now: datetime,
) -> str:
    """The token of a new session's address; a session still open under the same registration is abandoned.

    The attempt goes on with the version it began with; another is begun where that was before `anew_from`
    (attempts.py). Once there is nothing more to earn under it, the session is for review: it can be read and
    practised, and is not judged. Raises Missing for an unknown module, Forbidden for one that nobody can begin (a
    draft, or retired).
    """
    lock(conn, attempts_key(person.id))
    registration = attempt_to_open(conn, person.id, module(conn, module_id), anew_from=anew_from, now=now)
    lock_registration(conn, registration)
    return launch(conn, registration, language=language, return_url=return_url, now=now)


def launch(conn: Connection, registration: UUID, *, language: str, return_url: str, now: datetime) -> str:
    """The token of a new session under `registration`, which the caller holds locked."""
    _abandon_open_session(conn, registration, now=now)
    token, session_id = new_token(), new_uuid()
    conn.execute(
        insert(module_sessions).values(
            id=session_id,
            registration=registration,
            token_hash=token_hash(token),
            launch_mode=_launch_mode(conn, registration).value,
            language=language,
            return_url=return_url,
            launched_at=now,
            expires_at=now + SESSION_LIFETIME,
        )
    )
    record(conn, launched(read_session(conn, session_id), now=now), now=now)
    return token


def _launch_mode(conn: Connection, registration: UUID) -> LaunchMode:
    """Review when the registration holds all that it can: completed, and passed where there is a quiz."""
    recorded = set(conn.scalars(select(session_acts.c.verb).where(session_acts.c.registration == registration)))
    version = conn.execute(select(attempts.c.version).where(attempts.c.registration == registration)).scalar_one()
    quiz = source_of(conn, version).quiz
    everything = {VerbIri.COMPLETED.word} | (set() if quiz is None else {VerbIri.PASSED.word})
    return LaunchMode.REVIEW if everything <= recorded else LaunchMode.NORMAL


def _abandon_open_session(conn: Connection, registration: UUID, *, now: datetime) -> None:
    """cmi5 9.3.6: a session that is still active is abandoned before the next one is launched."""
    open_session = select(module_sessions.c.id).where(
        module_sessions.c.registration == registration, module_sessions.c.ended_at.is_(None)
    )
    if (session_id := conn.scalar(open_session)) is not None:
        record(conn, abandoned(read_session(conn, session_id), now=now), now=now)
