"""Paths as learners see them: all there are, one's own, one with its next step."""

from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy import Connection

from app.page import page, see_other
from app.visit import PUBLIC, Visit, acts
from base import Database, apply_effects, has_due_effects
from certificates import HeldCertificate, certificates_of
from paths import Enrolment, PathView, enrol, path, path_view, path_views, paths, subjects_of
from people import Action, may_have_been_invited

_ROUNDS_OF_HEARING = 10


@get("/", opt=PUBLIC)
async def home(visit: NamedDependency[Visit], db: NamedDependency[Database]) -> Response[str]:
    if visit.person is None:
        return page("home.html", visit, views=[])
    await hear(db, visit)
    views = await db.read(path_views, visit.person, language=visit.language, now=visit.now)
    return page("home.html", visit, views=views)


@get("/paths", opt=acts(Action.VIEW_CATALOGUE))
async def catalogue(visit: NamedDependency[Visit], db: NamedDependency[Database]) -> Response[str]:
    return page("catalogue.html", visit, paths=[each for each in await db.read(paths) if each.is_open])


@get("/paths/{slug:str}", opt=acts(Action.VIEW_OWN_PATHS))
async def path_page(slug: FromPath[str], visit: NamedDependency[Visit], db: NamedDependency[Database]) -> Response[str]:
    await hear(db, visit)
    view, certificates, invited = await db.read(_path, slug, visit)
    return page("path.html", visit, view=view, certificates=certificates, ask_if_invited=invited)


@post("/paths/{slug:str}/enrol", opt=acts(Action.OPEN_MODULES))
async def begin_path(slug: FromPath[str], visit: NamedDependency[Visit], db: NamedDependency[Database]) -> Redirect:
    await db.write(_enrol, slug, visit)
    return see_other(visit, f"/paths/{slug}")


async def hear(db: Database, visit: Visit) -> None:
    """Let the person's own events be heard, so that a page shows what they have just done; mostly there are none."""
    await hear_of(db, visit.person_id, visit)


async def hear_of(db: Database, person_id: UUID, visit: Visit) -> None:
    """As `hear`, of somebody whom the visitor looks at."""
    if await db.read(_waits, person_id, visit):
        await db.write(_hear, person_id, visit)


def _waits(conn: Connection, person_id: UUID, visit: Visit) -> bool:
    return has_due_effects(conn, now=visit.now, subjects=subjects_of(conn, person_id))


def _hear(conn: Connection, person_id: UUID, visit: Visit) -> None:
    """An event heard may tell of another (a requirement, a path, a certificate), so again while there are any."""
    subjects = subjects_of(conn, person_id)
    for _ in range(_ROUNDS_OF_HEARING):
        if apply_effects(conn, now=visit.now, subjects=subjects) == 0:
            break


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
