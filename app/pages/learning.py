"""My learning: all that somebody has begun, their days and certificates, and the calendar that tells of the days."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK
from sqlalchemy import Connection

from app.page import page, see_other
from app.pages.hearing import hear
from app.settings import Settings
from app.visit import PUBLIC, Visit, acts
from base import Database, Missing, Words, words_for
from certificates import HeldCertificate, certificates_of
from messages import (
    Entry,
    calendar_feed_since,
    calendar_of,
    end_calendar_feed,
    make_calendar_feed,
    reader_of_feed,
)
from paths import DayAhead, DayKind, PathView, State, TeamOnPath, days_ahead, path_views, teams_on_paths
from people import Action, Tier, memberships_of, named_organisations, person

_DAYS_SHOWN = 10
_CALENDAR = "text/calendar; charset=utf-8"


class Learning(msgspec.Struct, frozen=True):
    """All that somebody is on: what is under way, the most urgent first, what is done, and the days that count.

    `teams` are the paths on which organisations are that they learn for, which `organisations` names by id.
    """

    under_way: list[PathView]
    done: list[PathView]
    days: list[DayAhead]
    certificates: list[HeldCertificate]
    feed_since: datetime | None
    teams: list[TeamOnPath]
    organisations: dict[UUID, str]

    @property
    def next_path(self) -> PathView | None:
        """The most urgent path on which there is something to do."""
        return next((view for view in self.under_way if view.next_step and not view.paused), None)


@get("/", opt=PUBLIC)
async def home(visit: NamedDependency[Visit], db: NamedDependency[Database]) -> Response[str]:
    if visit.person is None:
        return page("home.html", visit)
    await hear(db, visit)
    return page("learning.html", visit, learning=await db.read(_learning, visit))


@post("/learning/calendar", opt=acts(Action.VIEW_OWN_PATHS), status_code=HTTP_200_OK)
async def make_calendar(
    visit: NamedDependency[Visit], db: NamedDependency[Database], settings: NamedDependency[Settings]
) -> Response[str]:
    token = await db.write(make_calendar_feed, visit.person_id, now=visit.now)
    return page("calendar_link.html", visit, address=f"{settings.url}/calendar/{token}.ics")


@post("/learning/calendar/end", opt=acts(Action.VIEW_OWN_PATHS))
async def end_calendar(visit: NamedDependency[Visit], db: NamedDependency[Database]) -> Redirect:
    await db.write(end_calendar_feed, visit.person_id)
    return see_other(visit, "/")


@get("/calendar/{name:str}", opt=PUBLIC)
async def calendar(
    name: FromPath[str],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Response[bytes]:
    """The days of whoever was given this secret address, for their calendar program, which cannot sign in."""
    token, dot, kind = name.rpartition(".")
    if (dot, kind) != (".", "ics"):
        raise Missing("There is no such calendar; its address ends in .ics.")
    written = await db.read(_feed, token, settings.url, now=visit.now)
    return Response(written, media_type=_CALENDAR, headers={"cache-control": "private, no-store"})


LEARNING_PAGES = (calendar, end_calendar, home, make_calendar)


def _learning(conn: Connection, visit: Visit) -> Learning:
    views = path_views(conn, visit.somebody, language=visit.language, now=visit.now)
    belongs = memberships_of(conn, visit.person_id)
    learns_for = {each.organisation_id for each in belongs if each.tier is Tier.MEMBER}
    named = named_organisations(conn, learns_for)
    return Learning(
        under_way=sorted((view for view in views if view.state != State.SATISFIED), key=_urgency),
        done=[view for view in views if view.state == State.SATISFIED],
        days=days_ahead(views)[:_DAYS_SHOWN],
        certificates=certificates_of(conn, visit.person_id),
        feed_since=calendar_feed_since(conn, visit.person_id),
        teams=teams_on_paths(conn, learns_for, language=visit.language),
        organisations={id_: each.name for id_, each in named.items()},
    )


def _urgency(view: PathView) -> tuple[bool, bool, str]:
    """What is paused comes last; what is due first comes first, what is never due after all that is."""
    first = min((day.day for day in days_ahead([view]) if day.kind is DayKind.DUE), default=None)
    return view.paused, first is None, "" if first is None else first.isoformat()


def _feed(conn: Connection, token: str, url: str, *, now: datetime) -> bytes:
    reader = person(conn, reader_of_feed(conn, token))
    words = words_for(reader.language)
    views = path_views(conn, reader, language=reader.language, now=now)
    return calendar_of(_entries(days_ahead(views), words, url), name=words.text("My learning"), now=now)


def _entries(days: Sequence[DayAhead], words: Words, url: str) -> Iterator[Entry]:
    for each in days:
        title = (
            words.text("Due: %(title)s", title=each.title)
            if each.kind is DayKind.DUE
            else words.text("Valid until today: %(title)s", title=each.title)
        )
        address = f"{url}/paths/{each.slug}" + ("" if each.whole_path else f"#{each.node}")
        yield Entry(
            id=f"{each.kind}.{each.slug}.{each.node}@{url.partition('://')[2]}",
            day=each.day,
            title=title,
            told=each.path,
            url=address,
        )
