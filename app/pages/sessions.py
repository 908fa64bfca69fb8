"""Where a person is signed in, and how they end that."""

from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import URLEncodedBody
from litestar.response import Redirect

from app.page import page, see_other
from app.visit import Visit, acts
from base import Database
from people import Action, end_other_sessions, end_session, sessions_of


class Ending(msgspec.Struct, frozen=True):
    """Which session is to end."""

    session: Annotated[str, msgspec.Meta(max_length=100)]


@get("/sessions", opt=acts(Action.VIEW_OWN_SESSIONS))
async def sessions_page(visit: NamedDependency[Visit], db: NamedDependency[Database]) -> Response[str]:
    listed = await db.read(sessions_of, visit.person_id, now=visit.now)
    return page("sessions.html", visit, sessions=listed)


@post("/sessions/end", opt=acts(Action.END_OWN_SESSIONS))
async def end_one_session(
    data: URLEncodedBody[Ending], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Redirect:
    await db.write(end_session, visit.person_id, data.session, now=visit.now)
    return see_other(visit, "/sessions")


@post("/sessions/end-others", opt=acts(Action.END_OWN_SESSIONS))
async def end_all_others(visit: NamedDependency[Visit], db: NamedDependency[Database]) -> Redirect:
    assert visit.session is not None  # the guard found the person by it
    await db.write(end_other_sessions, visit.person_id, but=visit.session.id, now=visit.now)
    return see_other(visit, "/sessions")
