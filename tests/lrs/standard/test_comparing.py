from datetime import UTC, datetime
from typing import Any

import pytest

from lrs import parse_statements
from lrs.standard.comparing import aware, is_same
from tests.lrs.makers import AYGUN, COMPLETED, DAVIT, FIRST, INTRO, body, make_statement


def same(sent: dict[str, Any], stored: dict[str, Any]) -> bool:
    (first,), (second,) = parse_statements(body(sent)), parse_statements(body(stored))
    return is_same(first.statement, second.statement)


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ({}, {"id": FIRST, "stored": "2026-11-22T09:00:00Z", "authority": DAVIT}),
        ({}, {"timestamp": "2026-11-22T09:00:00Z", "version": "1.0.0"}),
        ({"timestamp": "2026-11-22T13:00:00+04:00"}, {"timestamp": "2026-11-22T09:00:00.000Z"}),
        ({"timestamp": "2026-11-22T09:00:00"}, {"timestamp": "2026-11-22T09:00:00Z"}),
        ({"verb": {"id": COMPLETED, "display": {"en": "completed"}}}, {}),
        ({"object": {"objectType": "Activity", "id": INTRO, "definition": {"name": {"en": "Intro"}}}}, {}),
        (
            {"actor": {"objectType": "Group", "member": [AYGUN, DAVIT]}},
            {"actor": {"objectType": "Group", "member": [DAVIT, AYGUN]}},
        ),
        (
            {"actor": {"objectType": "Group", "member": [AYGUN, {**AYGUN, "name": "Aygün"}]}},
            {"actor": {"objectType": "Group", "member": [{**AYGUN, "name": "Aygün"}, AYGUN]}},
        ),
        ({"actor": {"mbox": "mailto:aygun@example.org"}}, {}),
        ({"actor": {"mbox": "mailto:aygun@EXAMPLE.org"}}, {}),
        ({"actor": {"mbox_sha1sum": "AB" * 20}}, {"actor": {"mbox_sha1sum": "ab" * 20}}),
        ({"context": {"language": "az-LATN"}}, {"context": {"language": "az-Latn"}}),
        ({"result": {"duration": "PT1M0.125S"}}, {"result": {"duration": "PT1M0.12S"}}),
        (
            {"context": {"contextActivities": {"parent": {"id": INTRO}}}},
            {"context": {"contextActivities": {"parent": [{"id": INTRO, "definition": {"type": INTRO}}]}}},
        ),
    ],
)
def test_statements_that_say_the_same_are_the_same(sent: dict[str, Any], stored: dict[str, Any]) -> None:
    assert same(make_statement(**sent), make_statement(**stored))


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        ({"actor": DAVIT}, {}),
        ({"actor": {**AYGUN, "name": "Aygün"}}, {}),
        ({"actor": {"mbox": "mailto:Aygun@example.org"}}, {}),
        ({"verb": {"id": "http://example.org/failed"}}, {}),
        ({"timestamp": "2026-11-22T09:00:01Z"}, {"timestamp": "2026-11-22T09:00:00Z"}),
        ({"version": "1.0.1"}, {"version": "1.0.0"}),
        ({"result": {"duration": "PT60S"}}, {"result": {"duration": "PT1M"}}),
        ({"result": {"duration": "PT1.25H"}}, {"result": {"duration": "PT1.255H"}}),
        ({"result": {"duration": "PT0.12S"}}, {"result": {"duration": "PT0.13S"}}),
        ({"result": {"score": {"scaled": 0.5}}}, {"result": {"score": {"scaled": 0.51}}}),
        ({"result": {"extensions": {INTRO: 1}}}, {"result": {"extensions": {INTRO: True}}}),
        ({"context": {"platform": "x"}}, {}),
        ({"object": AYGUN}, {}),
    ],
)
def test_statements_that_say_something_else_differ(sent: dict[str, Any], stored: dict[str, Any]) -> None:
    assert not same(make_statement(**sent), make_statement(**stored))


@pytest.mark.parametrize(
    ("instant", "nearest"),
    [
        ("0001-01-01T00:00:00+14:00", datetime(1, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59.5-14:00", datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)),
    ],
)
def test_an_instant_that_its_zone_puts_out_of_all_years_is_the_nearest_there_is(
    instant: str, nearest: datetime
) -> None:
    assert aware(datetime.fromisoformat(instant)) == nearest
