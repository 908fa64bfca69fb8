"""xAPI-Data 2.2, 2.4 and 4: what a statement must be, one test a requirement. No database is needed to refuse one."""

from typing import Any

import pytest
from msgspec import json

from base import Invalid
from lrs import parse_statements
from tests.lrs.makers import AYGUN, DAVIT, FIRST, INTRO, VOIDED, body, make_reference, make_statement

GROUP = {"objectType": "Group", "member": [AYGUN]}
POINTER = {"objectType": "StatementRef", "id": FIRST}
ATTACHMENT = {
    "usageType": "http://example.org/usage",
    "display": {"en": "A photograph"},
    "contentType": "image/jpeg",
    "length": 4,
    "sha2": "a" * 64,
    "fileUrl": "https://example.org/photo.jpg",
}


def accept(*, is_2_0: bool = False, **members: Any) -> None:
    parse_statements(body(make_statement(**members)), is_2_0=is_2_0)


def refuse(where: str, *, is_2_0: bool = False, **members: Any) -> None:
    """The statement is refused at this place, and the refusal says so."""
    with pytest.raises(Invalid) as refusal:
        accept(is_2_0=is_2_0, **members)
    assert refusal.value.where == where, refusal.value.message
    assert where in refusal.value.message
    assert refusal.value.rule


def sub_statement(**members: Any) -> dict[str, Any]:
    return {"objectType": "SubStatement", **make_statement(**members)}


def definition(**members: Any) -> dict[str, Any]:
    return {"object": {"id": INTRO, "definition": members}}


class TestFormatting:
    """2.2."""

    @pytest.mark.parametrize("missing", ["actor", "verb", "object"])
    def test_actor_verb_and_object_are_needed(self, missing: str) -> None:
        with pytest.raises(Invalid, match=f"missing required field `{missing}`"):
            parse_statements(body(make_statement(**{missing: None})))

    def test_null_is_refused_everywhere_outside_extensions(self) -> None:
        for text, where in (
            (b'"timestamp":null', "$.timestamp"),
            (b'"result":{"score":null}', "$.result.score"),
            (b'"context":{"contextActivities":{"parent":null}}', "$.context.contextActivities.parent"),
        ):
            with pytest.raises(Invalid) as refusal:
                parse_statements(body(make_statement())[:-1] + b"," + text + b"}")
            assert refusal.value.where == where

    @pytest.mark.parametrize("value", [None, "", {}, [], {"a": None}])
    def test_extensions_hold_anything(self, value: object) -> None:
        accept(result={"extensions": {"http://x.example/e": value}}, context={"extensions": {}})

    def test_numbers_and_booleans_in_strings_are_refused(self) -> None:
        refuse("$.result.score.scaled", result={"score": {"scaled": "1"}})
        refuse("$.result.success", result={"success": "true"})
        refuse("$.result.completion", result={"completion": 1})
        refuse("$.attachments[0].length", attachments=[{**ATTACHMENT, "length": "4"}])

    def test_unknown_members_and_wrong_case_are_refused(self) -> None:
        refuse("$", additional=1)
        refuse("$", Result={})
        refuse("$.actor", actor={**AYGUN, "Name": "x"})
        refuse("$.verb", verb={"id": INTRO, "display ": {}})
        refuse("$.object.objectType", object={"objectType": "activity", "id": INTRO})

    def test_iris_need_a_scheme(self) -> None:
        for bad in (
            "www.example.org/x",
            "",
            "http//example.org",
            "an iri: no",
            "1http://example.org",
            "http://exa mple",
        ):
            refuse("$.verb.id", verb={"id": bad})
        for good in ("http://example.org/ə", "urn:uuid:x", "tag:example.org,2026:x", "act:x"):
            accept(verb={"id": good})


class TestId:
    """2.4.1 and 4.4."""

    @pytest.mark.parametrize("bad", ["", "1", f"{{{FIRST}}}", FIRST[:-1], f"{FIRST[:-1]}G", FIRST.replace("-", "")])
    def test_ids_are_uuids_in_their_one_form(self, bad: str) -> None:
        refuse("$.id", id=bad)
        refuse("$.context.registration", context={"registration": bad})
        refuse("$.object.id", object={"objectType": "StatementRef", "id": bad})
        refuse("$.context.statement.id", context={"statement": {"objectType": "StatementRef", "id": bad}})

    def test_upper_case_is_a_uuid_too(self) -> None:
        accept(id=FIRST.upper())


