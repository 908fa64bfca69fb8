import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, func, select

from base import Conflict, Database, Invalid, Missing
from content import ModuleSource, MoveOn, Status
from modules import module, modules, publish_module
from modules.publishing import source_of
from modules.tables import module_versions
from tests.modules.makers import ACTIVITY, MODULE_ID, make_source
from tests.times import NOW

Run = Callable[..., Any]
OTHER_ID = UUID("5a0f6c8e-6f0f-4b7e-9a53-7d9f6a6b0099")


def publish(conn: Connection, *sources: ModuleSource) -> list[str]:
    return [publish_module(conn, source, now=NOW) for source in sources]


def count_versions(conn: Connection) -> int:
    return conn.execute(select(func.count()).select_from(module_versions)).scalar_one()


def test_publishing_the_same_again_changes_nothing(write: Run, read: Run) -> None:
    first = write(publish, make_source())
    assert write(publish, make_source()) == first
    assert read(count_versions) == 1
    assert read(module, "strategy").version == 1


def test_a_changed_text_is_a_new_version_and_the_old_one_stays_as_it_was(write: Run, read: Run) -> None:
    old, new = write(publish, make_source(text="# Old"), make_source(text="# New"))
    found = read(module, "strategy")
    assert (found.version, found.version_hash) == (2, new)
    assert read(source_of, old).texts == {"en": "# Old"}


def test_an_earlier_state_comes_back_under_its_own_number(write: Run, read: Run) -> None:
    old, _, again = write(publish, make_source(text="# Old"), make_source(text="# New"), make_source(text="# Old"))
    assert again == old
    assert read(module, "strategy").version == 1
    assert read(count_versions) == 2


def test_versions_of_two_modules_count_apart(write: Run, read: Run) -> None:
    other = make_source(id=OTHER_ID, slug="budget", activity="https://ulc.waymark.example/modules/budget")
    write(publish, make_source(text="# Old"), make_source(text="# New"), other)
    assert [(each.slug, each.version) for each in read(modules)] == [("budget", 1), ("strategy", 2)]


def test_a_module_tells_what_a_list_needs(write: Run, read: Run) -> None:
    write(publish, make_source(languages=("az", "en")))
    found = read(module, MODULE_ID)
    assert (found.id, found.slug, found.activity, found.status) == (MODULE_ID, "strategy", ACTIVITY, Status.LIVE)
    assert (found.minutes, found.mastery, found.move_on) == (7, 0.8, MoveOn.COMPLETED_AND_PASSED)
    assert found.languages == ("en", "az")
    assert found.title["az"] == "Strategiya"


def test_a_module_may_get_a_new_slug_and_keeps_its_identity(write: Run, read: Run) -> None:
    write(publish, make_source(), make_source(slug="town-strategy"))
    assert read(module, "town-strategy").id == MODULE_ID
    with pytest.raises(Missing, match="strategy"):
        read(module, "strategy")


@pytest.mark.parametrize(
    "changes",
    [
        {"id": OTHER_ID, "activity": "https://ulc.waymark.example/modules/other"},
        {"id": OTHER_ID, "slug": "other"},
        {"activity": "https://ulc.waymark.example/modules/moved"},
    ],
)
def test_a_slug_or_an_activity_names_one_module_for_ever(write: Run, read: Run, changes: dict[str, Any]) -> None:
    write(publish, make_source())
    with pytest.raises(Conflict, match="one module for ever"):
        write(publish, make_source(**changes))
    assert [each.activity for each in read(modules)] == [ACTIVITY]


def test_a_module_that_would_be_finished_unopened_is_refused(write: Run) -> None:
    with pytest.raises(Invalid, match="NotApplicable"):
        write(publish, make_source(move_on=MoveOn.NOT_APPLICABLE))


@pytest.mark.parametrize("move_on", [MoveOn.PASSED, MoveOn.COMPLETED_AND_PASSED])
def test_a_module_that_can_never_be_passed_is_refused(write: Run, move_on: MoveOn) -> None:
    with pytest.raises(Invalid, match="no quiz to pass"):
        write(publish, make_source(questions=None, move_on=move_on))


def test_a_draft_may_be_unfinished(write: Run, read: Run) -> None:
    write(publish, make_source(questions=None, move_on=MoveOn.PASSED, status=Status.DRAFT, texts={}))
    assert read(module, "strategy").languages == ()


async def test_two_that_publish_at_once_make_one_version_each_and_no_number_twice(db: Database) -> None:
    sources = [make_source(text=f"# Text {number % 4}") for number in range(8)]
    await asyncio.gather(*(db.write(publish_module, source, now=NOW) for source in sources))
    numbers = await db.read(lambda conn: list(conn.scalars(select(module_versions.c.number))))
    assert sorted(numbers) == [1, 2, 3, 4]
