"""What Waymark knows of a person: for themselves, and for administrators on their behalf."""

import asyncio
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_400_BAD_REQUEST
from sqlalchemy import Connection

from app.page import page, see_other
from app.privacy import Export, erase_confirmed, everything_known, export_for, foresee_erasure, packed
from app.visit import Visit, acts
from base import Database, FileStore, Invalid
from people import Action, Consent, Purpose, consent_of, consents_of, person, place_of_person, take_back_name


class Confirmation(msgspec.Struct, frozen=True):
    """What somebody typed to say that they mean it."""

    typed: Annotated[str, msgspec.Meta(max_length=100)] = ""


class OwnData(msgspec.Struct, frozen=True):
    """What the person agreed to, and whether there is a name that they may take back."""

    consents: list[Consent]
    told_name: bool


@get("/privacy", opt=acts(Action.VIEW_OWN_DATA))
async def own_data_page(visit: NamedDependency[Visit], db: NamedDependency[Database]) -> Response[str]:
    return page("privacy.html", visit, shown=await db.read(_own_data, visit.person_id))


@get("/privacy/data.zip", opt=acts(Action.VIEW_OWN_DATA))
async def own_data(visit: NamedDependency[Visit], db: NamedDependency[Database]) -> Response[bytes]:
    return await _download(await db.read(everything_known, visit.person_id, now=visit.now))


@post("/privacy/take-back-name", opt=acts(Action.CHANGE_OWN_CONSENTS))
async def take_back_own_name(visit: NamedDependency[Visit], db: NamedDependency[Database]) -> Redirect:
    await db.write(take_back_name, visit.person_id, now=visit.now)
    return see_other(visit, "/privacy")


@get("/privacy/erase", opt=acts(Action.ERASE_OWN_DATA))
async def own_erasure_page(visit: NamedDependency[Visit], db: NamedDependency[Database]) -> Response[str]:
    return await _erasure_page(visit, db, visit.person_id)


@post("/privacy/erase", opt=acts(Action.ERASE_OWN_DATA))
async def erase_own_data(
    data: URLEncodedBody[Confirmation],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    files: NamedDependency[FileStore],
) -> Response[str]:
    return await _erase(visit, db, files, visit.person_id, data.typed)


@get("/people/{person_id:uuid}/privacy", opt=acts(Action.ERASE_DATA))
async def erasure_page(
    person_id: FromPath[UUID], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str]:
    await db.read(_require, visit, Action.ERASE_DATA, person_id)
    return await _erasure_page(visit, db, person_id)


@post("/people/{person_id:uuid}/privacy/export", opt=acts(Action.EXPORT_DATA), status_code=HTTP_200_OK)
async def export_data(
    person_id: FromPath[UUID], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[bytes]:
    await db.read(_require, visit, Action.EXPORT_DATA, person_id)
    return await _download(await db.write(export_for, person_id, by=visit.person_id, now=visit.now))


@post("/people/{person_id:uuid}/privacy/erase", opt=acts(Action.ERASE_DATA))
async def erase_data(
    person_id: FromPath[UUID],
    data: URLEncodedBody[Confirmation],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    files: NamedDependency[FileStore],
) -> Response[str]:
    await db.read(_require, visit, Action.ERASE_DATA, person_id)
    return await _erase(visit, db, files, person_id, data.typed)


def _own_data(conn: Connection, person_id: UUID) -> OwnData:
    return OwnData(consents_of(conn, person_id), bool(consent_of(conn, person_id, Purpose.NAME)))


def _require(conn: Connection, visit: Visit, action: Action, person_id: UUID) -> None:
    visit.require(action, place_of_person(conn, person(conn, person_id).id))


async def _download(export: Export) -> Response[bytes]:
    whole = await asyncio.to_thread(packed, export)
    headers = {"content-disposition": 'attachment; filename="waymark-data.zip"', "cache-control": "no-store"}
    return Response(whole, media_type="application/zip", headers=headers)


async def _erasure_page(visit: Visit, db: Database, person_id: UUID, *, wrong: bool = False) -> Response[str]:
    who = await db.read(person, person_id)
    foreseen = await db.write(foresee_erasure, person_id, by=visit.person_id, now=visit.now)
    status = HTTP_400_BAD_REQUEST if wrong else HTTP_200_OK
    own = person_id == visit.person_id
    return page("erasure.html", visit, status=status, asked=who, erasure=foreseen, own=own, wrong=wrong, done=False)


async def _erase(visit: Visit, db: Database, files: FileStore, person_id: UUID, typed: str) -> Response[str]:
    """Erase and show what went; whoever erased themselves is signed out by it."""
    own = person_id == visit.person_id
    try:
        done = await erase_confirmed(db, files, person_id, by=visit.person_id, typed=typed, now=visit.now)
    except Invalid:
        return await _erasure_page(visit, db, person_id, wrong=True)
    then = msgspec.structs.replace(visit, person=None, grants=frozenset(), session=None) if own else visit
    return page("erasure.html", then, asked=None, erasure=done, own=own, wrong=False, done=True)
