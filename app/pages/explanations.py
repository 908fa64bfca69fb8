"""Why somebody is as far as they are, for those who look after it and those who audit it: a page, and JSON."""

from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.status_codes import HTTP_200_OK, HTTP_400_BAD_REQUEST
from sqlalchemy import Connection

from app.lack_words import Reader, told
from app.moments import read_moment
from app.page import page
from app.pages.hearing import hear_of
from app.visit import Visit, acts
from base import Database, Invalid, words_for
from paths import Explained, explained
from people import Action, Person, holder_of, person, place_of_person


class Asked(msgspec.Struct, frozen=True):
    """The two moments that an explanation is asked for, as somebody entered them."""

    as_of: str = ""
    known_at: str = ""


class EvidenceView(msgspec.Struct, frozen=True):
    """An explanation as it is shown; `fault` is what was wrong with the moments that were entered."""

    learner: Person
    found: Explained
    asked: Asked
    fault: Invalid | None


@get("/people/{person_id:uuid}/paths/{slug:str}/evidence", opt=acts(Action.VIEW_EVIDENCE))
async def evidence_page(
    person_id: FromPath[UUID],
    slug: FromPath[str],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    as_of: FromQuery[str] = "",
    known_at: FromQuery[str] = "",
) -> Response[str]:
    """The tree with its evidence, the facts that were heard, and a form that asks for other moments."""
    await hear_of(db, person_id, visit)
    view = await db.read(_view, person_id, slug, Asked(as_of, known_at), visit)
    reader = Reader(words_for(visit.language), view.found.titles, ZoneInfo(view.found.time_zone))
    status = HTTP_400_BAD_REQUEST if view.fault else HTTP_200_OK
    return page("evidence.html", visit, status=status, view=view, told=lambda missing: told(missing, reader))


@get(
    "/api/people/{person_id:uuid}/paths/{slug:str}/explanation", opt=acts(Action.VIEW_EVIDENCE), include_in_schema=True
)
async def explanation_as_json(
    person_id: FromPath[UUID],
    slug: FromPath[str],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    as_of: FromQuery[str] = "",
    known_at: FromQuery[str] = "",
) -> Explained:
    """How far somebody is on a path and why: every node with its evidence, or with what is missing and how much.

    `as_of` is the moment of the evidence and `known_at` that of what was known: days, or moments with an offset.
    """
    await hear_of(db, person_id, visit)
    _, found = await db.read(_explained, person_id, slug, Asked(as_of, known_at), visit)
    return found


EXPLANATION_PAGES = (evidence_page, explanation_as_json)


def _view(conn: Connection, person_id: UUID, slug: str, asked: Asked, visit: Visit) -> EvidenceView:
    try:
        return EvidenceView(*_explained(conn, person_id, slug, asked, visit), asked, None)
    except Invalid as fault:
        return EvidenceView(*_explained(conn, person_id, slug, Asked(), visit), asked, fault)


def _explained(conn: Connection, person_id: UUID, slug: str, asked: Asked, visit: Visit) -> tuple[Person, Explained]:
    learner = person(conn, holder_of(conn, person_id))
    visit.require(Action.VIEW_EVIDENCE, place_of_person(conn, learner.id))
    found = explained(
        conn,
        learner.id,
        slug,
        as_of=read_moment("as_of", asked.as_of),
        known_at=read_moment("known_at", asked.known_at),
        language=visit.language,
        now=visit.now,
    )
    return learner, found
