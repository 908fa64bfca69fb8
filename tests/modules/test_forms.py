import pytest

from content import Question
from modules.forms import Fault, response_of
from tests.modules.makers import ALL_KINDS, MATCH, MULTIPLE, NUMERIC, ORDER, RIGHT_FIELDS, SINGLE, TRUE_FALSE


def test_each_kind_of_question_is_read_from_its_fields() -> None:
    read = {question.id: response_of(question, RIGHT_FIELDS) for question in ALL_KINDS}
    assert read == {
        "q1": "b",
        "q2": "a[,]c",
        "q3": "true",
        "q4": "12.4",
        "q5": "a[.]x[,]b[.]y",
        "q6": "c[,]a[,]b",
    }


@pytest.mark.parametrize("question", ALL_KINDS)
def test_a_question_that_was_passed_over_is_unanswered(question: Question) -> None:
    assert response_of(question, {}) is Fault.UNANSWERED


def test_a_match_or_an_order_with_a_gap_is_unanswered() -> None:
    assert response_of(MATCH, {"q5.a": ["x"]}) is Fault.UNANSWERED
    assert response_of(ORDER, {"q6.a": ["1"], "q6.b": ["2"], "q6.c": [""]}) is Fault.UNANSWERED
    assert response_of(ORDER, {"q6.a": ["1"], "q6.b": ["2"], "q6.c": ["9"]}) is Fault.UNANSWERED


def test_two_options_in_one_place_are_no_order() -> None:
    assert response_of(ORDER, {"q6.a": ["1"], "q6.b": ["1"], "q6.c": ["2"]}) is Fault.PLACE_TAKEN_TWICE


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("12.5", "12.5"),
        ("12,5", "12.5"),
        (" 12 500 ", "12500"),
        ("12\N{NARROW NO-BREAK SPACE}500,5", "12500.5"),
        ("\N{MINUS SIGN}3", "-3"),
        ("+3", "3"),
        ("0,125", "0.125"),
        ("1,500", Fault.TWO_READINGS),
        ("1,500.5", Fault.NOT_A_NUMBER),
        ("twelve", Fault.NOT_A_NUMBER),
        ("NaN", Fault.NOT_A_NUMBER),
        ("1e9", Fault.NOT_A_NUMBER),
        ("9" * 40, Fault.NOT_A_NUMBER),
        ("   ", Fault.UNANSWERED),
    ],
)
def test_a_number_is_read_as_people_write_it(typed: str, read: str) -> None:
    assert response_of(NUMERIC, {"q4": [typed]}) == read


def test_a_second_value_of_a_single_field_is_passed_over() -> None:
    assert response_of(SINGLE, {"q1": ["a", "b"]}) == "a"
    assert response_of(TRUE_FALSE, {"q3": ["true", "false"]}) == "true"
    assert response_of(MULTIPLE, {"q2": []}) is Fault.UNANSWERED
