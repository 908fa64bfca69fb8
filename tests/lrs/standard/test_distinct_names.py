"""No object in a statement has two members of one name (xAPI-Data 2.2; decision 0012)."""

import json as standard

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json

from base import Invalid
from lrs.standard.distinct_names import check_distinct

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
        b'{"a":"\\u003a","a":"\\u003A"}',
        b'{"b":"\\u003a","a":1,"a":2}',
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


@given(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=3), VALUES, st.data())
def test_one_member_more_is_seen_however_it_is_written(
    value: dict[str, object], other: object, data: st.DataObject
) -> None:
    def written(text: str) -> str:
        escaped = data.draw(st.lists(st.booleans(), min_size=len(text), max_size=len(text)))
        plain = (standard.dumps(each, ensure_ascii=False)[1:-1] for each in text)
        return "".join(
            f"\\u{ord(each):04x}" if by else other for each, by, other in zip(text, escaped, plain, strict=True)
        )

    space = st.text(" \t\r\n", max_size=2)
    members = [*value.items(), (next(iter(value)), other)]
    inside = ",".join(
        f'"{written(name)}"{data.draw(space)}:{data.draw(space)}{standard.dumps(each)}' for name, each in members
    )
    with pytest.raises(Invalid):
        check_distinct(f"{{{inside}}}".encode(), "$")


def test_a_long_number_is_no_hindrance() -> None:
    check_distinct(b'{"a" :' + b"1" * 10_000 + b"}", "$")
