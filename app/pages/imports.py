"""Tables of people and organisations: sent, looked at, applied, undone."""

import asyncio
from typing import Annotated
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
from app.pages.listing import Listing
from app.visit import Visit, acts
from base import (
    ENCODINGS,
    LARGEST_SHEET_BYTES,
    Database,
    FileStore,
    Invalid,
    TooLarge,
    msgid,
    read_sheet,
    words_for,
    write_csv,
)
from people import Action, imports, place

_REASON = msgid("decided on the page of the import")
PAGE_SIZE = 50
NEWEST_FIRST = f"-{imports.ImportOrder.SENT}"
_FORM_BYTES = 64 * 1024  # what a form may hold beside its file
Entry = Annotated[str, msgspec.Meta(max_length=100)]


class ImportList(msgspec.Struct, frozen=True):
    """One page of the list: what was found, how many there are, where the next page is."""

    listing: Listing
    found: list[imports.Import]
    total: int
    next_page: str | None


class Sent(msgspec.Struct, frozen=True):
    """A file, and what it is about."""

    file: UploadFile
    kind: imports.ImportKind = imports.ImportKind.PEOPLE


class Reading(msgspec.Struct, frozen=True):
    """How the file is to be read instead."""

    encoding: Entry = ""


class Confirmed(msgspec.Struct, frozen=True):
    """The rows that somebody found to be about people whom nobody knows yet."""

    confirmed: list[int] | int = []


@get("/imports", opt=acts(Action.VIEW_IMPORTS))
async def imports_page(
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    sort: FromQuery[str] = NEWEST_FIRST,
    after: FromQuery[UUID | None] = None,
) -> Response[str]:
    return await _list_page(visit, db, sort=sort, after=after)


@post("/imports", opt=acts(Action.MAKE_IMPORTS), request_max_body_size=LARGEST_SHEET_BYTES + _FORM_BYTES)
async def send_table(
    data: MultipartBody[Sent],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    files: NamedDependency[FileStore],
) -> Response[str] | Redirect:
    sheet = await data.file.read()
    try:
        table = await asyncio.to_thread(_read, data.kind, sheet, None)
    except (Invalid, TooLarge) as refused:
        return await _list_page(visit, db, refused=words_for(visit.language).error(refused))
    sha = await asyncio.to_thread(files.put, sheet)
    return await _keep(visit, db, table, data.file.filename, sha)


@get("/imports/template/{kind:str}", opt=acts(Action.VIEW_IMPORTS))
async def import_template(kind: FromPath[imports.ImportKind]) -> Response[bytes]:
    columns = imports.COLUMNS[kind].values()
    template = b"".join(write_csv([each.title for each in columns], [[each.example for each in columns]]))
    named = f'attachment; filename="{kind}.csv"'
    return Response(template, media_type="text/csv; charset=utf-8", headers={"content-disposition": named})


@get("/imports/{import_id:uuid}", opt=acts(Action.VIEW_IMPORTS))
async def import_page(
    import_id: FromPath[UUID], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str]:
    return page("import.html", visit, job=await _find(visit, db, import_id), encodings=ENCODINGS)


@post("/imports/{import_id:uuid}/read", opt=acts(Action.MAKE_IMPORTS))
async def read_again(
    import_id: FromPath[UUID],
    data: URLEncodedBody[Reading],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    files: NamedDependency[FileStore],
) -> Response[str] | Redirect:
    job = await _find(visit, db, import_id, Action.MAKE_IMPORTS)
    if job.file is None:
        return see_other(visit, f"/imports/{import_id}")
    sheet = await asyncio.to_thread(files.get, job.file)
    try:
        table = await asyncio.to_thread(_read, job.kind, sheet, data.encoding or None)
    except (Invalid, TooLarge) as refused:
        return await _list_page(visit, db, refused=words_for(visit.language).error(refused))
    await db.write(
        imports.discard_import, import_id, by=visit.person_id, reason=msgid("read in another encoding"), now=visit.now
    )
    return await _keep(visit, db, table, job.file_name, job.file)


@post("/imports/{import_id:uuid}/apply", opt=acts(Action.MAKE_IMPORTS))
async def apply(
    import_id: FromPath[UUID],
    data: URLEncodedBody[Confirmed],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Redirect:
    await _find(visit, db, import_id, Action.MAKE_IMPORTS)
    confirmed = [data.confirmed] if isinstance(data.confirmed, int) else data.confirmed
    await db.write(
        imports.apply_import, import_id, confirmed=confirmed, by=visit.person_id, reason=_REASON, now=visit.now
    )
    return see_other(visit, f"/imports/{import_id}")


@post("/imports/{import_id:uuid}/undo", opt=acts(Action.MAKE_IMPORTS))
async def undo(import_id: FromPath[UUID], visit: NamedDependency[Visit], db: NamedDependency[Database]) -> Redirect:
    await _find(visit, db, import_id, Action.MAKE_IMPORTS)
    await db.write(imports.undo_import, import_id, by=visit.person_id, reason=_REASON, now=visit.now)
    return see_other(visit, f"/imports/{import_id}")


@post("/imports/{import_id:uuid}/discard", opt=acts(Action.MAKE_IMPORTS))
async def discard(import_id: FromPath[UUID], visit: NamedDependency[Visit], db: NamedDependency[Database]) -> Redirect:
    await _find(visit, db, import_id, Action.MAKE_IMPORTS)
    await db.write(imports.discard_import, import_id, by=visit.person_id, reason=_REASON, now=visit.now)
    return see_other(visit, "/imports")


IMPORT_PAGES = (imports_page, send_table, import_template, import_page, read_again, apply, undo, discard)


def _read(kind: imports.ImportKind, sheet: bytes, encoding: str | None) -> imports.Table:
    return imports.read_table(kind, read_sheet(sheet, encoding=encoding))


async def _keep(visit: Visit, db: Database, table: imports.Table, file_name: str, sha: str) -> Redirect:
    checked = await db.read(imports.check_table, table, grants=visit.grants)
    job = await db.write(
        imports.begin_import, checked, file_name=file_name, file=sha, by=visit.person_id, now=visit.now
    )
    return see_other(visit, f"/imports/{job.id}")


async def _find(visit: Visit, db: Database, import_id: UUID, action: Action = Action.VIEW_IMPORTS) -> imports.Import:
    """The import, which is open to whoever made it and to those who may do this in the whole network."""
    job = await db.read(imports.find_import, import_id)
    if job.made_by != visit.person_id:
        visit.require(action, place())
    return job


async def _list_page(
    visit: Visit, db: Database, *, sort: str = NEWEST_FIRST, after: UUID | None = None, refused: str = ""
) -> Response[str]:
    shown = await db.read(_list, visit, Listing("/imports", sort), after)
    status = HTTP_400_BAD_REQUEST if refused else HTTP_200_OK
    return page("imports.html", visit, status=status, shown=shown, kinds=list(imports.ImportKind), refused=refused)


def _list(conn: Connection, visit: Visit, listing: Listing, after: UUID | None) -> ImportList:
    made_by = None if visit.may(Action.VIEW_IMPORTS, place()) else visit.person_id
    order, descending = listing.one_of(imports.ImportOrder), listing.descending
    found = imports.list_imports(
        conn, made_by=made_by, order=order, descending=descending, after=after, limit=PAGE_SIZE + 1
    )
    shown = found[:PAGE_SIZE]
    next_page = listing.behind(shown[-1].id) if len(found) > PAGE_SIZE else None
    return ImportList(listing, shown, imports.count_imports(conn, made_by=made_by), next_page)
