"""A path as a file and in the database: the same, there and back."""

import tomllib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import Connection

from base import Missing
from content import PathFile
from paths import PathSource, export_path, path, path_source, path_toml, publish_path
from paths.authoring.authoring import read_source
from paths.register.catalogue import current_version
from paths.register.register import fulfilments_of
from paths.tree.requirements import canonical
from tests.paths.makers import in_all_languages, leaf, path_file
from tests.paths.makers import path_toml as toml_of
from tests.paths.sources import path_sources
from tests.paths.world import publish, publish_modules
from tests.times import NOW

Do = Callable[..., Any]


def as_file(source: PathSource) -> PathFile:
    return PathFile("paths/growth.toml", tomllib.loads(path_toml(source)))


@given(path_sources())
@settings(max_examples=60, deadline=timedelta(seconds=5))
def test_what_is_written_as_a_file_is_read_back_the_same(source: PathSource) -> None:
    read, problems = read_source(as_file(source))
    assert problems == []
    assert read == source
    assert path_toml(read) == path_toml(source)


def there_and_back(conn: Connection, source: PathSource) -> tuple[PathSource, bool]:
    """What the database says of a published source, and whether publishing that again changed anything."""
    trial = conn.begin_nested()
    assert publish_path(conn, as_file(source), now=NOW) is True
    growth = path(conn, source.slug)
    tree, fulfilled = current_version(conn, growth.id).tree, fulfilments_of(conn, growth.id)
    found = path_source(conn, growth)
    changed = publish_path(conn, as_file(found), now=NOW)
    assert canonical(current_version(conn, growth.id).tree) == canonical(tree)
    assert fulfilments_of(conn, growth.id) == fulfilled
    trial.rollback()
    return found, changed


@given(source=path_sources())
@settings(max_examples=25, deadline=timedelta(seconds=10), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_the_database_says_is_what_its_author_wrote(write: Do, once: None, source: PathSource) -> None:
    assert write(there_and_back, source) == (source, False)


@pytest.fixture
def once(write: Do) -> None:
    write(publish_modules)
    basics = {
        "id": "7b0a3a52-95a8-4c4e-9d38-6f6a4b5f2f22",
        "slug": "basics",
        "activity": "https://ulc.waymark.example/paths/basics",
        "title": in_all_languages("Basics"),
    }
    write(publish_path, PathFile("paths/basics.toml", toml_of([leaf("r"), leaf("s", after=["r"])], **basics)), now=NOW)


def test_an_export_is_the_file_from_which_it_came(write: Do, read: Do) -> None:
    write(publish_modules)
    write(publish, leaf("a", when={"due_after": "P30D"}), leaf("b", "budget", also=["data"], min_score=1))
    text = read(export_path, "growth")
    assert (
        tomllib.loads(text)
        == path_file(leaf("a", when={"due_after": "P30D"}), leaf("b", "budget", also=["data"], min_score=1)).toml
    )
    assert 'when = {due_after = "P30D"}\n' in text
    with pytest.raises(Missing):
        read(export_path, "nowhere")
