"""Statements as clients send them, as Python values and as bytes."""

from typing import Any

from msgspec import json

from lrs import Account, Agent

AYGUN = {"objectType": "Agent", "mbox": "mailto:aygun@example.org"}
DAVIT = {"objectType": "Agent", "account": {"homePage": "https://lms.example.org", "name": "davit"}}
COMPLETED = "http://adlnet.gov/expapi/verbs/completed"
VOIDED = "http://adlnet.gov/expapi/verbs/voided"
INTRO = "https://ulc.example/modules/intro"
FIRST = "0ee5a1a4-6a30-4d0a-8d9b-3f0c9d5a0001"
SECOND = "0ee5a1a4-6a30-4d0a-8d9b-3f0c9d5a0002"
THIRD = "0ee5a1a4-6a30-4d0a-8d9b-3f0c9d5a0003"

LMS = Agent(name="LMS", account=Account(home_page="http://waymark.test", name="credential:lms"))
OTHER = Agent(name="Other", account=Account(home_page="http://waymark.test", name="credential:other"))


def make_statement(**members: Any) -> dict[str, Any]:
    """A small valid statement; a member given as None is left out."""
    made: dict[str, Any] = {"actor": AYGUN, "verb": {"id": COMPLETED}, "object": {"id": INTRO}, **members}
    return {name: value for name, value in made.items() if value is not None}


def make_reference(target: str, *, verb: str = "http://example.org/confirmed", **members: Any) -> dict[str, Any]:
    """A statement by Davit about another statement."""
    pointer = {"objectType": "StatementRef", "id": target}
    return make_statement(actor=DAVIT, verb={"id": verb}, object=pointer, **members)


def body(*statements: dict[str, Any]) -> bytes:
    """A request's body: one statement alone, several as a list."""
    return json.encode(statements[0] if len(statements) == 1 else list(statements))
