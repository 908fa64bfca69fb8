import pytest

from certificates.numbers import grouped, new_number, read_number

NUMBER = "7Q3MZK9V2ABC4DEFGH678JKMNP"


def test_a_new_number_is_read_as_itself() -> None:
    number = new_number()
    assert len(number) * 5 >= 128
    assert read_number(number) == number


def test_no_number_comes_twice() -> None:
    assert len({new_number() for _ in range(1000)}) == 1000


def test_a_printed_number_is_read_in_any_spelling() -> None:
    assert grouped(NUMBER) == "7Q3MZ K9V2A BC4DE FGH67 8JKMNP"
    assert read_number(grouped(NUMBER)) == NUMBER
    assert read_number("7q3mz-k9v2a-bc4de-fgh67-8jkmnp") == NUMBER


def test_letters_that_look_like_digits_are_read_as_digits() -> None:
    assert read_number("O0IilL" + NUMBER[6:]) == "001111" + NUMBER[6:]


@pytest.mark.parametrize("typed", ["", "7Q3MZ", NUMBER + "0", "U" + NUMBER[1:], " " * 10_000, "../" * 9, "é" * 26])
def test_what_cannot_be_a_number_is_none(typed: str) -> None:
    assert read_number(typed) is None
