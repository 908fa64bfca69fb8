"""What one request does in a session: decided purely, statement by statement, and then recorded at once."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from sqlalchemy import Connection, insert, update

from base import Conflict
from content import Question
from lrs import Statement, record_statements
from modules import statements
from modules.kinds import VerbIri
from modules.marking import Answer, Score
from modules.session_rules import refusal
from modules.session_state import is_defined
from modules.sessions import Session, state_of
from modules.tables import module_sessions, session_acts


class Turn(msgspec.Struct, frozen=True):
    """`statements` are to be recorded; `session` is as it will be then."""

    session: Session
    statements: tuple[Statement, ...] = ()


def begun(turn: Turn, *, now: datetime) -> Turn:
    """With the unit initialized, if it was not yet."""
    if VerbIri.INITIALIZED in turn.session.verbs:
        return turn
    return _act(turn, statements.initialized(turn.session, now=now), now=now)


def answered(turn: Turn, question: Question, answer: Answer, *, now: datetime) -> Turn:
    """With `question` answered. Raises Conflict in a session that has ended."""
    return _act(turn, statements.answered(turn.session, question, answer, now=now), now=now)


def finished(turn: Turn, answers: Mapping[str, Answer], *, now: datetime) -> Turn:
    """With all that finishing earns: nothing twice in a registration (cmi5 9.3), hence nothing in a review."""
    session = turn.session
    if session.source.quiz is not None and VerbIri.PASSED not in session.registration_verbs:
        score = Score(sum(each.correct for each in answers.values()), len(session.source.quiz.questions))
        turn = _act(turn, statements.judged(session, score, now=now), now=now)
    if VerbIri.COMPLETED not in session.registration_verbs:
        turn = _act(turn, statements.completed(session, now=now), now=now)
    return left(turn, now=now)


def left(turn: Turn, *, now: datetime) -> Turn:
    """With the session terminated."""
    return _act(turn, statements.terminated(turn.session, now=now), now=now)


def launched(session: Session, *, now: datetime) -> Turn:
    """The platform's first word in a new session (9.3.1)."""
    return _noted(Turn(session), statements.launched(session, now=now), now=now)


def abandoned(session: Session, *, now: datetime) -> Turn:
    """The platform's last word in a session that never ended by itself (9.3.6)."""
    return _noted(Turn(session), statements.abandoned(session, now=now), now=now)


def record(conn: Connection, turn: Turn, *, now: datetime) -> None:
    """Record what the turn adds, in its order and with one event for all of it."""
    if not turn.statements:
        return
    record_statements(conn, turn.statements, now=now)
    acts = [
        {
            "session_id": turn.session.id,
            "verb": VerbIri(statement.verb.id).word,
            "registration": turn.session.registration,
            "statement_id": statement.id,
            "at": now,
        }
        for statement in turn.statements
        if is_defined(statement)
    ]
    if acts:
        conn.execute(insert(session_acts), acts)
    ended = turn.session.verbs.keys() & {VerbIri.TERMINATED, VerbIri.ABANDONED}
    conn.execute(
        update(module_sessions)
        .where(module_sessions.c.id == turn.session.id)
        .values(last_act_at=turn.session.last_act_at, ended_at=now if ended else None)
    )


def _act(turn: Turn, statement: Statement, *, now: datetime) -> Turn:
    """With a statement of the unit. Raises Conflict naming the requirement of cmi5 that it would break."""
    if (broken := refusal(state_of(turn.session), statement)) is not None:
        raise Conflict(broken.message, rule=f"cmi5 {broken.requirement}")
    return _noted(Turn(msgspec.structs.replace(turn.session, last_act_at=now), turn.statements), statement, now=now)


def _noted(turn: Turn, statement: Statement, *, now: datetime) -> Turn:
    """With a statement that no rule of the unit's is asked about."""
    session = turn.session
    if is_defined(statement):
        verb = VerbIri(statement.verb.id)
        session = msgspec.structs.replace(
            session, verbs={**session.verbs, verb: now}, registration_verbs=session.registration_verbs | {verb}
        )
    return Turn(session, (*turn.statements, statement))
