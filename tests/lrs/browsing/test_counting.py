from collections import Counter
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec import json

from base import TooLarge
from lrs import CountedBy, Selection, agent_key, count_statements
from lrs.browsing.selection import EVERYTHING
from tests.lrs.exchange_world import ExchangeWorld
from tests.lrs.makers import AYGUN, COMPLETED, DAVIT, FIRST, INTRO, LMS, OTHER, VOIDED, make_reference, make_statement
from tests.lrs.service import Xapi
from tests.times import NOW

PASSED = "http://adlnet.gov/expapi/verbs/passed"
OUTRO = "https://ulc.example/modules/outro"
COUNTS = "/xapi/extensions/counts"
A, D = "mbox::mailto:aygun@example.org", "account::https://lms.example.org::davit"


async def counts(world: ExchangeWorld, by: str, selection: Selection = EVERYTHING, **options: Any) -> dict[str, int]:
    found = await world.db.read(count_statements, selection, by=CountedBy(by), **options)
    return {one.name: one.statements for one in found}


async def filled(world: ExchangeWorld) -> None:
    """Aygün completes the introduction twice and passes it; Davit completes another, and one is voided."""
    await world.stored(make_statement(), make_statement(), make_statement(verb={"id": PASSED}))
    await world.stored(make_statement(actor=DAVIT, object={"id": OUTRO}), authority=OTHER)
    await world.stored(make_statement(id=FIRST, verb={"id": "http://example.org/wrong"}))


async def test_counts_by_verb_activity_and_agent_with_the_most_frequent_first(world: ExchangeWorld) -> None:
    await filled(world)
    assert next(iter((await counts(world, "verb")).items())) == (COMPLETED, 3)
    assert await counts(world, "verb") == {COMPLETED: 3, PASSED: 1, "http://example.org/wrong": 1}
    assert await counts(world, "activity") == {INTRO: 4, OUTRO: 1}
    assert await counts(world, "agent") == {A: 4, D: 1}
    assert await counts(world, "verb", limit=1) == {COMPLETED: 3}


async def test_voided_statement_counts_no_more_and_its_voiding_counts_where_it_is_found(world: ExchangeWorld) -> None:
    await filled(world)
    await world.stored(make_reference(FIRST, verb=VOIDED))
    found = await counts(world, "verb")
    assert found == {COMPLETED: 3, PASSED: 1, VOIDED: 1, "http://example.org/wrong": 1}
    assert await counts(world, "day") == {"2026-11-22": 5}


async def test_filters_leave_what_they_choose(world: ExchangeWorld) -> None:
    await filled(world)
    assert await counts(world, "verb", Selection(agent=A)) == {COMPLETED: 2, PASSED: 1, "http://example.org/wrong": 1}
    assert await counts(world, "agent", Selection(verb=COMPLETED, activity=INTRO)) == {A: 2}
    assert await counts(world, "activity", Selection(authority=agent_key(OTHER))) == {OUTRO: 1}
    assert await counts(world, "activity", Selection(verb=COMPLETED, authority=agent_key(LMS))) == {INTRO: 2}
    assert await counts(world, "agent", Selection(verb="http://example.org/unknown")) == {}
    assert await counts(world, "day", Selection(agent=D)) == {"2026-11-22": 1}
    assert await counts(world, "day", Selection(agent=A, authority=agent_key(OTHER))) == {}


async def test_days_are_days_of_storing_in_the_zone_asked_for(world: ExchangeWorld) -> None:
    world.clock.now = NOW.replace(hour=19, minute=59)
    await world.stored(make_statement())
    world.clock.now = NOW.replace(hour=20, minute=1)
    await world.stored(make_statement(), make_statement())
    world.clock.now = NOW + timedelta(days=3)
    await world.stored(make_statement())
    assert await counts(world, "day") == {"2026-11-22": 3, "2026-11-25": 1}
    tbilisi = await counts(world, "day", zone=ZoneInfo("Asia/Tbilisi"))
    assert tbilisi == {"2026-11-22": 1, "2026-11-23": 2, "2026-11-25": 1}
    since = Selection(since=NOW.replace(hour=20), until=NOW + timedelta(days=1))
    assert await counts(world, "day", since) == {"2026-11-22": 2}
    assert await counts(world, "verb", since) == {COMPLETED: 2}


async def test_counts_are_those_of_the_statements_that_the_resource_gives(xapi: Xapi) -> None:
    verbs = [PASSED, COMPLETED, PASSED]
    ids = await xapi.stored(*(make_statement(verb={"id": verb}) for verb in verbs))
    await xapi.stored(make_reference(ids[0]), make_reference(ids[1], verb=VOIDED))
    given = (await xapi.get(limit=0)).json()["statements"]
    answer = await xapi.get(COUNTS, by="agent")
    assert answer.status_code == 200, answer.text
    told = {one["name"]: one["statements"] for one in answer.json()["counts"]}
    for agent, key in ((AYGUN, A), (DAVIT, D)):
        assert told[key] == len(await xapi.ids(agent=json.encode(agent).decode()))
    assert sum(Counter(one["verb"]["id"] for one in given).values()) == 4


async def test_what_cannot_be_counted_is_refused(xapi: Xapi) -> None:
    for asked in (
        {},
        {"by": "week"},
        {"by": "verb", "limit": "0"},
        {"by": "verb", "limit": "x"},
        {"by": "day", "zone": "../x"},
        {"by": "day", "zone": "Mars/Base"},
        {"by": "verb", "verb": "x"},
        {"by": "verb", "statementId": FIRST},
    ):
        assert (await xapi.get(COUNTS, **asked)).status_code == 400, asked


async def test_scope_of_own_statements_counts_those_alone(xapi: Xapi) -> None:
    await xapi.stored(make_statement())
    await xapi.sign_on("statements/read/mine", "statements/write", name="Other")
    assert (await xapi.get(COUNTS, by="verb")).json() == {"by": "verb", "counts": []}
    await xapi.stored(make_statement(verb={"id": PASSED}))
    assert (await xapi.get(COUNTS, by="verb")).json()["counts"] == [{"name": PASSED, "statements": 1}]
    assert (await xapi.get(COUNTS, by="verb", authority=json.encode(AYGUN).decode())).status_code == 400
    await xapi.sign_on("statements/write")
    assert (await xapi.get(COUNTS, by="verb")).status_code == 403


async def test_more_than_can_be_counted_at_once_is_refused(world: ExchangeWorld) -> None:
    await filled(world)
    with pytest.raises(TooLarge, match="at most 4 at a time"):
        await counts(world, "verb", counted_limit=4)
    assert await counts(world, "day", counted_limit=5) == {"2026-11-22": 5}
    world.clock.now += timedelta(days=800)
    await world.stored(make_statement())
    with pytest.raises(TooLarge, match="801 days"):
        await counts(world, "day")
