"""A batch of events: folded together as if one by one, and by what it touches alone."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from base import apply_effects, waiting
from modules import VerbIri
from paths.tables.paths import facts, verdicts
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
A_BATCH = 200
"""As many as the worker takes at once."""


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


def plans_of_folding(conn: Connection, learners: list[Person]) -> list[str]:
    """How SQLite finds what is asked for while a statement of each learner is folded."""
    asked: list[tuple[str, Any]] = []

    def hear(_conn: Any, _cursor: Any, text: str, parameters: Any, *_: Any) -> None:
        if text.startswith("SELECT"):
            asked.append((text, parameters))

    all_pass(conn, learners, "budget")
    sa.event.listen(conn, "before_cursor_execute", hear)
    assert apply_effects(conn, now=later(11)) == len(learners)
    sa.event.remove(conn, "before_cursor_execute", hear)
    return [
        str(row[-1])
        for text, parameters in asked
        for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", parameters)
    ]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_folding_a_batch_looks_for_its_own_rows_and_goes_through_no_table(write: Do) -> None:
    write(prepare)
    plans = write(plans_of_folding, write(learners_who_passed, A_BATCH))
    for table in ("accounts", "account_links", "persons", "enrolments", "facts", "verdicts", "pending_events"):
        assert any(f"SEARCH {table}" in plan for plan in plans)
        assert not any(plan.startswith(f"SCAN {table}") for plan in plans)
    assert not any(plan.startswith(("SCAN named", "SCAN later")) for plan in plans)  # aliases of the same tables


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
