"""xAPI-Data 2.3.1: a statement never changes, and what makes two statements the same."""

from datetime import timedelta
from typing import Any

import pytest

from tests.lrs.makers import AYGUN, COMPLETED, DAVIT, FIRST, INTRO, SECOND, make_statement
from tests.lrs.service import Xapi

TEAM = {"objectType": "Group", "member": [AYGUN, DAVIT]}


class TestSame:
    """Differences that the exceptions to immutability explain are ignored."""

    @pytest.mark.parametrize(
        ("sent", "again"),
        [
            ({}, {"authority": DAVIT, "stored": "2001-01-01T00:00:00Z"}),
            ({"object": {"id": INTRO, "definition": {"name": {"en": "Intro"}}}}, {}),
            ({"verb": {"id": COMPLETED, "display": {"en": "completed"}}}, {"verb": {"id": COMPLETED}}),
            ({"timestamp": "2026-11-22T08:00:00Z"}, {"timestamp": "2026-11-22T12:00:00.000+04:00"}),
            ({"actor": TEAM}, {"actor": {**TEAM, "member": [DAVIT, AYGUN]}}),
            ({"actor": {"mbox": "mailto:aygun@example.org"}}, {"actor": {"mbox": "mailto:aygun@EXAMPLE.ORG"}}),
            ({"context": {"registration": SECOND}}, {"context": {"registration": SECOND.upper()}}),
            ({"result": {"score": {"raw": 10}}}, {"result": {"score": {"raw": 1.0e1}}}),
        ],
    )
    async def test_it_is_taken_again_and_nothing_changes(
        self, xapi: Xapi, sent: dict[str, Any], again: dict[str, Any]
    ) -> None:
        await xapi.stored(make_statement(id=FIRST, **sent))
        before = (await xapi.get(statementId=FIRST)).content
        xapi.clock.now += timedelta(hours=1)
        assert await xapi.stored(make_statement(id=FIRST, **again)) == [FIRST]
        assert (await xapi.put(FIRST, make_statement(**again))).status_code == 204
        assert (await xapi.get(statementId=FIRST)).content == before
        assert await xapi.ids() == [FIRST]


class TestDifferent:
    """Any other difference counts, in the serialization of a duration too."""

    @pytest.mark.parametrize(
        "other",
        [
            {"actor": {**AYGUN, "name": "Aygün"}},
            {"verb": {"id": COMPLETED.upper()}},
            {"object": {"id": f"{INTRO}/"}},
            {"result": {"duration": "PT3600S", "success": True}},
            {"result": {"duration": "PT1H", "success": False}},
            {"result": None},
            {"context": {"platform": "phone"}},
            {"timestamp": "2026-11-22T08:00:00.001Z"},
        ],
    )
    async def test_it_is_a_conflict_and_nothing_changes(self, xapi: Xapi, other: dict[str, Any]) -> None:
        own = {"result": {"duration": "PT1H", "success": True}, "timestamp": "2026-11-22T08:00:00Z"}
        await xapi.stored(make_statement(id=FIRST, **own))
        before = (await xapi.get(statementId=FIRST)).content
        different = make_statement(**{**own, **other})
        assert (await xapi.post({**different, "id": FIRST})).status_code == 409
        assert (await xapi.put(FIRST, different)).status_code == 409
        assert (await xapi.get(statementId=FIRST)).content == before

    async def test_a_batch_with_a_conflict_stores_nothing(self, xapi: Xapi) -> None:
        await xapi.stored(make_statement(id=FIRST))
        answer = await xapi.post(make_statement(id=SECOND), make_statement(id=FIRST, actor=DAVIT))
        assert answer.status_code == 409
        assert await xapi.ids() == [FIRST]

    async def test_of_a_batch_in_which_some_are_known_the_others_are_stored(self, xapi: Xapi) -> None:
        await xapi.stored(make_statement(id=FIRST))
        assert await xapi.stored(make_statement(id=SECOND), make_statement(id=FIRST)) == [SECOND, FIRST]
        assert await xapi.ids() == [SECOND, FIRST]


class TestReferredTo:
    """What is referred to may be told anew; the statements that told it first stay as they are."""

    async def test_a_later_definition_changes_no_earlier_statement(self, xapi: Xapi) -> None:
        await xapi.stored(make_statement(id=FIRST, object={"id": INTRO, "definition": {"name": {"en": "Intro"}}}))
        before = (await xapi.get(statementId=FIRST)).content
        await xapi.stored(make_statement(object={"id": INTRO, "definition": {"name": {"en": "Introduction"}}}))
        assert (await xapi.get(statementId=FIRST)).content == before

    async def test_an_exact_statement_is_given_back_as_it_came(self, xapi: Xapi) -> None:
        odd = b'{"id":"%s","verb": {"id":"%s"},"object":{"id":"%s"},"result":{"score":{"raw":1.50,"max":2e0}},' % (
            FIRST.encode(),
            COMPLETED.encode(),
            INTRO.encode(),
        )
        sent = odd + b'"actor":{"mbox":"mailto:aygun@example.org","name":"Ayg\\u00fcn"}}'
        assert (await xapi.request("POST", content=sent)).status_code == 200
        got = (await xapi.get(statementId=FIRST)).content
        for member in (b'{"raw":1.50,"max":2e0}', b'"Ayg\\u00fcn"', b'"mbox":"mailto:aygun@example.org"'):
            assert member in got
