"""Who decided what: found, exported, and the newest seal over it for everybody."""

from collections.abc import AsyncIterator, Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery
from litestar.response import Stream
from sqlalchemy import Connection

from app.page import page
from app.pages.listing import Listing
from app.visit import PUBLIC, Visit, acts
from base import Asked, Cell, Database, Decision, Invalid, Missing, csv_lines, decisions, newest_seal, write_csv
from base import Seal as Sealed
from people import Action, person

PAGE_ROWS = 50
EXPORT_ROWS_AT_ONCE = 1000
_LONGEST = 300


class _Order(StrEnum):
    AT = "at"


class Entered(msgspec.Struct, frozen=True):
    """What somebody looks for, as they entered it; days are days in UTC."""

    by: str = ""
    act: str = ""
    subject: str = ""
    since: str = ""
    until: str = ""
    sort: str = "-at"

    @property
    def listing(self) -> Listing:
        """How the list stands in its address."""
        filters = {name: value for name, value in msgspec.structs.asdict(self).items() if name != "sort"}
        return Listing("/admin/audit", self.sort, filters)

    @property
    def is_filtered(self) -> bool:
        return any(self.listing.filters.values())

    def query(self, **more: str) -> str:
        """The filters, and more, as they stand in an address."""
        return urlencode({name: value for name, value in (msgspec.structs.asdict(self) | more).items() if value})


class PublicRoot(msgspec.Struct, frozen=True):
    """The newest seal as anybody may keep it, to hold the installation to it later."""

    number: int
    root: str
    previous: str
    rows: int
    sealed_at: datetime


async def provide_entered(
    by: FromQuery[str] = "",
    act: FromQuery[str] = "",
    subject: FromQuery[str] = "",
    since: FromQuery[str] = "",
    until: FromQuery[str] = "",
    sort: FromQuery[str] = "-at",
) -> Entered:
    return Entered(*(_readable(value) for value in (by, act, subject, since, until, sort)))


_FILTERS = {"entered": Provide(provide_entered)}


@get("/admin/audit", opt=acts(Action.VIEW_AUDIT), dependencies=_FILTERS)
async def audit_page(
    entered: NamedDependency[Entered],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    after: FromQuery[str] = "",
) -> Response[str]:
    found, names, seal = await db.read(_found, asked_by(entered), _read_key(after))
    shown = found[:PAGE_ROWS]
    further = f"{shown[-1].at.isoformat()}_{shown[-1].id}" if len(found) > PAGE_ROWS else ""
    return page(
        "audit.html", visit, entered=entered, decisions=shown, names=names, seal=seal, after=after, further=further
    )


@get("/admin/audit/export.csv", opt=acts(Action.VIEW_AUDIT), dependencies=_FILTERS)
async def audit_as_csv(entered: NamedDependency[Entered], db: NamedDependency[Database]) -> Stream:
    """Every decision that was asked for, with the commitments in place of personal values."""
    head = b"".join(write_csv(Decision.__struct_fields__, []))
    return _download(_exported(db, asked_by(entered), head, _as_csv), "audit.csv", "text/csv")


@get("/admin/audit/export.jsonl", opt=acts(Action.VIEW_AUDIT), dependencies=_FILTERS)
async def audit_as_json_lines(entered: NamedDependency[Entered], db: NamedDependency[Database]) -> Stream:
    """The same as lines of JSON."""
    return _download(_exported(db, asked_by(entered), b"", _as_json_lines), "audit.jsonl", "application/jsonl")


@get("/audit/root", opt=PUBLIC)
async def audit_root(db: NamedDependency[Database]) -> Response[PublicRoot]:
    """The newest root. Raises Missing before the first."""
    seal = await db.read(newest_seal)
    if seal is None:
        raise Missing("Nothing has been sealed yet; the first seal is made within ten minutes of the first decision.")
    newest = PublicRoot(seal.number, seal.root.hex(), seal.previous.hex(), seal.rows, seal.sealed_at)
    return Response(newest, headers={"cache-control": "public, max-age=60"})


def asked_by(entered: Entered) -> Asked:
    """The filters as values. Raises Invalid, naming the first that cannot be one."""
    try:
        by = UUID(entered.by) if entered.by else None
    except ValueError:
        raise Invalid(f"by is {entered.by!r}; it must be the id of a person, as it stands in the list.") from None
    until = _day("until", entered.until)
    return Asked(
        by=by,
        act=entered.act or None,
        subject=entered.subject or None,
        since=_day("since", entered.since),
        until=None if until is None else until + timedelta(days=1),
        oldest_first=entered.listing.one_of(_Order) is _Order.AT and not entered.listing.descending,
    )


def _readable(entered: str) -> str:
    """Without what no decision contains and no database looks for, such as the null character."""
    return "".join(c for c in entered.strip()[:_LONGEST] if c.isprintable())


def _day(field: str, entered: str) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(entered), datetime.min.time(), UTC) if entered else None
    except ValueError:
        raise Invalid(f"{field} is {entered!r}; it must be a day such as 2026-11-22.", where=field) from None


def _read_key(after: str) -> tuple[datetime, UUID] | None:
    at, _, row_id = after.partition("_")
    try:
        return (datetime.fromisoformat(at).astimezone(UTC), UUID(row_id)) if after else None
    except ValueError:
        raise Invalid("after is no place in the list; open the list anew.", where="after") from None


def _found(
    conn: Connection, asked: Asked, following: tuple[datetime, UUID] | None
) -> tuple[list[Decision], dict[UUID, str | None], Sealed | None]:
    found = decisions(conn, asked, following=following, limit=PAGE_ROWS + 1)
    return found, {each: _name(conn, each) for each in {one.by for one in found if one.by}}, newest_seal(conn)


def _name(conn: Connection, person_id: UUID) -> str | None:
    try:
        return person(conn, person_id).full_name
    except Missing:
        return None


async def _exported(
    db: Database, asked: Asked, head: bytes, write: Callable[[Iterable[Decision]], bytes]
) -> AsyncIterator[bytes]:
    """The whole answer in pieces, each read in a transaction of its own."""
    yield head
    following = None
    while found := await db.read(decisions, asked, following=following, limit=EXPORT_ROWS_AT_ONCE, as_sealed=True):
        yield write(found)
        following = (found[-1].at, found[-1].id)


def _as_json_lines(found: Iterable[Decision]) -> bytes:
    return msgspec.json.Encoder().encode_lines(list(found))


def _as_csv(found: Iterable[Decision]) -> bytes:
    return csv_lines([_cell(value) for value in msgspec.structs.astuple(each)] for each in found)


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, int | str):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else msgspec.json.encode(value).decode()


def _download(pieces: AsyncIterator[bytes], name: str, media_type: str) -> Stream:
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Stream(pieces, media_type=media_type, headers=headers)
