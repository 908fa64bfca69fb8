"""xAPI-Communication 1.1: HEAD."""

import pytest

from tests.lrs.document_client import ACTIVITY_PROFILE, AGENT_PROFILE, NAMED, STATE, stored, without_id
from tests.lrs.makers import AYGUN, FIRST, INTRO, make_statement
from tests.lrs.service import STATEMENTS, Xapi, agent_parameter

ASKED = [
    (STATEMENTS, {"statementId": FIRST}),
    (STATEMENTS, {"verb": "http://example.org/never"}),
    (STATEMENTS, {"unknown": "1"}),
    ("/xapi/agents", {"agent": agent_parameter(AYGUN)}),
    ("/xapi/activities", {"activityId": INTRO}),
    ("/xapi/about", {}),
    *((path, NAMED[path]) for path in (STATE, ACTIVITY_PROFILE, AGENT_PROFILE)),
    *((path, without_id(path)) for path in (STATE, ACTIVITY_PROFILE, AGENT_PROFILE)),
    (STATE, {**NAMED[STATE], "stateId": "not there"}),
]
SAME = ("Content-Type", "Content-Length", "Last-Modified", "ETag", "X-Experience-API-Version")


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
async def test_every_resource_answers_head_as_get_without_a_body(xapi: Xapi, version: str) -> None:
    await xapi.stored(make_statement(id=FIRST))
    for path in (STATE, ACTIVITY_PROFILE, AGENT_PROFILE):
        await stored(xapi, path, {"a": 1})
    headers = {"X-Experience-API-Version": version}
    for path, params in ASKED:
        got = await xapi.request("GET", path, params=params, headers=headers)
        head = await xapi.request("HEAD", path, params=params, headers=headers)
        assert got.content
        assert (head.status_code, head.content) == (got.status_code, b""), path
        assert {name: head.headers.get(name) for name in SAME} == {name: got.headers.get(name) for name in SAME}, path
