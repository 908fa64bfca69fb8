"""What counts as a fact, against the table of kinds written out by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from lrs import Account, Activity, Agent, Context, Result, Score, Statement, StatementRef, Stored, Verb
from modules import FactKind, VerbIri, facts_of
from tests.times import NOW

MOODLE = "account::https://moodle.example::lrs"
MODULE = "https://ulc.waymark.example/modules/strategy"
LEARNER = Agent(account=Account(home_page="http://127.0.0.1:8000", name="opaque"))
MENTOR = Agent(account=Account(home_page="http://127.0.0.1:8000", name="mentor"))
PROGRESS = "https://w3id.org/xapi/cmi5/result/extensions/progress"
REASON = "https://w3id.org/xapi/cmi5/result/extensions/reason"


def make_stored(
    verb: str, result: Result | None = None, *, at: datetime = NOW, voided: bool = False, **changes: Any
) -> Stored:
    fields: dict[str, Any] = {
        "actor": LEARNER,
        "verb": Verb(id=verb),
        "object": Activity(id=MODULE),
        "result": result,
    }
    return Stored(
        id=UUID("00000000-0000-4000-8000-000000000009"),
        seq=1,
        stored=NOW + timedelta(days=1),
        timestamp=at,
        voided_at=NOW if voided else None,
        authority=MOODLE,
        statement=Statement(**{**fields, **changes}),
        raw=b"{}",
    )


@pytest.mark.parametrize(
    ("verb", "result", "facts"),
    [
        ("http://adlnet.gov/expapi/verbs/completed", None, [("completed", None)]),
        ("http://adlnet.gov/expapi/verbs/completed", Result(completion=False), []),
        (
            "http://adlnet.gov/expapi/verbs/passed",
            Result(success=True, score=Score(scaled=0.9)),
            [("passed", 0.9), ("scored", 0.9)],
        ),
        ("http://adlnet.gov/expapi/verbs/passed", None, [("passed", None)]),
        ("http://adlnet.gov/expapi/verbs/passed", Result(success=False), []),
        (
            "http://adlnet.gov/expapi/verbs/failed",
            Result(success=False, score=Score(scaled=-0.5)),
            [("failed", -0.5), ("scored", -0.5)],
        ),
        ("http://adlnet.gov/expapi/verbs/failed", Result(success=True), []),
        ("https://w3id.org/xapi/tla/verbs/scored", Result(score=Score(scaled=0.4)), [("scored", 0.4)]),
        ("https://w3id.org/xapi/tla/verbs/scored", Result(score=Score(raw=4)), []),
        ("http://adlnet.gov/expapi/verbs/progressed", Result(extensions={PROGRESS: 40}), [("progressed", 40.0)]),
        ("http://adlnet.gov/expapi/verbs/progressed", Result(extensions={PROGRESS: 101}), []),
        ("http://adlnet.gov/expapi/verbs/progressed", Result(extensions={PROGRESS: True}), []),
        ("http://adlnet.gov/expapi/verbs/progressed", Result(extensions={PROGRESS: "40"}), []),
        ("http://adlnet.gov/expapi/verbs/attended", Result(duration="PT1H30M"), [("attended", 90.0)]),
        ("http://adlnet.gov/expapi/verbs/attended", Result(duration="P1DT30S"), [("attended", 1440.5)]),
        ("http://adlnet.gov/expapi/verbs/attended", Result(duration="PT1,5H"), [("attended", 90.0)]),
        ("http://adlnet.gov/expapi/verbs/attended", Result(duration="P1M"), [("attended", None)]),
        ("https://w3id.org/xapi/tla/verbs/attended", None, [("attended", None)]),
        ("http://activitystrea.ms/schema/1.0/submit", None, [("submitted", None)]),
        ("http://id.tincanapi.com/verb/reviewed", None, [("reviewed", None)]),
        (
            "https://w3id.org/xapi/adl/verbs/waived",
            Result(success=True, completion=True, extensions={REASON: "Tested Out"}),
            [("waived", None)],
        ),
        ("https://w3id.org/xapi/adl/verbs/waived", Result(success=True, completion=True), []),
        ("http://adlnet.gov/expapi/verbs/answered", Result(success=True, score=Score(scaled=1)), []),
        ("http://adlnet.gov/expapi/verbs/launched", None, []),
        ("https://w3id.org/xapi/adl/verbs/satisfied", None, []),
        ("https://w3id.org/xapi/tla/verbs/certified", None, []),
    ],
)
def test_a_statement_says_what_the_table_of_kinds_reads_in_it(
    verb: str, result: Result | None, facts: list[tuple[str, float | None]]
) -> None:
    assert [(fact.kind.value, fact.value) for fact in facts_of(make_stored(verb, result))] == facts


def test_a_sign_off_is_somebodys() -> None:
    signed = make_stored(VerbIri.ASSERTED, context=Context(instructor=MENTOR))
    assert [fact.kind for fact in facts_of(signed)] == [FactKind.SIGNED_OFF]
    assert facts_of(make_stored(VerbIri.ASSERTED)) == []


def test_a_fact_names_learner_module_evidence_and_both_its_times() -> None:
    (fact,) = facts_of(make_stored(VerbIri.COMPLETED, voided=True))
    assert fact.agent == "account::http://127.0.0.1:8000::opaque"
    assert fact.activity == MODULE
    assert fact.statement_id == UUID("00000000-0000-4000-8000-000000000009")
    assert fact.authority == MOODLE
    assert (fact.at, fact.known_at) == (datetime(2026, 11, 22, 9, tzinfo=UTC), datetime(2026, 11, 23, 9, tzinfo=UTC))
    assert fact.voided


def test_what_is_dated_after_it_was_stored_counts_from_its_storing() -> None:
    (fact,) = facts_of(make_stored(VerbIri.COMPLETED, at=datetime(2030, 1, 1, tzinfo=UTC)))
    assert fact.at == datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_groups_and_things_that_are_no_activity_give_no_facts() -> None:
    group = Agent(object_type="Group", account=LEARNER.account)
    nobody = Agent(object_type="Group", member=(LEARNER,))
    reference = StatementRef(id=UUID("00000000-0000-4000-8000-000000000001"))
    assert facts_of(make_stored(VerbIri.COMPLETED, actor=group)) == []
    assert facts_of(make_stored(VerbIri.COMPLETED, actor=nobody)) == []
    assert facts_of(make_stored(VerbIri.COMPLETED, object=reference)) == []
    assert facts_of(make_stored(VerbIri.COMPLETED, object=MENTOR)) == []
