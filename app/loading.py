"""The library as a whole: modules and paths checked together and loaded in one transaction."""

from collections.abc import Collection
from datetime import datetime
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from base import Conflict
from content import Library, LibraryBroken, Problem, Status, inspect_library, module_files
from modules import Module, modules, publish_module, source_of
from paths import PathImport, check_paths, export_path, follow_modules, import_path, in_order, paths, publish_alone


class Loaded(msgspec.Struct, frozen=True):
    """How many modules and paths the library has, and what became of each path.

    `left` are the modules and paths that are here and not in the library: they stay as they are, with their learners.
    """

    modules: int
    paths: int
    imports: tuple[PathImport, ...] = ()
    left: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """What there is to tell besides the counts: what changed, what was kept, and what was left alone."""
        return (*(str(each) for each in self.imports if each.kept is not None or each.changed_anything), *self.left)


def check_library(folder: Path) -> tuple[Library, list[Problem]]:
    """What could be read of the library in `folder`, and every problem of its modules and paths."""
    inspection = inspect_library(folder)
    return inspection.library, sorted([*inspection.problems, *check_paths(inspection)])


def load_library(conn: Connection, folder: Path, *, now: datetime, overwrite: Collection[str] = ()) -> Loaded:
    """Publish everything in `folder`. Raises LibraryBroken with every problem, and then nothing is loaded.

    A path that was changed in the editor since is kept and told, unless its slug is in `overwrite`.
    """
    library, problems = check_library(folder)
    if problems:
        raise LibraryBroken(tuple(problems))
    for source in library.modules:
        publish_module(conn, source, now=now)
    known = modules(conn)
    for module in known:
        publish_alone(conn, module, now=now)
    imports = tuple(
        import_path(conn, file, over_editor=str(file.toml["slug"]) in overwrite, now=now)
        for file in in_order(library.paths)
    )
    left = _left(conn, library, known, now=now)
    return Loaded(len(library.modules), len(library.paths), imports, left)


def preview_library(conn: Connection, folder: Path, *, now: datetime, overwrite: Collection[str] = ()) -> Loaded:
    """What `load_library` would do, undone again."""
    trial = conn.begin_nested()
    try:
        return load_library(conn, folder, now=now, overwrite=overwrite)
    finally:
        trial.rollback()


def export_library(conn: Connection, folder: Path) -> Loaded:
    """Write all modules and paths as they are published now into `folder`; imported again, they change nothing.

    Raises Conflict where something is in the folder already.
    """
    if folder.is_dir() and any(folder.iterdir()):
        raise Conflict(f"{folder} is not empty. Name a folder that is, or a new one.", where=str(folder))
    known, authored = modules(conn), paths(conn)
    files = {f"paths/{path.slug}.toml": export_path(conn, path.slug) for path in authored}
    for module in known:
        source = source_of(conn, module.version_hash)
        files |= {f"modules/{module.slug}/{name}": text for name, text in module_files(source).items()}
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return Loaded(len(known), len(authored))


def _left(conn: Connection, library: Library, known: Collection[Module], *, now: datetime) -> tuple[str, ...]:
    """What the library does not have, in words; such a path follows its modules all the same."""
    own = {source.id for source in library.modules}
    gone = [module for module in known if module.id not in own and module.status is not Status.RETIRED]
    own_paths = {str(file.toml["id"]) for file in library.paths}
    others = [path for path in paths(conn) if str(path.id) not in own_paths]
    for path in others:
        follow_modules(conn, path, now=now)
    return (
        *(f"left: the module {each.slug} is not in the library and stays {each.status}{_CURE}" for each in gone),
        *(
            f"left: the path {each.slug} is not in the library and stays {each.status}{_CURE}"
            for each in others
            if each.status is not Status.RETIRED
        ),
    )


_CURE = "; to take it out of use, import it once more as retired"
