"""How many statements there are, and the statements as files, for administrators and auditors."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery
from litestar.response import Stream
from litestar.status_codes import HTTP_400_BAD_REQUEST

from app.page import page
from app.settings import Settings
from app.visit import Visit, acts
from base import Database, Invalid, TooLarge
from lrs import (
    DEFAULT_COLUMNS,
    Chosen,
    Count,
    CountedBy,
    Selection,
    as_csv,
    as_json_lines,
    count_statements,
    csv_head,
    last_seq,
    next_exported,
    parse_paths,
    parse_selection,
)
from people import Action

_LONGEST = 4000
_FILTERS = ("agent", "verb", "activity", "registration")


class Looked(msgspec.Struct, frozen=True):
    """What somebody asks for, as they entered it; days are days in the installation's zone."""

    by: str = ""
    agent: str = ""
    verb: str = ""
    activity: str = ""
    registration: str = ""
    since: str = ""
    until: str = ""


async def provide_looked(
    by: FromQuery[str] = "",
    agent: FromQuery[str] = "",
    verb: FromQuery[str] = "",
    activity: FromQuery[str] = "",
    registration: FromQuery[str] = "",
    since: FromQuery[str] = "",
    until: FromQuery[str] = "",
) -> Looked:
    entered = (by, agent, verb, activity, registration, since, until)
    return Looked(*(value.strip()[:_LONGEST].replace("\x00", "") for value in entered))


_ASKED = {"looked": Provide(provide_looked)}


@get("/admin/statements/counts", opt=acts(Action.VIEW_COUNTS), dependencies=_ASKED)
async def counts_page(
    looked: NamedDependency[Looked],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Response[str]:
    zone = ZoneInfo(settings.time_zone)
    counts: list[Count] | None = None
    faults: dict[str, str] = {}
    try:
        selection = selection_of(looked, zone)
        if looked.by:
            counts = await db.read(count_statements, selection, by=_counted_by(looked.by), zone=zone)
    except TooLarge:
        faults = {"since": "many"}
    except Invalid as fault:
        faults = {fault.where or "since": "wrong"}
    return page(
        "counts.html",
        visit,
        status=HTTP_400_BAD_REQUEST if faults else 200,
        looked=looked,
        counts=counts,
        faults=faults,
        columns=DEFAULT_COLUMNS,
    )


@get("/admin/statements/export.jsonl", opt=acts(Action.EXPORT_STATEMENTS), dependencies=_ASKED)
async def statements_as_json_lines(
    looked: NamedDependency[Looked], db: NamedDependency[Database], settings: NamedDependency[Settings]
) -> Stream:
    """The chosen statements as lines of JSON, voided ones too, so that another store can be filled with them."""
    selection = selection_of(looked, ZoneInfo(settings.time_zone))
    pieces = _exported(db, selection, b"", as_json_lines, voided=True)
    return _download(pieces, "statements.jsonl", "application/jsonl")


@get("/admin/statements/export.csv", opt=acts(Action.EXPORT_STATEMENTS), dependencies=_ASKED)
async def statements_as_csv(
    looked: NamedDependency[Looked],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
    columns: FromQuery[Annotated[str, msgspec.Meta(max_length=10_000)]] = DEFAULT_COLUMNS,
) -> Stream:
    """The chosen statements as a table of the values at these paths."""
    paths = parse_paths(columns or DEFAULT_COLUMNS)
    selection = selection_of(looked, ZoneInfo(settings.time_zone))
    pieces = _exported(db, selection, csv_head(paths), lambda found: as_csv(found, paths), voided=False)
    return _download(pieces, "statements.csv", "text/csv")


COUNT_PAGES = (counts_page, statements_as_json_lines, statements_as_csv)


def selection_of(looked: Looked, zone: ZoneInfo) -> Selection:
    """The filters as values, both days whole. Raises Invalid, naming the first that cannot be one."""
    chosen = {name: value for name in _FILTERS if (value := getattr(looked, name))}
    selection = parse_selection(chosen.items())
    since, until = _day("since", looked.since), _day("until", looked.until)
    return msgspec.structs.replace(
        selection,
        since=None if since is None else _last_before(since, zone),
        until=None if until is None else _last_before(until + timedelta(days=1), zone),
    )


def _day(field: str, entered: str) -> date | None:
    try:
        return date.fromisoformat(entered) if entered else None
    except ValueError:
        raise Invalid(f"{field} is {entered!r}; it must be a day such as 2026-11-22.", where=field) from None


def _last_before(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC) - timedelta(microseconds=1)


def _counted_by(value: str) -> CountedBy:
    if value not in set(CountedBy):
        raise Invalid(f"by is {value!r}; it must be one of {', '.join(CountedBy)}.", where="by")
    return CountedBy(value)


async def _exported(
    db: Database, selection: Selection, head: bytes, write: Callable[[Sequence[Chosen]], bytes], *, voided: bool
) -> AsyncIterator[bytes]:
    """The whole answer in pieces, each read in a transaction of its own, up to what was stored at the beginning."""
    yield head
    seq, end = 0, await db.read(last_seq)
    while seq < end:
        stretch = await db.read(next_exported, selection, after=seq, voided=voided)
        if found := [one for one in stretch.statements if one.seq <= end]:
            yield write(found)
        seq = stretch.through


def _download(pieces: AsyncIterator[bytes], name: str, media_type: str) -> Stream:
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Stream(pieces, media_type=media_type, headers=headers)
