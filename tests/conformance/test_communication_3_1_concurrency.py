"""xAPI-Communication 3.1 and IEEE 9274.1.1 4.1.4: nobody overwrites what they have not seen."""

import hashlib

import pytest

from tests.lrs.document_client import ACTIVITY_PROFILE, AGENT_PROFILE, NEW, STATE, ask, stored
from tests.lrs.service import Xapi

ALL = pytest.mark.parametrize("path", [STATE, ACTIVITY_PROFILE, AGENT_PROFILE])
PROFILES = pytest.mark.parametrize("path", [ACTIVITY_PROFILE, AGENT_PROFILE])
STALE = '"' + "0" * 40 + '"'
V_2_0: dict[str, str | None] = {"X-Experience-API-Version": "2.0.0"}


@ALL
async def test_the_etag_is_the_sha_1_of_the_content_in_lower_case_hex_and_quotes(xapi: Xapi, path: str) -> None:
    content = b'{"a":1}'
    await stored(xapi, path, content)
    for method in ("GET", "HEAD"):
        assert (await ask(xapi, method, path)).headers["ETag"] == f'"{hashlib.sha1(content).hexdigest()}"'


@ALL
@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
async def test_an_etag_that_is_not_that_of_the_document_changes_nothing(xapi: Xapi, path: str, method: str) -> None:
    etag = await stored(xapi, path, {"a": 1})
    for bad in (STALE, '"x"', etag.upper()):
        assert (await ask(xapi, method, path, {"a": 2}, headers={"If-Match": bad})).status_code == 412, bad
    assert (await ask(xapi, "GET", path)).json() == {"a": 1}
    assert (await ask(xapi, method, path, {"a": 2}, headers={"If-Match": etag})).status_code == 204
    if method != "DELETE":
        assert (await ask(xapi, "GET", path)).json() == {"a": 2}


@ALL
@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
async def test_what_must_not_be_there_is_put_only_where_nothing_is(xapi: Xapi, path: str, version: str) -> None:
    headers = {"X-Experience-API-Version": version, **NEW}
    assert (await ask(xapi, "PUT", path, {"a": 1}, headers=headers)).status_code == 204
    assert (await ask(xapi, "PUT", path, {"a": 2}, headers=headers)).status_code == 412
    assert (await ask(xapi, "GET", path)).json() == {"a": 1}


@PROFILES
async def test_a_profile_that_is_there_is_not_put_without_a_precondition(xapi: Xapi, path: str) -> None:
    await stored(xapi, path, {"a": 1})
    answer = await ask(xapi, "PUT", path, {"a": 2})
    assert answer.status_code == 409
    assert "If-Match" in answer.text, "the answer says what to do"
    assert (await ask(xapi, "GET", path)).json() == {"a": 1}


async def test_a_state_is_put_without_a_precondition(xapi: Xapi) -> None:
    for number in range(2):
        assert (await ask(xapi, "PUT", STATE, {"a": number})).status_code == 204
    assert (await ask(xapi, "GET", STATE)).json() == {"a": 1}


@ALL
async def test_in_2_0_nothing_that_is_there_is_put_without_a_precondition(xapi: Xapi, path: str) -> None:
    """IEEE 9274.1.1, 4.1.4: the rule holds for the state resource too."""
    await stored(xapi, path, {"a": 1})
    answer = await ask(xapi, "PUT", path, {"a": 2}, headers=V_2_0)
    assert answer.status_code == 409
    assert answer.text
    assert (await ask(xapi, "GET", path)).json() == {"a": 1}


@ALL
async def test_several_etags_and_weak_ones_are_understood(xapi: Xapi, path: str) -> None:
    etag = await stored(xapi, path, {"a": 1})
    answer = await ask(xapi, "PUT", path, {"a": 2}, headers={"If-Match": f"{STALE}, {etag}"})
    assert answer.status_code == 204
    assert (await ask(xapi, "PUT", path, {"a": 3}, headers={"If-Match": "*"})).status_code == 204
