"""No object in a statement has two members of one name (xAPI-Data 2.2; decision 0012)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json

from base import Invalid
from lrs.distinct_names import check_distinct

TEXTS = st.text(st.sampled_from('ab":\\{},[ \n\u00e9'), max_size=5)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":1,"a":2}',
        b'{"a":1,"\\u0061":2}',
        b'{"a" :1,"a":2}',
        b'{"a"\n:1,"a" :2}',
        b'[{"b":{"c":":","a":1,"a":1}}]',
        b'{"a":"\\u0022:","a":1}',
        b'{"x":{"a":null,"b":1,"a":null}}',
    ],
)
def test_a_name_that_stands_twice_is_refused(raw: bytes) -> None:
    with pytest.raises(Invalid, match="the member a stands twice"):
        check_distinct(raw, "$")


@given(VALUES)
def test_whatever_has_each_name_once_passes(value: object) -> None:
    check_distinct(json.encode(value), "$")
    check_distinct(json.format(json.encode(value), indent=2), "$")


@given(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=3), VALUES)
def test_one_member_more_of_a_name_is_always_seen(value: dict[str, object], other: object) -> None:
    name = json.encode(next(iter(value)))
    twice = json.encode(value)[:-1] + b"," + name + b":" + json.encode(other) + b"}"
    with pytest.raises(Invalid):
        check_distinct(b'{"around":[' + twice + b"]}", "$")


def test_a_long_number_is_no_hindrance() -> None:
    check_distinct(b'{"a" :' + b"1" * 10_000 + b"}", "$")
