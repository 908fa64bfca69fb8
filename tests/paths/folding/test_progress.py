from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from base import Event, apply_effects
from base.events import pending_events
from lrs import StatementsStored, Stored, statements_of_agents
from modules import VerbIri
from paths import (
    ROOT,
    PathCompleted,
    PathLost,
    RequirementLost,
    RequirementSatisfied,
    State,
    replay,
    subjects_of,
    verdict,
)
from paths.folding.progress import fold
from paths.keeping.satisfied import SATISFIED
from paths.tables.paths import facts, verdicts
from people import Person
from tests.paths.makers import leaf
from tests.paths.world import (
    activity,
    agent_of,
    enrol_self,
    fold_all,
    key,
    later,
    make_learner,
    publish,
    publish_modules,
    record,
    send,
    statement,
    void,
)
from tests.times import NOW

Do = Callable[..., Any]


def learner_on_two(conn: Connection) -> Person:
    """A learner on a path that asks for `intro` and `budget`."""
    publish_modules(conn)
    publish(conn, leaf("r-intro", "intro"), leaf("r-budget", "budget"))
    learner = make_learner(conn)
    enrol_self(conn, learner)
    return learner


def passes(conn: Connection, learner: Person, slug: str, minutes: float, score: float | None = None) -> Any:
    at = later(minutes)
    return record(conn, statement(agent_of(learner), slug, score=score, at=at), now=at)[0]


def enrolment_verdict(conn: Connection, node: str = "path") -> Any:
    enrolment_id = conn.execute(sa.select(verdicts.c.enrolment_id)).scalars().first()
    assert enrolment_id is not None
    return verdict(conn, enrolment_id, node)


def test_a_path_is_complete_on_the_day_of_its_last_evidence(write: Do, read: Do, told: list[Event]) -> None:
    learner = write(learner_on_two)
    first = write(passes, learner, "intro", 10, 0.9)
    second = write(passes, learner, "budget", 20, 0.8)
    write(fold_all, now=later(600))
    found = read(enrolment_verdict)
    assert (found.state, found.since, found.evidence) == (State.SATISFIED, later(20), (first, second))
    assert found.score == (0.9 + 0.8) / 2
    (completed,) = [event for event in told if isinstance(event, PathCompleted)]
    assert (completed.subject, completed.person_id) == (str(learner.id), learner.id)
    assert (completed.completed_at, completed.evidence, completed.version) == (later(20), (first, second), 1)


def test_each_requirement_is_told_once_and_again_for_a_better_score(write: Do, told: list[Event]) -> None:
    learner = write(learner_on_two)
    write(passes, learner, "intro", 10, 0.8)
    write(fold_all, now=later(11))
    write(passes, learner, "intro", 20, 0.7)
    write(fold_all, now=later(21))
    write(passes, learner, "intro", 30, 0.9)
    write(fold_all, now=later(31))
    scores = [
        (event.score, event.satisfied_at)
        for event in told
        if isinstance(event, RequirementSatisfied) and event.requirement == "r-intro"
    ]
    assert scores == [(0.8, later(10)), (0.9, later(10))]


def test_folding_an_event_again_changes_and_tells_nothing(write: Do, told: list[Event]) -> None:
    learner = write(learner_on_two)
    ids = [write(passes, learner, slug, minutes) for slug, minutes in (("intro", 10), ("budget", 20))]
    write(fold_all, now=later(30))

    def again(conn: Connection) -> None:
        before = conn.execute(sa.select(facts)).all(), conn.execute(sa.select(verdicts)).all()
        event = StatementsStored(key(learner), statement_ids=tuple(ids), activities=())
        fold(conn, [event], later(40))
        fold_all(conn, now=later(40))
        assert before == (conn.execute(sa.select(facts)).all(), conn.execute(sa.select(verdicts)).all())

    already = list(told)
    write(again)
    assert told == already


def waiting(conn: Connection) -> list[Any]:
    return list(conn.execute(sa.select(pending_events.c.subject).where(pending_events.c.subscriber == "paths.fold")))


def test_what_cannot_hold_a_fact_leaves_nothing_to_hear(write: Do, read: Do) -> None:
    learner = write(learner_on_two)
    for verb in (VerbIri.LAUNCHED, VerbIri.INITIALIZED, VerbIri.ANSWERED, VerbIri.TERMINATED):
        write(record, statement(agent_of(learner), "intro", verb), now=later(1))
    assert read(waiting) == []
    passed = write(passes, learner, "intro", 10)
    assert len(read(waiting)) == 1
    write(fold_all, now=later(11))
    write(void, passed, now=later(20))  # of the voided statement's verb it is told, not of the voiding one's
    assert len(read(waiting)) == 1


def test_an_event_from_before_verbs_were_told_is_heard(write: Do, read: Do) -> None:
    learner = write(learner_on_two)
    passed = write(passes, learner, "intro", 10)
    kept = f'{{"subject":"{key(learner)}","statement_ids":["{passed}"],"activities":["{activity("intro")}"]}}'

    def as_it_was_kept(conn: Connection) -> None:
        of_paths = pending_events.c.subscriber == "paths.fold"
        assert conn.execute(sa.update(pending_events).where(of_paths).values(payload=kept.encode())).rowcount == 1

    write(as_it_was_kept)
    write(fold_all, now=later(11))
    assert read(enrolment_verdict, "r-intro").state == State.SATISFIED


