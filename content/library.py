"""A library on disk: module folders and path files, taken whole or not at all."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from content.faults import LibraryBroken, Problem
from content.files import named, parse_toml, read_text, strays
from content.module_folder import ModuleReading, read_module
from content.specs import ModuleSource, PathFile
from content.translations import write_stamp


class Library(Struct, frozen=True):
    """Every module and path, in the order of their names. `stale` warns of translations behind their source."""

    modules: tuple[ModuleSource, ...]
    paths: tuple[PathFile, ...]
    stale: tuple[Problem, ...]


class Inspection(Struct, frozen=True):
    """What could be read, and every problem. `slugs` has the broken modules too: a path may name them."""

    library: Library
    problems: tuple[Problem, ...]
    slugs: frozenset[str]


def read_library(folder: Path) -> Library:
    """The library in `folder`; raises LibraryBroken with every problem when there is any."""
    inspection = inspect_library(folder)
    if inspection.problems:
        raise LibraryBroken(inspection.problems)
    return inspection.library


def inspect_library(folder: Path) -> Inspection:
    """What can be read of the library in `folder`, and every problem in it: never raises for its content."""
    readings = _readings(folder)
    paths = [_read_path(folder, file) for file in sorted((folder / "paths").glob("*.toml"))]
    modules = tuple(reading.module for reading in readings.values() if reading.module is not None)
    problems = [
        *_layout_faults(folder),
        *(problem for reading in readings.values() for problem in reading.problems),
        *_shared_names(modules),
        *(path for path in paths if isinstance(path, Problem)),
    ]
    stale = tuple(problem for reading in readings.values() for problem in reading.stale)
    library = Library(modules, tuple(path for path in paths if isinstance(path, PathFile)), stale)
    return Inspection(library, tuple(sorted(problems)), frozenset(readings))


def stamp_translations(folder: Path) -> list[str]:
    """Say of every translation that it is up to date with its source; the names of the files that changed.

    Raises LibraryBroken when the library is not sound, since then nobody can know what was translated.
    """
    read_library(folder)
    return [
        named(folder, file)
        for slug, reading in _readings(folder).items()
        if reading.module is not None and reading.source_stamp is not None
        for language in reading.module.languages[1:]
        if write_stamp(file := folder / "modules" / slug / language / "meta.toml", reading.source_stamp)
    ]


def _readings(folder: Path) -> dict[str, ModuleReading]:
    modules = folder / "modules"
    found = sorted(each for each in modules.iterdir() if each.is_dir()) if modules.is_dir() else []
    return {each.name: read_module(folder, each) for each in found if not each.name.startswith(".")}


def _layout_faults(folder: Path) -> Iterator[Problem]:
    if not (folder / "modules").is_dir():
        yield Problem("modules", "", "the library has no such folder", "Name the folder that holds modules and paths")
    yield from strays(folder, folder, {"modules", "paths", "README.md"})
    yield from strays(folder, folder / "modules", {each.name for each in (folder / "modules").glob("*/")})
    yield from strays(folder, folder / "paths", {each.name for each in (folder / "paths").glob("*.toml")})


def _read_path(folder: Path, file: Path) -> PathFile | Problem:
    text = read_text(folder, file)
    table = text if isinstance(text, Problem) else parse_toml(text, named(folder, file))
    return table if isinstance(table, Problem) else PathFile(named(folder, file), table)


def _shared_names(modules: tuple[ModuleSource, ...]) -> Iterator[Problem]:
    """Two modules with one id or one activity would be one module to everyone who records."""
    ids = Counter(str(module.id) for module in modules)
    activities = Counter(activity for module in modules for activity in _activities(module))
    for module in modules:
        file = f"modules/{module.slug}/module.toml"
        shared = [("id", str(module.id))] if ids[str(module.id)] > 1 else []
        shared += [("activity", each) for each in sorted(_activities(module)) if activities[each] > 1]
        for key, value in shared:
            yield Problem(file, key, f"another module has the {key} {value} too", "Give each module its own")


def _activities(module: ModuleSource) -> set[str]:
    """By what IRIs statements name the module."""
    return {module.activity, *(way.activity for way in module.ways if way.activity is not None)}
