"""xAPI-Data 2.4.4: activities, agents, references and SubStatements as objects."""

from typing import Any

import pytest

from lrs import parse_statements
from tests.conformance.verdicts import GROUP, POINTER, accept, definition, refuse, sub_statement
from tests.lrs.makers import (
    AYGUN,
    FIRST,
    VOIDED,
    body,
    make_reference,
    make_statement,
)


class TestObject:
    """2.4.4."""

    def test_an_object_without_type_is_an_activity(self) -> None:
        (parsed,) = parse_statements(body(make_statement()))
        assert type(parsed.statement.object).__name__ == "Activity"

    def test_an_agent_a_group_and_a_reference_are_objects_too(self) -> None:
        for target in (AYGUN, GROUP, POINTER):
            accept(object=target)

    def test_definitions_have_their_forms(self) -> None:
        refuse("$.object.definition.type", **definition(type="x"))
        refuse("$.object.definition.moreInfo", **definition(moreInfo="x"))
        refuse("$.object.definition.extensions.x", **definition(extensions={"x": 1}))
        refuse("$.object.definition.name.en_US", **definition(name={"en_US": "x"}))
        refuse("$.object.definition", **definition(unknown=1))

    def test_an_interaction_names_its_type(self) -> None:
        refuse("$.object.definition.correctResponsesPattern", **definition(correctResponsesPattern=["x"]))
        refuse("$.object.definition.choices", **definition(choices=[{"id": "x"}]))
        refuse("$.object.definition.interactionType", **definition(interactionType="guess"))
        accept(**definition(interactionType="fill-in", correctResponsesPattern=["x"]))

    @pytest.mark.parametrize(
        ("interaction", "lists"),
        [
            ("choice", ["choices"]),
            ("sequencing", ["choices"]),
            ("likert", ["scale"]),
            ("matching", ["source", "target"]),
            ("performance", ["steps"]),
        ],
    )
    def test_components_belong_to_their_types(self, interaction: str, lists: list[str]) -> None:
        for name in ("choices", "scale", "source", "target", "steps"):
            members = definition(interactionType=interaction, **{name: [{"id": "a", "description": {"en": "A"}}]})
            if name in lists:
                accept(**members)
            else:
                refuse(f"$.object.definition.{name}", **members)

    def test_component_ids_differ_in_their_list(self) -> None:
        members = definition(interactionType="choice", choices=[{"id": "a"}, {"id": "b"}, {"id": "a"}])
        refuse("$.object.definition.choices[2].id", **members)

    def test_a_sub_statement_obeys_the_rules_of_statements(self) -> None:
        accept(object=sub_statement())
        accept(object=sub_statement(object=POINTER, timestamp="2030-01-01T00:00:00Z"))
        refuse("$.object.verb.id", object=sub_statement(verb={"id": "x"}))
        refuse("$.object.result.score.scaled", object=sub_statement(result={"score": {"scaled": 2}}))
        refuse("$.object", object=sub_statement(actor=None))

    @pytest.mark.parametrize(
        "member", [{"id": FIRST}, {"stored": "2026-11-22T09:00:00Z"}, {"version": "1.0.0"}, {"authority": AYGUN}]
    )
    def test_a_sub_statement_has_nothing_of_the_stores(self, member: dict[str, Any]) -> None:
        refuse("$.object", object=sub_statement(**member))

    def test_sub_statements_do_not_nest(self) -> None:
        refuse("$.object.object.objectType", object=sub_statement(object=sub_statement()))

    def test_a_voiding_statement_refers_to_one(self) -> None:
        parse_statements(body(make_reference(FIRST, verb=VOIDED)))
        refuse("$.object", verb={"id": VOIDED})
