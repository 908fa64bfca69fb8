from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection

from base import Conflict, Invalid, Missing, new_uuid
from paths import Enrolment, enrol, extend, extended_of, path, verdict
from people import Person
from tests.paths.makers import leaf
from tests.paths.world import agent_of, fold_all, later, make_learner, publish, publish_modules, record, statement
from tests.times import NOW

Do = Callable[..., Any]
WEEK = timedelta(weeks=1)
SOONER = {"id": "9d1fa8b4-5a2c-4c57-8b52-0f0f4c1f7a10", "slug": "sooner", "activity": "https://ulc.waymark.example/s"}


@pytest.fixture(autouse=True)
def _path(write: Do) -> None:
    write(publish_modules)
    write(publish, leaf("a", "intro", when={"due_after": "P4W"}), leaf("b", "budget"), time_zone="UTC")
    write(publish, leaf("a", "intro", when={"due_after": "P1W"}), time_zone="UTC", **SOONER)


def _enrol(conn: Connection, learner: Person, slug: str) -> Enrolment:
    return enrol(conn, learner, path(conn, slug).id, origin="self", by=learner.id, reason="chose it", now=NOW)


def _extend(write: Do, enrolment_id: UUID, due: datetime, node: str = "path", **said: Any) -> None:
    facts = {"by": None, "reason": "was ill", "now": NOW} | said
    write(extend, enrolment_id, due, node=node, **facts)
    write(fold_all, now=facts["now"])


def test_two_enrolments_with_different_due_dates_each_keep_their_own(write: Do, read: Do) -> None:
    learner = write(make_learner)
    growth, sooner = write(_enrol, learner, "growth"), write(_enrol, learner, "sooner")
    assert read(verdict, growth.id, "a").due == NOW + 4 * WEEK
    assert read(verdict, sooner.id, "a").due == NOW + WEEK
    _extend(write, sooner.id, NOW + 8 * WEEK, "a")
    assert read(verdict, growth.id, "a").due == NOW + 4 * WEEK
    assert read(verdict, sooner.id, "a").due == NOW + 8 * WEEK
    write(record, statement(agent_of(learner), "intro", at=later(1)), now=later(1))
    write(fold_all, now=later(2))
    for enrolled in (growth, sooner):
        assert read(verdict, enrolled.id, "a").due is None


def test_the_last_extension_holds_and_each_stays_on_record(write: Do, read: Do) -> None:
    learner = write(make_learner)
    growth = write(_enrol, learner, "growth")
    for minutes, weeks in ((1, 6), (2, 2)):
        _extend(write, growth.id, NOW + weeks * WEEK, "a", now=later(minutes), by=learner.id)
    assert read(verdict, growth.id, "a").due == NOW + 2 * WEEK
    kept = read(extended_of, [growth.id])[growth.id]
    assert [(each.node, each.due, each.at, each.by, each.reason) for each in kept] == [
        ("a", NOW + 6 * WEEK, later(1), learner.id, "was ill"),
        ("a", NOW + 2 * WEEK, later(2), learner.id, "was ill"),
    ]


def test_a_whole_path_can_be_given_a_due_date_that_it_had_not(write: Do, read: Do) -> None:
    growth = write(_enrol, write(make_learner), "growth")
    assert read(verdict, growth.id).due is None
    _extend(write, growth.id, NOW + WEEK)
    assert read(verdict, growth.id).due == NOW + WEEK


def test_what_cannot_be_extended_is_refused(write: Do, read: Do) -> None:
    growth = write(_enrol, write(make_learner), "growth")
    for node, due, reason, wrong in (
        ("nowhere", NOW + WEEK, "x", Invalid),
        ("a", NOW + WEEK, " ", Invalid),
        ("a", NOW, "x", Conflict),
        ("a", datetime(2020, 1, 1, tzinfo=UTC), "x", Conflict),
    ):
        with pytest.raises(wrong):
            _extend(write, growth.id, due, node, reason=reason)
    with pytest.raises(Missing):
        _extend(write, new_uuid(), NOW + WEEK)
    assert read(extended_of, [growth.id]) == {}
