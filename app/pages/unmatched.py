"""Names that statements brought and nobody knows: whose accounts they are, or which modules, is still to be said."""

from datetime import UTC, datetime

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from sqlalchemy import Connection

from app.page import page
from app.visit import Visit, acts
from base import Database, Invalid
from paths import Unknown, Unmatched, find_unmatched
from people import Action

PAGE_ROWS = 50


class UnmatchedList(msgspec.Struct, frozen=True):
    """One page of the names of one kind, the last heard first; `older` is where the next page begins."""

    kind: Unknown
    rows: list[Unmatched]
    older: str | None


@get("/admin/unmatched", opt=acts(Action.VIEW_UNMATCHED))
async def unmatched_page(
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    kind: FromQuery[Unknown] = Unknown.AGENT,
    before: FromQuery[str] = "",
) -> Response[str]:
    listed = await db.read(_list, kind, _read_key(before))
    return page("unmatched.html", visit, listed=listed, before=before)


def _list(conn: Connection, kind: Unknown, before: tuple[datetime, str] | None) -> UnmatchedList:
    found = find_unmatched(conn, kind, before=before, limit=PAGE_ROWS + 1)
    shown = found[:PAGE_ROWS]
    return UnmatchedList(kind, shown, _key(shown[-1]) if len(found) > PAGE_ROWS else None)


def _key(row: Unmatched) -> str:
    return f"{row.known_at.isoformat()}_{row.name}"


def _read_key(key: str) -> tuple[datetime, str] | None:
    """Where a page begins, as an address has it. Raises Invalid."""
    if not key:
        return None
    at, _, name = key.partition("_")
    try:
        return datetime.fromisoformat(at).astimezone(UTC), name
    except (ValueError, OverflowError):
        raise Invalid("This page of the list cannot be found; begin again at its newest row.", where="before") from None


UNMATCHED_PAGES = (unmatched_page,)
