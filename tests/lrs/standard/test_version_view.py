"""Each version is answered in its own terms (decision 0011)."""

from typing import Any

import pytest
from msgspec import json

from lrs.standard.version_view import seen
from tests.lrs.makers import AYGUN, DAVIT, FIRST, INTRO, make_statement
from tests.lrs.service import Xapi, agent_parameter

OF_2_0 = {
    "contextAgents": [{"objectType": "contextAgent", "agent": DAVIT}],
    "contextGroups": [{"objectType": "contextGroup", "group": {"objectType": "Group", "member": [DAVIT]}}],
}
IN_2_0 = {"X-Experience-API-Version": "2.0.0"}


def kept(**members: Any) -> dict[str, Any]:
    """A statement as the store has it."""
    return make_statement(**{"id": FIRST, "timestamp": "2026-11-22T09:00:00Z", "version": "2.0.0", **members})


def in_1_0(statement: dict[str, Any]) -> Any:
    return json.decode(seen(json.encode(statement), is_2_0=False))


def in_2_0(statement: dict[str, Any]) -> Any:
    return json.decode(seen(json.encode(statement), is_2_0=True))


def test_a_reader_of_1_0_sees_nothing_of_2_0() -> None:
    inner = {"objectType": "SubStatement", **make_statement(context={**OF_2_0, "platform": "x"})}
    whole = kept(context={**OF_2_0, "language": "az"}, object=inner)
    assert in_1_0(whole) == kept(
        version="1.0.0",
        context={"language": "az"},
        object={"objectType": "SubStatement", **make_statement(context={"platform": "x"})},
    )


def test_a_context_that_held_nothing_else_is_left_out() -> None:
    assert in_1_0(kept(context=OF_2_0)) == kept(version="1.0.0")
    assert in_1_0(kept(context={})) == kept(version="1.0.0", context={})


def test_members_of_2_0_are_left_out_whatever_version_it_names() -> None:
    assert in_1_0(kept(version="1.0.3", context=OF_2_0)) == kept(version="1.0.0")


def test_extensions_are_nobodys_terms() -> None:
    extensions = {"http://example.org/e": {"contextAgents": 1, "version": "2.0.0"}}
    assert in_1_0(kept(context={"extensions": extensions}))["context"] == {"extensions": extensions}


def test_a_reader_of_2_0_sees_times_in_utc_and_all_else_as_it_came() -> None:
    inner = {"objectType": "SubStatement", **make_statement(timestamp="2026-11-22T10:00:00.5+04:00")}
    whole = kept(timestamp="2026-11-22T13:00:00.123456+04:00", object=inner, context=OF_2_0, version="1.0.2")
    assert in_2_0(whole) == {
        **whole,
        "timestamp": "2026-11-22T09:00:00.123456Z",
        "object": {**inner, "timestamp": "2026-11-22T06:00:00.500000Z"},
    }


@pytest.mark.parametrize("is_2_0", [True, False])
def test_what_fits_is_given_as_the_bytes_that_came(is_2_0: bool) -> None:  # noqa: FBT001 (a parameter of the test)
    raw = b'{"object":{"id" : "http:\\/\\/x"}, "timestamp":"2026-11-22T09:00:00.1234567Z","version":"1.0.0" }'
    assert seen(raw, is_2_0=is_2_0) == raw


def test_a_reader_of_1_0_sees_times_as_they_came() -> None:
    there = kept(timestamp="2026-11-22T13:00:00+04:00", version="1.0.0")
    assert in_1_0(there) == there


async def test_one_statement_in_both_versions(xapi: Xapi) -> None:
    sent = make_statement(context=OF_2_0, timestamp="2026-11-22T13:00:00+04:00")
    assert (await xapi.put(FIRST, sent, headers=IN_2_0)).status_code == 204
    for form in ("exact", "canonical"):
        old = (await xapi.get(statementId=FIRST, format=form)).json()
        assert (old["version"], old["timestamp"], "context" in old) == ("1.0.0", sent["timestamp"], False)
        new = (await xapi.get(statementId=FIRST, format=form, headers=IN_2_0)).json()
        assert (new["version"], new["timestamp"], new["context"]) == ("2.0.0", "2026-11-22T09:00:00Z", OF_2_0)
    ids = (await xapi.get(statementId=FIRST, format="ids")).json()
    assert "context" not in ids


async def test_filters_look_at_the_whole_statement(xapi: Xapi) -> None:
    await xapi.put(FIRST, make_statement(context=OF_2_0), headers=IN_2_0)
    assert await xapi.ids(agent=agent_parameter(DAVIT), related_agents="true") == [FIRST]
    assert await xapi.ids(agent=agent_parameter(DAVIT)) == []


async def test_canonical_has_what_all_statements_said_of_an_activity(xapi: Xapi) -> None:
    for definition in ({"name": {"en": "Introduction"}}, {"name": {"az": "Giriş"}, "type": "http://example.org/t"}):
        await xapi.stored(make_statement(actor=AYGUN, object={"id": INTRO, "definition": definition}))
    page = await xapi.get(format="canonical", headers={"Accept-Language": "az, en;q=0.5"})
    expected = {"id": INTRO, "definition": {"name": {"az": "Giriş"}, "type": "http://example.org/t"}}
    assert [each["object"] for each in page.json()["statements"]] == [expected, expected]
    plain = (await xapi.get(headers={"Accept-Language": "az"})).json()["statements"]
    assert [each["object"]["definition"]["name"] for each in plain] == [{"az": "Giriş"}, {"en": "Introduction"}]
