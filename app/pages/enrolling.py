"""Staff enrol people and organisations on a path: one at a time, or many from a table."""

import asyncio
from typing import Literal, get_args
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, MultipartBody, URLEncodedBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_400_BAD_REQUEST
from sqlalchemy import Connection

from app.page import page, see_other
from app.pages.enrolments import title_of
from app.pages.organisations import Entry as Text
from app.visit import Visit, acts
from base import Conflict, Database, FileStore, Invalid, Missing, TooLarge, msgid, read_sheet, words_for
from paths import (
    Enrolment,
    EnrolmentRow,
    Path,
    RowOutcome,
    check_enrolments,
    enrol,
    enrol_organisation,
    enrol_rows,
    path,
)
from people import (
    Action,
    Entry,
    Organisation,
    find_people,
    imports,
    named_organisations,
    organisation,
    organisations,
    person,
    place_of_person,
    scopes_for,
)

MOST_ROWS = 5000
ROWS_AT_ONCE = 50
_MOST_FOUND = 20
_LARGEST_TABLE_BYTES = 2 * 1024 * 1024
_FORM_BYTES = 64 * 1024

StaffOrigin = Literal["self-paced", "cohort", "call", "invitation"]
"""How staff may say that somebody came to be enrolled."""

_REASON = msgid("from a table on the page of the path")


class EnrolForm(msgspec.Struct, frozen=True):
    """Whom to enrol (`person:` or `organisation:` and an id), how they came to it, and why."""

    subject: Text = ""
    origin: Text = "self-paced"
    reason: Text = ""
    text: Text = ""


class Candidates(msgspec.Struct, frozen=True):
    """Whom a search found of those whom the visitor may enrol."""

    path: Path
    title: str
    text: str
    people: list[Entry]
    teams: list[Organisation]
    organisations: dict[UUID, Organisation]


class SentTable(msgspec.Struct, frozen=True):
    """A table, and what it is about."""

    file: UploadFile
    kind: imports.ImportKind = imports.ImportKind.PEOPLE


class KeptTable(msgspec.Struct, frozen=True):
    """A table that was checked: the SHA-256 of its bytes, and what it is about."""

    file: str
    kind: imports.ImportKind = imports.ImportKind.PEOPLE


class CheckedTable(msgspec.Struct, frozen=True):
    """A table against the register."""

    path: Path
    title: str
    kind: imports.ImportKind
    rows: list[EnrolmentRow]

    @property
    def counts(self) -> dict[RowOutcome, int]:
        """By outcome, how many rows."""
        return {outcome: sum(row.outcome is outcome for row in self.rows) for outcome in RowOutcome}


@get("/paths/{slug:str}/enrolments/new", opt=acts(Action.MANAGE_ENROLMENTS))
async def enrol_page(
    slug: FromPath[str],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    text: FromQuery[str] = "",
) -> Response[str]:
    return _show(visit, await db.read(_search, visit, slug, text), EnrolForm(), {})


