"""The page that makes an agent of the record store pseudonymous: what it will do, why, and the word to type."""

from datetime import date
from hashlib import sha256
from typing import Annotated

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, URLEncodedBody
from litestar.status_codes import HTTP_200_OK, HTTP_400_BAD_REQUEST
from sqlalchemy import Connection

from app.page import page
from app.pseudonymising import Begun, begin
from app.visit import Visit, acts
from base import Database, Invalid
from lrs import NOT_REACHED, Agent, Whereabouts, agent_key, parse_agent, replacing_under_way, whereabouts
from people import Action

Entry = Annotated[str, msgspec.Meta(max_length=8000)]


class Wish(msgspec.Struct, frozen=True):
    """What is entered: the identifiers of one agent, a line each; why; and what was typed to mean it."""

    agents: Entry = ""
    reason: Entry = ""
    drops: Entry = ""
    typed: Entry = ""


class Foreseen(msgspec.Struct, frozen=True):
    """What is done when `confirmation` is typed: it fits these identifiers and no others."""

    whereabouts: Whereabouts
    confirmation: str

    @property
    def days(self) -> list[date]:
        """The days on which the agent's own statements were stored, the first first."""
        return [date.fromisoformat(each.name) for each in self.whereabouts.by_day]


class Shown(msgspec.Struct, frozen=True):
    """What the page tells: the forecast, or why there is none; and how many others are under way."""

    foreseen: Foreseen | None
    fault: Invalid | None
    under_way: int


@get("/admin/statements/pseudonymise", opt=acts(Action.REPLACE_AGENTS))
async def pseudonymise_page(
    visit: NamedDependency[Visit], db: NamedDependency[Database], agents: FromQuery[str] = ""
) -> Response[str]:
    return _page(visit, Wish(agents[:8000]), await db.read(_shown, agents[:8000]))


@post("/admin/statements/pseudonymise", opt=acts(Action.REPLACE_AGENTS))
async def pseudonymise(
    data: URLEncodedBody[Wish], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str]:
    shown = await db.read(_shown, data.agents)
    faults = tuple(_faults(data, shown))
    if faults:
        return _page(visit, data, shown, faults=faults)
    begun = await db.write(
        begin, _agents(data.agents), by=visit.person_id, reason=data.reason.strip(), drops=bool(data.drops),
        now=visit.now,
    )  # fmt: skip
    return _page(visit, data, shown, begun=begun)


PSEUDONYM_PAGES = (pseudonymise_page, pseudonymise)


def _page(
    visit: Visit, wish: Wish, shown: Shown, *, faults: tuple[str, ...] = (), begun: Begun | None = None
) -> Response[str]:
    status = HTTP_400_BAD_REQUEST if faults else HTTP_200_OK
    return page(
        "pseudonymise.html", visit, status=status, wish=wish, shown=shown, faults=faults, begun=begun,
        not_reached=NOT_REACHED,
    )  # fmt: skip


def _faults(wish: Wish, shown: Shown) -> list[str]:
    if shown.foreseen is None:
        return ["agents"]
    missing = [] if wish.reason.strip() else ["reason"]
    return missing if wish.typed.strip().lower() == shown.foreseen.confirmation else [*missing, "typed"]


def _shown(conn: Connection, entered: str) -> Shown:
    under_way = len(replacing_under_way(conn))
    if not entered.strip():
        return Shown(None, None, under_way)
    try:
        return Shown(_foreseen(conn, _agents(entered)), None, under_way)
    except Invalid as fault:
        return Shown(None, fault, under_way)


def _foreseen(conn: Connection, agents: list[Agent]) -> Foreseen:
    found = whereabouts(conn, agents)
    if not found.identifiers:
        raise Invalid("Nothing in the record store names this agent.", where="agents")
    named = "\n".join(sorted(map(agent_key, agents)))
    return Foreseen(found, sha256(named.encode()).hexdigest()[:8])


def _agents(entered: str) -> list[Agent]:
    return [parse_agent(line) for line in entered.splitlines() if line.strip()]
