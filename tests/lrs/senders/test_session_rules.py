"""What content may do with a session token, rule by rule (cmi5 6.3, 9.2, 9.4, 9.6.1, 10.1, 11)."""

from typing import Any
from uuid import UUID

import pytest
from msgspec import json

from base import Forbidden
from lrs import Account, Agent
from lrs.senders.session_rules import Session, check_session_document, check_session_statements
from lrs.standard.decoding import decode_statement
from tests.lrs.makers import DAVIT, INTRO, VOIDED, make_statement

REGISTRATION = "6f2c0f0e-5b0a-4f6e-9a5e-2a8f9d0c0001"
OTHER_REGISTRATION = "6f2c0f0e-5b0a-4f6e-9a5e-2a8f9d0c0002"
LEARNER = Agent(account=Account(home_page="https://ulc.example", name="7"))
SOMEBODY = Agent(account=Account(home_page="https://ulc.example", name="8"))
SESSION = Session(LEARNER, UUID(REGISTRATION), INTRO)
ACTOR = {"account": {"homePage": "https://ulc.example", "name": "7"}, "name": "as the content calls them"}
ELSEWHERE = "https://other.example/course"
HERE = {"objectType": "Activity", "id": INTRO}
ABROAD = {"objectType": "Activity", "id": ELSEWHERE}


def own(**members: Any) -> dict[str, Any]:
    return make_statement(**{"actor": ACTOR, "context": {"registration": REGISTRATION}, **members})


def within(activities: dict[str, Any], registration: str = REGISTRATION) -> dict[str, Any]:
    return {"registration": registration, "contextActivities": activities}


def check(statement: dict[str, Any]) -> None:
    check_session_statements(SESSION, [decode_statement(json.encode(statement))[0]])


@pytest.mark.parametrize(
    "statement",
    [
        own(),
        own(object={"objectType": "Activity", "id": f"{INTRO}/slide-3"}),
        own(object={"objectType": "Activity", "id": f"{INTRO}#slide-3"}),
        own(object=ABROAD, context=within({"grouping": [HERE]})),
        own(object=ABROAD, context=within({"parent": [HERE]})),
    ],
)
def test_the_sessions_own_statements_pass(statement: dict[str, Any]) -> None:
    check(statement)


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        (own(actor=DAVIT), "cmi5 9.2"),
        (own(context=None), "cmi5 9.6.1"),
        (own(context={"registration": OTHER_REGISTRATION}), "cmi5 9.6.1"),
        (own(object=ABROAD), "cmi5 9.4"),
        (own(object={"objectType": "Activity", "id": f"{INTRO}-2"}), "cmi5 9.4"),
        (
            own(
                object={"objectType": "Activity", "id": ELSEWHERE},
                context=within({"other": [{"objectType": "Activity", "id": f"{INTRO}duction"}]}),
            ),
            "cmi5 9.4",
        ),
        (own(verb={"id": VOIDED}), "cmi5 6.3"),
    ],
)
def test_others_are_refused_by_the_rule_that_they_break(statement: dict[str, Any], rule: str) -> None:
    with pytest.raises(Forbidden) as refusal:
        check(statement)
    assert refusal.value.rule == rule


@pytest.mark.parametrize(
    "named",
    [
        {"activity": INTRO, "agent": LEARNER, "registration": UUID(REGISTRATION)},  # a state
        {"agent": LEARNER},  # an agent profile
        {"activity": INTRO},  # an activity profile
    ],
)
def test_the_sessions_own_documents_pass(named: dict[str, Any]) -> None:
    check_session_document(SESSION, **named)


@pytest.mark.parametrize(
    ("named", "where"),
    [
        ({"activity": ELSEWHERE, "agent": LEARNER, "registration": UUID(REGISTRATION)}, "activityId"),
        ({"activity": INTRO, "agent": SOMEBODY, "registration": UUID(REGISTRATION)}, "agent"),
        ({"activity": INTRO, "agent": LEARNER, "registration": UUID(OTHER_REGISTRATION)}, "registration"),
        ({"activity": INTRO, "agent": LEARNER}, "registration"),
        ({"agent": SOMEBODY}, "agent"),
        ({"activity": f"{INTRO}/slide-3"}, "activityId"),
    ],
)
def test_documents_of_others_are_refused(named: dict[str, Any], where: str) -> None:
    with pytest.raises(Forbidden) as refusal:
        check_session_document(SESSION, **named)
    assert refusal.value.where == where
