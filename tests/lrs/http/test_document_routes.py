import hashlib
from datetime import timedelta
from typing import Any

import pytest

from lrs import BodyLimits
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
from tests.lrs.makers import AYGUN, DAVIT, INTRO
from tests.lrs.service import Xapi, agent_parameter
from tests.times import NOW

RESOURCES = pytest.mark.parametrize("path", [STATE, ACTIVITY_PROFILE, AGENT_PROFILE])
PROFILES = pytest.mark.parametrize("path", [ACTIVITY_PROFILE, AGENT_PROFILE])
IN_2_0 = {"X-Experience-API-Version": "2.0.0"}
FIRST = "0ee5a1a4-6a30-4d0a-8d9b-3f0c9d5a0001"
PAGE = b"<script>alert(document.cookie)</script>"


@RESOURCES
async def test_a_document_comes_back_as_it_was_put(xapi: Xapi, path: str) -> None:
    put = await ask(xapi, "PUT", path, b'{ "b":1.10, "a":1e2 }', headers={**NEW})
    assert put.status_code == 204, put.text
    found = await ask(xapi, "GET", path)
    assert found.status_code == 200
    assert found.content == b'{ "b":1.10, "a":1e2 }'
    assert found.headers["Content-Type"] == "application/json"
    assert found.headers["ETag"] == put.headers["ETag"] == f'"{hashlib.sha1(found.content).hexdigest()}"'
    assert found.headers["Last-Modified"] == "Sun, 22 Nov 2026 09:00:00 GMT"


@RESOURCES
@pytest.mark.parametrize(
    ("content_type", "content"),
    [
        ("image/png", b"\x89PNG\r\n\x00\xff"),
        ("text/html", PAGE),
        ("text/plain; charset=windows-1251", "да".encode("windows-1251")),
        ("application/octet-stream", b""),
        ("application/json; charset=utf-8", b"[1]"),
    ],
)
async def test_any_content_is_given_back_with_its_type_and_never_runs(
    xapi: Xapi, path: str, content_type: str, content: bytes
) -> None:
    assert (await ask(xapi, "PUT", path, content, headers={**NEW, "Content-Type": content_type})).status_code == 204
    found = await ask(xapi, "GET", path)
    assert (found.content, found.headers["Content-Type"]) == (content, content_type)
    assert found.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert found.headers["X-Content-Type-Options"] == "nosniff"
    assert found.headers["Content-Disposition"] == "attachment"


