"""Launches that let nobody in: what is shown to whom nothing is kept of, and what administrators see of refusals."""

from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy import Connection

from app.languages import LANGUAGE_COOKIE
from app.page import page
from app.pages.paths import map_below
from app.visit import PUBLIC, Visit, acts
from base import Database, KeyRing, new_uuid
from lti import Preview, open_preview, refused_launches_of
from paths import PathView, path_view
from people import Account, Action, Person


@get("/preview/{token:str}", opt=PUBLIC)
async def preview_page(
    token: FromPath[str],
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    keys: NamedDependency[KeyRing],
) -> Response[str]:
    """Open to whoever has the address, which a launch has made and which ends."""
    preview = open_preview(keys, token, now=visit.now)
    if preview.language and LANGUAGE_COOKIE not in request.cookies:
        visit = msgspec.structs.replace(visit, language=preview.language)
    nobody = msgspec.structs.replace(visit, person=None, grants=frozenset(), session=None)
    view = await db.read(_as_nobody, preview, nobody)
    drawn = map_below(view)
    return page(
        "preview.html",
        nobody,
        why=preview.why,
        view=view,
        certificates=[],
        ask_if_invited=False,
        has_map=drawn is not None,
        drawn=drawn,
    )


@get("/admin/platforms/refused", opt=acts(Action.VIEW_PLATFORMS))
async def refused_page(visit: NamedDependency[Visit], db: NamedDependency[Database]) -> Response[str]:
    return page("refused_launches.html", visit, refused=await db.read(refused_launches_of))


def _as_nobody(conn: Connection, preview: Preview, visit: Visit) -> PathView:
    """The path as somebody sees it of whom nothing is known."""
    nobody = Person(new_uuid(), None, visit.language, Account("about:blank", "nobody"))
    return path_view(conn, nobody, preview.path, language=visit.language, now=visit.now)


LAUNCH_PAGES = (preview_page, refused_page)
