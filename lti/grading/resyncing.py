"""Sending again what a platform missed: while it was down, refused what it takes now, or lost what it had."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, select, update

from base import Errand, Event, Missing, Outward, publish_again, record_decision
from lti.grading.grade_lines import GradeDue
from lti.grading.news import told_of
from lti.registering.courses import course_of
from lti.registering.platforms import Platform, find_registration, platform
from lti.services.access_tokens import AccessTokens, ScopesDenied
from lti.services.outages import ask_again, note_answer, note_failure, patiently, require_answering
from lti.services.results import results
from lti.tables import grade_lines
from paths import enrolments_with_ids

_AT_ONCE = 500


class ColumnCheckDue(Event, frozen=True):
    """What an LMS has in a column is to be compared with what it was told; `subject` is the platform's id."""

    platform_id: UUID
    line_item_url: str


class CheckTask(msgspec.Struct, frozen=True):
    platform: Platform
    line_item_url: str
    for_all: bool = False


Held = Mapping[str, float | None] | None
"""By user, what the LMS has; whom it has no grade of may be left out. None where it does not let us see."""


def resync(
    conn: Connection,
    *,
    platform_id: UUID | None = None,
    course_id: UUID | None = None,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> int:
    """Send what a platform, or one course of it, lacks; returns of how many learners' lines that will be asked.

    What it was told and still has is not sent again, so that a teacher's own grades stand; where it can be read that
    it has none any more, it is. Raises Missing.
    """
    if course_id is not None:
        platform_id = course_of(conn, course_id).platform_id
    if platform_id is None:
        raise Missing("Name the platform or the course whose grades are to be sent again.")
    asked = platform(conn, platform_id)
    ask_again(conn, platform_id)
    of_course = [] if course_id is None else [grade_lines.c.course_id == course_id]
    mine = [grade_lines.c.platform_id == platform_id, *of_course]
    columns = select(grade_lines.c.line_item_url).where(*mine, grade_lines.c.closed_because.is_(None)).distinct()
    checks = [ColumnCheckDue(str(platform_id), platform_id, url) for url in conn.scalars(columns)]
    publish_again(conn, checks, now=now)
    number = _resend(conn, *mine, now=now)
    subject, after = f"platform:{asked.id}", {"course": course_id and str(course_id), "lines": number}
    record_decision(conn, by=by, act="grades.resync", subject=subject, reason=reason, after=after, now=now)
    return number


def resend_grade(conn: Connection, grade_line_id: UUID, *, by: UUID | None, reason: str, now: datetime) -> None:
    """Try one line again at once. Raises Missing for one that is not there, or closed."""
    line = conn.execute(select(grade_lines).where(grade_lines.c.id == grade_line_id)).first()
    if line is None or line.closed_because is not None:
        raise Missing("This grade is reported no more; a new launch from its link begins it anew.")
    ask_again(conn, line.platform_id)
    _resend(conn, grade_lines.c.id == grade_line_id, now=now)
    record_decision(conn, by=by, act="grades.resend", subject=f"grade-line:{line.id}", reason=reason, after={}, now=now)


def resend_troubled(conn: Connection, platform_id: UUID, *, now: datetime) -> int:
    """The platform is back: what did not get through meanwhile is tried again, also what was set aside."""
    return _resend(conn, grade_lines.c.platform_id == platform_id, grade_lines.c.tries > 0, now=now)


def check_errand(outward: Outward, tokens: AccessTokens) -> Errand[ColumnCheckDue, CheckTask, Held]:
    """Reads what a column holds, and sends again what it was told and holds no more."""

    async def perform(task: CheckTask) -> Held:
        try:
            async with patiently(for_all=task.for_all):
                read = results(outward, tokens, task.platform, task.line_item_url)
                return {each.user_id: each.score_scaled async for each in read}
        except ScopesDenied:
            return None

    return Errand("lti.check", ColumnCheckDue, lambda _: True, _prepare_check, perform, record_check, _failed)


def record_check(conn: Connection, event: ColumnCheckDue, held: Held, now: datetime) -> None:
    if held is not None:
        _resend_lost(conn, event, held, now)
    note_answer(conn, event.platform_id)


def _resend_lost(conn: Connection, event: ColumnCheckDue, held: Mapping[str, float | None], now: datetime) -> None:
    of_column = grade_lines.c.platform_id == event.platform_id, grade_lines.c.line_item_url == event.line_item_url
    lines = conn.execute(select(grade_lines).where(*of_column, grade_lines.c.closed_because.is_(None))).all()
    lost = [line.id for line in lines if held.get(line.user_id) is None and told_of(conn, line).final is not None]
    if lost:
        is_lost = grade_lines.c.id.in_(lost)
        conn.execute(update(grade_lines).where(is_lost).values(lost_at=grade_lines.c.last_timestamp))
        _resend(conn, is_lost, now=now)


def _prepare_check(conn: Connection, event: ColumnCheckDue, now: datetime) -> CheckTask | None:
    asked = find_registration(conn, event.platform_id)
    if asked is None:
        return None
    return CheckTask(asked, event.line_item_url, require_answering(conn, asked, now=now))


def _failed(conn: Connection, event: ColumnCheckDue, error: Exception, now: datetime) -> None:
    note_failure(conn, event.platform_id, error, now=now)


def _resend(conn: Connection, *which: ColumnElement[bool], now: datetime) -> int:
    open_lines = select(grade_lines.c.id, grade_lines.c.enrolment_id).where(
        *which, grade_lines.c.closed_because.is_(None)
    )
    rows = conn.execute(open_lines.order_by(grade_lines.c.id)).all()
    due: list[GradeDue] = []
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        enrolled = enrolments_with_ids(conn, {row.enrolment_id for row in some})
        learners = {each.id: str(each.learner_id) for each in enrolled}
        due += [GradeDue(learners[row.enrolment_id], row.id) for row in some]
    publish_again(conn, due, now=now)
    return len(due)
