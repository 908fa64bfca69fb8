"""xAPI-Communication 2.4 and 2.5: what is known of an agent, and of an activity."""

from typing import Any

import pytest

from tests.lrs.makers import AYGUN, INTRO, make_statement
from tests.lrs.service import Xapi, agent_parameter

AGENTS = "/xapi/agents"
ACTIVITIES = "/xapi/activities"
KINDS: tuple[dict[str, Any], ...] = (
    {"mbox": "mailto:aygun@example.org"},
    {"mbox_sha1sum": "ebd31e95054c018b10727ccffd2ef2ec3a016ee9"},
    {"openid": "https://example.org/aygun"},
    {"account": {"homePage": "https://lms.example.org", "name": "aygun"}},
)


class TestAgents:
    """2.4."""

    @pytest.mark.parametrize("agent", KINDS)
    async def test_an_agent_that_nobody_spoke_of_is_a_person_with_what_was_asked(
        self, xapi: Xapi, agent: dict[str, Any]
    ) -> None:
        answer = await xapi.get(AGENTS, agent=agent_parameter(agent))
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
        assert answer.json() == {"objectType": "Person", **{name: [value] for name, value in agent.items()}}

    async def test_names_are_those_that_statements_give(self, xapi: Xapi) -> None:
        await xapi.stored(*(make_statement(actor={**AYGUN, "name": name}) for name in ("Aygün", "Aygun")))
        person = (await xapi.get(AGENTS, agent=agent_parameter(AYGUN))).json()
        assert sorted(person["name"]) == ["Aygun", "Aygün"]
        assert person["mbox"] == [AYGUN["mbox"]]

    async def test_every_member_but_the_type_is_a_list(self, xapi: Xapi) -> None:
        await xapi.stored(make_statement(actor={**KINDS[3], "name": "Aygün"}))
        person = (await xapi.get(AGENTS, agent=agent_parameter(KINDS[3]))).json()
        assert {name for name, value in person.items() if not isinstance(value, list)} == {"objectType"}
        assert person.keys() <= {"objectType", "name", "mbox", "mbox_sha1sum", "openid", "account"}

    async def test_what_is_no_agent_is_refused(self, xapi: Xapi) -> None:
        for bad in ("no json", "{}", '{"mbox":"aygun@example.org"}', '{"name":"Aygün"}', "[]", '"x"'):
            assert (await xapi.get(AGENTS, agent=bad)).status_code == 400, bad
        assert (await xapi.get(AGENTS)).status_code == 400
        assert (await xapi.get(AGENTS, Agent=agent_parameter(AYGUN))).status_code == 400


class TestActivities:
    """2.5."""

    async def test_an_activity_that_nobody_spoke_of_is_one_all_the_same(self, xapi: Xapi) -> None:
        answer = await xapi.get(ACTIVITIES, activityId=INTRO)
        assert (answer.status_code, answer.json()) == (200, {"objectType": "Activity", "id": INTRO})

    async def test_what_several_statements_say_of_it_comes_together(self, xapi: Xapi) -> None:
        said = (
            {"name": {"en": "Intro"}, "type": "http://example.org/course"},
            {"name": {"az": "Giriş"}, "description": {"en": "The start"}},
            {"extensions": {"http://example.org/e": [1]}},
        )
        for definition in said:
            await xapi.stored(make_statement(object={"id": INTRO, "definition": definition}))
        assert (await xapi.get(ACTIVITIES, activityId=INTRO)).json()["definition"] == {
            "name": {"en": "Intro", "az": "Giriş"},
            "type": "http://example.org/course",
            "description": {"en": "The start"},
            "extensions": {"http://example.org/e": [1]},
        }

    async def test_it_counts_wherever_the_activity_stands(self, xapi: Xapi) -> None:
        told = {"id": INTRO, "definition": {"name": {"en": "Intro"}}}
        other = {"id": "http://example.org/other"}
        await xapi.stored(make_statement(object=other, context={"contextActivities": {"parent": [told]}}))
        assert (await xapi.get(ACTIVITIES, activityId=INTRO)).json()["definition"] == told["definition"]

    async def test_an_id_is_compared_to_the_letter(self, xapi: Xapi) -> None:
        """Data 3.1: no normalization by scheme or path."""
        await xapi.stored(make_statement(object={"id": INTRO, "definition": {"name": {"en": "Intro"}}}))
        for other in (INTRO.upper(), f"{INTRO}/", f"{INTRO}/../intro", INTRO.replace("https", "http")):
            assert "definition" not in (await xapi.get(ACTIVITIES, activityId=other)).json(), other

    async def test_what_names_no_activity_is_refused(self, xapi: Xapi) -> None:
        for bad in ({}, {"activityId": "no iri"}, {"activityid": INTRO}, {"activityId": INTRO, "unknown": "1"}):
            assert (await xapi.get(ACTIVITIES, **bad)).status_code == 400, bad
