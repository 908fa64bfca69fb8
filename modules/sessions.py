"""One launch of a module as it stands: what the session rules, the statements and the player's pages need of it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import Connection, select

from base import Forbidden, Missing, lock, token_hash
from content import ModuleSource
from lrs import Account, Agent, agent_key
from modules.cmi5 import LaunchMode
from modules.kinds import VerbIri
from modules.publishing import source_of
from modules.session_state import SessionState
from modules.tables import attempts, module_sessions, session_acts
from people import Person, person

_OPEN_AGAIN = "Open the module again from your path."


class Session(msgspec.Struct, frozen=True):
    """A cmi5 session: who opened which version, how, and what was recorded in it and in its registration.

    `verbs` are the cmi5 defined statements of this session and when they were made.
    """

    id: UUID
    registration: UUID
    person: Person
    source: ModuleSource
    launch_mode: LaunchMode
    language: str
    return_url: str
    launched_at: datetime
    expires_at: datetime
    last_act_at: datetime | None
    verbs: Mapping[VerbIri, datetime]
    registration_verbs: frozenset[VerbIri]

    @property
    def learner(self) -> Agent:
        """The learner as Waymark's own statements name them."""
        return opaque_agent(self.person)

    @property
    def publisher_id(self) -> str:
        """The unit's id as its publisher gave it, apart from the activity IRI (cmi5 8.1.5, 9.6.2.3)."""
        return self.source.id.urn

    @property
    def mastery(self) -> float | None:
        """The score from which the quiz is passed; None without a quiz."""
        return None if self.source.quiz is None else self.source.mastery

    @property
    def text_language(self) -> str:
        """The language of the text: the learner's own where there is a translation, else the source language."""
        return self.language if self.language in self.source.texts else self.source.source_language

    @property
    def terminated(self) -> bool:
        return VerbIri.TERMINATED in self.verbs


def opaque_agent(known: Person) -> Agent:
    """How Waymark's own statements name a person: by the opaque account and nothing else."""
    return Agent(account=Account(home_page=known.opaque.home_page, name=known.opaque.name))


def session_of_token(conn: Connection, token: str, *, now: datetime) -> Session:
    """The session whose address holds `token`. Raises Missing when unknown, Forbidden when expired or abandoned."""
    row = conn.execute(select(module_sessions.c.id).where(module_sessions.c.token_hash == token_hash(token))).first()
    if row is None:
        raise Missing(f"This address is not known here. {_OPEN_AGAIN}", rule="session token")
    session = read_session(conn, row.id)
    if session.expires_at <= now:
        raise Forbidden(f"This page was opened too long ago. {_OPEN_AGAIN}", rule="session token")
    if VerbIri.ABANDONED in session.verbs:
        raise Forbidden(f"This module was opened again in another page since. {_OPEN_AGAIN}", rule="cmi5 9.3.6")
    return session


def acting_session(conn: Connection, token: str, *, now: datetime) -> Session:
    """As `session_of_token`, with nobody else acting under the same registration until the transaction ends."""
    by_token = select(module_sessions.c.registration).where(module_sessions.c.token_hash == token_hash(token))
    if (registration := conn.scalar(by_token)) is not None:
        lock_registration(conn, registration)
    return session_of_token(conn, token, now=now)


def lock_registration(conn: Connection, registration: UUID) -> None:
    """One after the other, so that the rules judge by what is recorded and not by what is just being recorded."""
    lock(conn, f"registration {registration}")


def read_session(conn: Connection, session_id: UUID) -> Session:
    """The session with this id, which exists."""
    row = conn.execute(
        select(module_sessions, attempts.c.person_id, attempts.c.version)
        .join(attempts, attempts.c.registration == module_sessions.c.registration)
        .where(module_sessions.c.id == session_id)
    ).one()
    acts = conn.execute(select(session_acts).where(session_acts.c.registration == row.registration)).all()
    return Session(
        id=row.id,
        registration=row.registration,
        person=person(conn, row.person_id),
        source=source_of(conn, row.version),
        launch_mode=LaunchMode(row.launch_mode),
        language=row.language,
        return_url=row.return_url,
        launched_at=row.launched_at,
        expires_at=row.expires_at,
        last_act_at=row.last_act_at,
        verbs={VerbIri[act.verb.upper()]: act.at for act in acts if act.session_id == session_id},
        registration_verbs=frozenset(VerbIri[act.verb.upper()] for act in acts),
    )


def state_of(session: Session) -> SessionState:
    """The session as the rules see it."""
    actor = agent_key(session.learner)
    assert actor is not None  # an account is an identifier
    return SessionState(
        actor=actor,
        activity=session.source.activity,
        publisher_id=session.publisher_id,
        registration=session.registration,
        session_id=str(session.id),
        launch_mode=session.launch_mode,
        mastery=session.mastery,
        session_verbs=frozenset(session.verbs),
        registration_verbs=session.registration_verbs,
    )
