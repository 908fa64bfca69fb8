"""Every rule by its number in ADL's list of cmi5 requirements, and the orderly session that breaks none."""

from datetime import datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from msgspec import structs

from lrs import Account, Activity, Agent, Context, ContextActivities, Result, Score, Statement, Verb
from modules import LaunchMode, SessionState, VerbIri, refusal
from tests.times import NOW

REGISTRATION = UUID("7f2b6c0e-4a0f-4f5e-8d7e-0f8f6a6b0002")
SESSION = "1a2b3c4d-0000-4000-8000-000000000001"
PUBLISHER = "urn:uuid:5a0f6c8e-6f0f-4b7e-9a53-7d9f6a6b0001"
ACTIVITY = "https://ulc.waymark.example/modules/strategy"
LEARNER = Agent(account=Account(home_page="http://127.0.0.1:8000", name="opaque"))
CMI5 = "https://w3id.org/xapi/cmi5/context/categories/cmi5"
MOVE_ON = "https://w3id.org/xapi/cmi5/context/categories/moveon"
SESSION_ID = "https://w3id.org/xapi/cmi5/context/extensions/sessionid"
MASTERY = "https://w3id.org/xapi/cmi5/context/extensions/masteryscore"

INITIALIZED, COMPLETED, PASSED = VerbIri.INITIALIZED, VerbIri.COMPLETED, VerbIri.PASSED
FAILED, TERMINATED = VerbIri.FAILED, VerbIri.TERMINATED
ANSWERED = "http://adlnet.gov/expapi/verbs/answered"
GOOD, BAD = Score(scaled=0.9), Score(scaled=0.5)
RESULTS: dict[str, Result] = {
    COMPLETED: Result(completion=True, duration="PT60S"),
    PASSED: Result(success=True, score=GOOD, duration="PT60S"),
    FAILED: Result(success=False, score=BAD, duration="PT60S"),
    TERMINATED: Result(duration="PT60S"),
}


def make_state(
    *done: VerbIri, before: tuple[VerbIri, ...] = (), mode: LaunchMode = LaunchMode.NORMAL, mastery: float | None = 0.8
) -> SessionState:
    """A session in which `done` was recorded, of a registration in which `before` was recorded earlier."""
    return SessionState(
        actor="account::http://127.0.0.1:8000::opaque",
        activity=ACTIVITY,
        publisher_id=PUBLISHER,
        registration=REGISTRATION,
        session_id=SESSION,
        launch_mode=mode,
        mastery=mastery,
        session_verbs=frozenset(done),
        registration_verbs=frozenset(done + before),
    )


def make_statement(
    verb: str,
    *,
    defined: bool = True,
    result: Result | None = None,
    registration: UUID | None = REGISTRATION,
    session_id: str = SESSION,
    publisher: str = PUBLISHER,
    move_on: bool | None = None,
    mastery: float | None = 0.8,
    **changes: Any,
) -> Statement:
    """A statement that breaks no rule, but for what the arguments change."""
    categories = [CMI5] if defined else []
    if verb in {COMPLETED, PASSED, FAILED} if move_on is None else move_on:
        categories.append(MOVE_ON)
    fields: dict[str, Any] = {
        "id": UUID("00000000-0000-4000-8000-000000000009"),
        "actor": LEARNER,
        "verb": Verb(id=verb),
        "object": Activity(id=ACTIVITY),
        "result": RESULTS.get(verb) if result is None else result,
        "context": Context(
            registration=registration,
            context_activities=ContextActivities(
                grouping=(Activity(id=publisher),), category=tuple(Activity(id=iri) for iri in categories)
            ),
            extensions={SESSION_ID: session_id} | ({} if mastery is None else {MASTERY: mastery}),
        ),
        "timestamp": NOW,
    }
    return Statement(**{**fields, **changes})


OPEN = make_state(INITIALIZED)


@pytest.mark.parametrize(
    ("state", "verb"),
    [
        (make_state(), INITIALIZED),
        (OPEN, COMPLETED),
        (OPEN, PASSED),
        (OPEN, FAILED),
        (make_state(INITIALIZED, PASSED), COMPLETED),
        (make_state(INITIALIZED, PASSED, COMPLETED), TERMINATED),
        (make_state(INITIALIZED, before=(COMPLETED, FAILED)), PASSED),
        (make_state(INITIALIZED, before=(FAILED,)), FAILED),
        (make_state(INITIALIZED, mode=LaunchMode.REVIEW), TERMINATED),
    ],
)
def test_an_orderly_statement_is_accepted(state: SessionState, verb: VerbIri) -> None:
    assert refusal(state, make_statement(verb)) is None


def test_a_cmi5_allowed_statement_may_say_what_it_likes_within_its_session() -> None:
    statement = make_statement(
        ANSWERED, defined=False, object=Activity(id="https://example.com/q"), result=Result(success=True, score=GOOD)
    )
    assert refusal(OPEN, statement) is None
    assert refusal(make_state(INITIALIZED, mode=LaunchMode.BROWSE), statement) is None


def test_without_a_mastery_score_any_score_passes() -> None:
    state = make_state(INITIALIZED, mastery=None)
    low = Result(success=True, score=BAD, duration="PT1S")
    assert refusal(state, make_statement(PASSED, result=low, mastery=None)) is None


def in_zone(hours: int) -> datetime:
    return NOW.astimezone(timezone(timedelta(hours=hours)))


