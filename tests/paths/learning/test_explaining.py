"""The explanation of an enrolment: what it rests on, and what it would have been on another day."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection

from base import Missing
from paths import Explained, State, explained
from people import Person
from tests.paths.makers import group, leaf
from tests.paths.world import (
    agent_of,
    enrol_self,
    fold_all,
    later,
    make_learner,
    publish,
    publish_modules,
    record,
    send,
    statement,
    void,
)

Do = Callable[..., Any]


@pytest.fixture
def learner(write: Do) -> Person:
    """Somebody who passed one of two modules at minute 10, of which we heard at minute 500."""

    def begun(conn: Connection) -> Person:
        publish_modules(conn)
        publish(conn, leaf("a", "intro"), group("g", leaf("b", "budget"), leaf("c", "data"), n=1))
        made = make_learner(conn)
        enrol_self(conn, made)
        record(conn, statement(agent_of(made), "intro", at=later(10)), now=later(500))
        fold_all(conn, now=later(500))
        return made

    made: Person = write(begun)
    return made


def states(found: Explained) -> dict[str, State]:
    return {each.id: each.state for each in (found.node, *found.node.items)}


def test_it_names_the_statements_and_the_titles(read: Do, learner: Person) -> None:
    found = read(explained, learner.id, "growth", language="az", now=later(600))
    assert states(found) == {"path": State.IN_PROGRESS, "a": State.SATISFIED, "g": State.OPEN}
    (fact,) = found.facts
    assert found.node.items[0].evidence == (fact.statement_id,)
    assert (fact.at, fact.known_at) == (later(10), later(500))
    assert found.titles == {
        "path": "Pathways for Economic Growth (az)",
        "a": "intro (az)",
        "g": "g (az)",
        "b": "budget (az)",
        "c": "data (az)",
    }
    assert (found.version, found.person_id, found.path) == (1, learner.id, "growth")


def test_it_says_what_each_node_asks_and_what_comes_next(read: Do, learner: Person) -> None:
    found = read(explained, learner.id, "growth", now=later(600))
    assert found.asked["a"] == {"kind": "leaf", "id": "a"}
    assert found.asked["g"] == {"kind": "n-of", "id": "g", "n": 1}
    assert found.next_steps == ("b", "c")


def test_as_of_a_day_as_it_was_known(read: Do, learner: Person) -> None:
    then = read(explained, learner.id, "growth", as_of=later(20), known_at=later(499), now=later(600))
    assert (states(then)["a"], then.facts) == (State.OPEN, ())
    assert (then.as_of, then.known_at) == (later(20), later(499))
    later_known = read(explained, learner.id, "growth", as_of=later(20), now=later(600))
    assert states(later_known)["a"] == State.SATISFIED
    assert later_known.known_at == later(600)
    before = read(explained, learner.id, "growth", as_of=later(9), now=later(600))
    assert states(before)["a"] == State.OPEN


def test_what_counts_for_nothing_is_told_too(write: Do, read: Do, learner: Person) -> None:
    write(send, statement(agent_of(learner), "budget", at=later(30)), now=later(510))
    (said,) = write(record, statement(agent_of(learner), "data", at=later(40)), now=later(520))
    write(void, said, now=later(530))
    write(fold_all, now=later(540))
    found = read(explained, learner.id, "growth", now=later(600))
    assert [(fact.activity[-4:], fact.voided_at) for fact in found.facts] == [
        ("ntro", None),
        ("dget", None),
        ("data", later(530)),
    ]
    assert states(found)["g"] == State.LOST


def test_nobody_is_explained_who_is_not_on_the_path(write: Do, read: Do, learner: Person) -> None:
    stranger = write(make_learner)
    with pytest.raises(Missing, match="on the path growth"):
        read(explained, stranger.id, "growth", now=later(1))
