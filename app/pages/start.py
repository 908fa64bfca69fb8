"""The first minutes: what somebody does and wants to learn, and which paths are proposed to them, and why."""

from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, URLEncodedBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_400_BAD_REQUEST
from sqlalchemy import Connection

from app.page import page, see_other
from app.pages.organisations import Entry as Text
from app.visit import Visit, acts
from base import Database, Invalid, msgid
from paths import Manner, Proposal, Wish, paths, recommend, topics_offered, wish_of
from people import Action, needs, positions

MOST_PROPOSED = 3
MINUTES = (15, 30, 60, 120)
_SAID = msgid("said so themselves")


class StartForm(msgspec.Struct, frozen=True):
    """The answers: a position, topics, minutes a week, and how they like to learn."""

    position: Text = ""
    topics: list[Text] | Text = []
    minutes: Text = ""
    manner: Text = Manner.EITHER


class StartView(msgspec.Struct, frozen=True):
    """What may be answered, what was, and what is proposed for it."""

    offered_positions: list[str]
    offered_topics: list[str]
    wish: Wish
    calling: str
    proposals: list[Proposal]


@get("/start", opt=acts(Action.VIEW_OWN_PATHS))
async def start_page(
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    minutes: FromQuery[int | None] = None,
    manner: FromQuery[str] = Manner.EITHER,
) -> Response[str]:
    chosen = Manner(manner) if manner in {*Manner} else Manner.EITHER
    view = await db.read(_view, visit, minutes if minutes in MINUTES else None, chosen)
    return _show(visit, view, {})


@post("/start", opt=acts(Action.OPEN_MODULES))
async def say_needs(
    data: URLEncodedBody[StartForm], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str] | Redirect:
    try:
        await db.write(_say, visit, data)
    except Invalid as refused:
        view = await db.read(_view, visit, None, Manner.EITHER)
        return _show(visit, view, {"topics" if refused.where == "needs" else "position": "wrong"})
    minutes = data.minutes if data.minutes in map(str, MINUTES) else ""
    manner = data.manner if data.manner in {*Manner} else Manner.EITHER
    return see_other(visit, f"/start?manner={manner}" + (f"&minutes={minutes}" if minutes else "") + "#proposed")


START_PAGES = (start_page, say_needs)


def _say(conn: Connection, visit: Visit, said: StartForm) -> None:
    mine: UUID = visit.person_id
    topics = [said.topics] if isinstance(said.topics, str) else said.topics
    needs.say_calling(conn, mine, said.position, by=mine, reason=_SAID, now=visit.now)
    needs.say_needs(conn, mine, topics, by=mine, reason=_SAID, now=visit.now)


def _view(conn: Connection, visit: Visit, minutes: int | None, manner: Manner) -> StartView:
    wish = wish_of(conn, visit.person_id, minutes=minutes, manner=manner)
    said = bool(wish.positions or wish.topics)
    proposals = (
        recommend(conn, visit.somebody, minutes=minutes, manner=manner, language=visit.language, now=visit.now)
        if said
        else []
    )
    roles = (each.role for each in paths(conn) if each.is_open)
    return StartView(
        offered_positions=list(dict.fromkeys((*positions.POSITIONS, *roles))),
        offered_topics=sorted({*topics_offered(conn), *wish.topics}),
        wish=wish,
        calling=next(iter(needs.calling_of(conn, visit.person_id) or wish.positions), ""),
        proposals=proposals[:MOST_PROPOSED],
    )


def _show(visit: Visit, view: StartView, faults: dict[str, str]) -> Response[str]:
    status = HTTP_400_BAD_REQUEST if faults else HTTP_200_OK
    return page("start.html", visit, status=status, view=view, faults=faults, minutes=MINUTES, manners=list(Manner))
