from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection

from base import Asked as AskedDecisions
from base import Conflict, Forbidden, Invalid, Missing, decisions
from lrs import Statement, agent_key, record_statement, statements_with_ids, waymark_authority
from modules import (
    RECOGNISED,
    Decided,
    Fact,
    FactKind,
    WaiverReason,
    facts_of,
    open_module,
    publish_module,
    recognise,
    record_attendance,
    record_contribution,
    record_review,
    record_submission,
    sign_off,
    void_decision,
    waive,
)
from modules.attempts import attempts_at
from modules.cmi5 import CMI5_CATEGORY, SESSION_ID
from modules.sessions import opaque_agent
from people import Person, Way, add_person, join_persons
from tests.modules.makers import ACTIVITY, MODULE_ID, make_learner, make_source
from tests.times import NOW

Run = Callable[..., Any]
MEETING = "https://ulc.waymark.example/meetings/gyumri-spring"
WORK = "https://files.example/note.pdf"
YESTERDAY = NOW - timedelta(days=1)


@pytest.fixture
def learner(write: Run) -> Person:
    person: Person = write(make_learner)
    write(publish_module, make_source(), now=NOW)
    return person


@pytest.fixture
def mentor(write: Run, learner: Person) -> Person:
    person: Person = write(add_person, full_name="Nino", language="ka", now=NOW)
    assert person.id != learner.id
    return person


def by(mentor: Person, **changed: Any) -> Decided:
    values: dict[str, Any] = {"by": mentor.id, "reason": "seen at work", "at": YESTERDAY, "now": NOW}
    return Decided(**(values | changed))


def facts(conn: Connection, *statement_ids: UUID) -> list[Fact]:
    return [fact for stored in statements_with_ids(conn, statement_ids) for fact in facts_of(stored)]


def fact(conn: Connection, statement_id: UUID) -> Fact:
    (only,) = facts(conn, statement_id)
    return only


def test_each_decision_is_one_fact_of_its_kind_by_whoever_decided(
    write: Run, read: Run, learner: Person, mentor: Person
) -> None:
    about = (learner.id, MODULE_ID)
    recorded = {
        FactKind.WAIVED: write(waive, *about, WaiverReason.TESTED_OUT, by(mentor)),
        FactKind.SIGNED_OFF: write(sign_off, *about, by(mentor)),
        FactKind.ATTENDED: write(record_attendance, [learner.id], MODULE_ID, by(mentor), meeting=MEETING)[0],
        FactKind.SUBMITTED: write(record_submission, *about, by(mentor), work=WORK),
        FactKind.REVIEWED: write(record_review, *about, by(mentor), work=WORK),
        FactKind.CONTRIBUTED: write(record_contribution, *about, by(mentor), work=WORK),
    }
    ours = agent_key(read(waymark_authority))
    for kind, statement_id in recorded.items():
        found = read(fact, statement_id)
        assert found.kind == kind
        assert (found.activity, found.at) == (ACTIVITY, YESTERDAY)
        assert found.known_at >= NOW
        assert found.agent == agent_key(opaque_agent(learner))
        assert found.by == agent_key(opaque_agent(mentor))
        assert found.authority == ours
    assert read(fact, recorded[FactKind.WAIVED]).detail == "Tested Out"
    assert [read(fact, recorded[kind]).place for kind in (FactKind.ATTENDED, FactKind.REVIEWED)] == [MEETING, WORK]


def test_attendance_of_many_says_how_long_each_was_there(
    write: Run, read: Run, learner: Person, mentor: Person
) -> None:
    other = write(add_person, full_name="Vardan", language="hy", now=NOW)
    whom = [learner.id, other.id, learner.id]
    ids = write(record_attendance, whom, MODULE_ID, by(mentor), meeting=MEETING, minutes=90)
    heard = read(facts, *ids)
    assert [each.agent for each in heard] == [agent_key(opaque_agent(each)) for each in (learner, other)]
    assert {each.value for each in heard} == {90}


def test_recognised_learning_names_its_reviewer_and_its_evidence(
    write: Run, read: Run, learner: Person, mentor: Person
) -> None:
    found = read(fact, write(recognise, learner.id, MODULE_ID, by(mentor), evidence=WORK))
    assert (found.kind, found.detail, found.place) == (FactKind.WAIVED, RECOGNISED, WORK)
    assert found.by == agent_key(opaque_agent(mentor))


