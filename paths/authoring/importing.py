"""Importing a path's file: publishing it, and telling what that changed and for whom."""

from collections.abc import Mapping
from datetime import datetime

import msgspec
from sqlalchemy import Connection

from base import Missing
from content import PathFile
from paths.authoring.composing import Composition
from paths.authoring.decomposing import composition_of
from paths.authoring.publishing import EditedSince, follow_modules, publish_path
from paths.authoring.versions import difference, versions
from paths.register.catalogue import Path, path


class PathImport(msgspec.Struct, frozen=True):
    """What became of a path's file; `before` is None for a new path, and `version` where the tree is as it was.

    `added`, `removed` and `changed` are ids of nodes, `replaced` those of requirements that are fulfilled by other
    modules than before. `staying` counts the enrolments that stay on earlier versions. `kept` says why the editor's
    version was not overwritten; then nothing changed.
    """

    slug: str
    version: int
    before: int | None = None
    changed_anything: bool = False
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    staying: int = 0
    kept: str | None = None

    def __str__(self) -> str:
        if self.kept is not None:
            return f"kept: {self.kept}"
        if self.before is None:
            return f"{self.slug}: published"
        if not self.changed_anything:
            return f"{self.slug}: as it was"
        said = [f"{word} {', '.join(ids)}" for word in _LISTED if (ids := getattr(self, word))]
        if self.before == self.version:
            return (
                f"{self.slug}: version {self.version} stays; {'; '.join(said) or 'texts or dates of modules'} changed"
            )
        return (
            f"{self.slug}: version {self.version} after {self.before}; {'; '.join(said)}; "
            f"{self.staying} enrolled stay on theirs"
        )


_LISTED = ("added", "removed", "changed", "replaced")


def import_path(conn: Connection, file: PathFile, *, now: datetime, over_editor: bool = False) -> PathImport:
    """Publish `file` as `publish_path` does, save over a newer version of the editor, which is kept and told."""
    known = _known(conn, str(file.toml.get("slug")))
    before = None if known is None else composition_of(conn, known)
    try:
        changed = publish_path(conn, file, now=now, over_editor=over_editor)
    except EditedSince as error:
        assert known is not None  # it was edited
        follow_modules(conn, known, now=now)
        return PathImport(known.slug, known.version, known.version, kept=error.message)
    published = path(conn, str(file.toml["slug"]))
    if known is None or before is None:
        return PathImport(published.slug, published.version, changed_anything=changed)
    return _told(conn, known, before, published, changed=changed)


def _told(conn: Connection, known: Path, before: Composition, published: Path, *, changed: bool) -> PathImport:
    after = composition_of(conn, published)
    found = difference(before.tree, after.tree)
    return PathImport(
        slug=published.slug,
        version=published.version,
        before=known.version,
        changed_anything=changed,
        added=tuple(node.id for node in found.added),
        removed=tuple(node.id for node in found.removed),
        changed=tuple(node.id for node in found.changed),
        replaced=_replaced(before.modules, after.modules),
        staying=sum(each.enrolled for each in versions(conn, known.id) if each.version.number != published.version),
    )


def _replaced(before: Mapping[str, tuple[str, ...]], after: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(id_ for id_, slugs in after.items() if id_ in before and before[id_] != slugs)


def _known(conn: Connection, slug: str) -> Path | None:
    try:
        return path(conn, slug)
    except Missing:
        return None
