"""What a learner does in an opened module: read, answer, hand in, try again, leave."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from sqlalchemy import Connection, insert, select

from base import Conflict, Missing
from content import Question
from modules import statements
from modules.cmi5 import LaunchMode
from modules.forms import Fault, Fields, response_of
from modules.kinds import VerbIri
from modules.launching import launch
from modules.marking import Score, judge
from modules.player_page import Answer, PlayerPage, page_of
from modules.sessions import Session, acting_session, record_of_unit, session_of_token
from modules.tables import answers


class Judgement(msgspec.Struct, frozen=True):
    """What became of an answer: the response in xAPI's format, and whether it is right."""

    response: str
    correct: bool


def player_page(conn: Connection, token: str, *, now: datetime) -> PlayerPage:
    """What the learner sees at this address now: the text, the quiz without its answers, or how it went.

    Raises Missing for an unknown token, Forbidden for one that has expired or whose module was opened again since.
    """
    session = session_of_token(conn, token, now=now)
    return page_of(session, _answers(conn, session))


def begin(conn: Connection, token: str, *, now: datetime) -> None:
    """The learner has the module before them; from the second time on it changes nothing. Raises as `player_page`."""
    session = acting_session(conn, token, now=now)
    if not session.terminated:
        _begun(conn, session, now=now)


def answer(conn: Connection, token: str, question_id: str, fields: Fields, *, now: datetime) -> Judgement | Fault:
    """Judge and keep the answer to one question, or say what must be mended; the same answer again changes nothing.

    Raises Missing for an unknown question, Invalid for options that it does not have, Conflict for another answer to
    it in this session or for a session that has ended.
    """
    session = acting_session(conn, token, now=now)
    question = _question(session, question_id)
    response = response_of(question, fields)
    if isinstance(response, Fault):
        return response
    correct = judge(question, response)
    given = _answers(conn, session).get(question_id)
    if given is None:
        _answer(conn, _begun(conn, session, now=now), question, response, now=now)
    elif given.response != response:
        raise Conflict(
            f"Question {question_id} was answered already; finish this try, and open another to answer otherwise.",
            where=question_id,
        )
    return Judgement(response, correct)


def hand_in(conn: Connection, token: str, fields: Fields, *, now: datetime) -> Mapping[str, Fault]:
    """Answer every question from one form and finish, or say what must be mended in it and keep nothing of it.

    The result is empty when it was handed in. Handing in again after that changes nothing, whatever the form holds.
    Raises Invalid for options that the quiz does not have.
    """
    session = acting_session(conn, token, now=now)
    if session.terminated:
        return {}
    given = _answers(conn, session)
    open_questions = [question for question in _questions(session) if question.id not in given]
    read = [(question, response_of(question, fields)) for question in open_questions]
    if faults := {question.id: response for question, response in read if isinstance(response, Fault)}:
        return faults
    session = _begun(conn, session, now=now)
    for question, response in read:
        session = _answer(conn, session, question, response, now=now)
    _finish(conn, session, now=now)
    return {}


def finish(conn: Connection, token: str, *, now: datetime) -> None:
    """Complete the module and end the session; a quiz is judged, and a question left open is not right.

    Finishing again changes nothing. Raises as `player_page`.
    """
    session = acting_session(conn, token, now=now)
    if not session.terminated:
        _finish(conn, _begun(conn, session, now=now), now=now)


def leave(conn: Connection, token: str, *, now: datetime) -> str:
    """End the session with nothing judged, if it has not ended, and return where the learner goes back to."""
    session = acting_session(conn, token, now=now)
    if not session.terminated:
        session = _begun(conn, session, now=now)
        record_of_unit(conn, session, statements.terminated(session, now=now), now=now)
    return session.return_url


def try_again(conn: Connection, token: str, *, now: datetime) -> str:
    """The token of a new session under the same registration, in the same language and with the same way back."""
    session = acting_session(conn, token, now=now)
    return launch(conn, session.registration, language=session.language, return_url=session.return_url, now=now)


def _begun(conn: Connection, session: Session, *, now: datetime) -> Session:
    if VerbIri.INITIALIZED in session.verbs:
        return session
    return record_of_unit(conn, session, statements.initialized(session, now=now), now=now)


def _answer(conn: Connection, session: Session, question: Question, response: str, *, now: datetime) -> Session:
    correct = judge(question, response)
    statement = statements.answered(session, question, response, correct=correct, now=now)
    moved = record_of_unit(conn, session, statement, now=now)
    conn.execute(
        insert(answers).values(
            session_id=session.id, question_id=question.id, response=response, correct=correct, at=now
        )
    )
    return moved


def _finish(conn: Connection, session: Session, *, now: datetime) -> None:
    """The order is cmi5's: what is judged first, `terminated` last, and nothing twice in a registration (9.3)."""
    if session.launch_mode is LaunchMode.NORMAL:
        if session.source.quiz is not None and VerbIri.PASSED not in session.registration_verbs:
            given = _answers(conn, session).values()
            score = Score(sum(each.correct for each in given), len(session.source.quiz.questions))
            session = record_of_unit(conn, session, statements.judged(session, score, now=now), now=now)
        if VerbIri.COMPLETED not in session.registration_verbs:
            session = record_of_unit(conn, session, statements.completed(session, now=now), now=now)
    record_of_unit(conn, session, statements.terminated(session, now=now), now=now)


def _answers(conn: Connection, session: Session) -> dict[str, Answer]:
    rows = conn.execute(select(answers).where(answers.c.session_id == session.id))
    return {row.question_id: Answer(row.response, row.correct) for row in rows}


def _questions(session: Session) -> tuple[Question, ...]:
    return () if session.source.quiz is None else session.source.quiz.questions


def _question(session: Session, question_id: str) -> Question:
    for question in _questions(session):
        if question.id == question_id:
            return question
    raise Missing(f"{session.source.slug} has no question {question_id[:40]!r}.", where="question_id")
