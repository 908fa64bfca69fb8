"""Lenient mode: each known fault is refused strictly and mended leniently, and what is valid is never touched."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec import json

from base import Invalid
from lrs import parse_statements
from lrs.log.lenient import mended_content_type
from lrs.senders.mending import mend_statements
from tests.lrs.makers import make_statement

Members = dict[str, Any]

TIMESTAMP = "2026-11-22T09:00:00Z"
CHOICE = {"interactionType": "choice", "choices": [{"id": "a"}]}


def result(**members: Any) -> Members:
    return {"result": members}


def context(**members: Any) -> Members:
    return {"context": members}


def definition(**members: Any) -> Members:
    return {"object": {"id": "https://ulc.example/a", "definition": members}}


FAULTS: list[tuple[Members, Members, str]] = [
    # (sent, kept, where): Learning Locker #1427, a duration without T
    (result(duration="P16559.14S"), result(duration="PT16559.14S"), "$.result.duration"),
    (result(duration=90), result(duration="PT90S"), "$.result.duration"),  # Learning Locker #120
    (result(duration="00:01:30.5"), result(duration="PT0H1M30.5S"), "$.result.duration"),  # SCORM 1.2's form
    (result(duration="-PT4S"), result(duration="PT0S"), "$.result.duration"),
    (result(duration="PT", success=True), result(success=True), "$.result.duration"),
    (result(duration="PTNaNS", success=True), result(success=True), "$.result.duration"),
    # jisc xapi #200: bounds that are both 0
    (result(score={"raw": 34, "min": 0, "max": 0}), result(score={"raw": 34}), "$.result.score"),
    (result(score={"raw": 120, "min": 0, "max": 100}), result(score={"raw": 120}), "$.result.score"),
    (result(score={"scaled": 85}), result(score={"scaled": 0.85}), "$.result.score"),
    (
        result(score={"scaled": 80, "raw": 8, "min": 0, "max": 10}),
        result(score={"scaled": 0.8, "raw": 8, "min": 0, "max": 10}),
        "$.result.score",
    ),
    (result(score={"scaled": 1.2, "raw": 12}), result(score={"raw": 12}), "$.result.score"),
    (result(score={"raw": "80"}), result(score={"raw": 80}), "$.result.score.raw"),
    (result(score={"raw": "", "max": 10}), result(score={"max": 10}), "$.result.score.raw"),
    (result(score={"raw": "NaN", "max": 10}), result(score={"max": 10}), "$.result.score.raw"),
    (result(success="true", completion=0), result(success=True, completion=False), "$.result.success"),
    (result(response=12), result(response="12"), "$.result.response"),
    (result(response=["a", "b"]), result(response="a[,]b"), "$.result.response"),
    (result(success=True, response=None), result(success=True), "$.result.response"),
    (result(success=True, passed=True), result(success=True), "$.result.passed"),
    # moodle-mod_tincanlaunch #230: Moodle's own language codes
    (context(language="en_us_wp"), context(language="en-us"), "$.context.language"),
    (context(language="en_US"), context(language="en-US"), "$.context.language"),
    (context(platform="x", language=""), context(platform="x"), "$.context.language"),
    (context(platform="x", registration="undefined"), context(platform="x"), "$.context.registration"),
    (
        context(registration="{0ee5a1a46a304d0a8d9b3f0c9d5a0001}"),
        context(registration="0ee5a1a4-6a30-4d0a-8d9b-3f0c9d5a0001"),
        "$.context.registration",
    ),
    # Ustad Mobile #221: H5P's parent without id
    (
        context(contextActivities={"parent": [{"id": None}], "other": [{"id": "https://ulc.example/b"}]}),
        context(contextActivities={"other": [{"id": "https://ulc.example/b"}]}),
        "$.context.contextActivities.parent",
    ),
    (context(extensions={"my key": 1}), context(extensions={"urn:x-no-scheme:my%20key": 1}), "$.context.extensions"),
    # moodle-mod_tincanlaunch #39: an activity named by a bare word
    ({"object": {"id": "TETRIS"}}, {"object": {"id": "urn:x-no-scheme:TETRIS"}}, "$.object.id"),
    ({"object": {"id": "www.example.com/a b"}}, {"object": {"id": "http://www.example.com/a%20b"}}, "$.object.id"),
    ({"object": {"id": "http://a.example/x y"}}, {"object": {"id": "http://a.example/x%20y"}}, "$.object.id"),
    (
        {"object": {"objectType": "activity", "id": "https://ulc.example/a"}},
        {"object": {"objectType": "Activity", "id": "https://ulc.example/a"}},
        "$.object.objectType",
    ),
    (
        {"object": {"mbox": "mailto:a@example.org"}},
        {"object": {"objectType": "Agent", "mbox": "mailto:a@example.org"}},
        "$.object",
    ),
    (definition(name="Intro"), definition(name={"und": "Intro"}), "$.object.definition.name"),
    (definition(name={"en_US": "Intro"}), definition(name={"en-US": "Intro"}), "$.object.definition.name"),
    (definition(name={"": "Intro"}), definition(name={"und": "Intro"}), "$.object.definition.name"),
    (
        definition(correctResponsesPattern=["a"]),
        definition(correctResponsesPattern=["a"], interactionType="other"),
        "$.object.definition",
    ),
    (
        definition(**{**CHOICE, "interactionType": "multiple_choice"}),
        definition(**CHOICE),
        "$.object.definition.interactionType",
    ),
    (
        definition(**{**CHOICE, "choices": [{"id": 1}]}),
        definition(**{**CHOICE, "choices": [{"id": "1"}]}),
        "$.object.definition.choices[0].id",
    ),
    ({"verb": "completed"}, {"verb": {"id": "http://adlnet.gov/expapi/verbs/completed"}}, "$.verb"),
    # Tin Can 0.9's Person, as older launchers still send it
    (
        {"actor": {"mbox": ["mailto:a@example.org"], "name": ["A"]}},
        {"actor": {"mbox": "mailto:a@example.org", "name": "A"}},
        "$.actor",
    ),
    (
        {"actor": {"account": [{"accountServiceHomePage": "https://lms.example", "accountName": "7"}]}},
        {"actor": {"account": {"homePage": "https://lms.example", "name": "7"}}},
        "$.actor",
    ),
    (
        {"actor": {"mbox": "mailto:a@example.org", "account": {"homePage": "https://lms.example", "name": "7"}}},
        {"actor": {"account": {"homePage": "https://lms.example", "name": "7"}}},
        "$.actor",
    ),
    ({"actor": {"mbox": "a@example.org"}}, {"actor": {"mbox": "mailto:a@example.org"}}, "$.actor.mbox"),
    (
        {"actor": {"account": {"homePage": "https://lms.example", "name": 7}}},
        {"actor": {"account": {"homePage": "https://lms.example", "name": "7"}}},
        "$.actor.account.name",
    ),
    (
        {"actor": {"objectType": "agent", "mbox": "mailto:a@example.org"}},
        {"actor": {"objectType": "Agent", "mbox": "mailto:a@example.org"}},
        "$.actor.objectType",
    ),
    ({"timestamp": "2026-11-22T09:00Z"}, {"timestamp": TIMESTAMP}, "$.timestamp"),
    ({"timestamp": "2026-11-22"}, {"timestamp": "2026-11-22T00:00:00Z"}, "$.timestamp"),
    ({"timestamp": 1795338000000}, {"timestamp": "2026-11-22T09:00:00.000Z"}, "$.timestamp"),
    ({"timestamp": "2026-11-22T09:00:00 04:00"}, {"timestamp": "2026-11-22T09:00:00+04:00"}, "$.timestamp"),
    ({"timestamp": "2026-11-22T09:00:00-00:00"}, {"timestamp": TIMESTAMP}, "$.timestamp"),
    ({"version": "0.95"}, {}, "$.version"),
    ({"id": ""}, {}, "$.id"),
    ({"voided": False}, {}, "$.voided"),
]


@pytest.mark.parametrize(("sent", "kept", "where"), FAULTS)
def test_a_known_fault_is_refused_strictly_and_mended_leniently(sent: Members, kept: Members, where: str) -> None:
    body = json.encode({**make_statement(), **sent})
    with pytest.raises(Invalid):
        parse_statements(body)
    mended_body, mended = mend_statements(body, is_2_0=False)
    assert json.decode(mended_body) == {**make_statement(), **kept}
    assert where in {one.place for one in mended}
    assert parse_statements(mended_body)


@pytest.mark.parametrize(
    "sent",
    [{"verb": {}}, {"actor": {}}, {"result": {"duration": "soon, 5"}}, {"timestamp": "yesterday"}, {"object": 7}],
)
def test_what_cannot_be_known_is_still_refused(sent: Members) -> None:
    body = json.encode({**make_statement(), **sent})
    with pytest.raises(Invalid):
        parse_statements(mend_statements(body, is_2_0=False)[0])


def test_only_the_refused_statements_of_a_batch_are_mended() -> None:
    valid = b'{ "actor":{"mbox":"mailto:a@example.org"}, "verb":{"id":"https://v.example/a"}, "object":{"id":"a:b"} }'
    faulty = json.encode(make_statement(result={"success": "true"}))
    body, mended = mend_statements(b"[%b,%b]" % (valid, faulty), is_2_0=False)
    assert body.startswith(b"[%b," % valid)
    assert [(one.index, one.place) for one in mended] == [(1, "$[1].result.success")]


def test_a_name_that_stands_twice_is_never_decided_for_the_sender() -> None:
    body = b'{"actor":{"mbox":"a@b.example"},"verb":{"id":"a:b"},"object":{"id":"a:b"},"object":{"id":"a:c"}}'
    assert mend_statements(body, is_2_0=False) == (body, ())


def test_numbers_that_stay_keep_every_digit() -> None:
    body = b'{"actor":{"mbox":"a@b.example"},"verb":{"id":"a:b"},"object":{"id":"a:b"},"result":{"score":{"raw":%b}}}'
    digits = b"0.12345678901234567890123"
    assert digits in mend_statements(body % digits, is_2_0=False)[0]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"7", b'"a"', b"[7]", b"\xff", b"[" * 5000, b'{"actor":' * 400 + b"1"]
)
def test_what_is_no_statement_at_all_stays_as_it_came(body: bytes) -> None:
    assert mend_statements(body, is_2_0=False) == (body, ())


_VALID = st.fixed_dictionaries(
    {},
    optional={
        "timestamp": st.sampled_from([TIMESTAMP, "2026-11-22T13:00:00+04:00", "2026-11-22T09:00:00"]),
        "result": st.fixed_dictionaries(
            {},
            optional={
                "duration": st.sampled_from(["PT1.123456789S", "P1W", "PT0S", "P1Y2M3DT4H5M6S"]),
                "response": st.text(max_size=20),
                "success": st.booleans(),
                "score": st.fixed_dictionaries({}, optional={"scaled": st.floats(-1, 1), "raw": st.floats(-9, 9)}),
                "extensions": st.dictionaries(
                    st.sampled_from(["a:b", "https://ulc.example/x"]), st.none() | st.integers() | st.text(), max_size=2
                ),
            },
        ),
        "context": st.fixed_dictionaries(
            {},
            optional={"platform": st.text(max_size=9), "language": st.sampled_from(["en", "und", "hy", "az-Latn-AZ"])},
        ),
    },
)


@given(members=_VALID)
def test_a_valid_statement_is_never_changed(members: Members) -> None:
    body = json.encode(make_statement(**members))
    parse_statements(body)
    assert mend_statements(body, is_2_0=False) == (body, ())


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 200)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_MEMBERS = (
    "actor", "verb", "object", "result", "context", "timestamp", "id", "version", "score", "duration", "definition",
    "name", "objectType", "account", "mbox", "member", "contextActivities", "parent", "extensions", "attachments",
)  # fmt: skip


@example({"object": {"objectType": []}})
@example({"actor": {"name": [None]}})
@example({"actor": {"mbox": [[None]]}})
@given(
    sent=st.recursive(
        _JSON, lambda inner: st.dictionaries(st.sampled_from(_MEMBERS), inner, max_size=5) | st.lists(inner, max_size=2)
    )
)
def test_whatever_comes_mending_ends_well_and_once_is_enough(sent: Any) -> None:
    body, _ = mend_statements(json.encode(sent), is_2_0=False)
    assert mend_statements(body, is_2_0=False)[0] == body


def test_a_bookmark_that_is_no_json_is_kept_as_the_text_it_is() -> None:
    # Learning Locker #1022: Captivate and Rise
    kept, mended = mended_content_type("application/json", b"2C1~2w1cb1")
    assert kept == "text/plain;charset=utf-8"
    assert [one.place for one in mended] == ["Content-Type"]
    assert mended_content_type("application/json; charset=utf-8", b"\xff\xfe")[0] == "application/octet-stream"


@pytest.mark.parametrize(
    ("content_type", "content"), [("application/json", b'{"a":1}'), ("application/json", b'"a"'), ("text/plain", b"{")]
)
def test_a_document_that_is_what_it_says_stays_so(content_type: str, content: bytes) -> None:
    assert mended_content_type(content_type, content) == (content_type, ())
