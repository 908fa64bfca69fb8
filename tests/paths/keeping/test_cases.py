"""Any verdict for any past date, by what was known then or by what is known now."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection

from lrs import Account, Agent
from paths import LATEST, Enrolment, State, verdict_at
from people import Account as PersonAccount
from people import Way, part_persons
from people.linking import link_account
from tests.paths.makers import leaf
from tests.paths.world import (
    agent_of,
    enrol_self,
    fold_all,
    later,
    make_learner,
    publish,
    publish_modules,
    record,
    statement,
    void,
)

Do = Callable[..., Any]
MOODLE = PersonAccount("https://moodle.example", "42")


@pytest.fixture(autouse=True)
def _path(write: Do) -> None:
    write(publish_modules)
    write(publish, leaf("a", "intro"))


def state(conn: Connection, enrolled: Enrolment, as_of: float, known_at: datetime = LATEST) -> State:
    found = verdict_at(conn, enrolled, as_of=later(as_of), known_at=known_at)
    assert found is not None
    return found.state


def test_a_late_list_changes_what_is_known_now_and_not_what_was_known_then(write: Do, read: Do) -> None:
    learner = write(make_learner)
    enrolled = write(enrol_self, learner)
    write(record, statement(agent_of(learner), "intro", at=later(10)), now=later(5000))
    write(fold_all, now=later(5001))
    assert read(state, enrolled, 20, later(100)) == State.OPEN
    assert read(state, enrolled, 20, later(4999)) == State.OPEN
    assert read(state, enrolled, 20, later(5000)) == State.SATISFIED
    assert read(state, enrolled, 20) == State.SATISFIED
    assert read(state, enrolled, 9) == State.OPEN


def test_what_was_voided_later_stood_until_then(write: Do, read: Do) -> None:
    learner = write(make_learner)
    enrolled = write(enrol_self, learner)
    (said,) = write(record, statement(agent_of(learner), "intro", at=later(10)), now=later(10))
    write(void, said, now=later(50))
    write(fold_all, now=later(51))
    assert read(state, enrolled, 20, later(49)) == State.SATISFIED
    assert read(state, enrolled, 20, later(50)) == State.LOST
    assert read(state, enrolled, 9, later(50)) == State.OPEN


def test_an_account_counts_for_whom_it_was_known_to_be(write: Do, read: Do) -> None:
    learner = write(make_learner)
    enrolled = write(enrol_self, learner)
    elsewhere = Agent(account=Account(home_page=MOODLE.home_page, name=MOODLE.name))
    write(record, replace(statement(agent_of(learner), "intro", at=later(1)), actor=elsewhere), now=later(1))
    linked = write(link_account, learner.id, MOODLE, way=Way.SIGN_IN, by=None, reason="signed in", now=later(10))
    write(part_persons, learner.id, linked.act, by=None, reason="somebody else's", now=later(20))
    write(fold_all, now=later(21))
    assert read(state, enrolled, 5, later(9)) == State.OPEN
    assert read(state, enrolled, 5, later(10)) == State.SATISFIED
    assert read(state, enrolled, 5, later(20)) == State.LOST
    assert read(state, enrolled, 5) == State.LOST


def test_what_was_done_with_an_account_after_it_had_parted_was_never_theirs(write: Do, read: Do) -> None:
    learner = write(make_learner)
    enrolled = write(enrol_self, learner)
    elsewhere = Agent(account=Account(home_page=MOODLE.home_page, name=MOODLE.name))
    linked = write(link_account, learner.id, MOODLE, way=Way.SIGN_IN, by=None, reason="signed in", now=later(10))
    write(part_persons, learner.id, linked.act, by=None, reason="somebody else's", now=later(20))
    write(record, replace(statement(agent_of(learner), "intro", at=later(5)), actor=elsewhere), now=later(30))
    write(fold_all, now=later(31))
    assert read(state, enrolled, 40) == State.OPEN


def test_what_fulfils_it_counts_once_it_was_recorded(write: Do, read: Do) -> None:
    learner = write(make_learner)
    enrolled = write(enrol_self, learner)
    write(record, statement(agent_of(learner), "data", at=later(1)), now=later(1))
    write(publish, leaf("a", "data"), now=later(100))
    write(fold_all, now=later(101))
    assert read(state, enrolled, 5, later(99)) == State.OPEN
    assert read(state, enrolled, 5, later(100)) == State.SATISFIED
