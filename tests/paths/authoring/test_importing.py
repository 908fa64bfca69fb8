"""A path's file against what is published, and against the editor."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection

from base import Asked, Database, decisions
from content import Delivery, DeliveryMode, Finishing, LibraryBroken, MoveOn, PathFile, Status
from lrs import Activity, Statement, Verb
from modules import VerbIri, module, publish_module
from paths import EditedSince, PathImport, State, import_path, path, path_source, publish_path, verdict, versions
from paths.register.catalogue import current_version
from paths.register.register import opened_modules
from people import Person
from tests.paths.makers import group, in_all_languages, leaf, path_file, path_toml
from tests.paths.world import (
    agent_of,
    enrol_self,
    fold_all,
    later,
    make_learner,
    module_source,
    publish,
    publish_modules,
    record,
    statement,
)
from tests.times import NOW

Do = Callable[..., Any]


@pytest.fixture(autouse=True)
def _modules(write: Do) -> None:
    write(publish_modules)


def edit(conn: Connection, *items: dict[str, Any], **changed: Any) -> bool:
    editor = make_learner(conn)
    return publish_path(conn, path_file(*items, **changed), now=later(5), origin="editor", by=editor.id)


def statement_about(iri: str, learner: Person, *, at: datetime) -> Statement:
    verb = Verb(id=VerbIri.COMPLETED.value)
    return Statement(actor=agent_of(learner), verb=verb, object=Activity(id=iri), timestamp=at)


def basics(*items: dict[str, Any]) -> PathFile:
    changed = {
        "id": "7b0a3a52-95a8-4c4e-9d38-6f6a4b5f2f22",
        "slug": "basics",
        "activity": "https://ulc.waymark.example/paths/basics",
        "title": in_all_languages("Basics"),
    }
    return PathFile("paths/basics.toml", path_toml(items, **changed))


def test_an_import_tells_what_it_changed_and_who_stays(write: Do) -> None:
    assert write(import_path, path_file(leaf("a")), now=NOW) == PathImport("growth", 1, changed_anything=True)
    write(enrol_self, write(make_learner))
    assert write(import_path, path_file(leaf("a")), now=NOW) == PathImport("growth", 1, 1)
    found = write(import_path, path_file(leaf("a", "data"), leaf("b", "budget")), now=NOW)
    assert found == PathImport("growth", 2, 1, changed_anything=True, added=("b",), replaced=("a",), staying=1)
    assert str(found) == "growth: version 2 after 1; added b; replaced a; 1 enrolled stay on theirs"


def test_an_import_never_goes_over_a_newer_version_of_the_editor(write: Do, read: Do) -> None:
    write(import_path, path_file(leaf("a")), now=NOW)
    assert write(edit, leaf("a"), leaf("b", "budget")) is True
    found = write(import_path, path_file(leaf("a")), now=later(6))
    assert found.kept is not None
    assert "changed in the editor" in found.kept
    assert "waymark export growth" in str(found)
    assert read(path, "growth").version == 2
    with pytest.raises(EditedSince):
        write(publish_path, path_file(leaf("a")), now=later(6))
    assert write(import_path, path_file(leaf("a")), now=later(7), over_editor=True).version == 1
    over, _ = read(decisions, Asked(act="path.publish"), limit=10)
    assert (over.by, over.reason) == (None, "imported over the editor")


def test_better_words_of_the_editor_are_kept_too(write: Do, read: Do) -> None:
    write(import_path, path_file(leaf("a")), now=NOW)
    write(edit, leaf("a"), title=in_all_languages("Growth"))
    assert write(import_path, path_file(leaf("a")), now=later(6)).kept is not None
    assert read(path, "growth").texts.title["en"] == "Growth (en)"


def test_a_file_that_says_what_the_editor_says_settles_it(write: Do, read: Do) -> None:
    write(import_path, path_file(leaf("a")), now=NOW)
    write(edit, leaf("a"), leaf("b", "budget"))
    both = path_file(leaf("a"), leaf("b", "budget"))
    assert write(import_path, both, now=later(6)) == PathImport("growth", 2, 2)
    assert read(path, "growth").edited_at is None
    assert write(import_path, path_file(leaf("a")), now=later(7)).kept is None


def test_what_is_published_in_the_editor_is_somebody_s_decision(write: Do, read: Do) -> None:
    write(import_path, path_file(leaf("a")), now=NOW)
    write(edit, leaf("a"), leaf("b", "budget"))
    growth = read(path, "growth")
    assert growth.edited_at == later(5)
    (decided,) = read(decisions, Asked(act="path.publish"), limit=10)
    assert (decided.subject, decided.before["version"], decided.after["version"]) == (f"path {growth.id}", 1, 2)
    assert decided.by == read(current_version, growth.id).by
    assert write(edit, leaf("a"), leaf("b", "budget")) is False


def test_any_equivalent_fulfils_and_the_first_is_opened(write: Do, read: Do) -> None:
    write(publish, leaf("a", "intro", also=["budget", "data"]))
    enrolled = write(enrol_self, learner := write(make_learner))
    write(record, statement(agent_of(learner), "data", at=later(1)), now=later(1))
    write(fold_all, now=later(2))
    assert read(verdict, enrolled.id).since == later(1)
    growth = read(path, "growth")
    assert read(opened_modules, growth.id) == {"a": read(module, "intro").id}
    assert write(publish, leaf("a", "data", also=["intro"]), now=later(3)) is True
    assert read(opened_modules, growth.id) == {"a": read(module, "data").id}
    assert read(path, "growth").version == 1


def test_any_delivery_of_a_module_fulfils_by_its_own_rule(write: Do, read: Do) -> None:
    workshop = Delivery(DeliveryMode.WORKSHOP, Finishing(submitted=True))
    elsewhere = Delivery(DeliveryMode.EXTERNAL, Finishing(move_on=MoveOn.COMPLETED), activity="https://lms.example/a/7")
    write(publish_module, module_source("intro", deliveries=(workshop, elsewhere)), now=NOW)
    write(publish, leaf("a"))
    people = [write(make_learner) for _ in range(3)]
    enrolled = [write(enrol_self, each) for each in people]
    write(record, statement(agent_of(people[0]), "intro", VerbIri.SUBMITTED, at=later(1)), now=later(1))
    write(record, statement_about("https://lms.example/a/7", people[1], at=later(2)), now=later(2))
    write(record, statement(agent_of(people[2]), "intro", VerbIri.COMPLETED, at=later(3)), now=later(3))
    write(fold_all, now=later(4))
    assert [read(verdict, each.id).since for each in enrolled[:2]] == [later(1), later(2)]
    assert read(verdict, enrolled[2].id).state == State.IN_PROGRESS  # our own player asks to pass


def test_a_delivery_that_is_gone_counts_for_what_it_showed_until_then(write: Do, read: Do) -> None:
    workshop = Delivery(DeliveryMode.WORKSHOP, Finishing(submitted=True))
    write(publish_module, module_source("intro", deliveries=(workshop,)), now=NOW)
    write(publish, leaf("a"))
    early, late = write(make_learner), write(make_learner)
    before, after = write(enrol_self, early), write(enrol_self, late)
    write(record, statement(agent_of(early), "intro", VerbIri.SUBMITTED, at=later(1)), now=later(1))
    write(publish_module, module_source("intro"), now=later(5))
    assert write(publish, leaf("a"), now=later(5)) is True
    write(record, statement(agent_of(late), "intro", VerbIri.SUBMITTED, at=later(6)), now=later(6))
    write(fold_all, now=later(7))
    assert read(verdict, before.id).since == later(1)
    assert read(verdict, after.id).state != State.SATISFIED


def test_a_path_within_a_path_follows_in_what_fulfils_it_and_keeps_its_tree(write: Do, read: Do) -> None:
    write(import_path, basics(leaf("r")), now=NOW)
    write(publish, leaf("a", "budget"), {"id": "b", "path": "basics"})
    enrolled = write(enrol_self, learner := write(make_learner))
    write(record, statement(agent_of(learner), "budget", at=later(1)), now=later(1))
    write(record, statement(agent_of(learner), "data", at=later(2)), now=later(2))
    write(fold_all, now=later(3))
    assert read(verdict, enrolled.id).state == State.IN_PROGRESS
    write(import_path, basics(leaf("r", also=["data"]), leaf("s", "budget")), now=later(4))
    write(fold_all, now=later(5))
    assert read(verdict, enrolled.id).since == later(2)
    assert read(path, "growth").version == 1
    write(publish, leaf("a", "budget"), {"id": "b", "path": "basics"}, now=later(6))
    assert read(path, "growth").version == 2
    assert read(path, "growth").texts.groups["b"] == in_all_languages("Basics")


def test_a_retired_module_is_finished_by_those_who_began_and_asked_of_nobody_new(write: Do, read: Do) -> None:
    write(publish, leaf("a"))
    enrolled = write(enrol_self, learner := write(make_learner))
    write(publish_module, module_source("intro", status=Status.RETIRED), now=later(1))
    with pytest.raises(LibraryBroken, match="retired, so nobody could finish"):
        write(publish, leaf("a"), now=later(1))
    write(publish, leaf("a", "budget", also=["intro"]), now=later(2))
    write(record, statement(agent_of(learner), "intro", at=later(3)), now=later(3))
    write(fold_all, now=later(4))
    assert read(verdict, enrolled.id).since == later(3)


def test_a_requirement_that_was_removed_stays_with_those_who_are_pinned_to_it(write: Do, read: Do) -> None:
    both = leaf("a"), group("g", leaf("b", "budget"))
    write(publish, *both)
    enrolled = write(enrol_self, learner := write(make_learner))
    write(publish, leaf("a"), now=later(1))
    write(record, statement(agent_of(learner), "intro", at=later(2)), now=later(2))
    write(fold_all, now=later(3))
    assert read(verdict, enrolled.id).state == State.IN_PROGRESS
    write(record, statement(agent_of(learner), "budget", at=later(4)), now=later(4))
    write(fold_all, now=later(5))
    assert read(verdict, enrolled.id).since == later(4)
    assert read(path, "growth").texts.groups["g"] == in_all_languages("g")


def test_a_path_that_gets_another_slug_is_named_by_it_wherever_it_was_named(write: Do, read: Do) -> None:
    write(import_path, basics(leaf("r")), now=NOW)
    items = leaf("a", when={"valid_for": "P2Y"}), {"id": "b", "path": "basics"}
    write(publish, *items, recertification="basics")
    renamed = basics(leaf("r"))
    write(import_path, PathFile(renamed.file, {**renamed.toml, "slug": "first-steps"}), now=later(1))
    source = read(lambda conn: path_source(conn, path(conn, "growth")))
    assert (source.recertification, source.nested) == ("first-steps", {"b": "first-steps"})


async def test_two_that_publish_at_once_make_one_version_each_and_no_number_twice(db: Database) -> None:
    await db.write(publish_modules)
    files = [path_file(leaf("a"), leaf(f"b{number % 4}")) for number in range(8)]
    await asyncio.gather(*(db.write(publish_path, file, now=NOW) for file in files))
    growth = await db.read(path, "growth")
    published = await db.read(versions, growth.id)
    assert [each.version.number for each in published] == [4, 3, 2, 1]
