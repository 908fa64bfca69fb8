"""xAPI-Data 2.2: how statements are formatted."""

import pytest
from msgspec import json

from base import Invalid
from lrs import parse_statements
from tests.conformance.verdicts import ATTACHMENT, refuse
from tests.lrs.makers import AYGUN, FIRST, INTRO, body, make_statement
from tests.lrs.service import Xapi


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


class TestNumbers:
    """2.2: at least the precision of IEEE 754 with 32 bits; here every digit."""

    @pytest.mark.parametrize(
        "digits", ["1.0000001", "0.1234567", "3.4028235e38", "12345678901234567890", "-0.0", "1e-38"]
    )
    async def test_they_are_given_back_to_the_digit(self, xapi: Xapi, digits: str) -> None:
        sent = body(make_statement(id=FIRST, result={"extensions": {INTRO: "?"}})).replace(b'"?"', digits.encode())
        assert (await xapi.request("POST", content=sent)).status_code == 200
        assert f'"{INTRO}":{digits}}}'.encode() in (await xapi.get(statementId=FIRST)).content


class TestRequests:
    """2.2: what the rules refuse is a 400 over HTTP, and nothing is stored."""

    async def test_the_refusal_names_the_place_and_the_rule(self, xapi: Xapi) -> None:
        for bad, where in (
            (make_statement(result={"score": {"scaled": "1"}}), "$.result.score.scaled"),
            (make_statement(verb={"id": "flew"}), "$.verb.id"),
            (make_statement(Actor=AYGUN), "$"),
            ({**make_statement(), "result": None}, "$.result"),
        ):
            answer = await xapi.post(bad)
            assert (answer.status_code, answer.json()["where"]) == (400, where)
        assert await xapi.ids() == []

    @pytest.mark.parametrize(
        "twice",
        [
            b'{"actor":%(actor)s,"actor":%(actor)s,"verb":%(verb)s,"object":%(object)s}',
            b'{"actor":%(actor)s,"verb":{"id":"http://example.org/a","id":"http://example.org/b"},"object":%(object)s}',
            b'{"actor":%(actor)s,"verb":%(verb)s,"object":%(object)s,"result":{"success":true,"\\u0073uccess":false}}',
        ],
    )
    async def test_a_property_stands_once(self, xapi: Xapi, twice: bytes) -> None:
        """Decision 0012: of two equal names it would be left open which one counts."""
        parts = {name.encode(): json.encode(value) for name, value in make_statement().items()}
        assert (await xapi.request("POST", content=twice % parts)).status_code == 400

    async def test_parameters_obey_the_rules_of_statements(self, xapi: Xapi) -> None:
        for name, bad in (
            ("statementId", FIRST[:-1]),
            ("registration", f"{{{FIRST}}}"),
            ("verb", "flew"),
            ("activity", ""),
            ("agent", '{"mbox":"mailto:a@example.org","openid":"https://example.org"}'),
            ("agent", '{"objectType":"agent","mbox":"mailto:a@example.org"}'),
            ("since", "22.11.2026"),
            ("until", ""),
            ("limit", "1.0"),
            ("ascending", "TRUE"),
            ("format", "EXACT"),
        ):
            assert (await xapi.get(**{name: bad})).status_code == 400, (name, bad)