class TestActor:
    """2.4.2."""

    def test_an_agent_has_exactly_one_identifier(self) -> None:
        refuse("$.actor", actor={"objectType": "Agent", "name": "Aygün"})
        refuse("$.actor", actor={**AYGUN, "openid": "http://example.org/aygun"})
        refuse("$.context.instructor", context={"instructor": {"name": "nobody"}})

    @pytest.mark.parametrize(
        "identifier",
        [
            {"mbox": "mailto:aygun@example.org"},
            {"mbox_sha1sum": "ebd31e95054c018b10727ccffd2ef2ec3a016ee9"},
            {"openid": "https://example.org/aygun"},
            {"account": {"homePage": "https://lms.example.org", "name": "aygun"}},
        ],
    )
    def test_each_kind_of_identifier_is_taken(self, identifier: dict[str, Any]) -> None:
        accept(actor=identifier)
        accept(actor={"objectType": "Group", **identifier})

    def test_identifiers_have_their_form(self) -> None:
        refuse("$.actor.mbox", actor={"mbox": "aygun@example.org"})
        refuse("$.actor.mbox", actor={"mbox": "mailto:aygun"})
        refuse("$.actor.mbox_sha1sum", actor={"mbox_sha1sum": "ebd31e"})
        refuse("$.actor.openid", actor={"openid": "aygun"})
        refuse("$.actor.account.homePage", actor={"account": {"homePage": "lms", "name": "x"}})
        refuse("$.actor.account.name", actor={"account": {"homePage": "http://lms.example", "name": 1}})
        refuse("$.actor.account", actor={"account": {"homePage": "http://lms.example"}})

    def test_a_name_with_a_zero_character_is_refused(self) -> None:
        refuse("$.actor.account.name", actor={"account": {"homePage": "http://lms.example", "name": "a\x00"}})

    def test_an_anonymous_group_has_members(self) -> None:
        accept(actor=GROUP)
        refuse("$.actor", actor={"objectType": "Group"})
        refuse("$.actor", actor={"objectType": "Group", "member": []})

    def test_members_are_agents(self) -> None:
        refuse("$.actor.member[0].objectType", actor={"objectType": "Group", "member": [GROUP]})
        refuse("$.actor.member[1]", actor={"objectType": "Group", "member": [AYGUN, {"name": "nobody"}]})
        refuse("$.actor.member", actor={**AYGUN, "member": [DAVIT]})

    def test_another_type_is_no_actor(self) -> None:
        refuse("$.actor.objectType", actor={**AYGUN, "objectType": "Person"})


class TestVerb:
    """2.4.3 and 4.2."""

    def test_display_is_a_language_map(self) -> None:
        accept(
            verb={
                "id": INTRO,
                "display": {"en-US": "x", "az-Latn": "x", "i-klingon": "x", "x-own": "x", "sr-Latn-RS": ""},
            }
        )
        for bad in ("a-long-language-tag-x", "12", "", "en_US", "en-", "english1", "e"):
            refuse(f"$.verb.display.{bad}", verb={"id": INTRO, "display": {bad: "x"}})

    def test_display_holds_strings(self) -> None:
        refuse("$.verb.display[...]", verb={"id": INTRO, "display": {"en": 1}})


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


class TestResult:
    """2.4.5 and 4.6."""

    def test_scores_lie_in_their_ranges(self) -> None:
        accept(result={"score": {"scaled": -1, "raw": 3, "min": 0, "max": 3}})
        refuse("$.result.score.scaled", result={"score": {"scaled": 1.4}})
        refuse("$.result.score.scaled", result={"score": {"scaled": -1.01}})
        refuse("$.result.score.raw", result={"score": {"raw": 4, "max": 3}})
        refuse("$.result.score.raw", result={"score": {"raw": -1, "min": 0}})
        refuse("$.result.score.min", result={"score": {"min": 3, "max": 3}})

    def test_the_refusal_names_value_and_range(self) -> None:
        with pytest.raises(Invalid, match=r"scaled is 1\.4; it must lie between -1 and 1"):
            accept(result={"score": {"scaled": 1.4}})

    @pytest.mark.parametrize(
        "good", ["PT0S", "P1Y", "P3Y1M29DT4H35M59.14S", "PT16559.14S", "PT0.12567S", "P4W", "P1M", "PT1M", "P1DT12H"]
    )
    def test_durations_of_iso_8601_are_taken(self, good: str) -> None:
        accept(result={"duration": good})

    @pytest.mark.parametrize(
        "bad",
        ["", "P", "PT", "P1DT", "PA1H0M0S", "1H", "PT1.5H3M", "P1H", "PT1D", "P1S", "-P1D", "P1D2M", "P4W1D", "PT1٣S"],
    )
    def test_other_durations_are_refused(self, bad: str) -> None:
        refuse("$.result.duration", result={"duration": bad})

    def test_extension_keys_are_iris(self) -> None:
        refuse("$.result.extensions.key", result={"extensions": {"key": 1}})


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


