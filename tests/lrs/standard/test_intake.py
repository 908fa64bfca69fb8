from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json

from base import Invalid, TooLarge, new_uuid
from lrs import parse_statements
from lrs.standard.decoding import decode_stored
from lrs.standard.intake import Facet, instant_text, payload_of, postings_of
from tests.lrs.makers import AYGUN, COMPLETED, DAVIT, FIRST, INTRO, LMS, make_statement
from tests.times import NOW

FULL = make_statement(
    id=FIRST,
    actor={"objectType": "Group", "name": "Team", "member": [AYGUN, DAVIT]},
    verb={"id": COMPLETED, "display": {"en": "completed"}},
    object={
        "objectType": "SubStatement",
        **make_statement(context={"contextActivities": {"parent": {"id": INTRO}}}, timestamp="2026-11-22T09:00:00Z"),
    },
    result={"score": {"scaled": 0.5, "raw": 5, "min": 0, "max": 10}, "duration": "PT1M", "extensions": {INTRO: [1]}},
    context={
        "registration": FIRST,
        "instructor": DAVIT,
        "contextActivities": {"grouping": {"id": INTRO}},
        "statement": {"objectType": "StatementRef", "id": FIRST},
    },
    timestamp="2026-11-22T09:00:00Z",
)

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=5,
)
nested = st.builds(lambda: json.decode(json.encode(FULL["object"])))
WORDS = ("objectType", "object", "context", "contextActivities", "member", "id", "Group", "SubStatement", "Activity")


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (owner, key) in a JSON value."""
    pairs = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    return [place for key, inner in pairs for place in ((value, key), *places(inner))]


@given(st.data())
def test_statement_with_a_spoilt_member_is_taken_or_refused_with_its_place(data: st.DataObject) -> None:
    spoilt = json.decode(json.encode(FULL))
    for _ in range(data.draw(st.integers(1, 3))):
        owner, key = data.draw(st.sampled_from(places(spoilt)))
        if isinstance(owner, dict) and data.draw(st.booleans()):
            owner[data.draw(st.sampled_from(WORDS))] = data.draw(anything | st.sampled_from(WORDS) | nested)
        else:
            owner[key] = data.draw(anything)
    place = "$"
    try:
        (incoming,) = parse_statements(json.encode(spoilt))
        payload = payload_of(incoming, incoming.statement.id or new_uuid(), stored=instant_text(NOW), authority=LMS)
        assert decode_stored(payload).verb == incoming.statement.verb
    except (Invalid, TooLarge) as refusal:
        place = refusal.where or "nowhere"
    assert place.startswith("$")


@given(st.binary(max_size=60) | st.text(alphabet='{}[]",:0eE-+.tnul ', max_size=40).map(str.encode))
def test_any_bytes_are_taken_or_refused(body: bytes) -> None:
    try:
        assert isinstance(parse_statements(body), list)
    except (Invalid, TooLarge):
        return


@pytest.mark.parametrize(
    "sent",
    [
        b'{"context":{"contextActivities":{"parent":{}}}}',
        b'{"context":{"contextActivities":{"parent":{}}},"object":3}',
        b'{"context":5,"object":{"objectType":"SubStatement","context":{"contextActivities":{"parent":{}}}}}',
        b'{"object":{"objectType":"SubStatement","context":{"contextActivities":{"parent":{}}},"object":[]}}',
        b'{"object":"objectType"}',
        b'{"object":{"objectType":["Activity"]}}',
    ],
)
def test_lone_context_activity_mends_nothing_else(sent: bytes) -> None:
    with pytest.raises(Invalid):
        parse_statements(sent)


def test_groups_in_groups_without_end_are_refused() -> None:
    nested = b'{"objectType":"Group","member":[' * 300 + b"null" + b"]}" * 300
    sent = b'{"actor":%b,"verb":{"id":"http://x.example/v"},"object":{"id":"http://x.example/o"}}' % nested
    for body in (sent, sent.replace(b"null", b"")):
        with pytest.raises((Invalid, TooLarge)):
            parse_statements(body)


def test_postings_name_every_way_to_find_a_statement() -> None:
    (incoming,) = parse_statements(json.encode(FULL))
    aygun, davit = "mbox::mailto:aygun@example.org", "account::https://lms.example.org::davit"
    found = {(facet, name) for facet, name in postings_of(incoming.statement) if not name.startswith("anonymous")}
    assert found == {
        (Facet.AGENT, aygun),
        (Facet.AGENT, davit),
        (Facet.RELATED_AGENT, aygun),
        (Facet.RELATED_AGENT, davit),
        (Facet.VERB, COMPLETED),
        (Facet.RELATED_ACTIVITY, INTRO),
        (Facet.REGISTRATION, FIRST),
    }
