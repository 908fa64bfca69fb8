"""Telling an LMS what was reached: the errand that sends, for one grade line, the state as it then is."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, select, update

from base import Errand, KeyRing, Outward, Subscription, upsert
from lti.access_tokens import AccessTokens
from lti.grade_lines import EFFECTS, GradeDue
from lti.platforms import Platform, platform
from lti.scores import SCORE_MAXIMUM, Delivery, Outcome, Score, Submission, post_score
from lti.tables import grade_deliveries, grade_lines
from paths import State, verdict


class GradeTask(msgspec.Struct, frozen=True):
    """One score to be sent; `score_scaled` is from 0 to 1."""

    grade_line_id: UUID
    platform: Platform
    line_item_url: str
    user_id: str
    score_scaled: float
    timestamp: datetime
    submitted_at: datetime


class Sent(msgspec.Struct, frozen=True):
    """A task that was carried out, and the platform's answer."""

    task: GradeTask
    delivery: Delivery


_HEARD = frozenset({Outcome.DELIVERED, Outcome.SUPERSEDED})


def grade_subscriptions(outward: Outward, keys: KeyRing, clock: Callable[[], datetime]) -> tuple[Subscription, ...]:
    """All that hears of paths in order to report grades, with the errand that does."""
    tokens = AccessTokens(outward, keys, clock)

    async def perform(task: GradeTask) -> Sent:
        return Sent(task, await post_score(outward, tokens, task.platform, task.line_item_url, _score(task)))

    errand = Errand("lti.grade", GradeDue, lambda _: True, prepare_grade, perform, record_delivery)
    return (*EFFECTS, errand)


def prepare_grade(conn: Connection, event: GradeDue, now: datetime) -> GradeTask | None:
    """What to send now, under a timestamp of its own; None when nothing is reached, or the LMS has heard it.

    Timestamps grow by a second at least: Moodle keeps whole seconds and answers 409 to an equal one.
    """
    line = conn.execute(select(grade_lines).where(grade_lines.c.id == event.grade_line_id).with_for_update()).first()
    if line is None or line.closed_because is not None:
        return None
    reached = verdict(conn, line.enrolment_id, line.requirement)
    if reached is None or reached.state is not State.SATISFIED or reached.since is None:
        return None
    # What has no score of its own is worth all of it when done. A grade book knows nothing below zero.
    score_scaled = 1.0 if reached.score is None else max(reached.score, 0.0)
    if _last_heard(conn, line.id) == score_scaled:
        return None
    timestamp = now if line.last_timestamp is None else max(now, line.last_timestamp + timedelta(seconds=1))
    conn.execute(update(grade_lines).where(grade_lines.c.id == line.id).values(last_timestamp=timestamp))
    return _task(conn, line, score_scaled, timestamp, reached.since)


def record_delivery(conn: Connection, event: GradeDue, sent: Sent, now: datetime) -> None:
    """Keep what the LMS answered; a deleted line item hears nothing more until somebody launches from it again."""
    task, delivery = sent.task, sent.delivery
    row = upsert(conn, grade_deliveries).values(
        grade_line_id=event.grade_line_id,
        timestamp=task.timestamp,
        score_scaled=task.score_scaled,
        outcome=delivery.outcome,
        answer_status=delivery.answer_status,
        recorded_at=now,
    )
    conn.execute(row.on_conflict_do_nothing())
    if delivery.outcome is Outcome.GONE:
        close = update(grade_lines).where(grade_lines.c.id == event.grade_line_id)
        conn.execute(close.values(closed_because="the line item was deleted"))


def _task(
    conn: Connection, line: Row[Any], score_scaled: float, timestamp: datetime, reached_at: datetime
) -> GradeTask:
    sender = platform(conn, line.platform_id)
    return GradeTask(line.id, sender, line.line_item_url, line.user_id, score_scaled, timestamp, reached_at)


def _score(task: GradeTask) -> Score:
    given = round(task.score_scaled * SCORE_MAXIMUM, 4)
    return Score(task.user_id, task.timestamp, given, Submission(task.submitted_at))


def _last_heard(conn: Connection, line_id: UUID) -> float | None:
    """The score that the LMS knows of us, if our last one got through or a newer one of its own took its place."""
    sent = select(grade_deliveries).where(grade_deliveries.c.grade_line_id == line_id)
    last = conn.execute(sent.order_by(grade_deliveries.c.timestamp.desc()).limit(1)).first()
    return None if last is None or Outcome(last.outcome) not in _HEARD else last.score_scaled
