"""Forgetting a registration: what goes with it is counted first."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Table, delete, func, select

from base import Conflict, lock, record_decision
from lti.registering.platforms import Platform, platform
from lti.tables import (
    course_rosters,
    courses,
    deployments,
    grade_deliveries,
    grade_lines,
    link_targets,
    platforms,
)
from people import count_accounts


class PlatformHoldings(msgspec.Struct, frozen=True):
    """What hangs on a registration, as numbers.

    `people` are known by its issuer; they, their enrolments and what they have reached stay in any case. All else goes
    with the registration. `reported` are the scores that were sent; `siblings` the issuer's other registrations.
    """

    people: int
    siblings: int
    deployments: int
    courses: int
    rosters: int
    links: int
    grade_lines: int
    reported: int


def holdings_of(conn: Connection, platform_id: UUID) -> PlatformHoldings:
    """What hangs on the registration now. Raises Missing."""
    held = platform(conn, platform_id)
    of_issuer = select(func.count()).select_from(platforms).where(platforms.c.issuer == held.issuer)
    rosters = select(func.count()).select_from(course_rosters.join(courses, courses.c.id == course_rosters.c.course_id))
    reported = select(func.count()).select_from(
        grade_deliveries.join(grade_lines, grade_lines.c.id == grade_deliveries.c.grade_line_id)
    )
    return PlatformHoldings(
        people=count_accounts(conn, held.issuer),
        siblings=conn.execute(of_issuer).scalar_one() - 1,
        deployments=_count(conn, deployments, platform_id),
        courses=_count(conn, courses, platform_id),
        rosters=conn.execute(rosters.where(courses.c.platform_id == platform_id)).scalar_one(),
        links=_count(conn, link_targets, platform_id),
        grade_lines=_count(conn, grade_lines, platform_id),
        reported=conn.execute(reported.where(grade_lines.c.platform_id == platform_id)).scalar_one(),
    )


def remove_platform(
    conn: Connection,
    platform_id: UUID,
    *,
    seen: PlatformHoldings | None = None,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> Platform:
    """The registration is forgotten with all that hangs on it; people stay who they are. Returns what it was.

    Raises Missing, and Conflict where more hangs on it by now than was `seen`.
    """
    removed = platform(conn, platform_id)
    lock(conn, f"lti-issuer:{removed.issuer}")
    lost = holdings_of(conn, platform_id)
    if seen is not None and any(now_there > then for now_there, then in zip(_sizes(lost), _sizes(seen), strict=True)):
        raise Conflict("More hangs on this platform by now. Look at what would be lost, then decide again.")
    conn.execute(delete(platforms).where(platforms.c.id == platform_id))
    record_decision(
        conn,
        by=by,
        act="platform.remove",
        subject=f"platform:{platform_id}",
        reason=reason,
        before={"platform": removed, "lost": lost},
        now=now,
    )
    return removed


def _sizes(holdings: PlatformHoldings) -> tuple[int, ...]:
    """What would be lost; people and siblings stay."""
    return (
        holdings.deployments,
        holdings.courses,
        holdings.rosters,
        holdings.links,
        holdings.grade_lines,
        holdings.reported,
    )


def _count(conn: Connection, table: Table, platform_id: UUID) -> int:
    return conn.execute(select(func.count()).select_from(table).where(table.c.platform_id == platform_id)).scalar_one()
