"""`waymark roster`: courses of LMSs that fill paths, and who would come and leave by them."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from uuid import UUID

import rich_click as click
from sqlalchemy import Connection

from app.answers import Answer, answering
from app.main import open_hands, who_hears_what
from app.migrating import require_newest_schema
from app.settings import Settings
from app.transactions import clock, read
from base import Database, Invalid
from lti import CourseRoster, MemberState, Trial, count_members, course_of, platform, rosters, try_reading
from paths import path


@click.group("roster")
def roster_group() -> None:
    """Courses of LMSs that fill paths (NRPS 2.0). They are added on the page "Courses"."""


@roster_group.command("list")
@answering
def roster_list(settings: Settings) -> Answer:
    """The courses that fill paths, and how it goes.

    Example: waymark roster list --json
    """
    found = read(settings, _list)
    lines = tuple(line for _, line in found)
    return Answer([each for each, _ in found], lines or ("No course fills a path yet.",))


@roster_group.command("read")
@click.argument("roster_id", metavar="ROSTER", type=click.UUID)
@click.option("--role", help="Look at this role alone, such as Learner or its URI.")
@click.option("--link", help="Look at those alone who have access to the link with this id.")
@click.option("--apply", "applies", is_flag=True, help="Keep what was read; without it nothing is changed.")
@answering
def roster_read(settings: Settings, roster_id: UUID, role: str | None, link: str | None, *, applies: bool) -> Answer:
    """Ask the LMS for the members of a course now, and tell who would come onto the path and leave it.

    Example: waymark roster read 0193d5a4-0c1e-7f00-8a11-2b6f1f1f0001 --apply
    """
    if applies and (role or link):
        raise Invalid("--apply takes the whole list alone; leave out --role and --link.", where="--apply")
    trial = asyncio.run(_read(settings, roster_id, role, link, applies=applies))
    last = "Kept; the worker enrols and lets go." if applies else "Nothing was changed; keep it with --apply."
    return Answer(trial, (*_told(trial), last))


async def _read(settings: Settings, roster_id: UUID, role: str | None, link: str | None, *, applies: bool) -> Trial:
    hands = open_hands(settings)
    subscriptions = who_hears_what(settings, hands)
    db = await Database.open(settings.database_url, subscriptions=subscriptions)
    try:
        await db.read(require_newest_schema)
        return await try_reading(db, hands.outward, hands.keys, clock, roster_id, role=role, link=link, apply=applies)
    finally:
        await db.close()
        await hands.close()


def _list(conn: Connection) -> list[tuple[CourseRoster, str]]:
    found = rosters(conn)
    counts = count_members(conn, [each.id for each in found])
    return [(each, _line(conn, each, counts[each.id])) for each in found]


def _line(conn: Connection, each: CourseRoster, counts: dict[MemberState, int]) -> str:
    course = course_of(conn, each.course_id)
    where = f"{course.title or course.context_id} ({platform(conn, course.platform_id).name})"
    state = "fills" if each.started_at else "is tried for"
    members = ", ".join(f"{state}: {number}" for state, number in sorted(counts.items()))
    trouble = f"  {each.error}" if each.error else ""
    return f"{each.id}  {where} {state} {path(conn, each.path_id).slug}  {members or 'nobody yet'}{trouble}"


def _told(trial: Trial) -> Iterator[str]:
    yield f"{trial.listed} members, {trial.passed_over} of other roles or not active, {trial.unreadable} unreadable"
    for called, group in (("come", trial.coming), ("leave", trial.going), ("asks first", trial.held)):
        counted = Counter(each.outcome for each in group)
        told = ", ".join(f"{outcome}: {number}" for outcome, number in sorted(counted.items()))
        yield f"{called}: {told or 'nobody'}"
        for each in group:
            yield f"  {each.seat.user_id}  {each.seat.full_name or '-'}  {each.outcome}"
