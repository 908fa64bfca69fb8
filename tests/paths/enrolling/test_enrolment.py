import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from base import Conflict, Database, Event
from paths import PathCompleted, State, enrolled_persons, verdict
from paths.tables.paths import enrolment_statuses, enrolments, verdicts
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
)

Do = Callable[..., Any]


@pytest.fixture(autouse=True)
def _path(write: Do) -> None:
    write(publish_modules)
    write(publish, leaf("a", "intro"), leaf("b", "budget", after=["a"]))


def test_enrolling_again_changes_nothing(write: Do, read: Do) -> None:
    learner = write(make_learner)
    write(make_learner)
    first = write(enrol_self, learner)
    assert write(enrol_self, learner, now=later(60)) == first
    assert read(enrolled_persons) == [learner.id]
    assert first.version == 1
    statuses = read(lambda conn: conn.execute(sa.select(enrolment_statuses)).all())
    assert [(row.status, row.origin, row.by, row.reason) for row in statuses] == [
        ("active", "self", learner.id, "chose it")
    ]


def test_an_enrolment_has_its_verdicts_at_once(write: Do, read: Do) -> None:
    enrolled = write(enrol_self, write(make_learner))
    assert read(verdict, enrolled.id, "a").state == State.OPEN
    assert read(verdict, enrolled.id, "b").state == State.LOCKED
    assert read(verdict, enrolled.id, "nowhere") is None


def test_what_was_done_before_enrolment_counts_and_completes(write: Do, read: Do, told: list[Event]) -> None:
    learner = write(make_learner)
    for minutes, slug in ((1, "intro"), (2, "budget")):
        write(record, statement(agent_of(learner), slug, at=later(minutes)), now=later(minutes))
    write(fold_all, now=later(3))
    enrolled = write(enrol_self, learner, now=later(10))
    assert read(verdict, enrolled.id).since == later(2)
    write(fold_all, now=later(11))
    assert [event.completed_at for event in told if isinstance(event, PathCompleted)] == [later(2)]


@pytest.mark.parametrize("status", ["draft", "retired"])
def test_a_path_that_is_not_open_takes_nobody_new(write: Do, status: str) -> None:
    learner = write(make_learner)
    enrolled = write(enrol_self, learner)
    write(publish, leaf("a", "intro"), leaf("b", "budget", after=["a"]), status=status)
    assert write(enrol_self, learner) == enrolled
    with pytest.raises(Conflict, match=f"is {status}"):
        write(enrol_self, write(make_learner))


async def test_one_person_in_ten_tabs_is_enrolled_once(db: Database) -> None:
    learner = await db.write(make_learner)
    enrolled = await asyncio.gather(*(db.write(enrol_self, learner) for _ in range(10)))
    assert len({each.id for each in enrolled}) == 1
    assert await db.read(_counts) == [1, 1, 3]


def _counts(conn: Connection) -> list[int | None]:
    tables = (enrolments, enrolment_statuses, verdicts)
    return [conn.scalar(sa.select(sa.func.count()).select_from(table)) for table in tables]