@pytest.mark.parametrize(
    ("requirement", "state", "statement"),
    [
        ("6.3.0.0-1", OPEN, make_statement("http://adlnet.gov/expapi/verbs/voided", result=Result(), defined=False)),
        ("9.1.0.0-1", OPEN, make_statement(COMPLETED, id=None)),
        ("9.7.0.0-1", OPEN, make_statement(COMPLETED, timestamp=None)),
        ("9.7.0.0-2", OPEN, make_statement(COMPLETED, timestamp=in_zone(4))),
        ("8.1.3.0-3", OPEN, make_statement(COMPLETED, actor=Agent(mbox="mailto:a@example.com"))),
        ("9.6.1.0-1", OPEN, make_statement(COMPLETED, registration=None)),
        ("9.6.1.0-1", OPEN, make_statement(COMPLETED, context=None)),
        ("9.6.3.1-4", OPEN, make_statement(COMPLETED, session_id="another")),
        ("10.2.1.0-6", OPEN, make_statement(COMPLETED, publisher="https://example.com/other")),
        ("9.3.6.0-2", make_state(INITIALIZED, VerbIri.ABANDONED), make_statement(COMPLETED)),
        ("9.3.0.0-5", make_state(INITIALIZED, TERMINATED), make_statement(ANSWERED, defined=False, result=Result())),
        ("9.3.0.0-4", make_state(), make_statement(ANSWERED, defined=False, result=Result())),
        ("9.3.0.0-4", make_state(), make_statement(INITIALIZED, defined=False)),
        ("9.6.2.2-2", OPEN, make_statement(ANSWERED, defined=False, result=Result(success=True), move_on=True)),
        ("9.6.2.2-2", OPEN, make_statement(TERMINATED, move_on=True)),
        ("9.2.0.0-2", OPEN, make_statement(COMPLETED, actor=Agent(object_type="Group", account=LEARNER.account))),
        ("8.1.5.0-6", OPEN, make_statement(COMPLETED, object=Activity(id=PUBLISHER))),
        ("9.3.0.0-1", OPEN, make_statement(ANSWERED, result=Result())),
        ("9.3.0.0-2", OPEN, make_statement(INITIALIZED)),
        ("9.3.0.0-3", make_state(INITIALIZED, FAILED), make_statement(PASSED)),
        ("9.3.0.0-6", make_state(INITIALIZED, before=(COMPLETED,)), make_statement(COMPLETED)),
        ("9.3.0.0-7", make_state(INITIALIZED, before=(PASSED,)), make_statement(PASSED)),
        ("9.3.0.0-8", make_state(INITIALIZED, before=(PASSED,)), make_statement(FAILED)),
        ("10.2.2.0-2", make_state(INITIALIZED, mode=LaunchMode.BROWSE), make_statement(PASSED)),
        ("10.2.2.0-3", make_state(INITIALIZED, mode=LaunchMode.REVIEW), make_statement(COMPLETED)),
        ("9.5.1.0-2", OPEN, make_statement(TERMINATED, result=Result(score=GOOD, duration="PT1S"))),
        ("9.5.1.0-3", OPEN, make_statement(PASSED, result=Result(success=True, score=Score(raw=5), duration="PT1S"))),
        ("9.5.2.0-1", OPEN, make_statement(PASSED, result=Result(success=False, score=GOOD, duration="PT1S"))),
        ("9.5.2.0-2", OPEN, make_statement(FAILED, result=Result(success=True, score=BAD, duration="PT1S"))),
        ("9.5.2.0-3", OPEN, make_statement(TERMINATED, result=Result(success=True, duration="PT1S"), move_on=True)),
        ("9.5.3.0-1", OPEN, make_statement(COMPLETED, result=Result(duration="PT1S"), move_on=False)),
        (
            "9.5.3.0-2",
            OPEN,
            make_statement(PASSED, result=Result(success=True, completion=True, score=GOOD, duration="PT1S")),
        ),
        ("9.5.4.1-1", OPEN, make_statement(TERMINATED, result=Result())),
        ("9.5.4.1-2", OPEN, make_statement(COMPLETED, result=Result(completion=True))),
        ("9.5.4.1-3", OPEN, make_statement(PASSED, result=Result(success=True, score=GOOD))),
        ("9.5.4.1-4", OPEN, make_statement(FAILED, result=Result(success=False, score=BAD))),
        ("9.6.2.2-1", OPEN, make_statement(PASSED, move_on=False)),
        ("9.6.3.2-2", OPEN, make_statement(PASSED, mastery=None)),
        ("9.6.3.2-2", OPEN, make_statement(PASSED, mastery=0.1)),
        ("9.3.4.0-2", OPEN, make_statement(PASSED, result=Result(success=True, score=BAD, duration="PT1S"))),
        ("9.3.5.0-2", OPEN, make_statement(FAILED, result=Result(success=False, score=GOOD, duration="PT1S"))),
    ],
)
def test_a_statement_out_of_order_is_refused_with_its_requirement(
    requirement: str, state: SessionState, statement: Statement
) -> None:
    refused = refusal(state, statement)
    assert refused is not None
    assert refused.requirement == requirement


def test_a_score_equal_to_mastery_passes_and_cannot_fail() -> None:
    just = Score(scaled=0.8)
    assert refusal(OPEN, make_statement(PASSED, result=Result(success=True, score=just, duration="PT1S"))) is None
    failed = refusal(OPEN, make_statement(FAILED, result=Result(success=False, score=just, duration="PT1S")))
    assert failed is not None
    assert failed.requirement == "9.3.5.0-2"


def test_an_actor_without_an_account_is_refused_even_where_it_was_launched() -> None:
    state = structs.replace(OPEN, actor="mbox::mailto:a@example.com")
    refused = refusal(state, make_statement(COMPLETED, actor=Agent(mbox="mailto:a@example.com")))
    assert refused is not None
    assert refused.requirement == "9.2.0.0-3"
