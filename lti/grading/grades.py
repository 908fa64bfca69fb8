"""Telling an LMS what was reached: the errand that sends, for one grade line, the state as it then is."""

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, select, update

from base import Errand, KeyRing, Outward, Subscription, upsert
from lti.grading.grade_lines import EFFECTS, GradeDue, News, news_of
from lti.registering.platforms import Platform, platform
from lti.services.access_tokens import AccessTokens
from lti.services.scores import SCORE_MAXIMUM, Delivery, Outcome, Score, Submission, post_score
from lti.tables import grade_deliveries, grade_lines


class GradeTask(msgspec.Struct, frozen=True):
    """One score to be sent, under its timestamp."""

    platform: Platform
    line_item_url: str
    user_id: str
    news: News
    timestamp: datetime


class Sent(msgspec.Struct, frozen=True):
    """A task that was carried out, and the platform's answer."""

    task: GradeTask
    delivery: Delivery


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
    news = None if line is None else news_of(conn, line)
    if line is None or news is None:
        return None
    timestamp = now if line.last_timestamp is None else max(now, line.last_timestamp + timedelta(seconds=1))
    conn.execute(update(grade_lines).where(grade_lines.c.id == line.id).values(last_timestamp=timestamp))
    return GradeTask(platform(conn, line.platform_id), line.line_item_url, line.user_id, news, timestamp)


def record_delivery(conn: Connection, event: GradeDue, sent: Sent, now: datetime) -> None:
    """Keep what the LMS answered; a deleted line item hears nothing more until somebody launches from it again."""
    task, delivery = sent.task, sent.delivery
    row = upsert(conn, grade_deliveries).values(
        grade_line_id=event.grade_line_id,
        timestamp=task.timestamp,
        score_scaled=task.news.score_scaled,
        outcome=delivery.outcome,
        answer_status=delivery.answer_status,
        recorded_at=now,
    )
    conn.execute(row.on_conflict_do_nothing())
    if delivery.outcome is Outcome.GONE:
        close = update(grade_lines).where(grade_lines.c.id == event.grade_line_id)
        conn.execute(close.values(closed_because="the line item was deleted"))


def _score(task: GradeTask) -> Score:
    given = round(task.news.score_scaled * SCORE_MAXIMUM, 4)
    return Score(task.user_id, task.timestamp, given, Submission(task.news.reached_at))
