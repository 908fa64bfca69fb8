import asyncio
from collections import Counter

import pytest
from msgspec import json

from tests.lrs.document_client import ACTIVITY_PROFILE, AGENT_PROFILE, NAMED, NEW, STATE, ask, stored
from tests.lrs.service import Xapi

RESOURCES = pytest.mark.parametrize("path", [STATE, ACTIVITY_PROFILE, AGENT_PROFILE])
PROFILES = pytest.mark.parametrize("path", [ACTIVITY_PROFILE, AGENT_PROFILE])
IN_2_0 = {"X-Experience-API-Version": "2.0.0"}
WRITERS = 8


@RESOURCES
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
async def test_an_outdated_etag_changes_nothing(xapi: Xapi, path: str, method: str, version: str) -> None:
    old = await stored(xapi, path, {"a": 1})
    current = await stored(xapi, path, {"a": 2})
    spoken = {"X-Experience-API-Version": version}
    refused = await ask(xapi, method, path, {"a": 3}, headers={**spoken, "If-Match": old})
    assert refused.status_code == 412
    assert current.strip('"') in refused.json()["detail"]
    assert (await ask(xapi, "GET", path)).json() == {"a": 2}
    assert (await ask(xapi, method, path, {"a": 3}, headers={**spoken, "If-Match": current})).status_code == 204


@RESOURCES
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
async def test_an_etag_of_what_is_not_there_is_refused(xapi: Xapi, path: str, method: str) -> None:
    for tag in ['"a9993e364706816aba3e25717850c26c9cd0d89d"', "*"]:
        assert (await ask(xapi, method, path, {}, headers={"If-Match": tag})).status_code == 412
    assert (await ask(xapi, "GET", path)).status_code == 404


@RESOURCES
@pytest.mark.parametrize("method", ["PUT", "POST"])
async def test_what_must_be_new_replaces_nothing(xapi: Xapi, path: str, method: str) -> None:
    assert (await ask(xapi, method, path, {"a": 1}, headers={**NEW})).status_code == 204
    assert (await ask(xapi, method, path, {"a": 2}, headers={**NEW})).status_code == 412
    assert (await ask(xapi, "GET", path)).json() == {"a": 1}


@PROFILES
async def test_in_1_0_3_a_profile_is_put_with_a_precondition_always(xapi: Xapi, path: str) -> None:
    new = await ask(xapi, "PUT", path, {"a": 1})
    assert new.status_code == 400
    assert "If-None-Match: *" in new.json()["detail"]
    assert (await ask(xapi, "GET", path)).status_code == 404
    await stored(xapi, path, {"a": 1})
    conflict = await ask(xapi, "PUT", path, {"a": 2})
    assert conflict.status_code == 409
    assert "send its ETag as If-Match" in conflict.json()["detail"]
    assert (await ask(xapi, "GET", path)).json() == {"a": 1}


async def test_in_1_0_3_a_state_is_put_without_asking(xapi: Xapi) -> None:
    for value in [1, 2]:
        assert (await ask(xapi, "PUT", STATE, {"a": value})).status_code == 204
    assert (await ask(xapi, "GET", STATE)).json() == {"a": 2}


@RESOURCES
async def test_in_2_0_whatever_is_there_is_replaced_by_a_precondition_only(xapi: Xapi, path: str) -> None:
    assert (await ask(xapi, "PUT", path, {"a": 1}, headers={**IN_2_0})).status_code == 204
    conflict = await ask(xapi, "PUT", path, {"a": 2}, headers={**IN_2_0})
    assert conflict.status_code == 409
    assert (await ask(xapi, "GET", path)).json() == {"a": 1}
    assert (await ask(xapi, "POST", path, {"b": 2}, headers={**IN_2_0})).status_code == 204
    assert (await ask(xapi, "DELETE", path, headers={**IN_2_0})).status_code == 204


async def test_a_precondition_of_many_states_is_refused(xapi: Xapi) -> None:
    etag = await stored(xapi, STATE, {})
    refused = await ask(xapi, "DELETE", STATE, stateId=None, headers={"If-Match": etag})
    assert refused.status_code == 400
    assert (await ask(xapi, "GET", STATE)).status_code == 200


@RESOURCES
async def test_of_many_who_make_a_document_at_once_one_does(xapi: Xapi, path: str) -> None:
    answers = await asyncio.gather(
        *(ask(xapi, "PUT", path, {"writer": writer}, headers={**NEW}) for writer in range(WRITERS))
    )
    assert Counter(answer.status_code for answer in answers) == {204: 1, 412: WRITERS - 1}
    [winner] = [answer for answer in answers if answer.status_code == 204]
    assert (await ask(xapi, "GET", path)).headers["ETag"] == winner.headers["ETag"]


@RESOURCES
async def test_of_many_who_change_the_same_content_at_once_one_does(xapi: Xapi, path: str) -> None:
    etag = await stored(xapi, path, {"writer": None})
    answers = await asyncio.gather(
        *(ask(xapi, "PUT", path, {"writer": writer}, headers={"If-Match": etag}) for writer in range(WRITERS))
    )
    assert Counter(answer.status_code for answer in answers) == {204: 1, 412: WRITERS - 1}


@RESOURCES
async def test_of_many_who_merge_at_once_nobody_is_lost(xapi: Xapi, path: str) -> None:
    await asyncio.gather(*(stored(xapi, path, {f"writer {writer}": writer}) for writer in range(WRITERS)))
    assert (await ask(xapi, "GET", path)).json() == {f"writer {writer}": writer for writer in range(WRITERS)}


@RESOURCES
async def test_a_counter_kept_by_etags_loses_no_step(xapi: Xapi, path: str) -> None:
    await stored(xapi, path, {"count": 0})

    async def count_up() -> None:
        while True:
            found = await ask(xapi, "GET", path)
            next_count = {"count": found.json()["count"] + 1}
            answer = await ask(xapi, "PUT", path, next_count, headers={"If-Match": found.headers["ETag"]})
            if answer.status_code == 204:
                return
            assert answer.status_code == 412

    await asyncio.gather(*(count_up() for _ in range(WRITERS)))
    assert (await ask(xapi, "GET", path)).json() == {"count": WRITERS}


async def test_states_deleted_together_while_they_are_merged_come_back_with_nothing_old(xapi: Xapi) -> None:
    for attempt in range(5):
        await stored(xapi, STATE, {"old": attempt})
        await asyncio.gather(
            stored(xapi, STATE, {"new": attempt}),
            xapi.request("DELETE", STATE, params={name: NAMED[STATE][name] for name in ("activityId", "agent")}),
        )
        left = await ask(xapi, "GET", STATE)
        assert left.status_code == 404 or json.decode(left.content) == {"new": attempt}
        await ask(xapi, "DELETE", STATE)
