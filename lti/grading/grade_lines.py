"""Which LMS hears of which enrolment: lines are kept at launch, and called upon when something is satisfied."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, select

from base import Effect, Event, Subscription, new_uuid, publish, upsert
from lti.launching.launch import Launch
from lti.services.scores import HEARD, Outcome
from lti.tables import grade_deliveries, grade_lines
from paths import ROOT, Enrolment, RequirementSatisfied, State, verdict


class GradeDue(Event, frozen=True):
    """What an LMS was told of a grade line may have been overtaken; `subject` is the person's id."""

    grade_line_id: UUID


class News(msgspec.Struct, frozen=True):
    """What an LMS should hear of a grade line; `score_scaled` is from 0 to 1."""

    score_scaled: float
    reached_at: datetime


def keep_grade_line(conn: Connection, launch: Launch, enrolment: Enrolment, *, now: datetime) -> None:
    """From now on the launch's line item hears of its target, and at once of what was reached before.

    A link without a line item, or whose platform takes no scores, is simply not graded.
    """
    if not launch.grade_service.takes_scores or launch.account is None or launch.resource_link is None:
        return
    key = {
        "platform_id": launch.platform.id,
        "line_item_url": launch.grade_service.lineitem,
        "user_id": launch.account.name,
    }
    latest = {
        "deployment_id": launch.deployment_id,
        "resource_link_id": launch.resource_link.id,
        "enrolment_id": enrolment.id,
        "requirement": launch.target.requirement or ROOT,
        "closed_because": None,
    }
    new = upsert(conn, grade_lines).values(id=new_uuid(), **key, **latest)
    kept = new.on_conflict_do_update(index_elements=list(key), set_=latest).returning(*grade_lines.c)
    line = conn.execute(kept).one()
    # What a new enrolment finds reached was told by its first judgement, in this very transaction.
    if enrolment.enrolled_at < now and news_of(conn, line) is not None:
        publish(conn, GradeDue(str(enrolment.person_id), line.id), now=now)


def news_of(conn: Connection, line: Row[*tuple[Any, ...]]) -> News | None:
    """What the LMS has not heard yet; None when nothing is reached, or it has, or the line is closed."""
    reached = verdict(conn, line.enrolment_id, line.requirement)
    if line.closed_because is not None or reached is None or reached.state is not State.SATISFIED:
        return None
    assert reached.since is not None  # what is satisfied is so since a date
    # What has no score of its own is worth all of it when done. A grade book knows nothing below zero.
    news = News(1.0 if reached.score is None else max(reached.score, 0.0), reached.since)
    return None if news.score_scaled == _last_heard(conn, line.id) else news


def _last_heard(conn: Connection, line_id: UUID) -> float | None:
    """The score that the LMS knows of us, if our last one got through or a newer one of its own took its place."""
    sent = select(grade_deliveries).where(grade_deliveries.c.grade_line_id == line_id)
    last = conn.execute(sent.order_by(grade_deliveries.c.timestamp.desc()).limit(1)).first()
    return last.score_scaled if last is not None and Outcome(last.outcome) in HEARD else None


def _call(conn: Connection, event: RequirementSatisfied, now: datetime) -> None:
    named = select(grade_lines.c.id).filter_by(enrolment_id=event.enrolment_id, requirement=event.requirement)
    for line_id in conn.scalars(named).all():
        publish(conn, GradeDue(event.subject, line_id), now=now)


# Of a whole path this event tells too, and also of a score that got better, which PathCompleted does not.
EFFECTS: tuple[Subscription, ...] = (Effect("lti.grades-due", RequirementSatisfied, lambda _: True, _call),)
