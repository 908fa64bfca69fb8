"""Statements of the record store, for those who look after it: found by filters, and each as it is stored."""

from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from litestar import MediaType, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery
from litestar.response import File
from litestar.status_codes import HTTP_400_BAD_REQUEST
from sqlalchemy import Connection

from app.page import page
from app.pages.statement_words import Told, told_of
from app.visit import Visit, acts
from base import Database, FileStore, Invalid, Missing
from lrs import (
    Account,
    Agent,
    Inspected,
    Query,
    agent_key,
    decode_stored,
    find_statements,
    find_voided,
    inspect_statement,
    parse_agent,
)
from people import Action, person

PAGE_ROWS = 50
_LONGEST = 2000
_HIGHEST_POSITION = 2**62


class Filters(msgspec.Struct, frozen=True):
    """What somebody looks for, as they entered it; days are days of storing in UTC."""

    agent: str = ""
    related_agents: str = ""
    verb: str = ""
    activity: str = ""
    related_activities: str = ""
    registration: str = ""
    since: str = ""
    until: str = ""
    voided: str = ""

    def address(self, **more: str) -> str:
        """The address of the list with these filters, and more."""
        chosen = {name: value for name, value in (msgspec.structs.asdict(self) | more).items() if value}
        return f"/admin/statements?{urlencode(chosen)}" if chosen else "/admin/statements"


class Listed(msgspec.Struct, frozen=True):
    """Statements in words, newest first, and behind which place of the log older ones begin."""

    rows: list[Told]
    older: int | None


async def provide_filters(
    *,
    agent: FromQuery[str] = "",
    related_agents: FromQuery[str] = "",
    verb: FromQuery[str] = "",
    activity: FromQuery[str] = "",
    related_activities: FromQuery[str] = "",
    registration: FromQuery[str] = "",
    since: FromQuery[str] = "",
    until: FromQuery[str] = "",
    voided: FromQuery[str] = "",
) -> Filters:
    entered = (agent, related_agents, verb, activity, related_activities, registration, since, until, voided)
    return Filters(*("".join(c for c in each.strip()[:_LONGEST] if c.isprintable()) for each in entered))


@get("/admin/statements", opt=acts(Action.VIEW_STATEMENTS), dependencies={"filters": Provide(provide_filters)})
async def statements_page(
    filters: NamedDependency[Filters],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    position: FromQuery[int | None] = None,
) -> Response[str]:
    if position is not None and not 1 <= position <= _HIGHEST_POSITION:
        raise Invalid("position is no place in the list; open the list anew.", where="position")
    try:
        listed = await db.read(_listed, filters, position, visit.language)
    except Invalid as fault:
        nothing = Listed([], None)
        values = {"filters": filters, "listed": nothing, "position": None, "fault": fault}
        return page("statements.html", visit, status=HTTP_400_BAD_REQUEST, **values)
    return page("statements.html", visit, filters=filters, listed=listed, position=position, fault=None)


@get("/admin/statements/{statement_id:uuid}", opt=acts(Action.VIEW_STATEMENTS))
async def statement_page(
    statement_id: FromPath[UUID], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str]:
    found: Inspected = await db.read(inspect_statement, statement_id)

    return page(
        "statement.html",
        visit,
        found=found,
        told=told_of(found.stored.statement, visit.language),
        referring=[told_of(each.statement, visit.language) for each in found.referring],
        target=None if found.target is None else told_of(found.target.statement, visit.language),
        voiding={each.id for each in found.voided_by},
        pretty=msgspec.json.format(found.stored.raw, indent=2).decode(),
    )


@get("/admin/statements/{statement_id:uuid}/statement.json", opt=acts(Action.VIEW_STATEMENTS))
async def raw_statement(statement_id: FromPath[UUID], db: NamedDependency[Database]) -> Response[bytes]:
    """The statement byte for byte as it is stored."""
    found = await db.read(inspect_statement, statement_id)
    headers = {**_SANDBOXED, "content-disposition": f'attachment; filename="{statement_id}.json"'}
    return Response(found.stored.raw, media_type=MediaType.JSON, headers=headers)


@get("/admin/statements/{statement_id:uuid}/files/{sha2:str}", opt=acts(Action.VIEW_STATEMENTS))
async def statement_file(
    statement_id: FromPath[UUID],
    sha2: FromPath[str],
    db: NamedDependency[Database],
    files: NamedDependency[FileStore],
) -> File:
    """A file that came with the statement, never shown in the browser: anybody may have sent anything."""
    found = await db.read(inspect_statement, statement_id)
    name = next((each.file for each in found.files if each.sha2 == sha2), None)
    if name is None or not files.path(name).is_file():
        raise Missing("There is no such file with this statement.")
    return File(
        files.path(name), filename=f"{name[:16]}.bin", media_type="application/octet-stream", headers=_SANDBOXED
    )


STATEMENT_PAGES = (statements_page, statement_page, raw_statement, statement_file)

_SANDBOXED = {"content-security-policy": "sandbox; default-src 'none'", "cache-control": "no-store"}


def _listed(conn: Connection, filters: Filters, position: int | None, language: str) -> Listed:
    query = asked_by(conn, filters)
    if position is not None:
        query = msgspec.structs.replace(query, position=position)
    found = find_voided(conn, query) if filters.voided else find_statements(conn, query)
    rows = [told_of(decode_stored(each), language) for each in found.statements]
    return Listed(rows, None if found.following is None else found.following.position)


def asked_by(conn: Connection, filters: Filters) -> Query:
    """The filters as values. Raises Invalid, naming the first that cannot be one."""
    until = _day("until", filters.until)
    return Query(
        agent=agent_key(_agent(conn, filters.agent)) if filters.agent else None,
        related_agents=bool(filters.related_agents),
        verb=filters.verb or None,
        activity=filters.activity or None,
        related_activities=bool(filters.related_activities),
        registration=_uuid(filters.registration) if filters.registration else None,
        since=_before(_day("since", filters.since)),
        until=None if until is None else _before(until + timedelta(days=1)),
        limit=PAGE_ROWS,
    )


def _agent(conn: Connection, entered: str) -> Agent:
    """An agent, or the account by which Waymark's own statements name a person, by the person's id."""
    try:
        person_id = UUID(entered)
    except ValueError:
        return parse_agent(entered)
    try:
        opaque = person(conn, person_id).opaque
    except Missing as missing:
        raise Invalid(missing.message, where="agent") from missing
    return Agent(account=Account(home_page=opaque.home_page, name=opaque.name))


def _uuid(entered: str) -> UUID:
    try:
        return UUID(entered)
    except ValueError:
        raise Invalid(f"registration is {entered!r}; it must be a UUID.", where="registration") from None


def _day(field: str, entered: str) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(entered), time.min, UTC) if entered else None
    except (ValueError, OverflowError):
        raise Invalid(f"{field} is {entered!r}; it must be a day such as 2026-11-22.", where=field) from None


def _before(instant: datetime | None) -> datetime | None:
    """The last moment before it: since leaves out its own moment, and until takes it in."""
    return None if instant is None else instant - timedelta(microseconds=1)
