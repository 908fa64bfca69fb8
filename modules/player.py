"""What a learner does in an opened module: read, answer, hand in, try again, leave."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, insert, select

from base import Conflict, Missing
from content import Question
from modules.forms import Fault, Fields, response_of
from modules.launching import launch
from modules.marking import Answer, judge
from modules.player_page import PlayerPage, page_of
from modules.sessions import Session, acting_session, session_of_token
from modules.tables import answers
from modules.turns import Turn, answered, begun, finished, left, record


def player_page(conn: Connection, token: str, *, now: datetime) -> PlayerPage:
    """What the learner sees at this address now: the text, the quiz without its answers, or how it went.

    Raises Missing for an unknown token, Forbidden for one that has expired or whose module was opened again since.
    """
    session = session_of_token(conn, token, now=now)
    return page_of(session, _given(conn, session))


def begin(conn: Connection, token: str, *, now: datetime) -> None:
    """The learner has the module before them; from the second time on it changes nothing. Raises as `player_page`."""
    session = acting_session(conn, token, now=now)
    if not session.terminated:
        record(conn, begun(Turn(session), now=now), now=now)


def answer(conn: Connection, token: str, question_id: str, fields: Fields, *, now: datetime) -> Answer | Fault:
    """Judge and keep the answer to one question, or say what must be mended; the same answer again changes nothing.

    Raises Missing for an unknown question, Invalid for options that it does not have, Conflict for another answer to
    it in this session or for a session that has ended.
    """
    session = acting_session(conn, token, now=now)
    question = _question(session, question_id)
    response = response_of(question, fields)
    if isinstance(response, Fault):
        return response
    new = Answer(response, judge(question, response))
    given = _given(conn, session).get(question_id)
    if given is None:
        record(conn, answered(begun(Turn(session), now=now), question, new, now=now), now=now)
        _keep(conn, session, {question_id: new}, now=now)
    elif given != new:
        raise Conflict(
            f"Question {question_id} was answered already; finish this try, and open another to answer otherwise.",
            where=question_id,
        )
    return new


def hand_in(conn: Connection, token: str, fields: Fields, *, now: datetime) -> Mapping[str, Fault]:
    """Answer every question from one form and finish, or say what must be mended in it and keep nothing of it.

    The result is empty when it was handed in. Handing in again after that changes nothing, whatever the form holds.
    Raises Invalid for options that the quiz does not have.
    """
    session = acting_session(conn, token, now=now)
    if session.terminated:
        return {}
    given = _given(conn, session)
    read = [(question, response_of(question, fields)) for question in _questions(session) if question.id not in given]
    if faults := {question.id: response for question, response in read if isinstance(response, Fault)}:
        return faults
    new = {question.id: Answer(response, judge(question, response)) for question, response in read}
    turn = begun(Turn(session), now=now)
    for question, _ in read:
        turn = answered(turn, question, new[question.id], now=now)
    record(conn, finished(turn, {**given, **new}, now=now), now=now)
    _keep(conn, session, new, now=now)
    return {}


def finish(conn: Connection, token: str, *, now: datetime) -> None:
    """Complete the module and end the session; a quiz is judged, and a question left open is not right.

    Finishing again changes nothing. Raises as `player_page`.
    """
    session = acting_session(conn, token, now=now)
    if not session.terminated:
        record(conn, finished(begun(Turn(session), now=now), _given(conn, session), now=now), now=now)


def leave(conn: Connection, token: str, *, now: datetime) -> str:
    """End the session with nothing judged, if it has not ended, and return where the learner goes back to."""
    session = acting_session(conn, token, now=now)
    if not session.terminated:
        record(conn, left(begun(Turn(session), now=now), now=now), now=now)
    return session.return_url


def try_again(conn: Connection, token: str, *, now: datetime) -> str:
    """The token of a new session under the same registration, in the same language and with the same way back."""
    session = acting_session(conn, token, now=now)
    return launch(conn, session.registration, language=session.language, return_url=session.return_url, now=now)


def _keep(conn: Connection, session: Session, new: Mapping[str, Answer], *, now: datetime) -> None:
    rows = [
        {"session_id": session.id, "question_id": each, "response": given.response, "correct": given.correct, "at": now}
        for each, given in new.items()
    ]
    if rows:
        conn.execute(insert(answers), rows)


def _given(conn: Connection, session: Session) -> dict[str, Answer]:
    rows = conn.execute(select(answers).where(answers.c.session_id == session.id))
    return {row.question_id: Answer(row.response, row.correct) for row in rows}


def _questions(session: Session) -> tuple[Question, ...]:
    return () if session.source.quiz is None else session.source.quiz.questions


def _question(session: Session, question_id: str) -> Question:
    for question in _questions(session):
        if question.id == question_id:
            return question
    raise Missing(f"{session.source.slug} has no question {question_id[:40]!r}.", where="question_id")
