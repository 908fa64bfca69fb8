"""The versions of a path: how they differ, who is on which, and moving learners from one to another and back."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_400_BAD_REQUEST
from sqlalchemy import Connection

from app.change_words import told_change
from app.page import page, see_other
from app.visit import Visit, acts
from base import Database, Invalid, words_for
from paths import (
    Change,
    Difference,
    Migration,
    Path,
    PathVersion,
    Published,
    difference,
    migrations_of,
    path,
    titles_of,
    undo_migration,
    version_numbered,
    versions,
)
from people import Action, person

Entry = Annotated[str, msgspec.Meta(max_length=2000)]


class UndoForm(msgspec.Struct, frozen=True):
    """Why a migration is undone."""

    reason: Entry = ""


class VersionsView(msgspec.Struct, frozen=True):
    """All versions of a path, and what was decided about who is on which; `names` are of those who decided."""

    path: Path
    versions: list[Published]
    migrations: list[Migration]
    names: dict[UUID, str | None]


class DifferenceView(msgspec.Struct, frozen=True):
    """What version `after` says otherwise than `before`."""

    path: Path
    before: PathVersion
    after: PathVersion
    difference: Difference
    titles: dict[str, str]


@get("/paths/{slug:str}/versions", opt=acts(Action.VIEW_VERSIONS))
async def versions_page(
    slug: FromPath[str], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str]:
    return show_versions(visit, await db.read(_versions, slug))


@get("/paths/{slug:str}/versions/{number:int}", opt=acts(Action.VIEW_VERSIONS))
async def difference_page(
    slug: FromPath[str],
    number: FromPath[int],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    against: FromQuery[int | None] = None,
) -> Response[str]:
    """The version beside the one `against` which it is held; if not said, the one before it."""
    view = await db.read(_difference, slug, number, against or max(number - 1, 1), visit)
    words = words_for(visit.language)

    def told(change: Change) -> object:
        return told_change(change, view.titles, words)

    return page("version.html", visit, view=view, told=told)


@post("/paths/{slug:str}/migrations/{migration_id:uuid}/undo", opt=acts(Action.MIGRATE_LEARNERS))
async def undo(
    slug: FromPath[str],
    migration_id: FromPath[UUID],
    data: URLEncodedBody[UndoForm],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Response[str] | Redirect:
    try:
        undone = await db.write(_undo, migration_id, data, visit)
    except Invalid:
        return show_versions(visit, await db.read(_versions, slug), faults={f"undo-{migration_id}": "reason"})
    return see_other(visit, f"/paths/{slug}/versions#migration-{undone.id}")


VERSION_PAGES = (versions_page, difference_page, undo)


def show_versions(visit: Visit, view: VersionsView, *, faults: dict[str, str] | None = None) -> Response[str]:
    status = HTTP_400_BAD_REQUEST if faults else HTTP_200_OK
    return page("versions.html", visit, status=status, view=view, faults=faults or {})


def required_reason(entered: str) -> str:
    """Raises Invalid without one: whoever is moved can be told why."""
    if not entered.strip():
        raise Invalid("Say why; the reason is kept.", where="reason")
    return entered.strip()


def _versions(conn: Connection, slug: str) -> VersionsView:
    asked = path(conn, slug)
    decided = migrations_of(conn, asked.id)
    names = {by: person(conn, by).full_name for by in {each.by for each in decided} if by is not None}
    return VersionsView(asked, versions(conn, asked.id), decided, names)


def _difference(conn: Connection, slug: str, number: int, against: int, visit: Visit) -> DifferenceView:
    asked = path(conn, slug)
    before, after = version_numbered(conn, asked.id, against), version_numbered(conn, asked.id, number)
    titles = titles_of(conn, asked, visit.language)
    return DifferenceView(asked, before, after, difference(before.tree, after.tree), titles)


def _undo(conn: Connection, migration_id: UUID, form: UndoForm, visit: Visit) -> Migration:
    reason = required_reason(form.reason)
    return undo_migration(conn, migration_id, by=visit.person_id, reason=reason, now=visit.now)
