"""Lenient mode over HTTP: what it stores and notes, and that it is off unless agreed upon."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from lrs import Mended, forget_mendings, latest_mendings
from lrs.log.lenient import record_mended
from tests.lrs.makers import FIRST, make_statement
from tests.lrs.service import Xapi
from tests.times import NOW

STATE = "/xapi/activities/state"
FAULTY = make_statement(result={"duration": "P90S", "success": "true"})


async def test_a_faulty_statement_is_refused_unless_the_credential_is_lenient(xapi: Xapi) -> None:
    refused = await xapi.post(FAULTY)
    assert refused.status_code == 400
    assert "$.result.success" in refused.json()["detail"]


async def test_a_lenient_credentials_statement_is_mended_and_what_was_mended_is_noted(xapi: Xapi) -> None:
    credential = await xapi.sign_on("all", lenient=True)
    _, second = await xapi.stored(make_statement(), FAULTY)
    stored = (await xapi.get(statementId=second)).json()
    assert stored["result"] == {"duration": "PT90S", "success": True}
    noted = await xapi.db.read(latest_mendings, credential.key, limit=10)
    assert {each.mended.place for each in noted} == {"$[1].result.duration", "$[1].result.success"}
    assert {(str(each.statement_id), each.at) for each in noted} == {(second, NOW)}


async def test_a_statement_is_mended_under_the_id_of_a_put(xapi: Xapi) -> None:
    credential = await xapi.sign_on("all", lenient=True)
    assert (await xapi.put(FIRST, FAULTY)).status_code == 204
    (_, noted) = await xapi.db.read(latest_mendings, credential.key, limit=10)
    assert str(noted.statement_id) == FIRST


async def test_what_is_valid_is_stored_as_it_came_and_nothing_is_noted(xapi: Xapi) -> None:
    credential = await xapi.sign_on("all", lenient=True)
    (stored,) = await xapi.stored(make_statement(result={"score": {"raw": 1.50}}))
    assert (await xapi.get(statementId=stored)).json()["result"] == {"score": {"raw": 1.5}}
    assert await xapi.db.read(latest_mendings, credential.key, limit=10) == []


async def test_what_is_beyond_mending_stores_and_notes_nothing(xapi: Xapi) -> None:
    credential = await xapi.sign_on("all", lenient=True)
    beyond: dict[str, Any] = {**FAULTY, "timestamp": "yesterday"}
    assert (await xapi.post(FAULTY, beyond)).status_code == 400
    assert await xapi.ids() == []
    assert await xapi.db.read(latest_mendings, credential.key, limit=10) == []


@pytest.mark.parametrize("method", ["PUT", "POST"])
async def test_a_bookmark_that_is_no_json_comes_back_as_it_was_sent(xapi: Xapi, method: str) -> None:
    # Learning Locker #1022
    assert (await _bookmark(xapi, method)).status_code == 400
    credential = await xapi.sign_on("all", lenient=True)
    assert (await _bookmark(xapi, method)).status_code == 204
    found = await xapi.get(STATE, **_NAMED)
    assert found.content == b"2C1~2w1cb1"
    assert found.headers["content-type"] == "text/plain;charset=utf-8"
    (noted,) = await xapi.db.read(latest_mendings, credential.key, limit=10)
    assert (noted.mended.place, noted.statement_id) == ("Content-Type", None)


_NAMED = {"activityId": "https://ulc.example/a", "agent": '{"mbox":"mailto:a@example.org"}', "stateId": "bookmark"}


async def _bookmark(xapi: Xapi, method: str) -> httpx.Response:
    return await xapi.request(method, STATE, params=_NAMED, content=b"2C1~2w1cb1")


async def test_old_notes_are_swept_in_batches_and_newer_ones_stay(xapi: Xapi) -> None:
    note = [Mended("$.verb", "a word alone", "left out")] * 3
    for days in (0, 100):
        await xapi.db.write(record_mended, (), "key", note, NOW + timedelta(days=days))
    before = NOW + timedelta(days=10)
    assert [await xapi.db.write(forget_mendings, before=before, limit=2) for _ in range(3)] == [2, 1, 0]
    assert len(await xapi.db.read(latest_mendings, "key", limit=10)) == 3