@post("/paths/{slug:str}/enrolments", opt=acts(Action.MANAGE_ENROLMENTS))
async def enrol_one(
    slug: FromPath[str],
    data: URLEncodedBody[EnrolForm],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Response[str] | Redirect:
    faults = {} if data.reason.strip() else {"reason": "missing"}
    if _subject(data.subject) is None:
        faults["subject"] = "missing"
    if data.origin not in get_args(StaffOrigin):
        faults["origin"] = "missing"
    if faults:
        return _show(visit, await db.read(_search, visit, slug, data.text), data, faults)
    enrolled = await db.write(_enrol, visit, slug, data)
    return see_other(visit, f"/enrolments/{enrolled.id}")


@get("/paths/{slug:str}/enrolments/table", opt=acts(Action.MANAGE_ENROLMENTS))
async def table_page(
    slug: FromPath[str], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str]:
    return await _ask_table(visit, db, slug)


@post(
    "/paths/{slug:str}/enrolments/table",
    opt=acts(Action.MANAGE_ENROLMENTS),
    request_max_body_size=_LARGEST_TABLE_BYTES + _FORM_BYTES,
)
async def check_table(
    slug: FromPath[str],
    data: MultipartBody[SentTable],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    files: NamedDependency[FileStore],
) -> Response[str]:
    """The dry run. The table is kept until it is applied, and forgotten with the next sweep of files."""
    sheet = await data.file.read()
    try:
        table = await asyncio.to_thread(_read, data.kind, sheet)
    except (Invalid, TooLarge) as refused:
        return await _ask_table(visit, db, slug, refused=words_for(visit.language).error(refused))
    checked = await db.read(_check, visit, slug, table)
    sha = await asyncio.to_thread(files.put, sheet)
    return page("enrolment_table_checked.html", visit, checked=checked, sha=sha)


@post("/paths/{slug:str}/enrolments/table/apply", opt=acts(Action.MANAGE_ENROLMENTS))
async def apply_table(
    slug: FromPath[str],
    data: URLEncodedBody[KeptTable],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    files: NamedDependency[FileStore],
) -> Response[str] | Redirect:
    """A few rows at a time, so that others wait for none of it; to apply a table again changes nothing."""
    try:
        table = await asyncio.to_thread(lambda: _read(data.kind, files.get(data.file)))
    except (Invalid, TooLarge, Missing) as refused:
        return await _ask_table(visit, db, slug, refused=words_for(visit.language).error(refused))
    checked = await db.read(_check, visit, slug, table)
    for start in range(0, len(checked.rows), ROWS_AT_ONCE):
        some = checked.rows[start : start + ROWS_AT_ONCE]
        try:
            await db.write(
                enrol_rows, some, data.kind, checked.path.id, by=visit.person_id, reason=_REASON, now=visit.now
            )
        except Conflict as refused:
            return await _ask_table(visit, db, slug, refused=words_for(visit.language).error(refused))
    return see_other(visit, f"/paths/{slug}/enrolments")


ENROLLING_PAGES = (enrol_page, enrol_one, table_page, check_table, apply_table)


def _subject(entered: str) -> tuple[str, UUID] | None:
    kind, _, id_ = entered.partition(":")
    try:
        return (kind, UUID(id_)) if kind in {"person", "organisation"} else None
    except ValueError:
        return None


def _search(conn: Connection, visit: Visit, slug: str, text: str) -> Candidates:
    asked, scopes = path(conn, slug), scopes_for(visit.grants, Action.MANAGE_ENROLMENTS)
    sought = text.strip()
    people = find_people(conn, text=sought, within=scopes, limit=_MOST_FOUND) if sought else []
    teams = organisations(conn, text=sought, within=scopes, limit=_MOST_FOUND) if sought else []
    named = named_organisations(conn, [m.organisation_id for each in people for m in each.memberships])
    return Candidates(asked, title_of(asked, visit), sought, people, teams, named)


def _show(visit: Visit, found: Candidates, form: EnrolForm, faults: dict[str, str]) -> Response[str]:
    status = HTTP_400_BAD_REQUEST if faults else HTTP_200_OK
    origins = get_args(StaffOrigin)
    return page("enrol.html", visit, status=status, found=found, form=form, faults=faults, origins=origins)


def _enrol(conn: Connection, visit: Visit, slug: str, entered: EnrolForm) -> Enrolment:
    asked, subject = path(conn, slug), _subject(entered.subject)
    assert subject is not None  # the handler has looked
    kind, subject_id = subject
    origin = msgspec.convert(entered.origin, StaffOrigin)
    reason = entered.reason.strip()
    if kind == "organisation":
        visit.require(Action.MANAGE_ENROLMENTS, organisation(conn, subject_id).place)
        return enrol_organisation(
            conn, subject_id, asked.id, origin=origin, by=visit.person_id, reason=reason, now=visit.now
        )
    somebody = person(conn, subject_id)
    visit.require(Action.MANAGE_ENROLMENTS, place_of_person(conn, subject_id))
    return enrol(conn, somebody, asked.id, origin=origin, by=visit.person_id, reason=reason, now=visit.now)


def _read(kind: imports.ImportKind, sheet: bytes) -> imports.Table:
    table = imports.read_table(kind, read_sheet(sheet))
    if len(table.rows) > MOST_ROWS:
        raise TooLarge(
            msgid("The sheet has more than %(most)s rows. Split it into several files."), values={"most": MOST_ROWS}
        )
    return table


def _check(conn: Connection, visit: Visit, slug: str, table: imports.Table) -> CheckedTable:
    asked = path(conn, slug)
    rows = check_enrolments(conn, table, asked.id, grants=visit.grants)
    return CheckedTable(asked, title_of(asked, visit), table.kind, rows)


async def _ask_table(visit: Visit, db: Database, slug: str, *, refused: str = "") -> Response[str]:
    asked = await db.read(path, slug)
    status = HTTP_400_BAD_REQUEST if refused else HTTP_200_OK
    return page(
        "enrolment_table.html",
        visit,
        status=status,
        path=asked,
        title=title_of(asked, visit),
        kinds=list(imports.ImportKind),
        refused=refused,
        most=MOST_ROWS,
    )
