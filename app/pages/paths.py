"""Paths as learners see them: all that there are, and one with its next step, its list and its map."""

from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlalchemy import Connection

from app.page import page, see_other
from app.pages.hearing import hear
from app.pages.listing import Listing
from app.visit import Visit, acts
from base import Database
from certificates import HeldCertificate, certificates_of
from paths import (
    Enrolment,
    Offer,
    Offers,
    PathMap,
    PathView,
    Wanted,
    draw_path,
    enrol,
    find_offers,
    path,
    path_view,
)
from people import Action, may_have_been_invited

PAGE_SIZE = 24
DRAWN_AT_ONCE = 24
"""How many steps there may be at most for the map to stand below the list: a first view takes at most 100 KB."""

LENGTHS = (15, 30, 60, 120, 240)
"""The choices of how many minutes something may take."""

Asked = Annotated[str, msgspec.Meta(max_length=200)]


class Catalogue(msgspec.Struct, frozen=True):
    """A page of what there is to begin: what is asked for, the offers on it, how many there are in all."""

    wanted: Wanted
    found: Offers
    shown: tuple[Offer, ...]
    next_page: str | None

    @property
    def total(self) -> int:
        return len(self.found.offers)

    @property
    def narrowed(self) -> bool:
        """Whether more is asked for than words."""
        return msgspec.structs.replace(self.wanted, text="") != Wanted()


@get("/paths", opt=acts(Action.VIEW_CATALOGUE))
async def catalogue(
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    text: FromQuery[Asked] = "",
    position: FromQuery[Asked] = "",
    topic: FromQuery[Asked] = "",
    language: FromQuery[Asked] = "",
    minutes: FromQuery[Asked] = "",
    after: FromQuery[Asked] = "",
) -> Response[str]:
    longest = int(minutes) if minutes in map(str, LENGTHS) else None
    wanted = Wanted(text.strip(), position, topic, language, longest)
    found = await db.read(find_offers, wanted, language=visit.language)
    return page("catalogue.html", visit, catalogue=_catalogue(wanted, found, after), lengths=LENGTHS)


@get("/paths/{slug:str}", opt=acts(Action.VIEW_OWN_PATHS))
async def path_page(slug: FromPath[str], visit: NamedDependency[Visit], db: NamedDependency[Database]) -> Response[str]:
    await hear(db, visit)
    view, certificates, invited = await db.read(_path, slug, visit)
    return page(
        "path.html",
        visit,
        view=view,
        certificates=certificates,
        ask_if_invited=invited,
        has_map=len(view.titles) > 1,
        drawn=map_below(view),
    )


@get("/paths/{slug:str}/map", opt=acts(Action.VIEW_OWN_PATHS))
async def map_page(slug: FromPath[str], visit: NamedDependency[Visit], db: NamedDependency[Database]) -> Response[str]:
    await hear(db, visit)
    view = await db.read(path_view, visit.somebody, slug, language=visit.language, now=visit.now)
    return page("path_map.html", visit, view=view, drawn=draw_path(view.items))


@post("/paths/{slug:str}/enrol", opt=acts(Action.OPEN_MODULES))
async def begin_path(slug: FromPath[str], visit: NamedDependency[Visit], db: NamedDependency[Database]) -> Redirect:
    await db.write(_enrol, slug, visit)
    return see_other(visit, f"/paths/{slug}")


def map_below(view: PathView) -> PathMap | None:
    """The map that stands below the list: none of a single step, and none of so many that it has a page of its own."""
    return draw_path(view.items) if 1 < len(view.titles) <= DRAWN_AT_ONCE else None


def _catalogue(wanted: Wanted, found: Offers, after: str) -> Catalogue:
    """The page that begins behind the offer `after`, from the first on where that is none."""
    slugs = [offer.slug for offer in found.offers]
    start = slugs.index(after) + 1 if after in slugs else 0
    shown = found.offers[start : start + PAGE_SIZE]
    further = start + PAGE_SIZE < len(slugs)
    filters = {name: str(each) for name, each in msgspec.structs.asdict(wanted).items() if each}
    return Catalogue(wanted, found, shown, Listing("/paths", "", filters).behind(shown[-1].slug) if further else None)


def _path(conn: Connection, slug: str, visit: Visit) -> tuple[PathView, list[HeldCertificate], bool]:
    """The path and what was earned by it; and whether to ask somebody who is new here if they were invited."""
    view = path_view(conn, visit.somebody, slug, language=visit.language, now=visit.now)
    earned = [each for each in certificates_of(conn, visit.person_id) if each.path_id == view.id]
    return view, earned, may_have_been_invited(conn, visit.person_id, now=visit.now)


def _enrol(conn: Connection, slug: str, visit: Visit) -> Enrolment:
    return enrol(
        conn,
        visit.somebody,
        path(conn, slug).id,
        origin="self",
        by=visit.person_id,
        reason="began it on its page",
        now=visit.now,
    )


PATH_PAGES = (begin_path, catalogue, map_page, path_page)
