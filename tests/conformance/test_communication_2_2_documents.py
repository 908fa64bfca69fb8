"""xAPI-Communication 2.2, 2.3, 2.6 and 2.7: documents of states, of agents and of activities."""

from datetime import timedelta
from typing import Any

import pytest

from tests.lrs.document_client import (
    ACTIVITY_PROFILE,
    AGENT_PROFILE,
    ID_NAME,
    NAMED,
    NEW,
    STATE,
    ask,
    stored,
    without_id,
)
from tests.lrs.makers import AYGUN, DAVIT, FIRST, INTRO, SECOND
from tests.lrs.service import Xapi, agent_parameter

ALL = pytest.mark.parametrize("path", [STATE, ACTIVITY_PROFILE, AGENT_PROFILE])
TEXT: dict[str, str | None] = {"Content-Type": "text/plain"}


async def ids(xapi: Xapi, path: str, **params: Any) -> list[str]:
    answer = await ask(xapi, "GET", path, **{ID_NAME[path]: None, **params})
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].startswith("application/json")
    listed: list[str] = answer.json()
    return sorted(listed)


class TestEveryResource:
    """2.2: what all three have in common."""

    @ALL
    async def test_a_document_is_put_got_and_deleted(self, xapi: Xapi, path: str) -> None:
        put = await ask(xapi, "PUT", path, b"\x00\xff any bytes", headers={"Content-Type": "image/png", **NEW})
        assert (put.status_code, put.content) == (204, b"")
        got = await ask(xapi, "GET", path)
        assert (got.status_code, got.content) == (200, b"\x00\xff any bytes")
        assert got.headers["Content-Type"] == "image/png"
        deleted = await ask(xapi, "DELETE", path, headers={"If-Match": got.headers["ETag"]})
        assert (deleted.status_code, deleted.content) == (204, b"")
        assert (await ask(xapi, "GET", path)).status_code == 404

    @ALL
    async def test_agents_and_activities_need_not_be_known(self, xapi: Xapi, path: str) -> None:
        named: dict[str, Any] = {
            name: "http://example.org/never-heard-of" for name in NAMED[path] if name == "activityId"
        }
        nobody: dict[str, Any] = {
            name: '{"mbox":"mailto:nobody@example.org"}' for name in NAMED[path] if name == "agent"
        }
        assert (await ask(xapi, "POST", path, {}, **named, **nobody)).status_code == 204

    @ALL
    async def test_last_modified_tells_of_the_last_change(self, xapi: Xapi, path: str) -> None:
        await stored(xapi, path, {"a": 1})
        assert (await ask(xapi, "GET", path)).headers["Last-Modified"] == "Sun, 22 Nov 2026 09:00:00 GMT"
        xapi.clock.now += timedelta(minutes=1)
        await stored(xapi, path, {"a": 2})
        assert (await ask(xapi, "GET", path)).headers["Last-Modified"] == "Sun, 22 Nov 2026 09:01:00 GMT"
        await stored(xapi, path, {}, **{ID_NAME[path]: "older"})
        listed = await ask(xapi, "GET", path, **{ID_NAME[path]: None})
        assert listed.headers["Last-Modified"] == "Sun, 22 Nov 2026 09:01:00 GMT"

    @ALL
    async def test_ids_are_listed_and_since_counts_when_they_were_stored(self, xapi: Xapi, path: str) -> None:
        assert await ids(xapi, path) == []
        for number, name in enumerate("abc"):
            xapi.clock.now += timedelta(minutes=bool(number))
            await stored(xapi, path, {}, **{ID_NAME[path]: name})
        assert await ids(xapi, path) == ["a", "b", "c"]
        assert await ids(xapi, path, since="2026-11-22T09:00:00Z") == ["b", "c"]
        assert await ids(xapi, path, since="2026-11-22T13:01:00+04:00") == ["c"]

    @ALL
    async def test_parameters_are_those_of_the_standard_in_its_case(self, xapi: Xapi, path: str) -> None:
        await stored(xapi, path, {})
        for method in ("GET", "PUT", "POST", "DELETE"):
            for name in NAMED[path]:
                wrong: dict[str, Any] = {name: None, name.capitalize(): NAMED[path][name]}
                assert (await ask(xapi, method, path, {}, headers=NEW, **wrong)).status_code == 400, (method, name)
            assert (await ask(xapi, method, path, {}, headers=NEW, unknown="1")).status_code == 400
            for name in without_id(path):
                assert (await ask(xapi, method, path, {}, headers=NEW, **{name: None})).status_code == 400
        assert (await ask(xapi, "GET", path)).status_code == 200

    @ALL
    async def test_parameters_have_their_forms(self, xapi: Xapi, path: str) -> None:
        bad = {
            "agent": ("no json", "{}", '{"mbox":"aygun@example.org"}', '{"Mbox":"mailto:a@example.org"}', "[]"),
            "activityId": ("no iri", ""),
            "registration": ("no uuid", FIRST.replace("-", "")),
            "since": ("yesterday", "2026-11-22T09:00:00-00:00"),
        }
        allowed = {*NAMED[path], "since", *(["registration"] if path == STATE else [])}
        for name in allowed & bad.keys():
            for value in bad[name]:
                asked: dict[str, Any] = {name: value, **({ID_NAME[path]: None} if name == "since" else {})}
                assert (await ask(xapi, "GET", path, **asked)).status_code == 400, asked


