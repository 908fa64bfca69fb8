"""The paths that there are, and their immutable versions."""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, Select, select

from base import Missing
from content import Status
from paths.requirements import Group, read_canonical
from paths.tables import path_versions
from paths.tables import paths as paths_table


class PathTexts(msgspec.Struct, frozen=True):
    """Titles and summaries by language; `groups` by the group's id."""

    title: dict[str, str]
    summary: dict[str, str]
    groups: dict[str, dict[str, str]]


class Path(msgspec.Struct, frozen=True):
    """One path as its file last said; `version` is what new enrolments are pinned to."""

    id: UUID
    slug: str
    activity: str
    status: Status
    role: str
    time_zone: str
    texts: PathTexts
    version: int

    @property
    def is_open(self) -> bool:
        """Whether anyone may still enrol."""
        return self.status in {Status.LIVE, Status.PILOT}


class PathVersion(msgspec.Struct, frozen=True):
    """One published tree, for ever."""

    id: UUID
    path_id: UUID
    number: int
    tree_hash: str
    tree: Group


def paths(conn: Connection) -> list[Path]:
    """All paths, by slug; also drafts and retired ones."""
    return [_path(row) for row in conn.execute(select(paths_table).order_by(paths_table.c.slug))]


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


def _version(conn: Connection, query: Select[Any]) -> PathVersion:
    row = conn.execute(query).one()
    return PathVersion(row.id, row.path_id, row.number, row.tree_hash, read_canonical(row.tree))


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
    )
