"""The outbox, for administrators, and the page where somebody stops mails that they do not want."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK
from sqlalchemy import Connection

from app.page import page, see_other
from app.pages.listing import Listing
from app.visit import PUBLIC, Visit, acts
from base import Database, words_for
from messages import (
    MailOrder,
    Message,
    State,
    StopLink,
    choose_by_link,
    kind_name,
    message_counts,
    messages,
    retry_message,
    stop_link,
)
from people import Action

PAGE_SIZE = 100


@get("/admin/mail", opt=acts(Action.VIEW_DELIVERIES))
async def mail_page(
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    shown: FromQuery[State | None] = None,
    sort: FromQuery[str] = f"-{MailOrder.WRITTEN}",
    after: FromQuery[UUID | None] = None,
) -> Response[str]:
    listing = Listing("/admin/mail", sort, {"shown": shown or ""})
    found, counts = await db.read(_outbox, shown, listing, after)
    words = words_for(visit.language)
    return page(
        "mail.html",
        visit,
        listing=listing,
        messages=found[:PAGE_SIZE],
        next_page=listing.behind(found[PAGE_SIZE - 1].id) if len(found) > PAGE_SIZE else None,
        total=counts.get(shown, 0) if shown else sum(counts.values()),
        counts=counts,
        state=shown,
        states=list(State),
        names={message.kind: kind_name(message.kind, words) for message in found},
    )


@post("/admin/mail/{message_id:uuid}/retry", opt=acts(Action.RETRY_DELIVERIES))
async def retry_mail(
    message_id: FromPath[UUID], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Redirect:
    await db.write(retry_message, message_id, now=visit.now)
    return see_other(visit, "/admin/mail")


@get("/mail/stop/{token:str}", opt=PUBLIC)
async def stop_mail_page(
    token: FromPath[str], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str]:
    return _shown(visit, await db.read(stop_link, token))


@post("/mail/stop/{token:str}", opt=PUBLIC, status_code=HTTP_200_OK)
async def stop_mail(
    token: FromPath[str],
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Response[str]:
    """Also what a mail program sends by itself: `List-Unsubscribe=One-Click`, in either form (RFC 8058, 3.2)."""
    form = await request.form()
    return _shown(visit, await db.write(_choose, token, wanted=form.get("wanted") == "yes", visit=visit))


def _outbox(
    conn: Connection, state: State | None, listing: Listing, after: UUID | None
) -> tuple[list[Message], dict[State, int]]:
    order, descending = listing.one_of(MailOrder), listing.descending
    found = messages(conn, state=state, order=order, descending=descending, after=after, limit=PAGE_SIZE + 1)
    return found, message_counts(conn)


def _choose(conn: Connection, token: str, *, wanted: bool, visit: Visit) -> StopLink:
    choose_by_link(conn, token, wanted=wanted, now=visit.now)
    return stop_link(conn, token)


def _shown(visit: Visit, link: StopLink) -> Response[str]:
    words = words_for(visit.language)
    return page("stop_mail.html", visit, link=link, names=[kind_name(kind, words) for kind in link.kinds])
