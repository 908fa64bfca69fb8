"""Any combination of filters finds what a naive search finds, on whatever pages (Communication 2.1.3, Data 2.5)."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, note
from hypothesis import strategies as st
from msgspec import json

from lrs.tables import statements as tables
from tests.lrs import strategies
from tests.lrs.effort import examples
from tests.lrs.makers import VOIDED
from tests.lrs.naive_store import Json, NaiveStore
from tests.lrs.service import Xapi

AGENTS: tuple[Json, ...] = (
    {"mbox": "mailto:aygun@example.org"},
    {"mbox_sha1sum": "ebd31e95054c018b10727ccffd2ef2ec3a016ee9"},
    {"account": {"homePage": "https://lms.example.org", "name": "davit"}},
)
VERBS = ("http://example.org/did", "http://example.org/saw")
ACTIVITIES = ("http://example.org/a", "http://example.org/b")
REGISTRATIONS = ("0ee5a1a4-6a30-4d0a-8d9b-3f0c9d5a0001", "0ee5a1a4-6a30-4d0a-8d9b-3f0c9d5a0002")
V_2_0 = {"X-Experience-API-Version": "2.0.0"}

_agents = st.sampled_from(AGENTS)
_groups = st.builds(lambda members: {"objectType": "Group", "member": members}, st.lists(_agents, min_size=1))
_activities = st.sampled_from(ACTIVITIES).map(lambda iri: {"id": iri})
_contexts = strategies.members(
    {},
    registration=st.sampled_from(REGISTRATIONS),
    instructor=_agents,
    team=_groups,
    contextActivities=strategies.members({}, parent=st.lists(_activities), other=st.lists(_activities)),
    contextAgents=st.lists(_agents.map(lambda agent: {"objectType": "contextAgent", "agent": agent}), max_size=1),
    contextGroups=st.lists(_groups.map(lambda group: {"objectType": "contextGroup", "group": group}), max_size=1),
)


def _acts(target: st.SearchStrategy[Json]) -> Any:
    verbs = st.sampled_from(VERBS).map(lambda iri: {"id": iri})
    return strategies.members({"actor": _agents | _groups, "verb": verbs, "object": target}, context=_contexts)


_others = _agents.map(lambda agent: {"objectType": "Agent", **agent}) | _groups
_sub_statements = _acts(_activities | _others).map(lambda act: {"objectType": "SubStatement", **act})
_plain = _acts(_activities | _others | _sub_statements)


@st.composite
def histories(draw: st.DrawFn) -> list[list[Json]]:
    """Batches of statements; some refer to others, before or after them, to themselves, or to what never comes."""
    number = draw(st.integers(3, 9))
    ids = [strategies.new_id() for _ in range(number + 1)]
    sent = []
    for own in ids[:number]:
        one = draw(_plain)
        if draw(st.booleans()):
            one["object"] = {"objectType": "StatementRef", "id": draw(st.sampled_from(ids))}
            one["verb"] = draw(st.sampled_from(({"id": VOIDED}, one["verb"], one["verb"])))
        sent.append({**one, "id": own})
    return [list(batch) for batch in _cut(sent, draw(st.sets(st.integers(1, number))))]


def _cut(sent: Sequence[Json], at: set[int]) -> Iterator[Sequence[Json]]:
    edges = [0, *sorted(at - {len(sent)}), len(sent)]
    return (sent[start:end] for start, end in pairwise(edges))


_filters = strategies.members(
    {},
    agent=_agents,
    verb=st.sampled_from((*VERBS, VOIDED)),
    activity=st.sampled_from(ACTIVITIES),
    registration=st.sampled_from(REGISTRATIONS),
    related_agents=st.booleans(),
    related_activities=st.booleans(),
    ascending=st.booleans(),
    limit=st.sampled_from((1, 2, 3, 0)),
)


SINGLE: tuple[Json, ...] = (
    *({"agent": agent, "related_agents": related} for agent in AGENTS for related in (False, True)),
    *({"activity": activity, "related_activities": related} for activity in ACTIVITIES for related in (False, True)),
    *({"verb": verb} for verb in VERBS),
    *({"registration": registration} for registration in REGISTRATIONS),
)


@st.composite
def questions(draw: st.DrawFn, store: NaiveStore) -> Json:
    """Any of the filters; times are those at which something was stored, and a little before and after."""
    asked: Json = draw(_filters)
    moments = [datetime.fromisoformat(each["stored"]) for each in store.statements]
    for name in ("since", "until"):
        if draw(st.booleans()):
            asked[name] = draw(st.sampled_from(moments)) + timedelta(microseconds=draw(st.integers(-1, 1)))
    return asked


@pytest.fixture
def emptied(xapi: Xapi, runner: asyncio.Runner) -> Any:
    """What takes every statement out of the store between two examples."""

    def empty() -> None:
        runner.run(xapi.db.write(_delete_statements))

    return empty


def _delete_statements(conn: Any) -> None:
    for table in reversed(tables.statements.metadata.sorted_tables):
        if any(key.column.table is tables.statements for key in table.foreign_keys) or table is tables.statements:
            conn.execute(table.delete())
    conn.execute(tables.references.delete())
    conn.execute(tables.postings.delete())


@given(data=st.data())
@examples(40)
def test_pages_together_are_what_a_naive_search_finds(
    xapi: Xapi, runner: asyncio.Runner, emptied: Any, data: st.DataObject
) -> None:
    emptied()
    store = NaiveStore()
    for batch in data.draw(histories(), label="history"):
        xapi.clock.now += timedelta(seconds=data.draw(st.integers(0, 2)))
        runner.run(_store(xapi, store, batch))
    for asked in (*SINGLE, *data.draw(st.lists(questions(store), min_size=2, max_size=4), label="questions")):
        note(f"{asked}")
        assert runner.run(_all_pages(xapi, asked)) == store.matching(asked)
    for one in store.statements:
        shown = runner.run(xapi.get(headers=V_2_0, statementId=one["id"]))
        assert shown.status_code == (404 if store.is_voided(one["id"]) else 200)


@given(data=st.data())
@examples(20)
def test_what_comes_between_two_pages_moves_nothing_on_them(
    xapi: Xapi, runner: asyncio.Runner, emptied: Any, data: st.DataObject
) -> None:
    emptied()
    store = NaiveStore()
    for batch in data.draw(histories(), label="history"):
        runner.run(_store(xapi, store, batch))
    asked = {**data.draw(questions(store), label="question"), "limit": data.draw(st.integers(1, 3))}
    expected = store.matching(asked)
    later = [{**each, "id": strategies.new_id()} for each in data.draw(st.lists(_plain, min_size=1, max_size=4))]
    found = runner.run(_all_pages(xapi, asked, coming=later))
    if not asked.get("ascending"):
        assert found == expected
    else:
        assert found[: len(expected)] == expected
        assert set(found[len(expected) :]) <= {each["id"] for each in later}


async def _store(xapi: Xapi, store: NaiveStore, batch: list[Json]) -> None:
    answer = await xapi.request("POST", content=json.encode(batch), headers=V_2_0)
    assert answer.status_code == 200, answer.text
    listed = await xapi.get(headers=V_2_0, ascending="true", limit="0")
    shown = {each["id"]: each for each in listed.json()["statements"]}
    for each in batch:
        one = shown.get(each["id"]) or (await xapi.get(headers=V_2_0, voidedStatementId=each["id"])).json()
        store.statements.append(one)


async def _all_pages(xapi: Xapi, asked: Json, coming: Sequence[Json] = ()) -> list[str]:
    """The ids on all pages; before each next one, one of the `coming` statements comes."""
    parameters = {name: _as_parameter(value) for name, value in asked.items()}
    page = (await xapi.get(headers=V_2_0, **parameters)).json()
    found = [each["id"] for each in page["statements"]]
    left = list(coming)
    while page["more"]:
        if left:
            xapi.clock.now += timedelta(seconds=1)
            await xapi.stored(left.pop(), headers=V_2_0)
        page = (await xapi.get(page["more"], headers=V_2_0)).json()
        found += [each["id"] for each in page["statements"]]
    return found


def _as_parameter(value: Any) -> str:
    match value:
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case bool() | dict():
            return json.encode(value).decode()
    return str(value)
