"""IEEE 9274.1.1 4.2.2 and 4.2.4: what 2.0 adds to statements, and what each version sees of the other's."""

from datetime import datetime
from typing import Any

import pytest

from tests.conformance.verdicts import GROUP
from tests.lrs.makers import AYGUN, DAVIT, FIRST, INTRO, SECOND, make_statement
from tests.lrs.service import Xapi, agent_parameter

V_2_0 = {"X-Experience-API-Version": "2.0.0"}
AGENT = {"objectType": "contextAgent", "agent": AYGUN, "relevantTypes": ["http://example.org/mentor"]}
TEAM = {"objectType": "contextGroup", "group": GROUP, "relevantTypes": ["http://example.org/class"]}
BOTH = {"contextAgents": [AGENT, {"objectType": "contextAgent", "agent": DAVIT}], "contextGroups": [TEAM]}


def inside(context: dict[str, Any]) -> dict[str, Any]:
    return make_statement(
        actor=DAVIT, object={"objectType": "SubStatement", **make_statement(actor=DAVIT, context=context)}
    )


class TestContextAgents:
    """4.2.2.7: contextAgents and contextGroups."""

    async def test_they_are_given_back_as_they_came(self, xapi: Xapi) -> None:
        ids = await xapi.stored(make_statement(context=BOTH), inside(BOTH), headers=V_2_0)
        first, second = [(await xapi.get(headers=V_2_0, statementId=each)).json() for each in ids]
        assert first["context"] == second["object"]["context"] == BOTH

    @pytest.mark.parametrize(
        "bad",
        [
            {"contextAgents": [{"agent": AYGUN}]},
            {"contextAgents": [{"objectType": "contextAgent"}]},
            {"contextAgents": [{**AGENT, "agent": GROUP}]},
            {"contextAgents": [{**AGENT, "objectType": "Agent"}]},
            {"contextAgents": [{**AGENT, "relevantTypes": []}]},
            {"contextAgents": [{**AGENT, "relevantTypes": ["no iri"]}]},
            {"contextAgents": [{**AGENT, "relevantTypes": "http://example.org/mentor"}]},
            {"contextAgents": [{**AGENT, "unknown": 1}]},
            {"contextAgents": AGENT},
            {"contextGroups": [{"group": GROUP}]},
            {"contextGroups": [{"objectType": "contextGroup"}]},
            {"contextGroups": [{**TEAM, "group": AYGUN}]},
            {"contextGroups": [{**TEAM, "objectType": "Group"}]},
            {"contextGroups": [{**TEAM, "relevantTypes": []}]},
            {"contextGroups": [{**TEAM, "relevantTypes": [1]}]},
        ],
    )
    async def test_other_forms_are_refused_in_statements_and_sub_statements(
        self, xapi: Xapi, bad: dict[str, Any]
    ) -> None:
        for sent in (make_statement(context=bad), inside(bad)):
            assert (await xapi.post(sent, headers=V_2_0)).status_code == 400

    async def test_they_are_related_agents_also_in_a_sub_statement(self, xapi: Xapi) -> None:
        ids = []
        for part in ({"contextAgents": [AGENT]}, {"contextGroups": [TEAM]}):
            ids += await xapi.stored(make_statement(actor=DAVIT, context=part), inside(part), headers=V_2_0)
        asked = {"agent": agent_parameter(AYGUN), "ascending": "true"}
        for version in ("1.0.3", "2.0.0"):
            headers = {"X-Experience-API-Version": version}
            found = (await xapi.get(headers=headers, related_agents="true", **asked)).json()["statements"]
            assert [each["id"] for each in found] == ids
            assert (await xapi.get(headers=headers, **asked)).json()["statements"] == []


