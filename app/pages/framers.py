"""Whose pages may hold ours in a frame, for one LMS."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_400_BAD_REQUEST
from sqlalchemy import Connection

from app.page import page, see_other
from app.visit import Visit, acts
from base import Database, Invalid, msgid, origin_of
from lti import Framer, Platform, add_framer, framers_of, platform, remove_framer
from people import Action

_FRAMERS = "/admin/platforms/{platform_id:uuid}/framers"
_REASON = msgid("decided on the page of the learning platform")


class FramerForm(msgspec.Struct, frozen=True):
    """The address of a page that is to show ours, or the origin that is to do so no more."""

    origin: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class FramersView(msgspec.Struct, frozen=True):
    """All origins whose pages may hold ours: `own` by the platform's addresses, `further` besides."""

    platform: Platform
    own: list[str]
    further: list[Framer]


@get(_FRAMERS, opt=acts(Action.VIEW_PLATFORMS))
async def framers_page(
    platform_id: FromPath[UUID], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str]:
    return page("framers.html", visit, view=await db.read(_view, platform_id), entered="", wrong=False)


@post(_FRAMERS, opt=acts(Action.REGISTER_PLATFORMS))
async def let_frame(
    platform_id: FromPath[UUID],
    data: URLEncodedBody[FramerForm],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Response[str] | Redirect:
    try:
        await db.write(add_framer, platform_id, data.origin, by=visit.person_id, reason=_REASON, now=visit.now)
    except Invalid:
        view = await db.read(_view, platform_id)
        return page("framers.html", visit, status=HTTP_400_BAD_REQUEST, view=view, entered=data.origin, wrong=True)
    return see_other(visit, f"/admin/platforms/{platform_id}/framers")


@post(f"{_FRAMERS}/remove", opt=acts(Action.REGISTER_PLATFORMS))
async def let_frame_no_more(
    platform_id: FromPath[UUID],
    data: URLEncodedBody[FramerForm],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Redirect:
    await db.write(remove_framer, platform_id, data.origin, by=visit.person_id, reason=_REASON, now=visit.now)
    return see_other(visit, f"/admin/platforms/{platform_id}/framers")


FRAMER_PAGES = (framers_page, let_frame, let_frame_no_more)


def _view(conn: Connection, platform_id: UUID) -> FramersView:
    shown = platform(conn, platform_id)
    own = {origin_of(shown.issuer), origin_of(shown.auth_login_url)}
    return FramersView(shown, sorted(own), framers_of(conn, platform_id))
