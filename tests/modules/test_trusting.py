from collections.abc import Callable
from typing import Any

import pytest

from base import Invalid
from content import Trusted, canonical_json, module_from_json, parsed, trust_in
from content.trust import TrustTable
from modules import publish_module
from tests.modules.makers import make_source
from tests.times import NOW

Run = Callable[..., Any]
LMS = "account::https://lms.example::lms"


def test_a_module_may_trust_others_about_the_kinds_that_there_are(write: Run) -> None:
    source = make_source(trusted={LMS: ("*", "signed off"), "mbox::mailto:tool@school.example": ("attended",)})
    assert write(publish_module, source, now=NOW) == source.version_hash
    assert module_from_json(canonical_json(source)) == source


def test_a_kind_that_there_is_not_is_refused_with_those_that_there_are(write: Run) -> None:
    with pytest.raises(Invalid) as refused:
        write(publish_module, make_source(trusted={LMS: ("signed",)}), now=NOW)
    assert "signed off" in str(refused.value)
    assert LMS in str(refused.value)


def test_the_register_has_one_form_of_it_in_whatever_order_it_was_written() -> None:
    other = "openid::https://id.example/tool"
    assert trust_in({other: ("passed",), LMS: ("passed", "completed", "passed")}) == (
        Trusted(LMS, ("completed", "passed")),
        Trusted(other, ("passed",)),
    )


@pytest.mark.parametrize(
    "table",
    [{"lms": ["passed"]}, {LMS: []}, {LMS: ["Passed!"]}, {"account::::x": ["passed"]}, {"mbox::tool": ["passed"]}],
)
def test_a_table_of_another_form_is_a_problem_with_a_cure(table: object) -> None:
    value, problems = parsed(TrustTable, table, "module.toml")
    assert value is None
    assert problems
    assert all(problem.cure for problem in problems)


def test_a_module_that_trusts_nobody_keeps_its_version() -> None:
    assert b"trusted" not in canonical_json(make_source())
