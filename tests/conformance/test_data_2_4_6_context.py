"""xAPI-Data 2.4.6: context."""

import pytest
from msgspec import json

from lrs import parse_statements
from tests.conformance.verdicts import GROUP, POINTER, accept, refuse, sub_statement
from tests.lrs.makers import AYGUN, DAVIT, INTRO, body, make_statement


class TestContext:
    """2.4.6."""

    def test_a_team_is_a_group(self) -> None:
        accept(context={"team": GROUP, "instructor": GROUP})
        refuse("$.context.team.objectType", context={"team": AYGUN})

    @pytest.mark.parametrize("name", ["parent", "grouping", "category", "other"])
    def test_context_activities_are_lists_and_one_alone_becomes_a_list(self, name: str) -> None:
        accept(context={"contextActivities": {name: [{"id": INTRO}]}})
        inner = sub_statement(context={"contextActivities": {name: {"id": INTRO}}})
        sent = make_statement(object=inner, context={"contextActivities": {name: {"id": INTRO}}})
        (parsed,) = parse_statements(body(sent))
        assert json.decode(parsed.members["context"]) == {"contextActivities": {name: [{"id": INTRO}]}}
        assert json.decode(parsed.members["object"])["context"] == {"contextActivities": {name: [{"id": INTRO}]}}

    def test_context_activities_obey_the_rules_of_activities(self) -> None:
        refuse("$.context.contextActivities.parent[0].id", context={"contextActivities": {"parent": [{"id": "x"}]}})
        refuse("$.context.contextActivities", context={"contextActivities": {"sibling": []}})
        refuse("$.context.contextActivities.other", context={"contextActivities": {"other": "x"}})

    @pytest.mark.parametrize("name", ["revision", "platform"])
    def test_revision_and_platform_need_an_activity(self, name: str) -> None:
        accept(context={name: "3"})
        refuse(f"$.context.{name}", object=DAVIT, context={name: "3"})
        refuse(f"$.object.context.{name}", object=sub_statement(object=DAVIT, context={name: "3"}))

    def test_language_is_a_tag(self) -> None:
        accept(context={"language": "az-AZ"})
        refuse("$.context.language", context={"language": "azerbaijani_"})

    def test_context_statement_is_a_reference(self) -> None:
        accept(context={"statement": POINTER})
        refuse("$.context.statement.objectType", context={"statement": {**POINTER, "objectType": "Activity"}})

    def test_agents_and_groups_of_2_0_have_type_part_and_relevant_types(self) -> None:
        """IEEE 9274.1.1, 4.2.2.7."""
        agent = {"objectType": "contextAgent", "agent": AYGUN}
        group = {"objectType": "contextGroup", "group": GROUP}
        kinds = {"relevantTypes": ["http://example.org/type"]}
        accept(
            is_2_0=True, context={"contextAgents": [agent, {**agent, **kinds}], "contextGroups": [{**group, **kinds}]}
        )
        for bad, where in (
            ({"agent": AYGUN}, "$.context.contextAgents[0]"),
            ({**agent, "objectType": "Agent"}, "$.context.contextAgents[0].objectType"),
            ({"objectType": "contextAgent"}, "$.context.contextAgents[0]"),
            ({**agent, "agent": GROUP}, "$.context.contextAgents[0].agent.objectType"),
            ({**agent, "relevantTypes": []}, "$.context.contextAgents[0].relevantTypes"),
            ({**agent, "relevantTypes": ["x"]}, "$.context.contextAgents[0].relevantTypes[0]"),
        ):
            refuse(where, is_2_0=True, context={"contextAgents": [bad]})
        refuse(
            "$.context.contextGroups[0].group.objectType",
            is_2_0=True,
            context={"contextGroups": [{**group, "group": AYGUN}]},
        )