def test_a_waiver_is_a_cmi5_statement_in_a_session_of_its_own(
    write: Run, read: Run, learner: Person, mentor: Person
) -> None:
    ids = [write(waive, learner.id, MODULE_ID, WaiverReason.ADMINISTRATIVE, by(mentor)) for _ in range(2)]
    first, second = (stored.statement for stored in read(statements_with_ids, ids))
    context = first.context
    assert context is not None
    assert context.context_activities is not None
    assert context.context_activities.category is not None
    assert CMI5_CATEGORY in {activity.id for activity in context.context_activities.category}
    assert first.result is not None
    assert (first.result.success, first.result.completion) == (True, True)
    assert second.context is not None
    assert second.context.registration == context.registration
    assert context.extensions is not None
    assert second.context.extensions is not None
    assert second.context.extensions[SESSION_ID] != context.extensions[SESSION_ID]


def test_a_waiver_does_not_keep_the_learner_from_the_newest_version(
    write: Run, read: Run, learner: Person, mentor: Person
) -> None:
    write(waive, learner.id, MODULE_ID, WaiverReason.ADMINISTRATIVE, by(mentor))
    newer = write(publish_module, make_source(text="# Strategy\n\nNew words."), now=NOW)
    write(open_module, learner, MODULE_ID, language="en", return_url="/", now=NOW)
    (attempt,) = read(attempts_at, learner.id, MODULE_ID)
    assert (attempt.version, attempt.opened) == (newer, True)


def test_what_was_decided_stands_in_the_log_of_decisions(
    write: Run, read: Run, learner: Person, mentor: Person
) -> None:
    statement_id = write(sign_off, learner.id, MODULE_ID, by(mentor, reason="  led the workshop "))
    (row,) = read(decisions, AskedDecisions(act="module.sign-off"), limit=9)
    assert (row.by, row.subject, row.reason) == (mentor.id, f"person {learner.id}", "led the workshop")
    assert row.after["statement"] == str(statement_id)


def test_nobody_decides_about_themselves(write: Run, read: Run, learner: Person, mentor: Person) -> None:
    with pytest.raises(Forbidden):
        write(sign_off, learner.id, MODULE_ID, by(learner))
    write(join_persons, mentor.id, learner.id, way=Way.STAFF, by=None, reason="one person", now=NOW)
    with pytest.raises(Forbidden):
        write(waive, learner.id, MODULE_ID, WaiverReason.ADMINISTRATIVE, by(mentor))
    assert read(attempts_at, learner.id, MODULE_ID) == []


@pytest.mark.parametrize("wrong", [{"reason": " "}, {"at": NOW + timedelta(days=1)}])
def test_a_decision_needs_a_reason_and_a_day_that_has_come(
    write: Run, learner: Person, mentor: Person, wrong: dict[str, Any]
) -> None:
    with pytest.raises(Invalid):
        write(sign_off, learner.id, MODULE_ID, by(mentor, **wrong))


def test_what_a_piece_of_work_is_named_by_must_be_an_iri(write: Run, learner: Person, mentor: Person) -> None:
    with pytest.raises(Invalid):
        write(record_submission, learner.id, MODULE_ID, by(mentor), work="my note")


def test_an_unknown_module_or_person_is_missing(write: Run, learner: Person, mentor: Person) -> None:
    with pytest.raises(Missing):
        write(sign_off, learner.id, uuid4(), by(mentor))
    with pytest.raises(Missing):
        write(sign_off, uuid4(), MODULE_ID, by(mentor))


def test_a_decision_taken_back_counts_no_more_and_only_once(
    write: Run, read: Run, learner: Person, mentor: Person
) -> None:
    statement_id = write(sign_off, learner.id, MODULE_ID, by(mentor))
    take_back: dict[str, Any] = {"by": mentor.id, "reason": "it was her colleague", "now": NOW}
    with pytest.raises(Invalid):
        write(void_decision, statement_id, **(take_back | {"reason": ""}))
    write(void_decision, statement_id, **take_back)
    assert read(fact, statement_id).voided
    with pytest.raises(Conflict):
        write(void_decision, statement_id, **take_back)
    (row,) = read(decisions, AskedDecisions(act="module.void"), limit=9)
    assert (row.by, row.subject) == (mentor.id, f"statement {statement_id}")


def test_what_a_learner_did_is_not_taken_back_as_a_decision(
    write: Run, read: Run, learner: Person, mentor: Person
) -> None:
    decided = write(sign_off, learner.id, MODULE_ID, by(mentor))
    (stored,) = read(statements_with_ids, [decided])
    done = write(_store_again_without_instructor, stored.statement)
    for statement_id in (done, uuid4()):
        with pytest.raises((Forbidden, Missing)):
            write(void_decision, statement_id, by=mentor.id, reason="why not", now=NOW)
    assert not read(statements_with_ids, [done])[0].voided


def _store_again_without_instructor(conn: Connection, statement: Statement) -> UUID:
    return record_statement(conn, replace(statement, id=uuid4(), context=None, stored=None, authority=None), now=NOW)
