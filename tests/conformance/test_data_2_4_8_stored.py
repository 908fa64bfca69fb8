"""xAPI-Data 2.4.8, 2.4.7 and 2.4.9: what the store sets, whatever was sent."""

from datetime import datetime, timedelta

import pytest

from tests.lrs.makers import DAVIT, FIRST, make_statement
from tests.lrs.service import Xapi
from tests.times import NOW


class TestStored:
    """2.4.8."""

    async def test_it_is_set_by_the_store_and_overwritten(self, xapi: Xapi) -> None:
        for sent in (make_statement(id=FIRST), make_statement(stored="2001-01-01T00:00:00Z")):
            (statement_id,) = await xapi.stored(sent)
            stored = datetime.fromisoformat((await xapi.get(statementId=statement_id)).json()["stored"])
            assert abs(stored - NOW) < timedelta(seconds=1)

    async def test_what_is_sent_must_be_a_time_all_the_same(self, xapi: Xapi) -> None:
        for bad in ("yesterday", "", 20261122, None):
            assert (await xapi.post({**make_statement(), "stored": bad})).status_code == 400, bad

    async def test_it_grows_in_the_order_of_the_lists(self, xapi: Xapi) -> None:
        for step in (0, 5, -60, 3):
            xapi.clock.now += timedelta(seconds=step)
            await xapi.stored(make_statement(), make_statement())
        listed = (await xapi.get(ascending="true")).json()["statements"]
        times = [datetime.fromisoformat(each["stored"]) for each in listed]
        assert len(times) == 8
        assert times == sorted(times)

    async def test_it_has_milliseconds_and_is_in_utc(self, xapi: Xapi) -> None:
        xapi.clock.now = NOW + timedelta(milliseconds=123)
        (statement_id,) = await xapi.stored(make_statement())
        stored = (await xapi.get(statementId=statement_id)).json()["stored"]
        assert stored.startswith("2026-11-22T09:00:00.123")
        assert stored.endswith("Z")


class TestTimestamp:
    """2.4.7."""

    async def test_it_is_when_it_was_stored_unless_the_sender_knows_better(self, xapi: Xapi) -> None:
        ids = await xapi.stored(make_statement(), make_statement(timestamp="2026-11-01T10:00:00.123+04:00"))
        left, told = [(await xapi.get(statementId=each)).json() for each in ids]
        assert left["timestamp"] == left["stored"]
        assert datetime.fromisoformat(told["timestamp"]) == datetime.fromisoformat("2026-11-01T06:00:00.123Z")

    async def test_the_future_is_not_refused(self, xapi: Xapi) -> None:
        assert (await xapi.post(make_statement(timestamp="2026-11-22T09:05:00Z"))).status_code == 200


class TestSetByTheStore:
    """2.4, 2.4.1, 2.4.9 and 2.4.10."""

    async def test_each_statement_has_id_stored_timestamp_version_and_authority(self, xapi: Xapi) -> None:
        (statement_id,) = await xapi.stored(make_statement())
        got = (await xapi.get(statementId=statement_id)).json()
        assert got["id"] == statement_id
        assert got["version"] == "1.0.0"
        assert got["authority"]["objectType"] == "Agent"
        assert {"stored", "timestamp"} <= got.keys()

    async def test_an_id_is_made_where_none_was_sent_and_no_two_are_alike(self, xapi: Xapi) -> None:
        ids = await xapi.stored(*(make_statement() for _ in range(5)))
        assert len(set(ids)) == 5

    @pytest.mark.parametrize("version", ["1.0", "1.0.0", "1.0.7"])
    async def test_the_version_is_kept(self, xapi: Xapi, version: str) -> None:
        (statement_id,) = await xapi.stored(make_statement(version=version))
        assert (await xapi.get(statementId=statement_id)).json()["version"] == version

    async def test_the_authority_is_who_sent_it(self, xapi: Xapi) -> None:
        (statement_id,) = await xapi.stored(make_statement(authority=DAVIT))
        assert (await xapi.get(statementId=statement_id)).json()["authority"]["name"] == "LMS"
