"""Telling an LMS what was reached: the errand that sends, for one grade line, the state as it then is."""

import math
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, select, update

from base import Errand, Forbidden, KeyRing, NotNow, Outward, Subscription, Unavailable, upsert
from lti.grading.columns import column_errand, forget_column
from lti.grading.grade_lines import EFFECTS, GradeDue
from lti.grading.news import GradeLine, News, news_of, told_of
from lti.grading.resyncing import check_errand, resend_troubled
from lti.registering.platforms import Platform, platform
from lti.services.access_tokens import AccessTokens
from lti.services.outages import is_waited_for, note_answer, note_failure, patiently, require_answering
from lti.services.products import grade_book_of
from lti.services.results import results
from lti.services.scores import (
    SCORE_MAXIMUM,
    Delivery,
    GradingProgress,
    Outcome,
    Score,
    Submission,
    post_score,
)
from lti.tables import grade_deliveries, grade_lines

_SENDING = timedelta(minutes=2)
_SOON_SECONDS = 1
_LATER_STILL = timedelta(minutes=1)
_ROUNDED = 0.005
_LONGEST_TROUBLE = 500


class GradeTask(msgspec.Struct, frozen=True):
    """One message to be sent, under its timestamp; `before` is the score that the LMS knows of us.

    Sent `for_all` it finds out whether the platform is back.
    """

    platform: Platform
    line_item_url: str
    user_id: str
    news: News
    timestamp: datetime
    before: float | None = None
    for_all: bool = False


class Sent(msgspec.Struct, frozen=True):
    """A task that was carried out under `timestamp`, and the platform's answer."""

    task: GradeTask
    delivery: Delivery
    timestamp: datetime


def grade_subscriptions(outward: Outward, keys: KeyRing, clock: Callable[[], datetime]) -> tuple[Subscription, ...]:
    """All that hears of paths in order to report grades, with the errands that do."""
    tokens = AccessTokens(outward, keys, clock)

    async def perform(task: GradeTask) -> Sent:
        async with patiently(for_all=task.for_all):
            return await _send(outward, tokens, task)

    grades = Errand("lti.grade", GradeDue, lambda _: True, prepare_grade, perform, record_delivery, _failed)
    return (*EFFECTS, grades, column_errand(outward, tokens), check_errand(outward, tokens))


def prepare_grade(conn: Connection, event: GradeDue, now: datetime) -> GradeTask | None:
    """What to send now, under a timestamp of its own; None when there is no news.

    Timestamps grow by a second at least: Moodle keeps whole seconds and answers 409 to an equal one. Raises NotNow
    while another message of this line is under way, so that it goes out once, and while the platform is left alone.
    """
    line = conn.execute(select(grade_lines).where(grade_lines.c.id == event.grade_line_id).with_for_update()).first()
    if line is None:
        return None
    sent_to = platform(conn, line.platform_id)
    if line.sending_until is not None and now < line.sending_until:
        raise NotNow(_SOON_SECONDS, "another message about this grade is under way")
    news = news_of(conn, line, grade_book_of(sent_to.product), now=now)
    if news is None:
        if line.trouble_at is not None:  # what could not be said is not so any more
            _change(conn, line, trouble=None, trouble_at=None, tries=0)
        return None
    for_all = require_answering(conn, sent_to, now=now)
    timestamp = now if line.last_timestamp is None else max(now, line.last_timestamp + timedelta(seconds=1))
    _change(conn, line, last_timestamp=timestamp, sending_until=now + _SENDING)
    final = told_of(conn, line).final
    return GradeTask(sent_to, line.line_item_url, line.user_id, news, timestamp, final and final[0], for_all)


