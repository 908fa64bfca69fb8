"""What an LMS should hear of a grade line: decided by what was reached, and by what it was told before."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, select

from base import Words, words_for
from lti.services.products import GradeBook
from lti.services.scores import HEARD, ActivityProgress, Outcome
from lti.tables import grade_deliveries
from paths import ROOT, Enrolment, Explanation, State, Verdict, enrolment, explained, path, verdict
from people import holder_of, person

GradeLine = Row[*tuple[Any, ...]]


class News(msgspec.Struct, frozen=True):
    """One message. `score_scaled` is from 0 to 1; without it this tells of progress alone.

    `reached_at` is the date of the evidence, where something is complete.
    """

    score_scaled: float | None
    activity: ActivityProgress
    steps_done: int
    comment: str
    reached_at: datetime | None = None


class Told(msgspec.Struct, frozen=True):
    """What an LMS knows of us. `final` is the last score with what it was for, if that got through.

    `graded` says that some score did, since the column was there. `steps_done` is of the last message about progress.
    """

    final: tuple[float, ActivityProgress] | None = None
    graded: bool = False
    steps_done: int | None = None


class Steps(msgspec.Struct, frozen=True):
    done: int
    needed: int


def told_of(conn: Connection, line: GradeLine) -> Told:
    """Read from what was sent on the line since the LMS lost what it had, if it did."""
    sent = select(grade_deliveries).where(grade_deliveries.c.grade_line_id == line.id)
    if line.lost_at is not None:
        sent = sent.where(grade_deliveries.c.timestamp > line.lost_at)
    return told(conn.execute(sent.order_by(grade_deliveries.c.timestamp)))


def told(sent: Iterable[GradeLine]) -> Told:
    """What the messages, in their order, leave an LMS with; a column that was deleted takes all with it."""
    known = Told()
    for row in sent:
        outcome = Outcome(row.outcome)
        if outcome is Outcome.GONE:
            known = Told()
        elif row.score_scaled is None:
            known = Told(known.final, known.graded, row.steps_done if outcome in HEARD else known.steps_done)
        elif outcome in HEARD:
            known = Told((row.score_scaled, ActivityProgress(row.activity_progress)), True, known.steps_done)
        else:
            known = Told(None, known.graded, known.steps_done)
    return known


def is_worth_asking(conn: Connection, line: GradeLine, book: GradeBook) -> bool:
    """Whether there may be news, told without working out the steps: what is asked at each launch must be quick."""
    reached = verdict(conn, line.enrolment_id, line.requirement)
    if line.closed_because is not None or reached is None:
        return False
    known = told_of(conn, line)
    if reached.state is State.SATISFIED:
        return known.final != _completed(reached)
    if known.graded:
        return reached.state is not State.EXPIRED
    return book.takes_progress and reached.state is State.IN_PROGRESS and known.steps_done is None


def news_of(conn: Connection, line: GradeLine, book: GradeBook, *, now: datetime) -> News | None:
    """What the LMS has not heard yet; None when there is nothing, or it has, or the line is closed."""
    reached = verdict(conn, line.enrolment_id, line.requirement)
    known = told_of(conn, line)
    silent = reached is not None and reached.state is State.SATISFIED and known.final == _completed(reached)
    if line.closed_because is not None or reached is None or reached.state is State.EXPIRED or silent:
        return None
    if reached.state is not State.SATISFIED and not known.graded and not book.takes_progress:
        return None
    enrolled = enrolment(conn, line.enrolment_id)
    learner = person(conn, holder_of(conn, enrolled.learner_id))
    return news(reached, _steps(conn, enrolled, line.requirement, now), known, words_for(learner.language))


def news(reached: Verdict, steps: Steps, known: Told, words: Words) -> News | None:
    """What is new in `reached` for who knows `known`.

    Complete: the score of the evidence. What has expired since stays as it was, so it never comes here. Complete no
    more: what is still reached, so that no grade is erased and none stands for what is not there. Never complete yet:
    progress alone, without a score.
    """
    if reached.state is State.SATISFIED:
        given, activity = _completed(reached)
        return News(given, activity, steps.done, _comment(steps, words), reached.since)
    if known.graded:
        still = still_reached(reached, steps)
        if known.final == (still, ActivityProgress.IN_PROGRESS):
            return None
        return News(still, ActivityProgress.IN_PROGRESS, steps.done, _comment(steps, words, lost=True))
    if steps.done > (known.steps_done or 0):
        return News(None, ActivityProgress.IN_PROGRESS, steps.done, _comment(steps, words))
    return None


def still_reached(reached: Verdict, steps: Steps) -> float:
    """Of what is complete no more: the share of the steps that are done, at their mean score."""
    mean = 1.0 if reached.score is None else max(reached.score, 0.0)
    return mean * min(steps.done, steps.needed) / max(steps.needed, 1)


def _completed(reached: Verdict) -> tuple[float, ActivityProgress]:
    """What has no score of its own is worth all of it when done. A grade book knows nothing below zero."""
    return 1.0 if reached.score is None else max(reached.score, 0.0), ActivityProgress.COMPLETED


def _comment(steps: Steps, words: Words, *, lost: bool = False) -> str:
    done = words.plural(
        "%(done)s of %(n)s step done.", "%(done)s of %(n)s steps done.", steps.needed, done=words.number(steps.done)
    )
    if not lost:
        return done
    return f"{words.text('This was complete and is so no more, because something that counted was taken back.')} {done}"


def _steps(conn: Connection, enrolled: Enrolment, requirement: str, now: datetime) -> Steps:
    asked = path(conn, enrolled.path_id)
    root = explained(conn, enrolled.learner_id, asked.slug, now=now).node
    node = root if requirement == ROOT else _node(root, requirement)
    return Steps(0, 0) if node is None else Steps(node.done, node.needed)


def _node(node: Explanation, id_: str) -> Explanation | None:
    if node.id == id_:
        return node
    return next((found for each in node.items if (found := _node(each, id_)) is not None), None)
