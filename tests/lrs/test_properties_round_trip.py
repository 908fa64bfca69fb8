"""Whatever is a statement is stored, and given back as the bytes that came (xAPI-Data 2.2, 2.3.1)."""

import asyncio
from datetime import datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw, json

from tests.lrs import strategies
from tests.lrs.effort import examples
from tests.lrs.service import Xapi

_raw_members = json.Decoder(dict[str, Raw])


@given(data=st.data(), is_2_0=st.booleans())
@examples(60)
def test_members_are_given_back_as_the_bytes_that_came(
    xapi: Xapi, runner: asyncio.Runner, data: st.DataObject, *, is_2_0: bool
) -> None:
    sent = data.draw(strategies.statements(is_2_0=is_2_0), label="statement")
    statement_id = strategies.new_id()
    body = data.draw(strategies.written({**sent, "id": statement_id}), label="JSON")
    headers = {"X-Experience-API-Version": "2.0.0" if is_2_0 else "1.0.3"}
    answer = runner.run(xapi.request("POST", content=body, headers=headers))
    assert answer.status_code == 200, answer.text
    got = runner.run(xapi.request("GET", params={"statementId": statement_id}, headers=headers))
    came, given_back = _raw_members.decode(body), _raw_members.decode(got.content)
    assert given_back.keys() == came.keys() | {"id", "stored", "timestamp", "authority", "version"}
    assert _instant(given_back["timestamp"]) == _instant(came.get("timestamp", given_back["stored"]))
    for name in came.keys() - {"id", "timestamp"}:
        if name == "object" and is_2_0:  # a SubStatement has its timestamp in UTC then (decision 0011)
            assert _with_instant(given_back[name]) == _with_instant(came[name])
        else:
            assert bytes(given_back[name]) == bytes(came[name])


@given(data=st.data())
@examples(15)
def test_a_batch_is_given_back_one_by_one_and_in_a_list(
    xapi: Xapi, runner: asyncio.Runner, data: st.DataObject
) -> None:
    registration = strategies.new_id()
    drawn = data.draw(st.lists(strategies.statements(), min_size=2, max_size=5), label="statements")
    own = [{**each, "context": {**each.get("context", {}), "registration": registration}} for each in drawn]
    body = data.draw(strategies.written(own), label="JSON")
    answer = runner.run(xapi.request("POST", content=body))
    assert answer.status_code == 200, answer.text
    listed = runner.run(xapi.get(registration=registration, ascending="true")).json()["statements"]
    assert [each["id"] for each in listed] == answer.json()
    for came, given_back in zip(json.decode(body), listed, strict=True):
        assert {name: given_back[name] for name in came if name != "timestamp"} == {
            name: value for name, value in came.items() if name != "timestamp"
        }
        alone = runner.run(xapi.request("GET", params={"statementId": given_back["id"]}))
        assert alone.json() == given_back


def _with_instant(raw: Raw) -> dict[str, Any]:
    members: dict[str, Raw] = _raw_members.decode(raw)
    return {name: _instant(value) if name == "timestamp" else bytes(value) for name, value in members.items()}


def _instant(raw: Raw) -> datetime:
    return json.decode(raw, type=datetime)
