"""Focal points: whom to ask in an organisation about a theme."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, insert, select

from base import Conflict, Invalid, lock, record_decision
from people.dated import beginning, in_force
from people.organisation_tables import focal_points
from people.organisations import organisation, parse_themes
from people.registry import person


class FocalPoint(msgspec.Struct, frozen=True):
    """Somebody is whom to ask in an organisation about a theme, by the row that says so `since` when.

    `by` is who decided it, and `at` when we heard of it.
    """

    organisation_id: UUID
    person_id: UUID
    theme: str
    since: datetime
    at: datetime
    by: UUID | None
    reason: str


def name_focal_point(
    conn: Connection,
    person_id: UUID,
    organisation_id: UUID,
    theme: str,
    *,
    since: datetime | None = None,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> None:
    """The person is whom to ask about `theme` from `since` (now) on; a theme may have several, a person several themes.

    Raises Missing for an unknown person or organisation, Invalid for an empty theme.
    """
    _decide(conn, person_id, organisation_id, theme, held=True, since=since, by=by, reason=reason, now=now)


def relieve_focal_point(
    conn: Connection,
    person_id: UUID,
    organisation_id: UUID,
    theme: str,
    *,
    since: datetime | None = None,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> None:
    """The person is whom to ask about `theme` no more; that they were stays readable.

    Raises Conflict when they are not, and as `name_focal_point`.
    """
    lock(conn, f"membership {person_id}")
    held = [each.theme for each in focal_points_of(conn, organisation_id) if each.person_id == person_id]
    if not set(parse_themes([theme])) & set(held):
        raise Conflict("This person is no focal point for this theme; nothing was changed.", rule="focal points")
    _decide(conn, person_id, organisation_id, theme, held=False, since=since, by=by, reason=reason, now=now)


def focal_points_of(
    conn: Connection, organisation_id: UUID, *, as_of: datetime | None = None, known_at: datetime | None = None
) -> list[FocalPoint]:
    """The organisation's focal points in order of theme: now, or at `as_of` by what was known at `known_at`."""
    return _held(conn, focal_points.c.organisation_id == organisation_id, as_of, known_at)


def themes_of(
    conn: Connection, person_id: UUID, *, as_of: datetime | None = None, known_at: datetime | None = None
) -> list[FocalPoint]:
    """Where and for which themes the person is a focal point, in order of theme, read as `focal_points_of`."""
    return _held(conn, focal_points.c.person_id == person_id, as_of, known_at)


def _held(
    conn: Connection, whose: ColumnElement[bool], as_of: datetime | None, known_at: datetime | None
) -> list[FocalPoint]:
    newest = in_force(focal_points, "organisation_id", "person_id", "theme", as_of=as_of, known_at=known_at)
    held = select(focal_points).where(newest, whose, focal_points.c.held.is_(True))
    rows = conn.execute(held.order_by(focal_points.c.theme, focal_points.c.seq))
    return [
        FocalPoint(row.organisation_id, row.person_id, row.theme, row.since, row.at, row.by, row.reason) for row in rows
    ]


def _decide(
    conn: Connection,
    person_id: UUID,
    organisation_id: UUID,
    theme: str,
    *,
    held: bool,
    since: datetime | None,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> None:
    parsed = parse_themes([theme])
    if not parsed:
        raise Invalid("The theme is empty; name it in a word or two, such as energy.", where="theme")
    conn.execute(
        insert(focal_points).values(
            organisation_id=organisation(conn, organisation_id).id,
            person_id=person(conn, person_id).id,
            theme=parsed[0],
            held=held,
            since=beginning(since, now=now),
            at=now,
            by=by,
            reason=reason,
        )
    )
    record_decision(
        conn,
        by=by,
        act="focal_point.name" if held else "focal_point.relieve",
        subject=f"person {person_id}",
        reason=reason,
        after={"organisation": organisation_id, "theme": parsed[0]},
        now=now,
    )
