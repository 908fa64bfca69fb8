"""Coming in by a link, going out, and out of a frame into a tab of its own."""

from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK
from sqlalchemy import Connection

from app.devices import device_of
from app.page import own_path, page, see_other
from app.settings import Settings
from app.visit import PUBLIC, Visit, acts, session_cookie
from base import Database
from people import Action, Person, asks_name, close_session, make_sign_in_link, open_session, use_sign_in_link


class Back(msgspec.Struct, frozen=True):
    """What a form sends that wants to return to the page it stood on."""

    back: Annotated[str, msgspec.Meta(max_length=500)] = "/"


class Entry(msgspec.Struct, frozen=True):
    """Somebody has come in: the token of their session, and the page that they see first."""

    token: str
    location: str


@get("/sign-in/{token:str}", opt=PUBLIC)
async def sign_in_page(token: FromPath[str], visit: NamedDependency[Visit]) -> Response[str]:  # noqa: ARG001 (spent by the form)
    return page("sign_in.html", visit)


@post("/sign-in/{token:str}", opt=PUBLIC)
async def sign_in(
    token: FromPath[str],
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
    to: FromQuery[str] = "/",
) -> Redirect:
    device = device_of(request.headers.get("user-agent", ""))
    return entered(settings, visit, await db.write(_sign_in, token, visit, device, own_path(to)))


@post("/sign-out", opt=PUBLIC)
async def sign_out(
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Redirect:
    name = session_cookie(settings.url)
    if (token := request.cookies.get(name)) is not None:
        await db.write(close_session, token, now=visit.now)
    gone = Cookie(key=name, value="", max_age=0, httponly=True, secure=settings.url.startswith("https://"))
    return see_other(visit, "/", cookies=[gone])


@post("/new-tab", opt=acts(Action.VIEW_OWN_PATHS), status_code=HTTP_200_OK)
async def open_new_tab(
    data: URLEncodedBody[Back],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Response[str]:
    token = await db.write(make_sign_in_link, visit.person_id, now=visit.now)
    address = f"{settings.url}/sign-in/{token}?{urlencode({'to': own_path(data.back)})}"
    return page("new_tab.html", visit, address=address)


def enter(conn: Connection, person: Person, visit: Visit, device: str | None, to: str) -> Entry:
    """Open a session outside of frames; whose name nobody told us is asked for it first."""
    token = open_session(conn, person.id, frame=None, device=device, now=visit.now)
    return Entry(token, f"/name?{urlencode({'to': to})}" if asks_name(conn, person) else to)


def entered(settings: Settings, visit: Visit, entry: Entry) -> Redirect:
    """The answer that leaves the session with the browser, for this host alone."""
    cookie = Cookie(
        key=session_cookie(settings.url),
        value=entry.token,
        httponly=True,
        secure=settings.url.startswith("https://"),
        samesite="lax",
    )
    return see_other(visit, entry.location, cookies=[cookie])


def _sign_in(conn: Connection, token: str, visit: Visit, device: str | None, to: str) -> Entry:
    return enter(conn, use_sign_in_link(conn, token, now=visit.now), visit, device, to)
