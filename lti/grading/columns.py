"""Columns for links that have none: the errand that finds them in a grade book, or makes them there."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, select, update

from base import Errand, NotNow, Outward, new_uuid, upsert
from lti.grading.grade_lines import LineItemDue, Place, keep_line
from lti.registering.platforms import Platform, find_registration
from lti.services.access_tokens import AccessTokens, ScopesDenied
from lti.services.line_items import GradeColumns, LineItemRefused
from lti.services.outages import note_answer, note_failure, patiently, require_answering
from lti.services.scores import SCORE_MAXIMUM
from lti.standard.resources import Resource, resource_of
from lti.tables import line_items
from paths import ROOT, Enrolment, enrolment, path, titles_of
from people import Account, person_of_account

_SEEKING = timedelta(minutes=2)
_SOON_SECONDS = 1


class ColumnTask(msgspec.Struct, frozen=True):
    """A column to be found, or made with this label."""

    platform: Platform
    line_items_url: str
    resource: Resource
    label: str
    for_all: bool = False


class FoundColumn(msgspec.Struct, frozen=True):
    """Where the column is; or why there is none, in the platform's own words."""

    url: str | None
    refused: str | None = None


def column_errand(outward: Outward, tokens: AccessTokens) -> Errand[LineItemDue, ColumnTask, FoundColumn]:
    """Gives a link its column. Of many learners who come at once one asks, and the others wait for what is found."""

    async def perform(task: ColumnTask) -> FoundColumn:
        columns = GradeColumns(outward, tokens, task.platform, task.line_items_url)
        try:
            async with patiently(for_all=task.for_all):
                item = await columns.found_or_created(task.resource, task.label, SCORE_MAXIMUM)
        except (LineItemRefused, ScopesDenied) as refused:
            return FoundColumn(None, refused.message)
        return FoundColumn(item.id)

    return Errand("lti.column", LineItemDue, lambda _: True, prepare_column, perform, record_column, _failed)


def prepare_column(conn: Connection, event: LineItemDue, now: datetime) -> ColumnTask | None:
    """What to look for; None where the column is known by now, or learner or platform are gone."""
    sent_to, enrolled = find_registration(conn, event.platform_id), enrolment(conn, event.enrolment_id)
    learner = None if sent_to is None else person_of_account(conn, Account(sent_to.issuer, event.user_id))
    if sent_to is None or learner is None:
        return None
    resource = _resource(enrolled, event.requirement)
    row = _row(conn, event, resource)
    if row.url is not None:
        keep_line(conn, _place(event), row.url, enrolled, now=now)
        return None
    if row.sought_until is not None and now < row.sought_until:
        raise NotNow(_SOON_SECONDS, "somebody else asks for this column")
    for_all = require_answering(conn, sent_to, now=now)
    conn.execute(update(line_items).where(line_items.c.id == row.id).values(sought_until=now + _SEEKING))
    titles = titles_of(conn, path(conn, enrolled.path_id), learner.language)
    label = titles.get(event.requirement) or titles[ROOT]
    return ColumnTask(sent_to, event.line_items_url, resource, label, for_all)


def record_column(conn: Connection, event: LineItemDue, found: FoundColumn, now: datetime) -> None:
    """Keep where the column is, and the learner's line on it."""
    enrolled = enrolment(conn, event.enrolment_id)
    trouble = {"trouble": found.refused, "trouble_at": now if found.refused else None}
    _change(conn, event, _resource(enrolled, event.requirement), url=found.url, sought_until=None, **trouble)
    if found.url is not None:
        keep_line(conn, _place(event), found.url, enrolled, now=now)
    note_answer(conn, event.platform_id)


def forget_column(conn: Connection, platform_id: UUID, line_item_url: str) -> None:
    """Somebody deleted the column there; the next launch looks for it anew."""
    gone = line_items.c.platform_id == platform_id, line_items.c.url == line_item_url
    conn.execute(update(line_items).where(*gone).values(url=None))


def _failed(conn: Connection, event: LineItemDue, error: Exception, now: datetime) -> None:
    resource = _resource(enrolment(conn, event.enrolment_id), event.requirement)
    _change(conn, event, resource, sought_until=None, trouble=str(error)[:500], trouble_at=now)
    note_failure(conn, event.platform_id, error, now=now)


def _resource(enrolled: Enrolment, requirement: str) -> Resource:
    return resource_of(enrolled.path_id, None if requirement == ROOT else requirement)


def _key(event: LineItemDue, resource: Resource) -> dict[str, Any]:
    whole = {"platform_id": event.platform_id, "line_items_url": event.line_items_url}
    return {**whole, "resource_id": resource.id, "tag": resource.tag}


def _row(conn: Connection, event: LineItemDue, resource: Resource) -> Row[*tuple[Any, ...]]:
    key = _key(event, resource)
    conn.execute(upsert(conn, line_items).values(id=new_uuid(), **key).on_conflict_do_nothing())
    return conn.execute(select(line_items).filter_by(**key).with_for_update()).one()


def _change(conn: Connection, event: LineItemDue, resource: Resource, **values: object) -> None:
    conn.execute(update(line_items).filter_by(**_key(event, resource)).values(values))


def _place(event: LineItemDue) -> Place:
    return Place(**{name: getattr(event, name) for name in Place.__struct_fields__})
