"""The paths that there are, and their immutable versions."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, Select, select

from base import Missing
from content import Status
from paths.register.audience import Audience
from paths.tables.paths import path_versions
from paths.tables.paths import paths as paths_table
from paths.tree.requirements import Group, Team, nodes, read_canonical


class PathTexts(msgspec.Struct, frozen=True):
    """Titles and summaries by language; `groups` by the id of each group and sign-post that any version had."""

    title: dict[str, str]
    summary: dict[str, str]
    groups: dict[str, dict[str, str]]


class Path(msgspec.Struct, frozen=True):
    """One path as its author last said; `version` is what new enrolments are pinned to.

    `recertification` is the slug of the path by which what has run out is shown anew. Whoever fits a rule of `audience`
    belongs on it. `alone` is the id of the module that it offers by itself. `edited_at` is when it was last published
    in the editor, unless its file says the same.
    """

    id: UUID
    slug: str
    activity: str
    status: Status
    role: str
    time_zone: str
    texts: PathTexts
    version: int
    recertification: str | None = None
    audience: tuple[Audience, ...] = ()
    alone: UUID | None = None
    edited_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether anyone may still enrol."""
        return self.status in {Status.LIVE, Status.PILOT}


class PathVersion(msgspec.Struct, frozen=True):
    """One published tree, for ever; `by` is who published it in the editor."""

    id: UUID
    path_id: UUID
    number: int
    tree_hash: str
    tree: Group
    origin: str = "import"
    by: UUID | None = None


def paths(conn: Connection) -> list[Path]:
    """All paths that were authored, by slug; also drafts and retired ones. Modules by themselves are not among them."""
    authored = select(paths_table).where(paths_table.c.alone.is_(None))
    return [_path(row) for row in conn.execute(authored.order_by(paths_table.c.slug))]


def paths_alone(conn: Connection) -> list[Path]:
    """All paths that offer a module by itself, by slug."""
    offered = select(paths_table).where(paths_table.c.alone.is_not(None))
    return [_path(row) for row in conn.execute(offered.order_by(paths_table.c.slug))]


def path_alone(conn: Connection, module_id: UUID) -> Path | None:
    """The path that offers the module by itself, if it does."""
    row = conn.execute(select(paths_table).where(paths_table.c.alone == module_id)).one_or_none()
    return None if row is None else _path(row)


def path(conn: Connection, slug_or_id: str | UUID) -> Path:
    """One path. Raises Missing."""
    named = paths_table.c.id if isinstance(slug_or_id, UUID) else paths_table.c.slug
    row = conn.execute(select(paths_table).where(named == slug_or_id)).one_or_none()
    if row is None:
        raise Missing(f"There is no path {str(slug_or_id)[:80]!r}. The catalogue has those that there are.")
    return _path(row)


def current_version(conn: Connection, path_id: UUID) -> PathVersion:
    """What new enrolments on the path are pinned to."""
    newest = (paths_table.c.id == path_versions.c.path_id) & (paths_table.c.current == path_versions.c.number)
    return _version(conn, select(path_versions).join(paths_table, newest).where(path_versions.c.path_id == path_id))


def version(conn: Connection, version_id: UUID) -> PathVersion:
    """One published version, as an enrolment is pinned to it."""
    return _version(conn, select(path_versions).where(path_versions.c.id == version_id))


def is_for_teams(conn: Connection, asked: Path) -> bool:
    """Whether organisations are on the path, as teams: a person by themselves could never complete it."""
    return any(isinstance(node, Team) for node in nodes(current_version(conn, asked.id).tree))


def _version(conn: Connection, query: Select[Any]) -> PathVersion:
    row = conn.execute(query).one()
    return PathVersion(row.id, row.path_id, row.number, row.tree_hash, read_canonical(row.tree), row.origin, row.by)


def _path(row: Row[Any]) -> Path:
    return Path(
        id=row.id,
        slug=row.slug,
        activity=row.activity,
        status=Status(row.status),
        role=row.role,
        time_zone=row.time_zone,
        texts=msgspec.json.decode(row.texts, type=PathTexts),
        version=row.current,
        recertification=row.recertification,
        audience=msgspec.json.decode(row.audience, type=tuple[Audience, ...]),
        alone=row.alone,
        edited_at=row.edited_at,
    )
