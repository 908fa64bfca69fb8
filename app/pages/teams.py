"""How far an organisation is on a path as a team: for its members, for staff, and as JSON for auditors."""

from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from sqlalchemy import Connection

from app.lack_words import Reader, told
from app.moments import read_moment
from app.page import page
from app.pages.hearing import hear
from app.visit import Visit, acts
from base import Database, words_for
from paths import Explained, TeamProgress, explained, team_progress
from people import Action, Organisation, Tier, memberships_of, organisation


class TeamView(msgspec.Struct, frozen=True):
    """An organisation's progress; `is_member` where the visitor is one of those who learn for it."""

    organisation: Organisation
    progress: TeamProgress
    is_member: bool


@get("/organisations/{organisation_id:uuid}/paths/{slug:str}", opt=acts(Action.VIEW_OWN_PATHS))
async def team_page(
    organisation_id: FromPath[UUID], slug: FromPath[str], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str]:
    """For its members, and for who may see the progress of its people; nobody's evidence stands here."""
    await hear(db, visit)
    view = await db.read(_view, organisation_id, slug, visit)
    reader = Reader(words_for(visit.language), view.progress.titles, ZoneInfo(view.progress.time_zone))
    return page("team.html", visit, view=view, told=lambda missing: told(missing, reader))


@get(
    "/api/organisations/{organisation_id:uuid}/paths/{slug:str}/explanation",
    opt=acts(Action.VIEW_EVIDENCE),
    include_in_schema=True,
)
async def team_explanation_as_json(
    organisation_id: FromPath[UUID],
    slug: FromPath[str],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    as_of: FromQuery[str] = "",
    known_at: FromQuery[str] = "",
) -> Explained:
    """How far an organisation is on a path as a team and why: every node with evidence, or what is missing.

    `as_of` is the moment of the evidence and `known_at` that of what was known: days, or moments with an offset.
    """
    return await db.read(_explained, organisation_id, slug, as_of, known_at, visit)


TEAM_PAGES = (team_explanation_as_json, team_page)


def _view(conn: Connection, organisation_id: UUID, slug: str, visit: Visit) -> TeamView:
    """Raises Missing, and Forbidden for who neither learns for the organisation nor looks after it."""
    known = organisation(conn, organisation_id)
    belongs = memberships_of(conn, visit.person_id)
    is_member = any(each.organisation_id == known.id and each.tier is Tier.MEMBER for each in belongs)
    if not is_member:
        visit.require(Action.VIEW_PROGRESS, known.place)
    return TeamView(known, team_progress(conn, known.id, slug, language=visit.language, now=visit.now), is_member)


def _explained(
    conn: Connection, organisation_id: UUID, slug: str, as_of: str, known_at: str, visit: Visit
) -> Explained:
    known = organisation(conn, organisation_id)
    visit.require(Action.VIEW_EVIDENCE, known.place)
    return explained(
        conn,
        known.id,
        slug,
        as_of=read_moment("as_of", as_of),
        known_at=read_moment("known_at", known_at),
        language=visit.language,
        now=visit.now,
    )
