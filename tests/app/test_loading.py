"""A library loaded into a database that has learners, an editor, and things that the library no longer has."""

import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from app.loading import check_library, export_library, load_library, preview_library
from base import Conflict, settle_installation
from content import LibraryBroken, PathFile, Status
from modules import module, modules
from paths import enrol, export_path, path, paths, paths_alone, publish_path, verdict, versions
from people import add_person
from tests.running import LIBRARY
from tests.times import NOW

Do = Callable[..., Any]
PATH = "pathways-for-economic-growth"


@pytest.fixture
def library(tmp_path: Path, write: Do) -> Path:
    """The library that comes along, to be changed, and loaded once as it is."""
    folder = tmp_path / "library"
    shutil.copytree(LIBRARY, folder)
    write(settle_installation, "https://waymark.example", now=NOW)
    write(load_library, folder, now=NOW)
    return folder


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def enrol_somebody(conn: Connection) -> Any:
    learner = add_person(conn, full_name="Aygün", language="az", now=NOW)
    return enrol(conn, learner, path(conn, PATH).id, origin="self", by=learner.id, reason="test", now=NOW)


def test_loading_again_changes_nothing(library: Path, write: Do) -> None:
    assert write(load_library, library, now=NOW).lines == ()


def test_what_can_be_begun_is_offered_by_itself(library: Path, read: Do) -> None:
    offered = {each.alone for each in read(paths_alone)}
    assert offered == {each.id for each in read(modules) if each.can_begin}


def test_a_preview_tells_what_would_change_and_changes_nothing(library: Path, write: Do, read: Do) -> None:
    write(enrol_somebody)
    replace(library / f"paths/{PATH}.toml", 'id = "r-learning"', 'id = "r-learning-on"')
    before = read(versions, read(path, PATH).id)
    (line,) = write(preview_library, library, now=NOW).lines
    assert line == (f"{PATH}: version 2 after 1; added r-learning-on; removed r-learning; 1 enrolled stay on theirs")
    assert read(versions, read(path, PATH).id) == before
    assert write(load_library, library, now=NOW).lines == (line,)


def test_a_module_that_the_library_no_longer_has_stays_with_its_learners(library: Path, write: Do, read: Do) -> None:
    enrolled = write(enrol_somebody)

    shutil.rmtree(library / "modules/listening-to-your-community")
    with pytest.raises(LibraryBroken, match="there is no module listening-to-your-community"):
        write(load_library, library, now=NOW)
    for file in (library / "paths").glob("*.toml"):
        file.unlink()
    lines = write(load_library, library, now=NOW).lines
    assert "left: the module listening-to-your-community is not in the library and stays live" in lines[0]
    assert any(f"left: the path {PATH} is not in the library" in line for line in lines)
    assert read(module, "listening-to-your-community").status is Status.LIVE
    assert read(verdict, enrolled.id) is not None


def test_an_editors_path_is_kept_until_it_is_to_be_overwritten(library: Path, write: Do, read: Do) -> None:
    def edit(conn: Connection) -> None:
        editor = add_person(conn, full_name="Nino", language="ka", now=NOW)
        toml = tomllib.loads((library / f"paths/{PATH}.toml").read_text(encoding="utf-8"))
        toml["title"]["en"] = "Growth"
        publish_path(conn, PathFile("editor", toml), now=NOW, origin="editor", by=editor.id)

    write(edit)
    (line,) = write(load_library, library, now=NOW).lines
    assert line.startswith(f"kept: {PATH}: it was changed in the editor")
    assert read(path, PATH).texts.title["en"] == "Growth"
    exported = read(export_path, PATH)
    write(load_library, library, now=NOW, overwrite=[PATH])
    assert read(path, PATH).texts.title["en"] == "Pathways for Economic Growth"
    (library / f"paths/{PATH}.toml").write_text(exported, encoding="utf-8")
    write(load_library, library, now=NOW)
    assert read(path, PATH).texts.title["en"] == "Growth"
    assert len(read(paths)) == len(list((library / "paths").glob("*.toml")))


def test_the_whole_library_goes_out_and_comes_back_the_same(library: Path, tmp_path: Path, write: Do, read: Do) -> None:
    before = {each.slug: each.version_hash for each in read(modules)}
    out = tmp_path / "out"
    assert (read(export_library, out).modules, len(list((out / "paths").iterdir()))) == (len(before), 2)
    exported, problems = check_library(out)
    assert (problems, exported.stale) == ([], ())
    assert {each.slug: each.version_hash for each in exported.modules} == before
    assert write(load_library, out, now=NOW).lines == ()
    with pytest.raises(Conflict, match="not empty"):
        read(export_library, out)
