"""The library as a whole: modules and paths checked together and loaded in one transaction."""

from datetime import datetime
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from content import Library, LibraryBroken, Problem, inspect_library
from modules import publish_module
from paths import check_paths, publish_path


class Loaded(msgspec.Struct, frozen=True):
    """How many modules and paths the library has."""

    modules: int
    paths: int


def check_library(folder: Path) -> tuple[Library, list[Problem]]:
    """What could be read of the library in `folder`, and every problem of its modules and paths."""
    inspection = inspect_library(folder)
    return inspection.library, sorted([*inspection.problems, *check_paths(inspection)])


def load_library(conn: Connection, folder: Path, *, now: datetime) -> Loaded:
    """Publish everything in `folder`. Raises LibraryBroken with every problem, and then nothing is loaded."""
    library, problems = check_library(folder)
    if problems:
        raise LibraryBroken(tuple(problems))
    for module in library.modules:
        publish_module(conn, module, now=now)
    for path in library.paths:
        publish_path(conn, path, now=now)
    return Loaded(len(library.modules), len(library.paths))
