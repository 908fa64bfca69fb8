"""A batch of events: folded together as if one by one, by steps that do not grow with the learners that there are."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from base import apply_effects, waiting
from modules import VerbIri
from paths.tables import facts, verdicts
from people import Person
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
FEW, MANY = 20, 200


def prepare(conn: Connection) -> None:
    publish_modules(conn)
    publish(conn, leaf("r-intro", "intro"), leaf("r-budget", "budget"))


def learners_who_passed(conn: Connection, number: int) -> list[Person]:
    """New learners on the path who passed `intro`; all of it was heard."""
    learners = [make_learner(conn) for _ in range(number)]
    for each in learners:
        enrol_self(conn, each)
        record(conn, statement(agent_of(each), "intro", score=0.9), now=later(1))
    fold_all(conn, now=later(2))
    return learners


def all_pass(conn: Connection, learners: list[Person], slug: str) -> None:
    for each in learners:
        record(conn, statement(agent_of(each), slug, score=0.8, at=later(10)), now=later(10))


def steps_of_folding(conn: Connection, learners: list[Person]) -> int:
    """How many instructions of SQLite's machine it takes to fold a statement of each, undone again afterwards."""
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    driver: Any = conn.connection.driver_connection
    with conn.begin_nested() as savepoint:
        all_pass(conn, learners, "budget")
        driver.set_progress_handler(step, 1)
        try:
            assert apply_effects(conn, now=later(11)) >= len(learners)
        finally:
            driver.set_progress_handler(None, 1)
        savepoint.rollback()
    return steps


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_folding_takes_no_more_steps_where_there_are_more_learners(write: Do) -> None:
    write(prepare)
    learners = write(learners_who_passed, FEW)
    before = write(steps_of_folding, learners)
    write(learners_who_passed, MANY)
    # To find a row in a larger tree takes no more instructions; to walk over all would take ten times as many.
    assert write(steps_of_folding, learners) <= before * 1.3


def stored(conn: Connection) -> dict[Any, Any]:
    """The verdicts by who they are of, whichever ids they got."""
    rows = conn.execute(sa.select(verdicts).order_by(verdicts.c.enrolment_id, verdicts.c.node)).all()
    return {(row.enrolment_id, row.node): (row.state, row.since, row.evidence, row.score) for row in rows}


def test_a_batch_comes_to_the_same_as_one_event_after_the_other(write: Do) -> None:
    def both_ways(conn: Connection) -> None:
        prepare(conn)
        learners = learners_who_passed(conn, 5)
        all_pass(conn, learners[:3], "budget")
        record(conn, statement(agent_of(learners[4]), "intro", VerbIri.FAILED, score=0.1), now=later(12))
        with conn.begin_nested() as savepoint:
            while apply_effects(conn, now=later(20), limit=1):
                pass
            one_by_one = stored(conn)
            savepoint.rollback()
        assert apply_effects(conn, now=later(20)) >= 4
        assert stored(conn) == one_by_one
        assert [row.state for row in conn.execute(sa.select(verdicts).where(verdicts.c.node == "path"))].count(
            "satisfied"
        ) == 3

    write(both_ways)


def test_what_cannot_be_folded_is_put_off_alone(write: Do, read: Do) -> None:
    def spoil_one(conn: Connection) -> None:
        """One verdict says what no program wrote, so that whoever reads it fails."""
        prepare(conn)
        learners = learners_who_passed(conn, 4)
        all_pass(conn, learners, "budget")
        spoilt = conn.scalars(sa.select(verdicts.c.enrolment_id)).first()
        conn.execute(sa.update(verdicts).where(verdicts.c.enrolment_id == spoilt).values(evidence=b"?"))

    write(spoil_one)
    write(fold_all, now=later(20))
    assert read(waiting)["paths.fold"] == 1
    of_budget = sa.select(sa.func.count()).where(facts.c.activity.endswith("budget"), facts.c.kind == "passed")
    assert read(lambda conn: conn.scalar(of_budget)) == 3
