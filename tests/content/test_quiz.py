from typing import Any

import pytest

from content import Match, Multiple, Numeric, Order, Quiz, Single, TrueFalse, parsed


def places(question: dict[str, Any]) -> list[tuple[str, str]]:
    quiz, problems = parsed(Quiz, {"questions": [{"id": "q", **question}]}, "module.toml")
    assert quiz is None
    return [(problem.key, problem.rule) for problem in problems]


def test_each_kind_is_told_apart_by_its_tag() -> None:
    written = [
        {"id": "a", "kind": "single", "options": ["x", "y"], "right": ["x"]},
        {"id": "b", "kind": "multiple", "options": ["x", "y"], "right": ["x", "y"]},
        {"id": "c", "kind": "true-false", "right": False},
        {"id": "d", "kind": "numeric", "right": 12, "tolerance": 0.5},
        {"id": "e", "kind": "match", "pairs": {"x": "u", "y": "v"}},
        {"id": "f", "kind": "order", "options": ["x", "y"], "right": ["y", "x"]},
    ]
    quiz, problems = parsed(Quiz, {"questions": written}, "module.toml")
    assert problems == []
    assert quiz == Quiz(
        (
            Single("a", ("x", "y"), ("x",)),
            Multiple("b", ("x", "y"), ("x", "y")),
            TrueFalse("c", False),
            Numeric("d", 12.0, 0.5),
            Match("e", {"x": "u", "y": "v"}),
            Order("f", ("x", "y"), ("y", "x")),
        )
    )


@pytest.mark.parametrize(
    ("question", "key", "rule"),
    [
        (
            {"kind": "single", "options": ["a", "b"], "right": ["c"]},
            "",
            "right names c, but options are a, b",
        ),
        (
            {"kind": "single", "options": ["a", "b"], "right": ["a", "b"]},
            ".right",
            "Expected `array` of length <= 1, got ['a', 'b']",
        ),
        (
            {"kind": "single", "options": ["a"], "right": ["a"]},
            ".options",
            "Expected `array` of length >= 2, got ['a']",
        ),
        ({"kind": "multiple", "options": ["a", "b"], "right": []}, ".right", "Expected `array` of length >= 1, got []"),
        ({"kind": "true-false", "right": "yes"}, ".right", "Expected `bool`, got `str`"),
        ({"kind": "numeric", "right": 1, "tolerance": -1}, ".tolerance", "Expected `float` >= 0.0, got -1"),
        ({"kind": "match", "pairs": {"a": "x"}}, ".pairs", "Expected `object` of length >= 2, got {'a': 'x'}"),
        ({"kind": "guess"}, ".kind", "Invalid value 'guess'"),
        ({"kind": "true-false", "right": True, "options": ["a"]}, ".options", "options is not a key of the format"),
    ],
)
def test_impossible_question_is_refused_at_its_place(question: dict[str, Any], key: str, rule: str) -> None:
    assert places(question) == [(f"questions[q]{key}", rule)]


@pytest.mark.parametrize(
    ("question", "rule"),
    [
        ({"kind": "single", "options": ["a", "b", "a"], "right": ["a"]}, "options hold a more than once"),
        ({"kind": "multiple", "options": ["a", "b"], "right": ["a", "a"]}, "right hold a more than once"),
        ({"kind": "order", "options": ["a", "b", "c"], "right": ["a", "b"]}, "right leaves out c"),
        ({"kind": "order", "options": ["a", "b"], "right": ["a", "b", "d"]}, "right names d"),
    ],
)
def test_right_answer_fits_the_options(question: dict[str, Any], rule: str) -> None:
    ((key, said),) = places(question)
    assert key == "questions[q]"
    assert said.startswith(rule)


def test_question_ids_are_unique() -> None:
    question = {"id": "q", "kind": "true-false", "right": True}
    _, (problem,) = parsed(Quiz, {"questions": [question, question]}, "module.toml")
    assert problem.rule.startswith("question ids hold q more than once")


def test_order_of_a_match_does_not_betray_its_pairs() -> None:
    match = Match("q", {"south": "warm", "north": "cold", "east": "dry"})
    assert match.option_ids == ("east", "north", "south")
    assert match.target_ids == ("cold", "dry", "warm")