def replay_check(conn: Connection, learner: Person) -> Any:
    return replay(conn, [learner.id], now=later(9000), check=True)


def test_a_voided_statement_takes_completion_away_and_a_new_one_brings_it_back(
    write: Do, read: Do, told: list[Event]
) -> None:
    learner = write(learner_on_two)
    write(passes, learner, "intro", 10)
    second = write(passes, learner, "budget", 20)
    write(fold_all, now=later(21))
    write(void, second, now=later(30))
    write(fold_all, now=later(31))
    assert read(enrolment_verdict).state == State.LOST
    assert [type(event) for event in told if isinstance(event, PathCompleted | PathLost)] == [PathCompleted, PathLost]
    assert {event.requirement for event in told if isinstance(event, RequirementLost)} == {"r-budget", ROOT}
    write(passes, learner, "budget", 40)
    write(fold_all, now=later(41))
    assert read(enrolment_verdict).since == later(40)
    assert [type(event) for event in told if isinstance(event, PathCompleted | PathLost)][2:] == [PathCompleted]
    assert read(replay_check, learner) == []


def test_a_statement_that_comes_late_dates_completion_by_its_own_day(write: Do, read: Do) -> None:
    learner = write(learner_on_two)
    write(passes, learner, "intro", 10)
    write(record, statement(agent_of(learner), "budget", at=later(20)), now=later(5000))
    write(fold_all, now=later(6000))
    assert read(enrolment_verdict).since == later(20)


def test_the_word_of_a_stranger_is_kept_and_does_not_count(write: Do, read: Do) -> None:
    learner = write(learner_on_two)
    write(send, statement(agent_of(learner), "intro"), now=later(1))
    write(fold_all, now=later(2))
    assert read(enrolment_verdict, "r-intro").state == State.OPEN
    assert read(lambda conn: conn.scalar(sa.select(sa.func.count()).select_from(facts))) == 1


def test_another_learners_facts_are_theirs(write: Do, read: Do) -> None:
    write(learner_on_two)
    other = write(make_learner)
    write(passes, other, "intro", 10)
    write(fold_all, now=later(11))
    assert read(enrolment_verdict, "r-intro").state == State.OPEN


def test_what_touches_no_path_of_theirs_writes_no_verdict(write: Do, read: Do) -> None:
    learner = write(learner_on_two)
    before = read(lambda conn: conn.execute(sa.select(verdicts)).all())
    write(passes, learner, "data", 10)
    write(fold_all, now=later(11))
    assert read(lambda conn: conn.execute(sa.select(verdicts)).all()) == before


def test_facts_of_an_unknown_agent_wait_for_their_person(write: Do, read: Do) -> None:
    write(learner_on_two)
    nobody = agent_of(write(make_learner))
    unknown = type(nobody)(mbox="mailto:nobody@example.org")
    write(record, statement(unknown, "intro"), now=NOW)
    write(fold_all, now=later(1))
    assert read(lambda conn: conn.execute(sa.select(facts.c.agent)).scalars().all()) == [
        "mbox::mailto:nobody@example.org"
    ]


def test_waymark_states_that_the_path_is_satisfied_and_takes_it_for_no_fact(write: Do, read: Do) -> None:
    learner = write(learner_on_two)
    ids = [write(passes, learner, slug, minutes) for slug, minutes in (("intro", 10), ("budget", 20))]
    write(fold_all, now=later(30))

    def satisfied(conn: Connection) -> list[Stored]:
        return [one for one in statements_of_agents(conn, [key(learner)]) if one.statement.verb.id == SATISFIED]

    (said,) = read(satisfied)
    assert said.statement.timestamp == later(20)
    context = said.statement.context
    assert context is not None
    assert context.extensions is not None
    assert context.extensions["https://waymark.example/xapi/evidence"] == [str(id_) for id_ in ids]
    assert read(lambda conn: conn.scalar(sa.select(sa.func.count()).select_from(facts))) == 2


def test_the_learners_page_folds_what_concerns_them(write: Do, read: Do) -> None:
    learner = write(learner_on_two)
    other = write(make_learner)
    for one in (learner, other):
        write(passes, one, "intro", 10)
    subjects = read(lambda conn: subjects_of(conn, learner.id))
    assert subjects == {str(learner.id), key(learner)}
    write(apply_effects, now=later(11), subjects=subjects)
    assert read(enrolment_verdict, "r-intro").state == State.SATISFIED
    assert read(lambda conn: conn.execute(sa.select(facts.c.agent)).scalars().all()) == [key(learner)]


def test_a_score_below_the_threshold_is_progress(write: Do, read: Do) -> None:
    write(publish_modules)
    write(publish, leaf("r-intro", "intro", min_score=0.9))
    learner = write(make_learner)
    write(enrol_self, learner)
    write(passes, learner, "intro", 10, 0.85)
    write(fold_all, now=later(11))
    found = read(enrolment_verdict, "r-intro")
    assert (found.state, found.score) == (State.IN_PROGRESS, 0.85)


def test_verbs_that_are_no_facts_leave_everything_as_it_is(write: Do, read: Do) -> None:
    learner = write(learner_on_two)
    write(record, statement(agent_of(learner), "intro", VerbIri.LAUNCHED), now=NOW)
    write(fold_all, now=later(1))
    assert read(enrolment_verdict, "r-intro").state == State.OPEN
