from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from base import Conflict, Missing
from content import LibraryBroken, MoveOn, Status
from modules import publish_module
from paths import State, path, paths, verdict
from paths.register.catalogue import current_version
from paths.register.register import fulfilments_of
from paths.tables.paths import path_versions
from tests.paths.makers import in_all_languages, leaf
from tests.paths.world import (
    activity,
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

Do = Callable[..., Any]


@pytest.fixture(autouse=True)
def _modules(write: Do) -> None:
    write(publish_modules)


def versions(conn: Connection) -> list[int]:
    return list(conn.scalars(sa.select(path_versions.c.number).order_by(path_versions.c.number)))


def test_a_path_is_published_once(write: Do, read: Do) -> None:
    assert write(publish, leaf("a")) is True
    assert write(publish, leaf("a"), now=later(1)) is False
    assert read(versions) == [1]
    assert [found.slug for found in read(paths)] == ["growth"]
    assert len(read(fulfilments_of, read(path, "growth").id)) == 1


def test_another_tree_is_another_version_and_an_old_one_comes_back_under_its_number(write: Do, read: Do) -> None:
    for items in ([leaf("a")], [leaf("a"), leaf("b", "budget")], [leaf("a")]):
        assert write(publish, *items) is True
    assert read(versions) == [1, 2]
    growth = read(path, "growth")
    assert growth.version == 1
    assert read(current_version, growth.id).number == 1


def test_better_words_are_no_new_version(write: Do, read: Do) -> None:
    write(publish, leaf("a"))
    assert write(publish, leaf("a"), title=in_all_languages("Growth")) is True
    assert read(versions) == [1]
    assert read(path, "growth").texts.title["en"] == "Growth (en)"


def test_those_enrolled_stay_on_their_version(write: Do, read: Do) -> None:
    write(publish, leaf("a"))
    learner = write(make_learner)
    first = write(enrol_self, learner)
    write(publish, leaf("a"), leaf("b", "budget"))
    assert write(enrol_self, learner).version_id == first.version_id
    assert write(enrol_self, write(make_learner)).version == 2


def test_a_broken_file_is_refused_with_every_problem_and_leaves_nothing(write: Do, read: Do) -> None:
    with pytest.raises(LibraryBroken) as refused:
        write(publish, leaf("a", "nowhere"), leaf("b", after=["z"]))
    assert [problem.key for problem in refused.value.problems] == ["tree.a.module", "tree.b.after"]
    assert read(paths) == []


def test_a_path_keeps_its_activity(write: Do) -> None:
    write(publish, leaf("a"))
    with pytest.raises(Conflict, match="has changed"):
        write(publish, leaf("a"), activity="https://ulc.waymark.example/paths/other")
    with pytest.raises(Conflict, match="another path's"):
        write(publish, leaf("a"), id=str(uuid4()))


def test_another_finishing_rule_judges_everyone_on_the_path_anew(write: Do, read: Do) -> None:
    write(publish, leaf("a"))
    learner = write(make_learner)
    enrolled = write(enrol_self, learner)
    write(record, statement(agent_of(learner), "intro"), now=later(1))
    write(fold_all, now=later(2))
    assert read(verdict, enrolled.id).state == State.SATISFIED
    write(publish_module, module_source("intro", move_on=MoveOn.COMPLETED), now=later(3))
    assert write(publish, leaf("a"), now=later(3)) is True
    write(fold_all, now=later(4))
    assert read(verdict, enrolled.id).state == State.IN_PROGRESS


def test_what_a_replaced_module_showed_until_then_still_counts(write: Do, read: Do) -> None:
    write(publish, leaf("a", "intro"))
    early, late = write(make_learner), write(make_learner)
    before, after = write(enrol_self, early), write(enrol_self, late)
    write(record, statement(agent_of(early), "intro", at=later(1)), now=later(1))
    write(publish, leaf("a", "budget"), now=later(10))
    write(record, statement(agent_of(late), "intro", at=later(20)), now=later(20))
    write(fold_all, now=later(21))
    assert read(verdict, before.id).since == later(1)
    assert read(verdict, after.id).state == State.OPEN
    write(record, statement(agent_of(late), "budget", at=later(30)), now=later(30))
    write(fold_all, now=later(31))
    assert read(verdict, after.id).since == later(30)
    rules = read(fulfilments_of, read(path, "growth").id)
    assert [(rule.activity, rule.counts_until) for rule in rules] == [
        (activity("intro"), None),
        (activity("budget"), None),
        (activity("intro"), later(10)),
    ]


def test_a_draft_that_becomes_live_needs_no_word_from_the_path_to_be_opened(write: Do, read: Do) -> None:
    write(publish_module, module_source("soon", status=Status.DRAFT), now=later(0))
    write(publish, leaf("a"), leaf("b", "soon", optional=True))
    write(publish_module, module_source("soon"), now=later(1))
    assert write(publish, leaf("a"), leaf("b", "soon", optional=True), now=later(1)) is False


def test_an_unknown_path_is_missing(read: Do) -> None:
    with pytest.raises(Missing, match="nowhere"):
        read(path, "nowhere")