class TestVersions:
    """4.2.4: version, timestamp, and what a reader of 1.0 sees."""

    @pytest.mark.parametrize("version", ["1.0", "1.0.0", "1.0.9", "2.0.0"])
    async def test_statements_of_both_families_are_taken_and_keep_their_version(self, xapi: Xapi, version: str) -> None:
        await xapi.stored(make_statement(id=FIRST, version=version), headers=V_2_0)
        assert (await xapi.get(headers=V_2_0, statementId=FIRST)).json()["version"] == version

    async def test_other_versions_are_refused(self, xapi: Xapi) -> None:
        for bad in ("0.9.9", "1.1.0", "3.0.0", "2.1.0", "2", "latest", "", 2):
            assert (await xapi.post(make_statement(version=bad), headers=V_2_0)).status_code == 400, bad

    async def test_without_a_version_it_is_2_0_0(self, xapi: Xapi) -> None:
        await xapi.stored(make_statement(id=FIRST), headers=V_2_0)
        assert (await xapi.get(headers=V_2_0, statementId=FIRST)).json()["version"] == "2.0.0"

    async def test_a_timestamp_is_given_back_in_utc(self, xapi: Xapi) -> None:
        inner = {"objectType": "SubStatement", **make_statement(timestamp="2026-11-22T10:00:00-05:00")}
        sent = make_statement(id=FIRST, timestamp="2026-11-22T12:00:00.123+04:00", object=inner)
        await xapi.stored(sent, headers=V_2_0)
        got = (await xapi.get(headers=V_2_0, statementId=FIRST)).json()
        for told, meant in (
            (got["timestamp"], "2026-11-22T08:00:00.123Z"),
            (got["object"]["timestamp"], "2026-11-22T15:00:00Z"),
        ):
            assert told.endswith("Z")
            assert datetime.fromisoformat(told) == datetime.fromisoformat(meant)

    async def test_a_reader_of_1_0_gets_statements_that_1_0_knows(self, xapi: Xapi) -> None:
        ids = await xapi.stored(make_statement(context={**BOTH, "platform": "x"}), inside(BOTH), headers=V_2_0)
        first, second = [(await xapi.get(statementId=each)).json() for each in ids]
        assert first["version"] == second["version"] == "1.0.0"
        assert first["context"] == {"platform": "x"}
        assert "context" not in second["object"]
        for each in (first, second):
            again = {**each, "id": SECOND if each is first else FIRST}
            assert (await xapi.post(again)).status_code == 200, "1.0 takes what 1.0 was given"

    async def test_a_duration_is_never_rounded_and_compared_to_the_hundredth(self, xapi: Xapi) -> None:
        """4.2.7."""
        await xapi.stored(make_statement(id=FIRST, result={"duration": "PT0.12567S"}), headers=V_2_0)
        told = (await xapi.get(headers=V_2_0, statementId=FIRST)).json()["result"]["duration"]
        assert told in {"PT0.12567S", "PT0.12S"}
        for duration, status in (("PT0.12S", 200), ("PT0.129S", 200), ("PT0.13S", 409)):
            sent = make_statement(id=FIRST, result={"duration": duration})
            assert (await xapi.post(sent, headers=V_2_0)).status_code == status, duration

    async def test_zones_that_say_nothing_are_refused(self, xapi: Xapi) -> None:
        for bad in ("-00:00", "-0000", "-00"):
            sent = make_statement(timestamp=f"2026-11-22T09:00:00{bad}")
            assert (await xapi.post(sent, headers=V_2_0)).status_code == 400, bad
        assert (await xapi.post(make_statement(timestamp="2026-11-22T09:00:00+00:00"), headers=V_2_0)).is_success


class TestObject:
    """4.2.2.3: an agent or a group says that it is one."""

    async def test_without_a_type_an_agent_is_no_object(self, xapi: Xapi) -> None:
        for bare in ({"mbox": AYGUN["mbox"]}, {"member": [AYGUN]}, {"name": "Team", "mbox": AYGUN["mbox"]}):
            inner = {"objectType": "SubStatement", **make_statement(object=bare)}
            for sent in (make_statement(object=bare), make_statement(object=inner)):
                for headers in ({}, V_2_0):
                    assert (await xapi.post(sent, headers=headers)).status_code == 400, bare
        assert (await xapi.post(make_statement(object={"id": INTRO}), headers=V_2_0)).status_code == 200
