"""A statement never changes: the same one again is passed over, any other under its id is a conflict (2.3.1)."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec import json

from tests.lrs import strategies
from tests.lrs.effort import examples
from tests.lrs.service import Xapi

Json = dict[str, Any]


def _said_otherwise(value: Any) -> Any:
    """The same in other words, by every exception that the standard makes."""
    match value:
        case {"objectType": "Group", "member": members}:
            return {**value, "member": [_said_otherwise(each) for each in reversed(members)]}
        case dict():
            return {name: _member_said_otherwise(name, each) for name, each in value.items()}
        case list():
            return [_said_otherwise(each) for each in value]
    return value


def _member_said_otherwise(name: str, value: Any) -> Any:
    match name:
        case "extensions" | "attachments":
            return value
        case "display" | "definition":
            return {}
        case "timestamp":
            return datetime.fromisoformat(value).astimezone(timezone(timedelta(hours=-5))).isoformat()
        case "registration" | "mbox_sha1sum" | "language":
            return value.swapcase()
        case "mbox":
            return value.replace("example.org", "EXAMPLE.org")
    return _said_otherwise(value)


@given(data=st.data(), is_2_0=st.booleans())
@examples(30)
def test_the_same_again_in_other_words_changes_nothing(
    xapi: Xapi, runner: asyncio.Runner, data: st.DataObject, *, is_2_0: bool
) -> None:
    headers = {"X-Experience-API-Version": "2.0.0" if is_2_0 else "1.0.3"}
    sent = {**data.draw(strategies.statements(is_2_0=is_2_0), label="statement"), "id": strategies.new_id()}
    body = data.draw(strategies.written(sent), label="JSON")
    runner.run(_post(xapi, body, headers, 200))
    before = runner.run(xapi.get(headers=headers, statementId=sent["id"]))
    otherwise = {**_said_otherwise(sent), "id": sent["id"].upper(), "stored": "2001-01-01T00:00:00Z"}
    again = data.draw(strategies.written(otherwise), label="in other words")
    runner.run(_post(xapi, again, headers, 200))
    assert runner.run(xapi.get(headers=headers, statementId=sent["id"])).content == before.content


OTHER_AGENT = {"account": {"homePage": "http://example.org/other", "name": "other"}}
CHANGES: tuple[tuple[str, Callable[[Json], Json]], ...] = (
    ("actor", lambda _: OTHER_AGENT),
    ("actor", lambda one: {**one, "name": f"{one.get('name', '')}!"}),
    ("verb", lambda one: {**one, "id": f"{one['id']}!"}),
    ("object", lambda one: {"id": "http://example.org/another", "definition": one.get("definition", {})}),
    ("object", lambda _: {"objectType": "StatementRef", "id": strategies.new_id()}),
    ("result", lambda one: {**one, "success": not one.get("success", True)}),
    ("result", lambda one: {**one, "completion": not one.get("completion", True)}),
    ("result", lambda one: {**one, "response": f"{one.get('response', '')}!"}),
    ("result", lambda one: {**one, "duration": "PT0.01S"}),
    ("result", lambda one: {**one, "score": {"scaled": 0.25}}),
    ("result", lambda one: {**one, "extensions": {"http://example.org/new": None}}),
    ("context", lambda one: {**one, "registration": strategies.new_id()}),
    ("context", lambda one: {**one, "language": "en-GB-oed"}),
    ("context", lambda one: {**one, "instructor": OTHER_AGENT}),
    ("context", lambda one: {**one, "contextActivities": {"other": [{"id": "http://example.org/another"}]}}),
    ("context", lambda one: {**one, "statement": {"objectType": "StatementRef", "id": strategies.new_id()}}),
    ("context", lambda one: {**one, "extensions": {"http://example.org/new": {}}}),
)


@given(data=st.data(), change=st.sampled_from(CHANGES))
@examples(30)
def test_any_change_is_a_conflict_and_changes_nothing(
    xapi: Xapi, runner: asyncio.Runner, data: st.DataObject, change: tuple[str, Callable[[Json], Json]]
) -> None:
    headers = {"X-Experience-API-Version": "1.0.3"}
    drawn = data.draw(strategies.statements(), label="statement")
    drawn["context"] = {name: drawn["context"][name] for name in drawn.get("context", {}) if name not in _OF_ACTIVITY}
    sent = {**drawn, "id": strategies.new_id()}
    member, changed = change
    runner.run(_post(xapi, data.draw(strategies.written(sent), label="JSON"), headers, 200))
    before = runner.run(xapi.get(statementId=sent["id"]))
    other = {**sent, member: changed(sent.get(member, {}))}
    runner.run(_post(xapi, data.draw(strategies.written(other), label="changed"), headers, 409))
    innocent = {**drawn, "id": strategies.new_id()}
    runner.run(_post(xapi, data.draw(strategies.written([innocent, other]), label="batch"), headers, 409))
    assert runner.run(xapi.get(statementId=sent["id"])).content == before.content
    assert runner.run(xapi.get(statementId=innocent["id"])).status_code == 404


_OF_ACTIVITY = ("revision", "platform")
"""What only a statement about an activity may have, so that any may become one about something else."""


@given(data=st.data())
@examples(30)
def test_a_statement_as_it_was_given_back_is_the_same(xapi: Xapi, runner: asyncio.Runner, data: st.DataObject) -> None:
    headers = {"X-Experience-API-Version": "1.0.3"}
    sent = {**data.draw(strategies.statements(), label="statement"), "id": strategies.new_id()}
    runner.run(_post(xapi, data.draw(strategies.written(sent), label="JSON"), headers, 200))
    got = runner.run(xapi.get(statementId=sent["id"]))
    assert runner.run(_post(xapi, got.content, headers, 200)) == [sent["id"]]


async def _post(xapi: Xapi, body: bytes, headers: dict[str, str], status: int) -> Any:
    answer = await xapi.request("POST", content=body, headers=headers)
    assert answer.status_code == status, answer.text
    return json.decode(answer.content)
