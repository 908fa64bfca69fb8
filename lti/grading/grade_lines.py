"""Which LMS hears of which enrolment: lines are kept at launch, and called upon when something is reached or lost."""

from datetime import datetime
from typing import TypeAlias
from uuid import UUID

import msgspec
from sqlalchemy import Connection, select

from base import Effect, Event, Subscription, new_uuid, publish, publish_all, upsert
from lti.grading.news import is_worth_asking
from lti.launching.launch import Launch
from lti.registering.platforms import platform
from lti.services.products import grade_book_of
from lti.standard.claims import LINE_ITEM_SCOPE, SCORE_SCOPE
from lti.standard.resources import resource_of
from lti.tables import courses, grade_deliveries, grade_lines, line_items, platforms
from paths import ROOT, Enrolment, RequirementLost, RequirementSatisfied


class GradeDue(Event, frozen=True):
    """What an LMS was told of a grade line may have been overtaken; `subject` is the person's id."""

    grade_line_id: UUID


class LineItemDue(Event, frozen=True):
    """A link has no column in the grade book of its course, and may be given one; `subject` is the person's id."""

    platform_id: UUID
    deployment_id: str
    resource_link_id: str
    line_items_url: str
    course_id: UUID | None
    user_id: str
    enrolment_id: UUID
    requirement: str


class Place(msgspec.Struct, frozen=True):
    """Where in an LMS, and for whom, what is reached of `requirement` of an enrolment is told."""

    platform_id: UUID
    deployment_id: str
    resource_link_id: str
    course_id: UUID | None
    user_id: str
    enrolment_id: UUID
    requirement: str


def keep_grade_line(conn: Connection, launch: Launch, enrolment: Enrolment, *, now: datetime) -> None:
    """From now on the launch's line item hears of its target, and at once of what was reached before.

    A link without one, whose platform lets us make it, is given one soon. Any other is simply not graded.
    """
    if launch.account is None or launch.resource_link is None:
        return
    place = Place(
        platform_id=launch.platform.id,
        deployment_id=launch.deployment_id,
        resource_link_id=launch.resource_link.id,
        course_id=_course(conn, launch),
        user_id=launch.account.name,
        enrolment_id=enrolment.id,
        requirement=launch.target.requirement or ROOT,
    )
    service = launch.grade_service
    if service.lineitem is not None and service.takes_scores:
        keep_line(conn, place, service.lineitem, enrolment, now=now)
    elif launch.wants_column and service.lineitems is not None and _makes_columns(conn, launch):
        _seek_line(conn, place, service.lineitems, enrolment, now)


def keep_line(conn: Connection, place: Place, line_item_url: str, enrolment: Enrolment, *, now: datetime) -> None:
    """From now on this line item hears of the enrolment. Keeping it again opens it, where it was closed."""
    said = msgspec.structs.asdict(place)
    key = {"platform_id": said.pop("platform_id"), "user_id": said.pop("user_id"), "line_item_url": line_item_url}
    latest = {**said, "closed_because": None}
    new = upsert(conn, grade_lines).values(id=new_uuid(), **key, **latest)
    kept = new.on_conflict_do_update(index_elements=list(key), set_=latest).returning(*grade_lines.c)
    line = conn.execute(kept).one()
    book = grade_book_of(platform(conn, place.platform_id).product)
    # What a new enrolment finds reached was told by its first judgement, in this very transaction.
    if enrolment.enrolled_at < now and is_worth_asking(conn, line, book):
        publish(conn, GradeDue(str(enrolment.learner_id), line.id), now=now)


def _seek_line(conn: Connection, place: Place, line_items_url: str, enrolment: Enrolment, now: datetime) -> None:
    """Keep the line where its column is known; otherwise it is looked for, and made, outside this transaction."""
    resource = resource_of(enrolment.path_id, None if place.requirement == ROOT else place.requirement)
    key = {"platform_id": place.platform_id, "line_items_url": line_items_url}
    known = select(line_items.c.url).filter_by(**key, resource_id=resource.id, tag=resource.tag)
    if url := conn.scalar(known):
        keep_line(conn, place, url, enrolment, now=now)
        return
    due = LineItemDue(str(enrolment.learner_id), line_items_url=line_items_url, **msgspec.structs.asdict(place))
    publish(conn, due, now=now)


def _makes_columns(conn: Connection, launch: Launch) -> bool:
    service, product = launch.grade_service, platform(conn, launch.platform.id).product
    granted = {LINE_ITEM_SCOPE, SCORE_SCOPE} <= set(service.scope)
    return service.lineitem is None and granted and grade_book_of(product).makes_columns


def _course(conn: Connection, launch: Launch) -> UUID | None:
    if launch.context is None:
        return None
    key = {"platform_id": launch.platform.id, "deployment_id": launch.deployment_id, "context_id": launch.context.id}
    found: UUID | None = conn.scalar(select(courses.c.id).filter_by(**key))
    return found


Change: TypeAlias = RequirementSatisfied | RequirementLost


def _call(conn: Connection, event: Change, now: datetime) -> None:
    """Call the lines of what changed; and those of what it is a part of, where they tell of parts."""
    sent = select(grade_deliveries.c.grade_line_id).where(grade_deliveries.c.grade_line_id == grade_lines.c.id)
    lines = (
        select(grade_lines.c.id, grade_lines.c.requirement, platforms.c.product, sent.exists().label("told"))
        .join(platforms, platforms.c.id == grade_lines.c.platform_id)
        .where(grade_lines.c.enrolment_id == event.enrolment_id, grade_lines.c.closed_because.is_(None))
    )
    called = [
        GradeDue(event.subject, row.id)
        for row in conn.execute(lines)
        if row.requirement == event.requirement or row.told or grade_book_of(row.product).takes_progress
    ]
    publish_all(conn, called, now=now)


# Of a whole path these tell too, and also of a score that got better, which PathCompleted does not.
EFFECTS: tuple[Subscription, ...] = (
    Effect("lti.grades-due", RequirementSatisfied, lambda _: True, _call),
    Effect("lti.grades-lost", RequirementLost, lambda _: True, _call),
)
