from collections.abc import Callable
from random import Random
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from base import Event
from lrs import StatementsStored
from modules import VerbIri
from paths import FactDifference, State, VerdictDifference, replay, verdict
from paths.folding.progress import fold
from paths.tables.paths import facts, verdicts
from people import Person
from tests.paths.makers import group, leaf
from tests.paths.world import (
    SLUGS,
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
    void,
)

Do = Callable[..., Any]


@pytest.fixture(autouse=True)
def _path(write: Do) -> None:
    write(publish_modules)
    choice = group("g", leaf("b", "budget", after=["a"]), leaf("c", "data", min_score=0.8), n=1)
    write(publish, leaf("a", "intro"), choice)


def cached(conn: Connection) -> tuple[list[Any], list[Any]]:
    """The whole cache, row by row."""
    return (
        [tuple(row) for row in conn.execute(sa.select(facts).order_by(facts.c.statement_id, facts.c.kind))],
        [tuple(row) for row in conn.execute(sa.select(verdicts).order_by(verdicts.c.enrolment_id, verdicts.c.node))],
    )


def learner_who_passed(conn: Connection) -> Person:
    learner = make_learner(conn)
    enrol_self(conn, learner)
    record(conn, statement(agent_of(learner), "intro", at=later(1)), now=later(1))
    record(conn, statement(agent_of(learner), "data", score=0.9, at=later(2)), now=later(2))
    fold_all(conn, now=later(3))
    return learner


def test_a_cache_thrown_away_comes_back_to_the_same_bytes(write: Do, read: Do, told: list[Event]) -> None:
    learner = write(learner_who_passed)
    before, already = read(cached), list(told)
    write(lambda conn: [conn.execute(sa.delete(table)) for table in (facts, verdicts)] and None)
    assert read(cached) == ([], [])
    assert len(write(replay, [learner.id], now=later(4))) == 4  # three facts, and the verdicts of one enrolment
    assert read(cached) == before
    write(fold_all, now=later(4))
    assert told == already


def test_a_check_reports_what_differs_and_leaves_it(write: Do, read: Do) -> None:
    learner = write(learner_who_passed)
    write(lambda conn: conn.execute(sa.update(facts).where(facts.c.kind == "scored").values(value=0.1)) and None)
    write(lambda conn: conn.execute(sa.update(verdicts).values(state=State.OPEN.value)) and None)
    broken = read(cached)
    score, judged = write(replay, [learner.id], now=later(4), check=True)
    assert isinstance(score, FactDifference)
    assert isinstance(judged, VerdictDifference)
    assert (score.stored and score.stored.value, score.replayed and score.replayed.value) == (0.1, 0.9)
    assert judged.replayed.verdicts["path"].state == State.SATISFIED
    assert read(cached) == broken
    assert write(replay, [learner.id], now=later(4)) == [score, judged]
    assert write(replay, [learner.id], now=later(4)) == []
    assert read(verdict, judged.enrolment_id).state == State.SATISFIED


def test_a_fact_that_no_statement_says_is_found_and_removed(write: Do, read: Do) -> None:
    learner = write(learner_who_passed)
    invented = {
        "statement_id": UUID(int=1),
        "kind": "passed",
        "agent": key(learner),
        "activity": "https://ulc.waymark.example/modules/budget",
        "at": later(1),
        "known_at": later(1),
        "authority": "nobody",
    }
    write(lambda conn: conn.execute(sa.insert(facts).values(invented)) and None)
    (difference,) = write(replay, [learner.id], now=later(4))
    assert (difference.statement_id, difference.replayed) == (UUID(int=1), None)
    assert write(replay, [learner.id], now=later(4)) == []


ACTS = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(SLUGS),
            st.sampled_from([VerbIri.PASSED, VerbIri.COMPLETED, VerbIri.FAILED]),
            st.sampled_from([None, 0.4, 0.9]),
            st.integers(min_value=0, max_value=50),
        ),
        st.integers(min_value=0, max_value=9),  # void the statement that came in this place, if one did
    ),
    min_size=1,
    max_size=8,
)


def stream(conn: Connection, acts: Any, chance: Random) -> Any:
    """What replay finds to differ after a new learner's acts, stored in order and folded in any, some twice."""
    learner = make_learner(conn)
    enrol_self(conn, learner)
    ids: list[UUID] = []
    waiting: list[UUID] = []
    for minute, act in enumerate(acts, start=100):
        if isinstance(act, tuple):
            slug, verb, score, at = act
            ids += record(conn, statement(agent_of(learner), slug, verb, score=score, at=later(at)), now=later(minute))
            waiting.append(ids[-1])
        elif act < len(ids):
            void(conn, ids[act], now=later(minute))
            waiting.append(ids[act])
        if chance.random() < 0.5:
            fold_in_any_order(conn, learner, waiting, chance)
            waiting.clear()
    fold_in_any_order(conn, learner, waiting, chance)
    return replay(conn, [learner.id], now=later(200))


def fold_in_any_order(conn: Connection, learner: Person, waiting: list[UUID], chance: Random) -> None:
    repeated = waiting + chance.choices(waiting, k=2) if waiting else []
    for statement_id in chance.sample(repeated, len(repeated)):
        fold(conn, [StatementsStored(key(learner), statement_ids=(statement_id,), activities=())], later(200))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS, seed=st.integers(min_value=0, max_value=1000))
def test_folding_in_any_order_ends_where_replay_does(write: Do, acts: Any, seed: int) -> None:
    # Hypothesis draws before the database is entered: it stops an example by raising what no writer can survive.
    assert write(stream, acts, Random(seed)) == []
