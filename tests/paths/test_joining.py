"""Two persons claimed as one, and parted again: verdicts follow the accounts, and come back as they were."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from msgspec.structs import replace
from sqlalchemy import Connection

from base import Event
from lrs import Account, Agent
from paths import PathCompleted, PathLost, State, enrolments_of, path_views, replay, subjects_of, verdict
from paths.folding.progress import refold
from paths.tables.paths import verdicts
from people import Account as PersonAccount
from people import AccountLinked, Linked, Person, Way, join_persons, part_persons
from people.linking import link_account
from tests.paths.makers import leaf
from tests.paths.world import (
    agent_of,
    enrol_self,
    fold_all,
    key,
    later,
    make_learner,
    publish,
    publish_modules,
    record,
    statement,
)

Do = Callable[..., Any]


@pytest.fixture(autouse=True)
def _path(write: Do) -> None:
    write(publish_modules)
    write(publish, leaf("a", "intro"), leaf("b", "budget"))


def two_halves(conn: Connection) -> tuple[Person, Person]:
    """Two learners on one path, of whom one passed the first module and the other the second."""
    first, second = make_learner(conn), make_learner(conn)
    enrol_self(conn, first, now=later(0))
    enrol_self(conn, second, now=later(1))
    record(conn, statement(agent_of(first), "intro", at=later(2)), now=later(2))
    record(conn, statement(agent_of(second), "budget", at=later(3)), now=later(3))
    fold_all(conn, now=later(4))
    return first, second


def joined(conn: Connection, former: Person, kept: Person) -> Linked:
    linked = join_persons(conn, former.id, kept.id, way=Way.STAFF, by=None, reason="both are her", now=later(10))
    fold_all(conn, now=later(10))
    return linked


def parted(conn: Connection, linked: Linked) -> None:
    part_persons(conn, linked.person_id, linked.act, by=None, reason="two after all", now=later(20))
    fold_all(conn, now=later(20))


def stored(conn: Connection) -> list[Any]:
    ordered = sa.select(verdicts).order_by(verdicts.c.enrolment_id, verdicts.c.node)
    return [tuple(row) for row in conn.execute(ordered)]


def states(conn: Connection, learner: Person) -> dict[str, State]:
    """By node, how far the learner's own enrolment is, and nothing while they are somebody else."""
    return {node: state(conn, each.id, node) for each in enrolments_of(conn, learner.id) for node in ("path", "a", "b")}


def state(conn: Connection, enrolment_id: UUID, node: str = "path") -> State:
    found = verdict(conn, enrolment_id, node)
    assert found is not None
    return found.state


def test_two_halves_of_one_person_make_a_whole(write: Do, read: Do, told: list[Event]) -> None:
    first, second = write(two_halves)
    write(joined, second, first)
    mine = read(enrolments_of, first.id)
    assert [each.person_id for each in mine] == [first.id, second.id]
    assert [read(state, each.id) for each in mine] == [State.SATISFIED, State.SATISFIED]
    assert read(enrolments_of, second.id) == []
    assert {each.enrolment_id for each in told if isinstance(each, PathCompleted)} == {each.id for each in mine}
    assert len(read(path_views, first, language="en", now=later(11))) == 1


def test_parted_again_each_has_what_they_had_and_what_went_with_the_other_is_lost(
    write: Do, read: Do, told: list[Event]
) -> None:
    first, second = write(two_halves)
    before = {each.id: read(states, each) for each in (first, second)}
    assert before == {
        first.id: {"path": State.IN_PROGRESS, "a": State.SATISFIED, "b": State.OPEN},
        second.id: {"path": State.IN_PROGRESS, "a": State.OPEN, "b": State.SATISFIED},
    }
    linked = write(joined, second, first)
    assert read(states, second) == {}
    write(parted, linked)
    assert read(states, second) == before[second.id]
    assert read(states, first) == {"path": State.LOST, "a": State.SATISFIED, "b": State.LOST}
    assert sum(isinstance(each, PathLost) for each in told) == 2
    for each in (first, second):
        assert write(replay, [each.id], now=later(21), check=True) == []
        assert len(read(enrolments_of, each.id)) == 1


def test_replay_of_joined_persons_finds_what_is_stored(write: Do) -> None:
    first, second = write(two_halves)
    write(joined, second, first)
    assert write(replay, [first.id], now=later(21), check=True) == []
    assert write(replay, [second.id], now=later(21), check=True) == []


def test_enrolment_of_the_former_person_is_the_holders_and_comes_back(write: Do, read: Do) -> None:
    newcomer, known = write(make_learner), write(make_learner)
    write(enrol_self, newcomer)
    linked = write(joined, newcomer, known)
    assert [each.person_id for each in read(enrolments_of, known.id)] == [newcomer.id]
    again = write(enrol_self, known, now=later(11))
    assert again.person_id == newcomer.id
    write(parted, linked)
    assert read(enrolments_of, known.id) == []
    assert len(read(enrolments_of, newcomer.id)) == 1


def test_hearing_of_a_link_twice_changes_nothing(write: Do, read: Do, told: list[Event]) -> None:
    first, second = write(two_halves)
    linked = write(joined, second, first)
    before, already = read(stored), len(told)
    write(refold, AccountLinked(str(first.id), linked.accounts[0], first.id, second.id), later(12))
    write(fold_all, now=later(12))
    assert (read(stored), len(told)) == (before, already)


def test_what_a_new_account_did_before_it_was_linked_counts_once_it_is(write: Do, read: Do) -> None:
    learner = write(make_learner)
    enrolled = write(enrol_self, learner)
    moodle = PersonAccount("https://moodle.example", "42")
    agent = Agent(account=Account(home_page=moodle.home_page, name=moodle.name))
    for slug in ("intro", "budget"):
        done = statement(agent_of(learner), slug, at=later(1))
        write(record, replace(done, actor=agent), now=later(1))
    write(fold_all, now=later(2))
    assert read(state, enrolled.id) == State.OPEN
    linked = write(
        link_account, learner.id, moodle, way=Way.SIGN_IN, by=learner.id, reason="signed in by it", now=later(3)
    )
    write(fold_all, now=later(3))
    assert read(state, enrolled.id) == State.SATISFIED
    write(parted, linked)
    assert read(state, enrolled.id) == State.LOST


def test_pages_hear_what_concerns_the_persons_joined(write: Do, read: Do) -> None:
    first, second = write(two_halves)
    write(joined, second, first)
    assert read(subjects_of, first.id) == {str(first.id), str(second.id), key(first), key(second)}
    assert read(subjects_of, second.id) == set()
