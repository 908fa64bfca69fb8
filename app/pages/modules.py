"""Opening a module: from the app to the content origin."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from litestar import post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER
from sqlalchemy import Connection

from app.page import own_path
from app.pages.paths import hear
from app.pages.sign_in import Back
from app.settings import Settings
from app.visit import Visit, acts
from base import Database, Forbidden
from modules import open_module
from paths import Step, path_views
from people import Action


@post("/modules/{module_id:uuid}/open", opt=acts(Action.OPEN_MODULES))
async def open_on_content_origin(
    module_id: FromPath[UUID],
    data: URLEncodedBody[Back],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Redirect:
    await hear(db, visit)
    return_url = f"{settings.url}{visit.url(own_path(data.back))}"
    token = await db.write(_open, module_id, return_url, visit)
    player = settings.content_url.replace("{package}", "player")
    return Redirect(f"{player}/s/{token}/", status_code=HTTP_303_SEE_OTHER)


def _open(conn: Connection, module_id: UUID, return_url: str, visit: Visit) -> str:
    """The token of the content path. Raises Forbidden unless one of the person's paths lets the module be opened."""
    views = path_views(conn, visit.somebody, language=visit.language, now=visit.now)
    steps = [step for view in views for step in _flat(view.items) if step.module_id == module_id]
    if not any(step.can_open for step in steps):
        before = sorted({title for step in steps for title in step.opens_after})
        raise Forbidden(
            f"Module {module_id} is locked; finish first: {', '.join(before)}."
            if before
            else f"Module {module_id} is on none of your paths; begin a path that has it.",
            rule="prerequisites",
        )
    return open_module(conn, visit.somebody, module_id, language=visit.language, return_url=return_url, now=visit.now)


def _flat(steps: Iterable[Step]) -> Iterator[Step]:
    for step in steps:
        yield step
        yield from _flat(step.items)
