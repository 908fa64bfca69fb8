from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json
from sqlalchemy import Connection, event, select

from lrs.log.defining import define, definition_of, merged
from lrs.log.names import numbers_of
from lrs.tables.activities import activities
from tests.times import NOW

INTRO = "https://ulc.example/modules/intro"
OTHER = "https://ulc.example/modules/other"


def after(*definitions: dict[str, Any]) -> Any:
    """What is known once these were heard in this order."""
    known: bytes | None = None
    for definition in definitions:
        known = merged(known, json.encode(definition))
    return json.decode(known or b"null")


def test_languages_gather_and_one_that_comes_again_is_replaced() -> None:
    first = {"name": {"en": "Intro", "az": "Giriş"}, "description": {"en": "First steps"}}
    second = {"name": {"en": "Introduction", "ka": "შესავალი"}}
    assert after(first, second) == {
        "name": {"en": "Introduction", "az": "Giriş", "ka": "შესავალი"},
        "description": {"en": "First steps"},
    }


def test_extensions_gather_by_key_and_type_and_more_info_are_the_newest() -> None:
    first = {
        "type": "http://example.org/a",
        "extensions": {"http://example.org/x": {"deep": 1}, "http://example.org/y": 1},
    }
    second = {
        "type": "http://example.org/b",
        "moreInfo": "http://example.org/more",
        "extensions": {"http://example.org/x": {"other": 2}},
    }
    assert after(first, second) == {
        "type": "http://example.org/b",
        "moreInfo": "http://example.org/more",
        "extensions": {"http://example.org/x": {"other": 2}, "http://example.org/y": 1},
    }


def test_values_keep_the_digits_they_came_with() -> None:
    raw = b'{"extensions":{"http://example.org/x":1.10}}'
    assert merged(raw, b'{"extensions":{"http://example.org/y":12345678901234567890.50}}') == (
        b'{"extensions":{"http://example.org/x":1.10,"http://example.org/y":12345678901234567890.50}}'
    )


CHOICE = {
    "interactionType": "choice",
    "correctResponsesPattern": ["a"],
    "choices": [{"id": "a", "description": {"en": "Yes"}}, {"id": "b"}],
}


@pytest.mark.parametrize(
    "later",
    [
        {**CHOICE, "correctResponsesPattern": ["b"]},
        {"interactionType": "numeric", "correctResponsesPattern": ["4"]},
        {**CHOICE, "choices": [{"id": "b"}]},
        {"interactionType": "sequencing", "choices": [{"id": "c"}]},
    ],
)
def test_an_interaction_that_is_known_stays(later: dict[str, Any]) -> None:
    assert after(CHOICE, later) == CHOICE


def test_the_choices_of_an_interaction_gain_languages() -> None:
    later = {
        **CHOICE,
        "choices": [{"id": "b", "description": {"az": "Yox"}}, {"id": "a", "description": {"az": "Bəli"}}],
    }
    assert after(CHOICE, later)["choices"] == [
        {"id": "a", "description": {"en": "Yes", "az": "Bəli"}},
        {"id": "b", "description": {"az": "Yox"}},
    ]


def test_what_was_no_interaction_becomes_one() -> None:
    assert after({"name": {"en": "Quiz"}}, CHOICE) == {"name": {"en": "Quiz"}, **CHOICE}


LANGUAGES = st.dictionaries(st.sampled_from(["en", "az", "hy", "ka"]), st.text(max_size=3))
COMPONENTS = st.lists(
    st.fixed_dictionaries({"id": st.sampled_from("abc")}, optional={"description": LANGUAGES}),
    unique_by=lambda component: str(component["id"]),
    max_size=3,
)
PLAIN = {
    "name": LANGUAGES,
    "description": LANGUAGES,
    "type": st.sampled_from(["http://example.org/a", "http://example.org/b"]),
    "extensions": st.dictionaries(st.sampled_from(["http://example.org/x", "http://example.org/y"]), st.integers()),
}
INTERACTIONS: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}),
    st.fixed_dictionaries(
        {"interactionType": st.sampled_from(["choice", "sequencing"])},
        optional={"choices": COMPONENTS, "correctResponsesPattern": st.lists(st.sampled_from("abc"), max_size=2)},
    ),
    st.fixed_dictionaries({"interactionType": st.just("likert")}, optional={"scale": COMPONENTS}),
)
DEFINITIONS = st.builds(
    lambda plain, interaction: {**plain, **interaction}, st.fixed_dictionaries({}, optional=PLAIN), INTERACTIONS
)


@given(DEFINITIONS, DEFINITIONS)
def test_hearing_the_same_again_changes_nothing(first: dict[str, Any], second: dict[str, Any]) -> None:
    known = merged(merged(None, json.encode(first)), json.encode(second))
    assert merged(known, json.encode(second)) == known


@given(DEFINITIONS, DEFINITIONS)
def test_nothing_that_was_heard_first_is_lost(first: dict[str, Any], second: dict[str, Any]) -> None:
    known = after(first, second)
    for member in ["name", "description", "extensions"]:
        assert set(known.get(member, {})) == set(first.get(member, {})) | set(second.get(member, {}))
    for member in ["interactionType", "correctResponsesPattern"]:
        whose = first if "interactionType" in first else second
        assert known.get(member) == whose.get(member)


def _define(conn: Connection, definitions: dict[str, bytes]) -> None:
    numbers = numbers_of(conn, definitions.keys())
    define(conn, {numbers[iri]: raw for iri, raw in definitions.items()}, now=NOW)


def _writes(conn: Connection, definitions: dict[str, bytes]) -> int:
    """How many statements other than SELECT it takes to define these."""
    executed: list[str] = []
    numbers = numbers_of(conn, definitions.keys())
    connection = conn.execution_options()

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        executed.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    define(connection, {numbers[iri]: raw for iri, raw in definitions.items()}, now=NOW)
    event.remove(connection, "before_cursor_execute", note)
    return sum(not statement.lstrip().startswith("SELECT") for statement in executed)


def test_a_definition_is_kept_and_merged(write: Callable[..., Any], read: Callable[..., Any]) -> None:
    write(_define, {INTRO: b'{"name":{"en":"Intro"}}', OTHER: b"{}"})
    write(_define, {INTRO: b'{"name":{"az":"Giri\xc5\x9f"}}'})
    assert json.decode(read(definition_of, INTRO)) == {"name": {"en": "Intro", "az": "Giriş"}}
    assert read(definition_of, OTHER) == b"{}"
    assert read(definition_of, "https://ulc.example/modules/unheard-of") is None


def test_what_was_heard_before_is_written_no_more(write: Callable[..., Any]) -> None:
    english, azeri = b'{"name":{"en":"Intro"}}', b'{"name":{"az":"Giri"}}'
    assert write(_writes, {INTRO: english}) == 1
    assert write(_writes, {INTRO: azeri, OTHER: english}) == 1
    for again in [{INTRO: azeri}, {INTRO: english}, {INTRO: english, OTHER: english}]:
        assert write(_writes, again) == 0


def test_many_definitions_come_in_one_write(write: Callable[..., Any], read: Callable[..., Any]) -> None:
    many = {f"{INTRO}/{index}": b'{"type":"http://example.org/t"}' for index in range(1200)}
    assert write(_writes, many) == 1
    assert len(read(lambda conn: conn.execute(select(activities.c.activity)).all())) == 1200
