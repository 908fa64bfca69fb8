import pytest

from base import PreconditionFailed
from lrs.standard.preconditions import Preconditions, etag_of, parse_preconditions

TAG = "9e107d9d"


def holds(preconditions: Preconditions, etag: str | None) -> bool:
    try:
        preconditions.check(etag)
    except PreconditionFailed:
        return False
    return True


def test_an_etag_is_the_sha_1_of_the_content_in_lower_case_hex() -> None:
    assert etag_of(b"abc") == "a9993e364706816aba3e25717850c26c9cd0d89d"  # FIPS 180-4, the example of one block


def test_what_is_not_said_holds() -> None:
    assert parse_preconditions([], []).is_empty
    assert holds(parse_preconditions([], []), TAG)
    assert holds(parse_preconditions([], []), None)


@pytest.mark.parametrize(
    ("value", "holds_on"),
    [
        ('"9e107d9d"', {TAG}),
        ('W/"9e107d9d"', {TAG}),  # as a compressing proxy makes it
        ("9e107d9d", {TAG}),  # as older clients send it
        ('"other", "9e107d9d"', {TAG, "other"}),
        ('"with, comma","9e107d9d"', {TAG}),
        ("*", {TAG, "other"}),
        ('"9E107D9D"', set()),
        ("", set()),
    ],
)
def test_if_match_holds_on_what_it_names(value: str, holds_on: set[str | None]) -> None:
    preconditions = parse_preconditions([value], [])
    assert not preconditions.is_empty
    assert {etag for etag in (TAG, "other", None) if holds(preconditions, etag)} == holds_on


@pytest.mark.parametrize(
    ("value", "holds_on"),
    [
        ('"9e107d9d"', {"other", None}),
        ('W/"9e107d9d"', {"other", None}),
        ("*", {None}),
        ('"a", "b"', {TAG, "other", None}),
    ],
)
def test_if_none_match_holds_on_all_else_and_where_nothing_is(value: str, holds_on: set[str | None]) -> None:
    preconditions = parse_preconditions([], [value])
    assert {etag for etag in (TAG, "other", None) if holds(preconditions, etag)} == holds_on


def test_a_header_may_stand_several_times() -> None:
    assert holds(parse_preconditions(['"a"', '"9e107d9d"'], []), TAG)
    assert not holds(parse_preconditions(["*"], ['"a"', '"9e107d9d"']), TAG)


def test_a_refusal_names_the_tag_that_would_pass() -> None:
    with pytest.raises(PreconditionFailed) as refusal:
        parse_preconditions(['"old"'], []).check(TAG)
    assert f'its ETag is "{TAG}" now' in refusal.value.message
    with pytest.raises(PreconditionFailed) as refusal:
        parse_preconditions(['"old"'], []).check(None)
    assert "there is no such document" in refusal.value.message
