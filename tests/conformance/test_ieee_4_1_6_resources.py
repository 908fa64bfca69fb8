"""IEEE 9274.1.1 4.1.6: what the resources of 2.0 answer beside what those of 1.0.3 do."""

from datetime import timedelta
from typing import Any

import pytest

from tests.lrs.document_client import ACTIVITY_PROFILE, AGENT_PROFILE, ID_NAME, NEW, STATE, ask
from tests.lrs.makers import DAVIT, FIRST, INTRO, SECOND, VOIDED, make_reference, make_statement
from tests.lrs.service import Xapi
from tests.times import NOW

V_2_0: dict[str, str | None] = {"X-Experience-API-Version": "2.0.0"}
ALL = pytest.mark.parametrize("path", [STATE, ACTIVITY_PROFILE, AGENT_PROFILE])


def named(path: str, name: str | None) -> dict[str, Any]:
    return {ID_NAME[path]: name}


async def test_a_statement_says_when_it_was_stored(xapi: Xapi) -> None:
    await xapi.stored(make_statement(id=FIRST), headers=V_2_0)
    answer = await xapi.get(headers=V_2_0, statementId=FIRST)
    assert answer.headers["Last-Modified"] == "Sun, 22 Nov 2026 09:00:00 GMT"
    assert answer.json()["stored"].startswith("2026-11-22T09:00:00")


async def test_a_batch_in_which_one_id_stands_twice_is_refused(xapi: Xapi) -> None:
    for second in (FIRST, FIRST.upper()):
        sent = [make_statement(id=FIRST), make_statement(id=SECOND), make_statement(id=second)]
        assert (await xapi.post(*sent, headers=V_2_0)).status_code == 400
    assert await xapi.ids() == []


async def test_a_voiding_statement_is_taken_whether_its_target_is_there_or_not(xapi: Xapi) -> None:
    assert (await xapi.post(make_reference(FIRST, verb=VOIDED), headers=V_2_0)).status_code == 200


async def test_the_same_id_with_other_content_changes_nothing(xapi: Xapi) -> None:
    await xapi.stored(make_statement(id=FIRST), headers=V_2_0)
    before = (await xapi.get(headers=V_2_0, statementId=FIRST)).content
    assert (await xapi.post(make_statement(id=FIRST, actor=DAVIT), headers=V_2_0)).status_code == 409
    assert (await xapi.get(headers=V_2_0, statementId=FIRST)).content == before


@ALL
async def test_a_document_tells_of_its_last_change(xapi: Xapi, path: str) -> None:
    await ask(xapi, "PUT", path, {"a": 1}, headers={**V_2_0, **NEW})
    xapi.clock.now = NOW + timedelta(minutes=1)
    await ask(xapi, "POST", path, {"b": 2}, headers=V_2_0)
    answer = await ask(xapi, "GET", path, headers=V_2_0)
    assert answer.json() == {"a": 1, "b": 2}
    assert answer.headers["Last-Modified"] == "Sun, 22 Nov 2026 09:01:00 GMT"


@ALL
async def test_a_document_is_changed_and_deleted_by_its_etag(xapi: Xapi, path: str) -> None:
    """4.1.4."""
    await ask(xapi, "PUT", path, {"a": 1}, headers={**V_2_0, **NEW})
    etag = (await ask(xapi, "GET", path, headers=V_2_0)).headers["ETag"]
    for method in ("PUT", "POST", "DELETE"):
        stale = {**V_2_0, "If-Match": '"stale"'}
        assert (await ask(xapi, method, path, {"a": 2}, headers=stale)).status_code == 412, method
    assert (await ask(xapi, "GET", path, headers=V_2_0)).headers["ETag"] == etag
    fresh = {**V_2_0, "If-Match": etag}
    assert (await ask(xapi, "PUT", path, {"a": 3}, headers=fresh)).status_code == 204
    assert (await ask(xapi, "DELETE", path, headers=fresh)).status_code == 412
    assert (await ask(xapi, "GET", path, headers=V_2_0)).json() == {"a": 3}


@ALL
async def test_documents_are_listed_with_the_date_of_the_newest(xapi: Xapi, path: str) -> None:
    for minutes, name in enumerate(("older", "newer")):
        xapi.clock.now = NOW + timedelta(minutes=minutes)
        await ask(xapi, "POST", path, {}, headers=V_2_0, **named(path, name))
    listed = await ask(xapi, "GET", path, headers=V_2_0, **named(path, None))
    assert sorted(listed.json()) == ["newer", "older"]
    assert listed.headers["Last-Modified"] == "Sun, 22 Nov 2026 09:01:00 GMT"


async def test_an_activity_that_nobody_spoke_of_is_answered(xapi: Xapi) -> None:
    answer = await xapi.get("/xapi/activities", headers=V_2_0, activityId=INTRO)
    assert (answer.status_code, answer.json()) == (200, {"objectType": "Activity", "id": INTRO})
