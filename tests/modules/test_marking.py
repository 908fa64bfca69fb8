"""Right answers come from the makers; formats of responses from xAPI-Data, appendix C."""

import pytest

from base import Invalid
from content import Match, Multiple, Numeric, Question
from modules.marking import Score, judge
from tests.modules.makers import MATCH, MULTIPLE, NUMERIC, ORDER, SINGLE, TRUE_FALSE


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        (SINGLE, "b", "a"),
        (MULTIPLE, "c[,]a", "a"),
        (MULTIPLE, "a[,]c", "a[,]b[,]c"),
        (TRUE_FALSE, "true", "false"),
        (NUMERIC, "13", "13.01"),
        (NUMERIC, "12.0", "-12.5"),
        (MATCH, "b[.]y[,]a[.]x", "a[.]y[,]b[.]x"),
        (ORDER, "c[,]a[,]b", "a[,]b[,]c"),
    ],
)
def test_a_right_answer_is_right_and_a_wrong_one_is_not(question: Question, right: str, wrong: str) -> None:
    assert judge(question, right)
    assert not judge(question, wrong)


def test_two_options_may_share_a_target() -> None:
    shared = Match(id="q", pairs={"a": "x", "b": "x"})
    assert judge(shared, "a[.]x[,]b[.]x")


def test_the_ends_of_a_tolerance_are_inside_it_though_binary_fractions_are_not() -> None:
    assert 0.4 - 0.3 > 0.1
    around = Numeric(id="q", right=0.3, tolerance=0.1)
    assert judge(around, "0.4")
    assert judge(around, "0.2")
    assert not judge(around, "0.400001")


def test_all_options_chosen_are_wrong_unless_all_are_right() -> None:
    assert judge(Multiple(id="q", options=("a", "b"), right=("a", "b")), "b[,]a")


@pytest.mark.parametrize(
    ("question", "response"),
    [
        (SINGLE, "d"),
        (SINGLE, ""),
        (SINGLE, "a[,]b"),
        (MULTIPLE, "a[,]a"),
        (MULTIPLE, "a[,]<script>"),
        (TRUE_FALSE, "True"),
        (NUMERIC, "NaN"),
        (NUMERIC, "1e999999"),
        (NUMERIC, "١٢"),
        (NUMERIC, "9" * 16),
        (MATCH, "a[.]x"),
        (MATCH, "a[.]x[,]a[.]y"),
        (MATCH, "a[.]x[,]b[.]z"),
        (MATCH, "a[,]b"),
        (ORDER, "c[,]a"),
        (ORDER, "c[,]a[,]a"),
    ],
)
def test_a_response_that_the_question_does_not_allow_is_refused(question: Question, response: str) -> None:
    with pytest.raises(Invalid, match=question.id) as refused:
        judge(question, response)
    assert refused.value.where == question.id


def test_a_score_is_not_rounded_up_to_mastery() -> None:
    assert Score(4, 5).scaled == 0.8
    assert Score(2, 3).scaled < 0.6667
