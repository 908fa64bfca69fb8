"""xAPI-Data 2.5: results and their pages."""

import base64
from datetime import timedelta

from msgspec import json

from tests.lrs.makers import (
    COMPLETED,
    make_statement,
)
from tests.lrs.service import Xapi, agent_parameter


class TestPaging:
    """xAPI-Data 2.5."""

    async def test_more_leads_through_all_pages_while_statements_come(self, xapi: Xapi) -> None:
        ids = await xapi.stored(*(make_statement() for _ in range(5)))
        await xapi.stored(make_statement(verb={"id": "http://example.org/failed"}))
        page = (await xapi.get(limit=2, verb=COMPLETED)).json()
        seen = [one["id"] for one in page["statements"]]
        while page["more"]:
            await xapi.stored(make_statement())
            xapi.clock.now += timedelta(days=1)
            page = (await xapi.get(page["more"])).json()
            assert len(page["statements"]) <= 2
            seen += [one["id"] for one in page["statements"]]
        assert seen == ids[::-1]

    async def test_more_keeps_agent_format_and_order(self, xapi: Xapi) -> None:
        actor = {"name": "Ayg\u00fcn & co", "mbox": "mailto:a+b@example.org"}
        ids = await xapi.stored(*(make_statement(actor=actor) for _ in range(3)))
        page = (await xapi.get(agent=agent_parameter(actor), limit=2, ascending="true", format="ids")).json()
        second = (await xapi.get(page["more"])).json()
        assert [one["id"] for one in second["statements"]] == ids[2:]
        assert second["statements"][0]["actor"] == {"mbox": "mailto:a+b@example.org"}
        assert second["more"] == ""

    async def test_limit_0_gives_as_many_as_the_store_gives(self, xapi: Xapi) -> None:
        await xapi.stored(*(make_statement() for _ in range(201)))
        page = (await xapi.get(limit=0)).json()
        assert len(page["statements"]) == 200
        assert len((await xapi.get(page["more"])).json()["statements"]) == 1

    async def test_a_forged_more_is_refused(self, xapi: Xapi) -> None:
        for forged in (
            {"position": 10**30},
            {"position": 0},
            {"limit": -1},
            {"since": "2026-11-22T09:00:00"},
            {"x": 1},
        ):
            token = base64.urlsafe_b64encode(json.encode(forged)).decode()
            assert (await xapi.get(more=token)).status_code == 400, forged
        token = base64.urlsafe_b64encode(b'{"position":4611686018427387904}').decode()
        assert (await xapi.get(more=token)).status_code == 200

    async def test_more_stands_alone(self, xapi: Xapi) -> None:
        await xapi.stored(make_statement(), make_statement())
        more = (await xapi.get(limit=1)).json()["more"]
        assert (await xapi.get(f"{more}&limit=1")).status_code == 400
