"""Completion proves itself every night on some of the people, until it was everybody."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from paths import SelfCheck, State, differing, due_for_check, newest_check, note_check
from paths.tables.paths import verdicts
from people import Person
from tests.paths.makers import leaf
from tests.paths.world import agent_of, enrol_self, fold_all, later, make_learner, publish, publish_modules, record
from tests.paths.world import statement as said
from tests.times import NOW

Do = Callable[..., Any]


@pytest.fixture
def learners(write: Do) -> list[Person]:
    """Three people on one path, in the order of their ids."""

    def enrolled(conn: Connection) -> list[Person]:
        publish_modules(conn)
        publish(conn, leaf("a", "intro"))
        made = [make_learner(conn) for _ in range(3)]
        for each in made:
            enrol_self(conn, each)
        return sorted(made, key=lambda each: each.id)

    found: list[Person] = write(enrolled)
    return found


def spoil(conn: Connection) -> None:
    conn.execute(sa.update(verdicts).values(state=State.SATISFIED.value))


def test_everybody_is_checked_in_turn_and_then_anew(write: Do, read: Do, learners: list[Person]) -> None:
    first, second, third = (each.id for each in learners)
    assert read(due_for_check, now=NOW, limit=2) == [first, second]
    write(note_check, SelfCheck(NOW, 2, 0), upto=second)
    assert read(due_for_check, now=NOW + timedelta(hours=23), limit=2) == []
    assert read(due_for_check, now=NOW + timedelta(hours=24), limit=2) == [third]
    write(note_check, SelfCheck(NOW + timedelta(hours=24), 1, 0), upto=third)
    assert read(due_for_check, now=NOW + timedelta(hours=48), limit=2) == [first, second]
    assert read(newest_check) == SelfCheck(NOW + timedelta(hours=24), 1, 0)


def test_what_is_stored_otherwise_is_found_by_reading_alone(write: Do, read: Do, learners: list[Person]) -> None:
    ids = [each.id for each in learners]
    assert read(differing, ids, now=NOW) == set()
    write(spoil)
    assert read(differing, ids, now=NOW) == set(ids)


def test_who_has_something_waiting_to_be_heard_is_passed_over(write: Do, read: Do, learners: list[Person]) -> None:
    waiting, *_ = learners
    write(record, said(agent_of(waiting), "intro", at=later(1)), now=later(1))
    ids = [each.id for each in learners]
    assert read(differing, ids, now=later(2)) == set()
    write(spoil)
    assert read(differing, ids, now=later(2)) == set(ids[1:])
    write(fold_all, now=later(2))
    assert read(differing, ids, now=later(3)) == set(ids[1:])
