"""A module taken by itself."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection

from base import Conflict
from content import MoveOn, Status
from modules import module, publish_module
from paths import Enrolment, State, enrol, path_alone, paths, paths_alone, publish_alone, verdict
from people import Person
from tests.paths.world import (
    agent_of,
    fold_all,
    later,
    make_learner,
    module_source,
    publish_modules,
    record,
    statement,
)
from tests.times import NOW

Do = Callable[..., Any]


@pytest.fixture(autouse=True)
def _modules(write: Do) -> None:
    write(publish_modules, drafts=("soon",))


def publish(conn: Connection, slug: str, minutes: float = 0, **changed: Any) -> bool:
    publish_module(conn, module_source(slug, **changed), now=later(minutes))
    return publish_alone(conn, module(conn, slug), now=later(minutes))


def enrol_on(conn: Connection, learner: Person, slug: str) -> Enrolment:
    alone = path_alone(conn, module(conn, slug).id)
    assert alone is not None
    return enrol(conn, learner, alone.id, origin="self", by=learner.id, reason="by itself", now=NOW)


def test_a_module_by_itself_is_completed_by_finishing_it(write: Do, read: Do) -> None:
    write(publish, "intro")
    learner = write(make_learner)
    enrolled = write(enrol_on, learner, "intro")
    write(record, statement(agent_of(learner), "intro", at=later(3)), now=later(3))
    write(fold_all, now=later(4))
    found = read(verdict, enrolled.id)
    assert (found.state, found.since) == (State.SATISFIED, later(3))


def test_it_stands_in_no_list_of_paths(write: Do, read: Do) -> None:
    write(publish, "intro")
    assert read(paths) == []
    assert [found.slug for found in read(paths_alone)] == ["module.intro"]


def test_it_is_published_once_and_follows_its_module(write: Do, read: Do) -> None:
    assert write(publish, "intro") is True
    assert write(publish, "intro", 1) is False
    learner = write(make_learner)
    enrolled = write(enrol_on, learner, "intro")
    write(record, statement(agent_of(learner), "intro", at=later(3)), now=later(3))
    write(fold_all, now=later(4))
    assert write(publish, "intro", 5, move_on=MoveOn.COMPLETED, title={"en": "First steps"}) is True
    write(fold_all, now=later(6))
    assert read(verdict, enrolled.id).state == State.IN_PROGRESS
    (found,) = read(paths_alone)
    assert (found.texts.title, found.version) == ({"en": "First steps"}, 1)


def test_a_draft_is_not_offered_and_a_retired_module_takes_nobody_new(write: Do, read: Do) -> None:
    assert write(publish, "soon", status=Status.DRAFT) is False
    assert read(paths_alone) == []
    write(publish, "intro")
    early = write(make_learner)
    enrolled = write(enrol_on, early, "intro")
    write(publish, "intro", 1, status=Status.RETIRED)
    with pytest.raises(Conflict, match="retired"):
        write(enrol_on, write(make_learner), "intro")
    assert write(enrol_on, early, "intro") == enrolled