async def test_content_without_a_type_is_bytes(xapi: Xapi) -> None:
    assert (await ask(xapi, "PUT", STATE, b"\x00", headers={"Content-Type": None})).status_code == 204
    assert (await ask(xapi, "GET", STATE)).headers["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize("content_type", ["json", "text/", "text/plain\x7f", "a/" + "b" * 300])
async def test_what_is_no_media_type_is_refused(xapi: Xapi, content_type: str) -> None:
    assert (await ask(xapi, "PUT", STATE, b"x", headers={"Content-Type": content_type})).status_code == 400


@RESOURCES
@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize("content", [b"", b"{", b'{"a":NaN}', b"{'a':1}", b'"\xff"', b"{}{}"])
async def test_what_is_called_json_must_be(xapi: Xapi, path: str, method: str, content: bytes) -> None:
    assert (await ask(xapi, method, path, content, headers={**NEW})).status_code == 400
    assert (await ask(xapi, "GET", path)).status_code == 404


async def test_a_document_has_a_largest_size(xapi: Xapi) -> None:
    largest = b"x" * 1024 * 1024
    as_bytes = {"Content-Type": "application/octet-stream"}
    for size in [1, 5 * 1024 * 1024]:
        refused = await ask(xapi, "PUT", STATE, largest + b"x" * size, headers={**as_bytes})
        assert refused.status_code == 413
        assert "has more than 1048576 bytes" in refused.json()["detail"]
    assert (await ask(xapi, "PUT", STATE, largest, headers={**as_bytes})).status_code == 204
    assert (await ask(xapi, "GET", STATE)).content == largest


async def test_merging_makes_nothing_larger_than_the_largest_size(xapi: Xapi) -> None:
    half = "x" * 600 * 1024
    await stored(xapi, STATE, {"a": half})
    assert (await ask(xapi, "POST", STATE, {"b": half})).status_code == 413
    assert (await ask(xapi, "GET", STATE)).json() == {"a": half}


async def test_the_operator_chooses_the_largest_size(xapi: Xapi) -> None:
    """Communication 3.2."""
    xapi.limit_bodies(BodyLimits(document_bytes=30))
    assert (await ask(xapi, "PUT", STATE, {"a": "x" * 21})).status_code == 204
    assert (await ask(xapi, "PUT", STATE, {"a": "x" * 24})).status_code == 413
    merged = await ask(xapi, "POST", STATE, {"b": "x"})
    assert merged.status_code == 413
    assert "it may have 30" in merged.json()["detail"]


async def test_json_nested_too_deeply_is_too_large(xapi: Xapi) -> None:
    assert (await ask(xapi, "PUT", STATE, b"[" * 100_000 + b"]" * 100_000)).status_code == 413


@RESOURCES
async def test_posted_members_are_merged_at_the_top_and_keep_their_digits(xapi: Xapi, path: str) -> None:
    await stored(xapi, path, b'{"x":"foo","y":{"deep":1},"n":1.10}')
    etag = await stored(xapi, path, b'{"x":"bash","y":{"other":2},"z":12345678901234567890.50}')
    found = await ask(xapi, "GET", path)
    assert found.content == b'{"x":"bash","y":{"other":2},"n":1.10,"z":12345678901234567890.50}'
    assert found.headers["ETag"] == etag


@RESOURCES
@pytest.mark.parametrize(
    ("present", "posted"),
    [
        ((b"{}", "application/json"), (b"[]", "application/json")),
        ((b"[]", "application/json"), (b"{}", "application/json")),
        ((b"{}", "text/plain"), (b"{}", "application/json")),
        ((b"{}", "application/json"), (b"{}", "text/plain")),
        ((b"null", "application/json"), (b"{}", "application/json")),
    ],
)
async def test_only_json_objects_are_merged(
    xapi: Xapi, path: str, present: tuple[bytes, str], posted: tuple[bytes, str]
) -> None:
    await ask(xapi, "PUT", path, present[0], headers={**NEW, "Content-Type": present[1]})
    assert (await ask(xapi, "POST", path, posted[0], headers={"Content-Type": posted[1]})).status_code == 400
    found = await ask(xapi, "GET", path)
    assert (found.content, found.headers["Content-Type"]) == present


@RESOURCES
async def test_what_is_posted_anew_is_stored_as_by_put(xapi: Xapi, path: str) -> None:
    assert (await ask(xapi, "POST", path, b"\xff", headers={"Content-Type": "image/gif"})).status_code == 204
    assert (await ask(xapi, "GET", path)).content == b"\xff"


@RESOURCES
async def test_a_deleted_document_is_gone_and_deleting_again_changes_nothing(xapi: Xapi, path: str) -> None:
    await stored(xapi, path, {"a": 1})
    assert (await ask(xapi, "DELETE", path)).status_code == 204
    assert (await ask(xapi, "GET", path)).status_code == 404
    assert (await ask(xapi, "DELETE", path)).status_code == 204


@RESOURCES
async def test_ids_are_listed_and_since_is_exclusive(xapi: Xapi, path: str) -> None:
    for minute, name in enumerate(["b", "ä", "a"]):
        xapi.clock.now = NOW + timedelta(minutes=minute)
        await stored(xapi, path, {}, **{ID_NAME[path]: name})
    listed = await ask(xapi, "GET", path, **{ID_NAME[path]: None})
    assert listed.json() == ["a", "b", "ä"]
    assert listed.headers["Content-Type"] == "application/json"
    assert listed.headers["Last-Modified"] == "Sun, 22 Nov 2026 09:02:00 GMT"
    assert "ETag" in listed.headers
    for since, ids in [("2026-11-22T09:00:00Z", ["a", "ä"]), ("2026-11-22T13:02:00+04:00", [])]:
        answer = await ask(xapi, "GET", path, **{ID_NAME[path]: None}, since=since)
        assert answer.json() == ids


@RESOURCES
async def test_nothing_listed_is_an_empty_list(xapi: Xapi, path: str) -> None:
    listed = await ask(xapi, "GET", path, **{ID_NAME[path]: None})
    assert (listed.status_code, listed.content) == (200, b"[]")
    assert "Last-Modified" not in listed.headers


async def test_an_updated_document_has_a_new_date_and_is_listed_since(xapi: Xapi) -> None:
    await stored(xapi, STATE, {"a": 1})
    xapi.clock.now = NOW + timedelta(hours=1)
    await stored(xapi, STATE, {"b": 1})
    assert (await ask(xapi, "GET", STATE)).headers["Last-Modified"] == "Sun, 22 Nov 2026 10:00:00 GMT"
    assert (await ask(xapi, "GET", STATE, stateId=None, since="2026-11-22T09:30:00Z")).json() == ["bookmark"]


@pytest.mark.parametrize(
    "other",
    [
        {"activityId": "https://ulc.example/modules/other"},
        {"agent": agent_parameter(DAVIT)},
        {"registration": FIRST},
        {"stateId": "Bookmark"},
    ],
)
async def test_each_part_of_a_states_context_keeps_it_apart(xapi: Xapi, other: dict[str, Any]) -> None:
    await stored(xapi, STATE, {"here": True})
    assert (await ask(xapi, "GET", STATE, **other)).status_code == 404
    await stored(xapi, STATE, {"there": True}, **other)
    assert (await ask(xapi, "GET", STATE)).json() == {"here": True}


async def test_states_of_one_context_are_deleted_together_and_no_others(xapi: Xapi) -> None:
    kept: list[dict[str, Any]] = [
        {"registration": FIRST},
        {"agent": agent_parameter(DAVIT)},
        {"activityId": "https://ulc.example/modules/other"},
    ]
    for params in [{}, {"stateId": "second"}, *kept]:
        await stored(xapi, STATE, {}, **params)
    assert (await ask(xapi, "DELETE", STATE, stateId=None)).status_code == 204
    assert (await ask(xapi, "GET", STATE, stateId=None)).json() == []
    for params in kept:
        assert (await ask(xapi, "GET", STATE, **params)).status_code == 200


async def test_the_three_resources_share_no_documents(xapi: Xapi) -> None:
    await stored(xapi, STATE, {"is": "state"})
    assert (await ask(xapi, "GET", ACTIVITY_PROFILE)).status_code == 404
    assert (await ask(xapi, "GET", AGENT_PROFILE)).status_code == 404


async def test_an_agent_is_known_by_its_identifier_whatever_it_is_called(xapi: Xapi) -> None:
    await stored(xapi, STATE, {"a": 1})
    same = agent_parameter({**AYGUN, "name": "Aygün"})
    assert (await ask(xapi, "GET", STATE, agent=same)).json() == {"a": 1}


@RESOURCES
@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
async def test_unknown_and_wrongly_cased_parameters_are_refused(xapi: Xapi, path: str, method: str) -> None:
    for name in ["foo", ID_NAME[path].upper(), "statementId", "Agent"]:
        assert (await ask(xapi, method, path, {}, headers={**NEW}, **{name: "x"})).status_code == 400


@RESOURCES
@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
async def test_a_context_is_named_whole(xapi: Xapi, path: str, method: str) -> None:
    for name in without_id(path):
        answer = await ask(xapi, method, path, {}, headers={**NEW}, **{name: None})
        assert answer.status_code == 400
        assert answer.json()["where"] == name


@RESOURCES
async def test_writing_needs_an_id_and_so_does_deleting_a_profile(xapi: Xapi, path: str) -> None:
    for method in ["PUT", "POST", *([] if path == STATE else ["DELETE"])]:
        assert (await ask(xapi, method, path, {}, headers={**NEW}, **{ID_NAME[path]: None})).status_code == 400


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("activityId", "intro"),
        ("agent", "{"),
        ("agent", '{"name":"nobody"}'),
        ("agent", '{"objectType":"Group","member":[{"mbox":"mailto:a@example.org"}]}'),
        ("registration", "one"),
        ("registration", ""),
        ("stateId", ""),
        ("stateId", "\x00"),
        ("stateId", "x" * 1025),
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
async def test_malformed_parameters_are_refused(xapi: Xapi, method: str, name: str, value: str) -> None:
    malformed: dict[str, Any] = {name: value}
    answer = await ask(xapi, method, STATE, {}, **malformed)
    assert answer.status_code == 400
    assert answer.json()["where"].startswith(name)


async def test_since_is_for_lists_and_must_be_a_time(xapi: Xapi) -> None:
    assert (await ask(xapi, "GET", STATE, since="2026-11-22T09:00:00Z")).status_code == 400
    assert (await ask(xapi, "GET", STATE, stateId=None, since="yesterday")).status_code == 400
    assert (await ask(xapi, "DELETE", STATE, stateId=None, since="2026-11-22T09:00:00Z")).status_code == 400


async def test_a_state_may_be_a_groups_and_an_agent_profile_not(xapi: Xapi) -> None:
    team = agent_parameter({"objectType": "Group", "mbox": "mailto:team@example.org"})
    await stored(xapi, STATE, {}, agent=team)
    refused = await ask(xapi, "POST", AGENT_PROFILE, {}, agent=team)
    assert refused.status_code == 400
    assert "send its identifier in an Agent" in refused.json()["detail"]


@RESOURCES
async def test_head_answers_as_get_without_the_content(xapi: Xapi, path: str) -> None:
    await stored(xapi, path, {"a": 1})
    for params in [{}, {ID_NAME[path]: None}]:
        got = await ask(xapi, "GET", path, **params)
        head = await ask(xapi, "HEAD", path, **params)
        assert (head.status_code, head.content) == (200, b"")
        for name in ["ETag", "Last-Modified", "Content-Type", "Content-Length"]:
            assert head.headers[name] == got.headers[name]
    unknown: dict[str, Any] = {ID_NAME[path]: "other"}
    assert (await ask(xapi, "HEAD", path, **unknown)).status_code == 404


async def test_who_has_the_content_is_not_sent_it_again(xapi: Xapi) -> None:
    etag = await stored(xapi, STATE, {"a": 1})
    again = await ask(xapi, "GET", STATE, headers={"If-None-Match": f'"other", {etag}'})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    assert (await ask(xapi, "GET", STATE, headers={"If-None-Match": '"other"'})).status_code == 200


@pytest.mark.parametrize(
    ("scope", "reads", "writes"),
    [
        ("all", [STATE, ACTIVITY_PROFILE, AGENT_PROFILE], [STATE, ACTIVITY_PROFILE, AGENT_PROFILE]),
        ("all/read", [STATE, ACTIVITY_PROFILE, AGENT_PROFILE], []),
        ("state", [STATE], [STATE]),
        ("profile", [ACTIVITY_PROFILE, AGENT_PROFILE], [ACTIVITY_PROFILE, AGENT_PROFILE]),
        ("activities_profile", [ACTIVITY_PROFILE], [ACTIVITY_PROFILE]),
        ("agents_profile", [AGENT_PROFILE], [AGENT_PROFILE]),
        ("statements/write", [], []),
        ("statements/read", [], []),
        ("define", [], []),
    ],
)
async def test_each_scope_opens_its_resources(xapi: Xapi, scope: str, reads: list[str], writes: list[str]) -> None:
    for path in NAMED:
        await stored(xapi, path, {"kept": True})
    await xapi.sign_on(scope)
    for path in NAMED:
        assert (await ask(xapi, "GET", path)).status_code == (200 if path in reads else 403)
        assert (await ask(xapi, "POST", path, {})).status_code == (204 if path in writes else 403)
        assert (await ask(xapi, "PUT", path, {}, headers={"If-Match": "*"})).status_code == (
            204 if path in writes else 403
        )
        assert (await ask(xapi, "DELETE", path)).status_code == (204 if path in writes else 403)


async def test_documents_about_what_no_statement_names_are_kept(xapi: Xapi) -> None:
    await stored(xapi, ACTIVITY_PROFILE, {}, activityId="https://elsewhere.example/never-heard-of")
    listed = await xapi.get(ACTIVITY_PROFILE, activityId="https://elsewhere.example/never-heard-of")
    assert listed.json() == ["bookmark"]
    assert (await xapi.get("/xapi/activities", activityId=INTRO)).status_code == 200
