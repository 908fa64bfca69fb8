"""What counts on a path, requirement by requirement: a dated list, to which one more activity can be added."""

from datetime import date, timedelta
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_400_BAD_REQUEST
from sqlalchemy import Connection

from app.page import page, see_other
from app.pages.enrolments import title_of
from app.visit import Visit, acts
from base import Conflict, Database, Invalid
from modules import modules
from paths import Counts, Path, accept_activity, path, titles_of, what_counts
from people import Action, person

Entry = Annotated[str, msgspec.Meta(max_length=600)]


class AcceptForm(msgspec.Struct, frozen=True):
    """Which activity counts for which requirement, from and until which day, and why."""

    requirement: Entry = ""
    activity: Entry = ""
    first: Entry = ""
    last: Entry = ""
    reason: Entry = ""


class CountsView(msgspec.Struct, frozen=True):
    """What counts for each requirement, with days in the path's time zone; `names` are of those who decided."""

    path: Path
    title: str
    counts: list[Counts]
    titles: dict[str, str]
    modules: dict[UUID, str]
    names: dict[UUID, str | None]

    @property
    def requirements(self) -> tuple[str, ...]:
        """Each once, in order."""
        return tuple(dict.fromkeys(each.requirement for each in self.counts))


@get("/paths/{slug:str}/fulfilments", opt=acts(Action.VIEW_VERSIONS))
async def fulfilments_page(
    slug: FromPath[str], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str]:
    return _show(visit, await db.read(_view, slug, visit), AcceptForm(), {})


@post("/paths/{slug:str}/fulfilments", opt=acts(Action.EDIT_PATHS))
async def accept_one(
    slug: FromPath[str],
    data: URLEncodedBody[AcceptForm],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Response[str] | Redirect:
    try:
        await db.write(_accept, slug, data, visit)
    except (Invalid, Conflict) as fault:
        where = "named" if isinstance(fault, Conflict) else fault.where or "activity"
        return _show(visit, await db.read(_view, slug, visit), data, {where: "wrong"})
    return see_other(visit, f"/paths/{slug}/fulfilments")


FULFILMENT_PAGES = (accept_one, fulfilments_page)


def _show(visit: Visit, view: CountsView, form: AcceptForm, faults: dict[str, str]) -> Response[str]:
    status = HTTP_400_BAD_REQUEST if faults else HTTP_200_OK
    return page("fulfilments.html", visit, status=status, view=view, form=form, faults=faults)


def _view(conn: Connection, slug: str, visit: Visit) -> CountsView:
    asked = path(conn, slug)
    zone, counts = ZoneInfo(asked.time_zone), what_counts(conn, asked.id)
    known = {each.id: each for each in modules(conn, {each.module_id for each in counts})}
    return CountsView(
        path=asked,
        title=title_of(asked, visit),
        counts=[_local(each, zone) for each in counts],
        titles=titles_of(conn, asked, visit.language),
        modules={id_: each.title.get(visit.language) or each.title["en"] for id_, each in known.items()},
        names={by: person(conn, by).full_name for by in {each.by for each in counts} if by is not None},
    )


def _local(each: Counts, zone: ZoneInfo) -> Counts:
    """With its first day and its last in the zone, for a page."""
    first, end = each.counts_from, each.counts_until
    return msgspec.structs.replace(
        each,
        counts_from=None if first is None else first.astimezone(zone),
        counts_until=None if end is None else end.astimezone(zone) - timedelta.resolution,
    )


def _accept(conn: Connection, slug: str, entered: AcceptForm, visit: Visit) -> None:
    accept_activity(
        conn,
        slug,
        entered.requirement,
        entered.activity,
        first_day=_day("from", entered.first),
        last_day=_day("until", entered.last),
        by=visit.person_id,
        reason=entered.reason,
        now=visit.now,
    )


def _day(field: str, entered: str) -> date | None:
    try:
        return date.fromisoformat(entered.strip()) if entered.strip() else None
    except ValueError:
        raise Invalid(f"{field} is {entered[:20]!r}; it must be a day such as 2026-11-22.", where=field) from None
