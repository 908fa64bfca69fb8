"""xAPI-Communication 3.0 and 3.2: which status tells of what, and what is not judged at all."""

from typing import Any

import pytest

from tests.lrs.document_client import ACTIVITY_PROFILE, AGENT_PROFILE, NAMED, NEW, STATE, ask
from tests.lrs.makers import AYGUN, FIRST, INTRO, make_statement
from tests.lrs.service import STATEMENTS, Xapi, agent_parameter

GETS: list[tuple[str, dict[str, Any]]] = [
    (STATEMENTS, {}),
    ("/xapi/agents", {"agent": agent_parameter(AYGUN)}),
    ("/xapi/activities", {"activityId": INTRO}),
    *((path, NAMED[path]) for path in (STATE, ACTIVITY_PROFILE, AGENT_PROFILE)),
]
NAMES = (
    *("statementId", "voidedStatementId", "agent", "verb", "activity", "registration", "related_activities"),
    *("related_agents", "since", "until", "limit", "format", "attachments", "ascending"),
)


class TestParameters:
    """3.2."""

    @pytest.mark.parametrize(("path", "params"), GETS)
    async def test_what_is_not_known_here_is_refused(self, xapi: Xapi, path: str, params: dict[str, Any]) -> None:
        for unknown in ("unknown", "Agent", "ACTIVITYID", "statementid", " "):
            answer = await xapi.request("GET", path, params={**params, unknown: "1"})
            assert answer.status_code == 400, unknown

    async def test_every_name_has_its_case(self, xapi: Xapi) -> None:
        for name in NAMES:
            for wrong in {name.upper(), name.capitalize(), name.swapcase()} - {name}:
                assert (await xapi.get(**{wrong: "true"})).status_code == 400, wrong

    async def test_a_statement_is_put_and_posted_with_no_other_parameters(self, xapi: Xapi) -> None:
        sent = make_statement()
        for params in ({"StatementId": FIRST}, {"statementId": FIRST, "limit": "1"}):
            assert (await xapi.request("PUT", params=params, content=b"{}")).status_code == 400, params
        assert (await xapi.post(sent, params={"format": "exact"})).status_code == 400


class TestStatus:
    """3.2."""

    @pytest.mark.parametrize("method", ["DELETE", "PATCH"])
    async def test_a_method_that_a_resource_has_not_is_refused(self, xapi: Xapi, method: str) -> None:
        for path in (STATEMENTS, "/xapi/agents", "/xapi/activities", "/xapi/about"):
            assert (await xapi.request(method, path)).status_code in {400, 405}, path
        assert (await xapi.request("PUT", "/xapi/agents")).status_code == 405

    async def test_what_is_too_large_is_told_so_and_not_stored(self, xapi: Xapi) -> None:
        large = "x" * (4 * 1024 * 1024)
        assert (await xapi.post(make_statement(result={"response": large}))).status_code == 413
        assert await xapi.ids() == []

    async def test_what_is_large_and_within_the_limits_is_taken(self, xapi: Xapi) -> None:
        large = "ə" * (1024 * 1024)
        await xapi.stored(make_statement(id=FIRST, result={"response": large}))
        assert (await xapi.get(statementId=FIRST)).json()["result"]["response"] == large
        await xapi.stored(*(make_statement() for _ in range(500)))

    async def test_a_large_document_is_taken_and_one_that_is_too_large_is_not(self, xapi: Xapi) -> None:
        binary = {"Content-Type": "application/octet-stream", **NEW}
        assert (await ask(xapi, "PUT", STATE, bytes(1024 * 1024), headers=binary)).status_code == 204
        assert len((await ask(xapi, "GET", STATE)).content) == 1024 * 1024
        other: dict[str, Any] = {"stateId": "larger"}
        assert (await ask(xapi, "PUT", STATE, bytes(65 * 1024 * 1024), headers=binary, **other)).status_code == 413
        assert (await ask(xapi, "GET", STATE, **other)).status_code == 404

    async def test_every_refusal_says_why(self, xapi: Xapi) -> None:
        for path, params in GETS:
            answer = await xapi.request("GET", path, params={**params, "unknown": "1"})
            assert "unknown" in answer.json()["detail"]


class TestWhatIsNotJudged:
    """3.0: structure is enforced, meaning is not."""

    @pytest.mark.parametrize(
        "strange",
        [
            {"timestamp": "1755-11-01T09:40:00Z"},
            {"verb": {"id": "http://example.org/never/defined", "display": {"en": "flew"}}},
            {"object": {"id": "tag:nowhere.invalid,1900:x", "definition": {"type": "http://example.org/no-type"}}},
            {"result": {"success": True, "completion": False, "score": {"scaled": -1, "raw": 100}}},
            {"result": {"duration": "P1000Y"}},
            {"context": {"language": "tlh", "contextActivities": {"parent": [{"id": INTRO}]}}},
            {"actor": {"objectType": "Group", "member": [AYGUN, AYGUN]}},
            {"object": {"objectType": "StatementRef", "id": FIRST}},
        ],
    )
    async def test_what_is_strange_and_well_formed_is_taken(self, xapi: Xapi, strange: dict[str, Any]) -> None:
        assert (await xapi.post(make_statement(**strange))).status_code == 200
