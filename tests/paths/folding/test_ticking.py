"""What time alone changes is judged when its time has come, and nothing else is looked at."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from base import Event
from paths import All, Enrolment, Leaf, PathCompleted, PathLost, State, has_due_change, replay, tick, verdict
from paths.tables.paths import next_changes, verdicts
from paths.tree.requirements import When
from people import Person
from tests.paths.trees import publish_tree
from tests.paths.world import agent_of, enrol_self, fold_all, later, make_learner, publish_modules, record, statement
from tests.times import NOW

Do = Callable[..., Any]
DAY = 24 * 60
TREE = All(
    "path",
    (
        Leaf("a", when=When(valid_for="P10D")),
        Leaf("b", when=When(opens_after="P3D", due_after="P5D")),
    ),
)


@pytest.fixture(autouse=True)
def _path(write: Do) -> None:
    write(publish_modules)


def enrolled_on(conn: Connection, tree: All) -> tuple[Person, Enrolment]:
    publish_tree(conn, tree)
    learner = make_learner(conn)
    return learner, enrol_self(conn, learner)


def passes(conn: Connection, learner: Person, slug: str, days: float) -> None:
    at = later(days * DAY)
    record(conn, statement(agent_of(learner), slug, at=at), now=at)
    fold_all(conn, now=at)


def changes_at(conn: Connection) -> datetime | None:
    return conn.scalar(sa.select(next_changes.c.at))


def node(conn: Connection, enrolled: Enrolment, id_: str) -> Any:
    return verdict(conn, enrolled.id, id_)


def ticked(conn: Connection, days: float) -> int:
    done = tick(conn, now=later(days * DAY))
    fold_all(conn, now=later(days * DAY))
    return done


def test_something_opens_on_its_day_and_not_before(write: Do, read: Do) -> None:
    _, enrolled = write(enrolled_on, TREE)
    assert read(node, enrolled, "b").state == State.LOCKED
    assert read(changes_at) == NOW + timedelta(days=3)
    assert not read(has_due_change, now=NOW + timedelta(days=3, microseconds=-1))
    assert write(ticked, 2.9) == 0
    assert write(ticked, 3) == 1
    assert read(node, enrolled, "b").state == State.OPEN
    assert write(ticked, 3) == 0


def test_a_due_date_that_passes_leaves_nothing_to_wait_for(write: Do, read: Do) -> None:
    _, enrolled = write(enrolled_on, TREE)
    write(ticked, 3)
    due = read(node, enrolled, "b").due
    assert due is not None
    assert read(changes_at) == due
    write(lambda conn: tick(conn, now=due))
    assert read(changes_at) is None
    assert read(node, enrolled, "b").overdue(due)


def test_what_has_expired_is_no_lost_completion_and_is_completed_anew(write: Do, read: Do, told: list[Event]) -> None:
    learner, enrolled = write(enrolled_on, TREE)
    write(passes, learner, "intro", 1)
    write(passes, learner, "budget", 2)
    write(ticked, 5)
    assert read(node, enrolled, "path").state == State.SATISFIED
    assert read(node, enrolled, "path").until == NOW + timedelta(days=11)
    write(ticked, 11)
    assert read(node, enrolled, "a").state == State.EXPIRED
    assert read(node, enrolled, "path").state == State.EXPIRED
    assert [type(each) for each in told if isinstance(each, PathCompleted | PathLost)] == [PathCompleted]
    write(passes, learner, "intro", 12)
    assert read(node, enrolled, "path").since == NOW + timedelta(days=12)
    assert [type(each) for each in told if isinstance(each, PathCompleted | PathLost)] == [PathCompleted] * 2


def test_a_tick_looks_at_nobody_whose_time_has_not_come(write: Do, read: Do) -> None:
    write(enrolled_on, All("path", (Leaf("a"),)))
    assert read(changes_at) is None
    write(lambda conn: conn.execute(sa.update(verdicts).values(score=0.5)) and None)
    assert write(ticked, 1000) == 0
    assert set(read(lambda conn: list(conn.scalars(sa.select(verdicts.c.score))))) == {0.5}


def test_replay_leaves_to_the_tick_what_waits_for_it(write: Do, read: Do) -> None:
    learner, enrolled = write(enrolled_on, TREE)
    write(passes, learner, "intro", 1)
    for days in (2, 4, 20):
        assert write(replay, [learner.id], now=later(days * DAY)) == []
    assert read(node, enrolled, "b").state == State.LOCKED
    assert write(ticked, 20) == 1
    assert (read(node, enrolled, "a").state, read(node, enrolled, "b").state) == (State.EXPIRED, State.OPEN)
    assert write(replay, [learner.id], now=later(30 * DAY), check=True) == []


@pytest.mark.parametrize("column", ["at", None])
def test_replay_finds_a_moment_that_is_not_the_next(write: Do, column: str | None) -> None:
    learner, _ = write(enrolled_on, TREE)
    change = sa.delete(next_changes) if column is None else sa.update(next_changes).values(at=later(10))
    write(lambda conn: conn.execute(change) and None)
    assert len(write(replay, [learner.id], now=later(20))) == 1
    assert write(replay, [learner.id], now=later(20)) == []
