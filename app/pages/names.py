"""A person's own name, asked for once where nobody told us."""

from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, URLEncodedBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_400_BAD_REQUEST

from app.page import own_path, page, see_other
from app.visit import Visit, acts
from base import Database, Invalid
from people import Action, Purpose, give_name, record_consent


class NameForm(msgspec.Struct, frozen=True):
    """What the page sends: a name, or that the person would rather not say."""

    full_name: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    decline: Annotated[str, msgspec.Meta(max_length=10)] = ""
    to: Annotated[str, msgspec.Meta(max_length=500)] = "/"


@get("/name", opt=acts(Action.TELL_OWN_NAME))
async def name_page(visit: NamedDependency[Visit], to: FromQuery[str] = "/") -> Response[str] | Redirect:
    if visit.somebody.full_name is not None:
        return see_other(visit, own_path(to))
    return page("name.html", visit, to=own_path(to), full_name="", wrong=False)


@post("/name", opt=acts(Action.TELL_OWN_NAME))
async def tell_name(
    data: URLEncodedBody[NameForm], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str] | Redirect:
    to = own_path(data.to)
    if data.decline:
        await db.write(record_consent, visit.person_id, Purpose.NAME, given=False, now=visit.now)
        return see_other(visit, to)
    try:
        await db.write(give_name, visit.person_id, data.full_name, now=visit.now)
    except Invalid:
        values = {"to": to, "full_name": data.full_name, "wrong": True}
        return page("name.html", visit, status=HTTP_400_BAD_REQUEST, **values)
    return see_other(visit, to)
