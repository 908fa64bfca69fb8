"""xAPI-Communication 3.3: versions."""

from typing import Any

from tests.lrs.document_client import ACTIVITY_PROFILE, AGENT_PROFILE, NAMED, STATE
from tests.lrs.makers import AYGUN, FIRST, INTRO, make_statement
from tests.lrs.service import STATEMENTS, Xapi, agent_parameter

NO_VERSION = {"X-Experience-API-Version": None}


class TestVersions:
    """3.3."""

    async def test_the_answer_names_the_latest_version_of_the_family(self, xapi: Xapi) -> None:
        for asked, answered in (("1.0", "1.0.3"), ("1.0.0", "1.0.3"), ("1.0.9", "1.0.3"), ("2.0.0", "2.0.0")):
            for path in (STATEMENTS, f"{STATEMENTS}?unknown=1"):
                answer = await xapi.get(path, headers={"X-Experience-API-Version": asked})
                assert answer.headers["X-Experience-API-Version"] == answered, (asked, path)

    async def test_a_request_of_no_or_another_version_is_refused(self, xapi: Xapi) -> None:
        for asked in (None, "", "0.95", "1.1.0", "1.0.x", "3.0.0", "2.1.0"):
            answer = await xapi.get(headers={"X-Experience-API-Version": asked})
            assert (answer.status_code, answer.headers["X-Experience-API-Version"]) == (400, "0.95"), asked

    async def test_a_1_0_request_gets_no_members_of_2_0_in(self, xapi: Xapi) -> None:
        context = {"contextAgents": [{"objectType": "contextAgent", "agent": AYGUN}]}
        assert (await xapi.post(make_statement(context=context))).status_code == 400

    async def test_a_statement_without_version_has_that_of_the_request(self, xapi: Xapi) -> None:
        await xapi.put(FIRST, make_statement(), headers={"X-Experience-API-Version": "2.0.0"})
        asked = await xapi.get(statementId=FIRST, headers={"X-Experience-API-Version": "2.0.0"})
        assert asked.json()["version"] == "2.0.0"

    async def test_every_resource_answers_in_the_version_of_the_request_and_refuses_others(self, xapi: Xapi) -> None:
        resources: list[tuple[str, dict[str, Any]]] = [
            ("/xapi/agents", {"agent": agent_parameter(AYGUN)}),
            ("/xapi/activities", {"activityId": INTRO}),
            *((path, NAMED[path]) for path in (STATE, ACTIVITY_PROFILE, AGENT_PROFILE)),
        ]
        for path, params in resources:
            for asked, answered in (("1.0", "1.0.3"), ("1.0.2", "1.0.3"), ("2.0.0", "2.0.0"), ("1.1.0", "0.95")):
                headers = {"X-Experience-API-Version": asked}
                answer = await xapi.request("GET", path, params=params, headers=headers)
                assert answer.headers["X-Experience-API-Version"] == answered, (path, asked)
                assert (answer.status_code == 400) == (asked == "1.1.0"), (path, asked)
            assert (await xapi.request("GET", path, params=params, headers=NO_VERSION)).status_code == 400, path

    async def test_errors_too_name_the_version(self, xapi: Xapi) -> None:
        for asked, answered in (("1.0.3", "1.0.3"), ("2.0.0", "2.0.0")):
            for path in (STATEMENTS, "/xapi/no-such-resource", f"{STATEMENTS}?statementId={FIRST}"):
                headers = {"X-Experience-API-Version": asked}
                answer = await xapi.request("GET", path, headers=headers, auth=("nobody", "nothing"))
                assert answer.status_code in {401, 404}
                assert answer.headers["X-Experience-API-Version"] == answered, (path, asked)

    async def test_a_refusal_says_what_the_matter_is(self, xapi: Xapi) -> None:
        for asked in (None, "1.1.0"):
            answer = await xapi.get(headers={"X-Experience-API-Version": asked})
            assert "X-Experience-API-Version" in answer.json()["detail"]