class TestMerging:
    """2.2, JSON Procedure: what is posted to a document that is there."""

    @ALL
    async def test_members_are_replaced_one_level_deep_and_others_stay(self, xapi: Xapi, path: str) -> None:
        await stored(xapi, path, {"x": "foo", "y": {"deep": 1, "gone": 2}})
        await stored(xapi, path, {"x": "bar", "y": {"deep": 3}, "z": {"new": True}})
        assert (await ask(xapi, "GET", path)).json() == {"x": "bar", "y": {"deep": 3}, "z": {"new": True}}

    @ALL
    async def test_a_document_that_is_not_there_is_stored(self, xapi: Xapi, path: str) -> None:
        assert (await ask(xapi, "POST", path, b"text", headers=TEXT)).status_code == 204
        assert (await ask(xapi, "GET", path)).content == b"text"

    @ALL
    async def test_unless_both_are_json_objects_nothing_is_changed(self, xapi: Xapi, path: str) -> None:
        await stored(xapi, path, {"a": 1})
        for content, headers in ((b"text", TEXT), (b"[1]", {}), (b"1", {}), (b"{", {}), (b'{"a":1}', TEXT)):
            assert (await ask(xapi, "POST", path, content, headers=headers)).status_code == 400, content
        assert (await ask(xapi, "GET", path)).json() == {"a": 1}
        text: dict[str, Any] = {ID_NAME[path]: "text"}
        assert (await ask(xapi, "PUT", path, b"text", headers={**TEXT, **NEW}, **text)).status_code == 204
        assert (await ask(xapi, "POST", path, {"a": 1}, **text)).status_code == 400
        assert (await ask(xapi, "GET", path, **text)).content == b"text"

    @ALL
    async def test_to_put_is_to_replace(self, xapi: Xapi, path: str) -> None:
        etag = await stored(xapi, path, {"a": 1})
        await ask(xapi, "PUT", path, {"b": 2}, headers={"If-Match": etag})
        assert (await ask(xapi, "GET", path)).json() == {"b": 2}


class TestState:
    """2.3."""

    async def test_each_activity_agent_registration_and_id_has_its_own(self, xapi: Xapi) -> None:
        others: tuple[dict[str, Any], ...] = (
            {},
            {"stateId": "other"},
            {"activityId": f"{INTRO}/other"},
            {"agent": agent_parameter(DAVIT)},
            {"registration": FIRST},
            {"registration": SECOND},
        )
        for number, other in enumerate(others):
            await stored(xapi, STATE, {"number": number}, **other)
            assert (await ask(xapi, "GET", STATE, **other)).json() == {"number": number}
        assert (await ask(xapi, "GET", STATE)).json() == {"number": 0}

    async def test_all_of_a_context_are_listed_and_deleted_together(self, xapi: Xapi) -> None:
        for name in ("a", "b"):
            await stored(xapi, STATE, {}, stateId=name)
            await stored(xapi, STATE, {}, stateId=name, registration=FIRST)
        assert await ids(xapi, STATE, registration=FIRST) == ["a", "b"]
        deleted = await ask(xapi, "DELETE", STATE, stateId=None, registration=FIRST)
        assert deleted.status_code == 204
        assert await ids(xapi, STATE, registration=FIRST) == []
        assert await ids(xapi, STATE) == ["a", "b"]
        assert (await ask(xapi, "DELETE", STATE, stateId=None)).status_code == 204
        assert await ids(xapi, STATE) == []


class TestProfiles:
    """2.6 and 2.7."""

    async def test_an_agent_is_known_by_its_identifier(self, xapi: Xapi) -> None:
        await stored(xapi, AGENT_PROFILE, {"a": 1})
        renamed = agent_parameter({"name": "Somebody", "mbox": AYGUN["mbox"]})
        assert (await ask(xapi, "GET", AGENT_PROFILE, agent=renamed)).json() == {"a": 1}

    @pytest.mark.parametrize("path", [ACTIVITY_PROFILE, AGENT_PROFILE])
    async def test_a_profile_is_never_deleted_without_its_id(self, xapi: Xapi, path: str) -> None:
        await stored(xapi, path, {})
        assert (await ask(xapi, "DELETE", path, **{ID_NAME[path]: None})).status_code == 400
        assert await ids(xapi, path) == ["bookmark"]

    async def test_profiles_and_states_are_apart(self, xapi: Xapi) -> None:
        for number, path in enumerate((STATE, ACTIVITY_PROFILE, AGENT_PROFILE)):
            await stored(xapi, path, {"number": number})
        for number, path in enumerate((STATE, ACTIVITY_PROFILE, AGENT_PROFILE)):
            assert (await ask(xapi, "GET", path)).json() == {"number": number}
