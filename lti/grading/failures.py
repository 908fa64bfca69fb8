"""Grades and columns that an LMS did not take, for administrators."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import Connection, func, select

from base import ATTEMPTS_BEFORE_SET_ASIDE
from lti.tables import grade_lines, line_items, platforms
from paths import ROOT, Path, State, enrolment, path, titles_of, verdict
from people import holder_of, person


class FailedGrade(msgspec.Struct, frozen=True):
    """A grade that an LMS lacks; `trouble` are its own words, or why it could not be asked.

    `score_scaled` is what it would be told now. What was `tried` and answered nothing is tried again by itself, until
    it is `given_up`; what was refused waits for somebody. One that is `closed` is reported no more.
    """

    id: UUID
    platform: str
    person_id: UUID
    learner: str | None
    path: str
    requirement: str | None
    score_scaled: float | None
    trouble: str
    at: datetime
    tried: int
    given_up: bool
    closed: bool


class FailedColumn(msgspec.Struct, frozen=True):
    """A column that a link should have in a grade book, and has not."""

    platform: str
    path: str
    requirement: str | None
    trouble: str
    at: datetime


class Reported(msgspec.Struct, frozen=True):
    """How many grades a platform is told of, and how many of them it lacks."""

    platform_id: UUID
    platform: str
    grades: int
    failed: int


def failed_grades(conn: Connection, *, language: str, limit: int = 100) -> list[FailedGrade]:
    """The grades that did not get through when they were last tried, the latest first."""
    columns = select(grade_lines, platforms.c.name).join(platforms, platforms.c.id == grade_lines.c.platform_id)
    latest = columns.where(grade_lines.c.trouble_at.is_not(None)).order_by(grade_lines.c.trouble_at.desc())
    found = []
    for line in conn.execute(latest.limit(limit)).all():
        enrolled = enrolment(conn, line.enrolment_id)
        learner = person(conn, holder_of(conn, enrolled.learner_id))
        asked = path(conn, enrolled.path_id)
        reached = verdict(conn, line.enrolment_id, line.requirement)
        satisfied = reached is not None and reached.state is State.SATISFIED
        found.append(
            FailedGrade(
                id=line.id,
                platform=line.name,
                person_id=learner.id,
                learner=learner.full_name,
                path=_title(conn, asked, ROOT, language),
                requirement=None if line.requirement == ROOT else _title(conn, asked, line.requirement, language),
                score_scaled=(1.0 if reached.score is None else reached.score) if reached and satisfied else None,
                trouble=line.trouble or "",
                at=line.trouble_at,
                tried=line.tries,
                given_up=line.tries >= ATTEMPTS_BEFORE_SET_ASIDE,
                closed=line.closed_because is not None,
            )
        )
    return found


def failed_columns(conn: Connection, *, language: str, limit: int = 100) -> list[FailedColumn]:
    """The columns that could not be found or made when they were last asked for, the latest first."""
    rows = select(line_items, platforms.c.name).join(platforms, platforms.c.id == line_items.c.platform_id)
    latest = rows.where(line_items.c.trouble_at.is_not(None)).order_by(line_items.c.trouble_at.desc()).limit(limit)
    found = []
    for row in conn.execute(latest).all():
        asked = path(conn, UUID(row.resource_id))
        titles = titles_of(conn, asked, language)
        found.append(FailedColumn(row.name, titles[ROOT], titles.get(row.tag), row.trouble, row.trouble_at))
    return found


def grades_reported(conn: Connection) -> list[Reported]:
    """Every platform that is told of grades, by name."""
    number, failed = func.count(grade_lines.c.id), func.count(grade_lines.c.trouble_at)
    counted = (
        select(platforms.c.id, platforms.c.name, number, failed)
        .join(grade_lines, grade_lines.c.platform_id == platforms.c.id)
        .where(grade_lines.c.closed_because.is_(None))
        .group_by(platforms.c.id, platforms.c.name)
        .order_by(platforms.c.name, platforms.c.id)
    )
    return [Reported(*row) for row in conn.execute(counted)]


def _title(conn: Connection, asked: Path, node: str, language: str) -> str:
    return titles_of(conn, asked, language).get(node, node)
