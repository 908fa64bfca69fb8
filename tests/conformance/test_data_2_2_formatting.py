"""xAPI-Data 2.2: how statements are formatted."""

import pytest

from base import Invalid
from lrs import parse_statements
from tests.conformance.verdicts import ATTACHMENT, refuse
from tests.lrs.makers import AYGUN, INTRO, body, make_statement


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


def test_the_place_in_a_batch_is_named() -> None:
    sent = [make_statement(), make_statement(verb={"id": "x"}), make_statement(actor={"mbox": 1})]
    with pytest.raises(Invalid) as refusal:
        parse_statements(body(*sent))
    assert refusal.value.where == "$[1].verb.id"
    with pytest.raises(Invalid) as refusal:
        parse_statements(body(sent[0], sent[2]))
    assert refusal.value.where == "$[1].actor.mbox"
