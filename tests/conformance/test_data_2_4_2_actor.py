"""xAPI-Data 2.4.2: agents and groups."""

from typing import Any

import pytest

from tests.conformance.verdicts import GROUP, accept, refuse
from tests.lrs.makers import (
    AYGUN,
    DAVIT,
)


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