def record_delivery(conn: Connection, event: GradeDue, sent: Sent, now: datetime) -> None:
    """Keep what the LMS answered; a deleted line item hears nothing more until somebody launches from it again."""
    task, delivery = sent.task, sent.delivery
    row = upsert(conn, grade_deliveries).values(
        grade_line_id=event.grade_line_id,
        timestamp=sent.timestamp,
        score_scaled=task.news.score_scaled,
        activity_progress=task.news.activity,
        steps_done=task.news.steps_done,
        comment=task.news.comment,
        outcome=delivery.outcome,
        answer_status=delivery.answer_status,
        answer=delivery.said or None,
        recorded_at=now,
    )
    conn.execute(row.on_conflict_do_nothing())
    after = update(grade_lines).where(grade_lines.c.id == event.grade_line_id)
    conn.execute(after.values(**_after(delivery, now), last_timestamp=sent.timestamp, sending_until=None, tries=0))
    if delivery.outcome is Outcome.GONE:
        forget_column(conn, task.platform.id, task.line_item_url)
    if note_answer(conn, task.platform.id):
        resend_troubled(conn, task.platform.id, now=now)


def _after(delivery: Delivery, now: datetime) -> dict[str, object]:
    match delivery.outcome:
        case Outcome.GONE:
            closed = "the line item was deleted"
            return {"closed_because": closed, "trouble": closed, "trouble_at": now}
        case Outcome.REFUSED:
            trouble = f"answered {delivery.answer_status}: {delivery.said}"
            return {"trouble": trouble[:_LONGEST_TROUBLE], "trouble_at": now}
        case _:
            return {"trouble": None, "trouble_at": None}


def _failed(conn: Connection, event: GradeDue, error: Exception, now: datetime) -> None:
    """The next try may begin at once; the line remembers why this one failed, and the platform that it did."""
    line = conn.execute(select(grade_lines).where(grade_lines.c.id == event.grade_line_id)).first()
    if line is not None:
        tries = line.tries if is_waited_for(conn, line.platform_id, now=now) else line.tries + 1
        trouble = str(error)[:_LONGEST_TROUBLE]
        _change(conn, line, sending_until=None, trouble=trouble, trouble_at=now, tries=tries)
        note_failure(conn, line.platform_id, error, now=now)


async def _send(outward: Outward, tokens: AccessTokens, task: GradeTask) -> Sent:
    """Post the message. Where the platform says that it has a newer one, see whose: our own old one is overtaken.

    That can be, for instance where its clock or ours was set back. It is tried once, never in a loop.
    """
    delivery = await post_score(outward, tokens, task.platform, task.line_item_url, _score(task, task.timestamp))
    if delivery.outcome is not Outcome.SUPERSEDED or task.news.score_scaled is None:
        return Sent(task, delivery, task.timestamp)
    try:
        held = await _held(outward, tokens, task)
    except (Unavailable, Forbidden):  # it does not let us see
        return Sent(task, delivery, task.timestamp)
    if _same(held, task.news.score_scaled):
        return Sent(task, msgspec.structs.replace(delivery, outcome=Outcome.DELIVERED), task.timestamp)
    if not _same(held, task.before):
        return Sent(task, delivery, task.timestamp)
    later = task.timestamp + _LATER_STILL
    again = await post_score(outward, tokens, task.platform, task.line_item_url, _score(task, later))
    return Sent(task, again, later)


async def _held(outward: Outward, tokens: AccessTokens, task: GradeTask) -> float | None:
    found = results(outward, tokens, task.platform, task.line_item_url, user_id=task.user_id)
    # Platforms may pass over the user that they are asked for.
    async for each in found:
        if each.user_id == task.user_id:
            return each.score_scaled
    return None


def _same(held: float | None, ours: float | None) -> bool:
    """Whether it is the same grade, as a platform may have rounded it."""
    return held is ours if held is None or ours is None else math.isclose(held, ours, abs_tol=_ROUNDED)


def _score(task: GradeTask, timestamp: datetime) -> Score:
    news = task.news
    if news.score_scaled is None:
        return Score(task.user_id, timestamp, news.activity, GradingProgress.NOT_READY, comment=news.comment)
    return Score(
        user_id=task.user_id,
        timestamp=timestamp,
        activity_progress=news.activity,
        grading_progress=GradingProgress.FULLY_GRADED,
        score_given=round(news.score_scaled * SCORE_MAXIMUM, 4),
        score_maximum=SCORE_MAXIMUM,
        comment=news.comment,
        submission=None if news.reached_at is None else Submission(news.reached_at),
    )


def _change(conn: Connection, line: GradeLine, **values: object) -> None:
    conn.execute(update(grade_lines).where(grade_lines.c.id == line.id).values(values))
