"""Where modules, their versions, and what learners do in them are kept."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Named,
    String,
    Table,
    TypedColumns,
    UniqueConstraint,
    Uuid,
)

from base import Instant, metadata


class ModuleColumns(TypedColumns):
    """One row is one module, for ever: its id and its activity IRI never change; `version` is what opens now.

    The constraints keep that a slug and an activity name one module only.
    """

    id = Column(Uuid, primary_key=True)
    slug = Column(String, nullable=False, unique=True)
    activity = Column(String, nullable=False, unique=True)
    status: Named[str]
    version = Column(String(64), nullable=False)


modules = Table("modules", metadata, ModuleColumns)


class ModuleVersionColumns(TypedColumns):
    """One row is one published state of a module, known by the SHA-256 of its canonical JSON; it is never changed.

    The constraints keep that a state is stored once and that versions of a module count 1, 2, 3.
    """

    hash = Column(String(64), primary_key=True)
    module_id = Column(Uuid, ForeignKey("modules.id"), nullable=False)
    number = Column(Integer, nullable=False)
    source: Named[bytes]
    published_at = Column(Instant, nullable=False)


module_versions = Table("module_versions", metadata, ModuleVersionColumns, UniqueConstraint("module_id", "number"))


class AttemptColumns(TypedColumns):
    """One row is one person's try at a module: a cmi5 registration (9.6.1), pinned to the version it began with.

    The constraint keeps one registration for a person, module and try.
    """

    registration = Column(Uuid, primary_key=True)
    person_id = Column(Uuid, ForeignKey("persons.id"), nullable=False)
    module_id = Column(Uuid, ForeignKey("modules.id"), nullable=False)
    try_number = Column(Integer, nullable=False)
    version = Column(String(64), ForeignKey("module_versions.hash"), nullable=False)
    opened_at = Column(Instant, nullable=False)


attempts = Table("attempts", metadata, AttemptColumns, UniqueConstraint("person_id", "module_id", "try_number"))


class ModuleSessionColumns(TypedColumns):
    """One row is one launch of a module, a cmi5 session (9.6.3.1), found by the hash of the token in its address.

    The index keeps one open session for a registration (cmi5 9.3.6): another launch abandons the first.
    """

    id = Column(Uuid, primary_key=True)
    registration = Column(Uuid, ForeignKey("attempts.registration"), nullable=False, index=True)
    token_hash = Column(String(64), nullable=False, unique=True)
    launch_mode: Named[str]
    language: Named[str]
    return_url: Named[str]
    launched_at = Column(Instant, nullable=False)
    expires_at = Column(Instant, nullable=False)
    last_act_at = Column(Instant, nullable=True)
    ended_at = Column(Instant, nullable=True)


module_sessions = Table("module_sessions", metadata, ModuleSessionColumns)
Index(
    "one_open_session",
    module_sessions.c.registration,
    unique=True,
    sqlite_where=module_sessions.c.ended_at.is_(None),
    postgresql_where=module_sessions.c.ended_at.is_(None),
)


class SessionActColumns(TypedColumns):
    """One row is one cmi5 defined statement of a session: what the session rules decide by.

    The key keeps a verb once in a session; the index keeps `completed` and `passed` once in a registration (9.3).
    """

    session_id = Column(Uuid, ForeignKey("module_sessions.id"), primary_key=True)
    verb = Column(String, primary_key=True)
    registration = Column(Uuid, ForeignKey("attempts.registration"), nullable=False)
    statement_id = Column(Uuid, nullable=False)
    at = Column(Instant, nullable=False)


session_acts = Table("session_acts", metadata, SessionActColumns)
_once = session_acts.c.verb.in_(["completed", "passed"])
Index(
    "once_in_a_registration",
    session_acts.c.registration,
    session_acts.c.verb,
    unique=True,
    sqlite_where=_once,
    postgresql_where=_once,
)


class AnswerColumns(TypedColumns):
    """One row is one learner's answer to one question in one session, as it was judged.

    The key keeps one answer a question; another try is another session.
    """

    session_id = Column(Uuid, ForeignKey("module_sessions.id"), primary_key=True)
    question_id = Column(String, primary_key=True)
    response: Named[str]
    correct = Column(Boolean, nullable=False)
    at = Column(Instant, nullable=False)


answers = Table("answers", metadata, AnswerColumns)
