"""The ways in beside an LMS: a page that offers them, and the way by mail."""

from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, URLEncodedBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_400_BAD_REQUEST

from app.client_address import client_address
from app.page import own_path, page, see_other
from app.settings import Settings
from app.visit import PUBLIC, Visit
from base import Database, Invalid
from people import Providers, ask_sign_in_link


class AddressForm(msgspec.Struct, frozen=True):
    """What somebody enters who wants a link by mail."""

    address: Annotated[str, msgspec.Meta(max_length=1000)] = ""


@get("/sign-in", opt=PUBLIC)
async def ways_in(
    visit: NamedDependency[Visit], providers: NamedDependency[Providers], to: FromQuery[str] = "/"
) -> Response[str]:
    return page("ways_in.html", visit, providers=providers.all, to=own_path(to), address="", wrong=False)


@post("/sign-in", opt=PUBLIC)
async def ask_for_link(
    data: URLEncodedBody[AddressForm],
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
    providers: NamedDependency[Providers],
) -> Response[str] | Redirect:
    """The same answer whether or not anybody has the address."""
    client = client_address(request, proxies=settings.proxies)
    try:
        await db.write(ask_sign_in_link, data.address, client=client, now=visit.now)
    except Invalid:
        values = {"providers": providers.all, "to": "/", "address": data.address, "wrong": True}
        return page("ways_in.html", visit, status=HTTP_400_BAD_REQUEST, **values)
    return see_other(visit, "/sign-in/sent")


@get("/sign-in/sent", opt=PUBLIC)
async def link_sent(visit: NamedDependency[Visit]) -> Response[str]:
    return page("link_sent.html", visit)
