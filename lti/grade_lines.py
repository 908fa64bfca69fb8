"""Which LMS hears of which enrolment: lines are kept at launch, and called upon when something is satisfied."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select

from base import Effect, Event, Subscription, new_uuid, publish, upsert
from lti.launch import Launch
from lti.tables import grade_lines
from paths import ROOT, PathCompleted, RequirementSatisfied


class GradeDue(Event, frozen=True):
    """What an LMS was told of a grade line may have been overtaken; `subject` is the person's id."""

    grade_line_id: UUID


def keep_grade_line(
    conn: Connection, launch: Launch, enrolment_id: UUID, requirement: str, person_id: UUID, *, now: datetime
) -> None:
    """From now on the launch's line item hears of this requirement of the enrolment, also of what was reached before.

    A link without a line item, or whose platform takes no scores, is simply not graded.
    """
    if not launch.grade_service.takes_scores:
        return
    key = {
        "platform_id": launch.platform.id,
        "line_item_url": launch.grade_service.lineitem,
        "user_id": launch.account.name,
    }
    latest = {
        "deployment_id": launch.deployment_id,
        "resource_link_id": launch.resource_link_id,
        "enrolment_id": enrolment_id,
        "requirement": requirement,
        "closed_because": None,
    }
    line = upsert(conn, grade_lines).values(id=new_uuid(), **key, **latest)
    kept = line.on_conflict_do_update(index_elements=list(key), set_=latest).returning(grade_lines.c.id)
    publish(conn, GradeDue(str(person_id), conn.execute(kept).scalar_one()), now=now)


def _call_for_path(conn: Connection, event: PathCompleted, now: datetime) -> None:
    _call(conn, event.enrolment_id, ROOT, event.subject, now)


def _call_for_requirement(conn: Connection, event: RequirementSatisfied, now: datetime) -> None:
    _call(conn, event.enrolment_id, event.requirement, event.subject, now)


def _call(conn: Connection, enrolment_id: UUID, requirement: str, subject: str, now: datetime) -> None:
    named = select(grade_lines.c.id).filter_by(enrolment_id=enrolment_id, requirement=requirement)
    for line_id in conn.scalars(named).all():
        publish(conn, GradeDue(subject, line_id), now=now)


EFFECTS: tuple[Subscription, ...] = (
    Effect("lti.path-grade", PathCompleted, lambda _: True, _call_for_path),
    Effect("lti.requirement-grade", RequirementSatisfied, lambda _: True, _call_for_requirement),
)