class TestTimestamp:
    """2.4.7 and 4.5."""

    @pytest.mark.parametrize(
        "good",
        [
            "2026-11-22T09:00:00Z",
            "2026-11-22T09:00:00.123456789+04:00",
            "2026-11-22T09:00:00+00:00",
            "2030-01-01T00:00:00-05:00",
        ],
    )
    def test_rfc_3339_is_taken(self, good: str) -> None:
        accept(timestamp=good)

    @pytest.mark.parametrize(
        "bad",
        [
            "",
            "yesterday",
            "01/011/2015",
            "2026-11-22",
            "2026-13-22T09:00:00Z",
            "2026-11-22T09:00:00-00:00",
            "2026-11-22T09:00:00-0000",
            "2026-11-22T09:00:00-00",
        ],
    )
    def test_other_forms_and_unknown_zones_are_refused(self, bad: str) -> None:
        refuse("$.timestamp", timestamp=bad)
        refuse("$.object.timestamp", object=sub_statement(timestamp=bad))


class TestAuthority:
    """2.4.9."""

    def test_an_agent_or_two_members_for_oauth(self) -> None:
        accept(authority=AYGUN)
        accept(authority={"objectType": "Group", "member": [AYGUN, DAVIT]})
        for bad in (GROUP, {"objectType": "Group", "member": [AYGUN, DAVIT, AYGUN]}, {**AYGUN, "objectType": "Group"}):
            refuse("$.authority", authority=bad)


class TestVersion:
    """2.4.10."""

    @pytest.mark.parametrize("good", ["1.0", "1.0.0", "1.0.9"])
    def test_all_of_1_0_are_taken_by_both_versions(self, good: str) -> None:
        accept(version=good)
        accept(version=good, is_2_0=True)

    def test_2_0_is_taken_where_it_is_spoken(self) -> None:
        accept(version="2.0.0", is_2_0=True)
        refuse("$.version", version="2.0.0")

    @pytest.mark.parametrize("bad", ["0.9.9", "1.1.0", "1", "1.0.", "1.0.x", "latest", "", "3.0.0"])
    def test_others_are_refused(self, bad: str) -> None:
        refuse("$.version", version=bad)
        refuse("$.version", version=bad, is_2_0=True)


class TestAttachments:
    """2.4.11."""

    def test_an_attachment_with_its_file_elsewhere_is_taken(self) -> None:
        accept(attachments=[ATTACHMENT])

    @pytest.mark.parametrize("missing", ["usageType", "display", "contentType", "length", "sha2"])
    def test_its_members_are_needed(self, missing: str) -> None:
        refuse("$.attachments[0]", attachments=[{k: v for k, v in ATTACHMENT.items() if k != missing}])

    def test_without_a_file_url_json_cannot_bring_it(self) -> None:
        bare = {k: v for k, v in ATTACHMENT.items() if k != "fileUrl"}
        refuse("$.attachments[0]", attachments=[bare])
        refuse("$.object.attachments[0]", object=sub_statement(attachments=[bare]))

    @pytest.mark.parametrize(
        ("member", "bad"),
        [
            ("usageType", "x"),
            ("contentType", "picture"),
            ("length", -1),
            ("length", 1.5),
            ("sha2", "xyz"),
            ("fileUrl", "x"),
        ],
    )
    def test_its_members_have_their_forms(self, member: str, bad: object) -> None:
        refuse(f"$.attachments[0].{member}", attachments=[{**ATTACHMENT, member: bad}])

    def test_its_texts_are_language_maps(self) -> None:
        for member in ("display", "description"):
            refuse(f"$.attachments[0].{member}.en_US", attachments=[{**ATTACHMENT, member: {"en_US": "x"}}])


def test_the_place_in_a_batch_is_named() -> None:
    sent = [make_statement(), make_statement(verb={"id": "x"}), make_statement(actor={"mbox": 1})]
    with pytest.raises(Invalid) as refusal:
        parse_statements(body(*sent))
    assert refusal.value.where == "$[1].verb.id"
    with pytest.raises(Invalid) as refusal:
        parse_statements(body(sent[0], sent[2]))
    assert refusal.value.where == "$[1].actor.mbox"
