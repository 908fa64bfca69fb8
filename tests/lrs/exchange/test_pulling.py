from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec import json
from sqlalchemy import Connection, select

from base import Invalid, Missing
from lrs import (
    add_pull,
    claim_fetch,
    list_pulls,
    pause_pull,
    pull_refusals_of,
    record_page,
    remove_pull,
    resume_pull,
    retry_pull,
    statements_with_ids,
)
from lrs.exchange.arrivals import ForeignPage
from lrs.exchange.other_stores import NewStore
from lrs.tables.exchange import pull_refusals
from lrs.tables.statements import statements
from tests.lrs.exchange_world import WHY, ExchangeWorld
from tests.lrs.makers import AYGUN, DAVIT, FIRST, SECOND, THIRD, VOIDED, make_reference, make_statement
from tests.lrs.other_store import Answer
from tests.lrs.service import IRI
from tests.times import NOW


def numbered(first: int, last: int) -> list[dict[str, Any]]:
    return [
        make_statement(id=f"0ee5a1a4-6a30-4d0a-8d9b-{n:012}", timestamp="2026-11-01T09:00:00Z", version="1.0.0")
        for n in range(first, last)
    ]


async def ids_here(world: ExchangeWorld) -> list[str]:
    found = await world.db.read(lambda conn: list(conn.scalars(select(statements.c.id).order_by(statements.c.seq))))
    return [str(one) for one in found]


async def authorities(world: ExchangeWorld, *ids: str) -> list[str]:
    stored = await world.db.read(statements_with_ids, [UUID(one) for one in ids])
    return [one.authority for one in stored]


async def test_pages_are_followed_to_the_end_and_nothing_comes_twice(world: ExchangeWorld) -> None:
    world.other.keep(*numbered(0, 450))
    await world.pulls()
    await world.settle()
    assert await ids_here(world) == world.other.ids
    assert [asked.parameters.get("from") for asked in world.other.asked] == [None, "200", "400"]
    first = world.other.asked[0]
    assert first.parameters["ascending"] == "true"
    assert first.headers["authorization"].startswith("Basic ")
    pull = await world.pull()
    assert (pull.received, pull.refused, pull.is_walking, pull.error) == (450, 0, False, None)
    assert pull.since == NOW
    await world.later(60)
    assert (await world.pull()).received == 450


async def test_what_comes_later_is_found_by_the_next_walk(world: ExchangeWorld) -> None:
    world.other.keep(*numbered(0, 2))
    await world.pulls(every_seconds=30)
    await world.settle()
    world.other.keep(*numbered(2, 4), stored=NOW + timedelta(seconds=20))
    await world.later(29)
    assert len(await ids_here(world)) == 2
    await world.later(1)
    assert await ids_here(world) == world.other.ids
    assert (await world.pull()).since == NOW + timedelta(seconds=20)


async def test_nothing_is_skipped_that_was_not_promised(world: ExchangeWorld) -> None:
    """A statement that appears late, behind others that were read, but after what the answer was consistent through."""
    world.other.promised = NOW - timedelta(minutes=10)
    world.other.keep(*numbered(0, 2))
    await world.pulls()
    await world.settle()
    assert (await world.pull()).since == world.other.promised
    world.other.keep(*numbered(2, 3), stored=NOW - timedelta(minutes=9))
    await world.later(60)
    assert len(await ids_here(world)) == 3


async def test_store_that_promises_nothing_is_asked_for_the_last_minutes_again(world: ExchangeWorld) -> None:
    world.other.promised = None
    world.other.keep(*numbered(0, 1))
    await world.pulls()
    await world.settle()
    assert (await world.pull()).since == NOW - timedelta(minutes=5)


async def test_statements_come_under_the_authority_of_the_pull(world: ExchangeWorld) -> None:
    foreign = {"objectType": "Agent", "account": {"homePage": "https://lrs.example", "name": "them"}}
    world.other.keep(make_statement(id=FIRST, authority=foreign))
    pull_id = await world.pulls()
    await world.settle()
    assert await authorities(world, FIRST) == [f"account::{IRI}::pull:{pull_id}"]


async def test_authority_is_kept_where_it_is_allowed_but_never_one_of_this_installation(world: ExchangeWorld) -> None:
    foreign = {"objectType": "Agent", "account": {"homePage": "https://lrs.example", "name": "them"}}
    ours = {"objectType": "Agent", "account": {"homePage": IRI, "name": "waymark"}}
    group = {"objectType": "Group", "member": [foreign, ours]}
    world.other.keep(
        make_statement(id=FIRST, authority=foreign),
        make_statement(id=SECOND, authority=ours),
        make_statement(id=THIRD, authority=group),
    )
    pull_id = await world.pulls(keeps_authority=True)
    await world.settle()
    own = f"account::{IRI}::pull:{pull_id}"
    assert await authorities(world, FIRST, SECOND, THIRD) == ["account::https://lrs.example::them", own, own]


async def test_conflict_and_fault_are_kept_with_their_reason_and_hold_up_nothing(world: ExchangeWorld) -> None:
    await world.stored(make_statement(id=FIRST))
    world.other.keep(
        make_statement(id=FIRST, actor=DAVIT),
        make_statement(id=SECOND),
        {"id": THIRD, "verb": 3},
        make_reference(FIRST, id="0ee5a1a4-6a30-4d0a-8d9b-3f0c9d5a0009", verb=VOIDED),
    )
    pull_id = await world.pulls()
    await world.settle()
    assert await ids_here(world) == [FIRST, SECOND]
    refusals = await world.db.read(pull_refusals_of, pull_id)
    assert sorted(json.decode(one.raw)["id"][-1] for one in refusals) == ["1", "3", "9"]
    told = " ".join(one.error for one in refusals)
    assert "says something else" in told
    assert "of another authority" in told
    assert "$.verb" in told
    await world.later(60)
    assert (await world.pull()).refused == 3


async def test_refused_statement_that_passes_now_is_taken_by_a_retry(world: ExchangeWorld) -> None:
    """As after an update of this store that has learnt to take it."""
    world.other.keep({"id": THIRD})
    pull_id = await world.pulls()
    await world.settle()
    await world.db.write(_mend, json.encode(make_statement(id=THIRD)))
    await world.db.write(retry_pull, pull_id, now=world.clock.now, **WHY)
    assert await ids_here(world) == [THIRD]
    assert (await world.pull()).refused == 0


def _mend(conn: Connection, raw: bytes) -> None:
    conn.execute(pull_refusals.update().values(raw=raw))


async def test_voiding_of_a_pulled_statement_voids_it_here(world: ExchangeWorld) -> None:
    world.other.keep(make_statement(id=FIRST), make_reference(FIRST, id=SECOND, verb=VOIDED))
    await world.pulls()
    await world.settle()
    target, _ = await world.db.read(statements_with_ids, [UUID(FIRST), UUID(SECOND)])
    assert target.voided


async def test_what_was_made_pseudonymous_here_is_not_held_against_what_comes_again(world: ExchangeWorld) -> None:
    world.other.keep(make_statement(id=FIRST))
    await world.pulls()
    await world.settle()
    await world.db.write(_rewrite, json.encode(make_statement(id=FIRST, actor=DAVIT)))
    await world.later(60)
    pull = await world.pull()
    assert (pull.received, pull.refused) == (1, 0)


def _rewrite(conn: Connection, payload: bytes) -> None:
    conn.execute(statements.update().values(payload=payload))


async def test_what_came_from_a_store_is_not_sent_back_to_it(world: ExchangeWorld) -> None:
    world.other.keep(make_statement(id=FIRST))
    await world.pulls()
    await world.settle()
    own = await world.stored(make_statement(id=SECOND))
    await world.forwards()
    await world.settle()
    sent = [one["id"] for asked in world.other.asked if asked.method == "POST" for one in asked.statements]
    assert sent == own
    assert (await world.forwarding()).behind == 0


@pytest.mark.parametrize("status", [500, 401, 404])
async def test_trouble_is_told_and_the_walk_begun_anew(world: ExchangeWorld, status: int) -> None:
    world.other.keep(*numbered(0, 450))
    world.other.instead = lambda asked: Answer(status) if asked.parameters.get("from") == "200" else None
    await world.pulls()
    await world.settle()
    pull = await world.pull()
    assert (pull.received, pull.attempts, pull.is_walking) == (200, 1, False)
    assert f"answered {status}" in str(pull.error)
    world.other.instead = lambda _: None
    await world.later(3)
    assert await ids_here(world) == world.other.ids
    assert (await world.pull()).error is None


async def test_page_that_is_too_large_is_asked_for_in_smaller_pieces(world: ExchangeWorld) -> None:
    world.other.keep(*numbered(0, 50))
    world.other.instead = lambda asked: Answer(413) if int(asked.parameters["limit"]) > 100 else None
    await world.pulls()
    await world.settle()
    await world.later(3)
    assert len(await ids_here(world)) == 50


@pytest.mark.parametrize(
    "more", ["https://evil.example/xapi/statements?from=1", "//evil.example/x", "http://127.0.0.1:1/"]
)
async def test_link_to_another_server_is_not_followed(world: ExchangeWorld, more: str) -> None:
    world.other.instead = lambda _: Answer(200, json.encode({"statements": [], "more": more}))
    await world.pulls()
    await world.settle()
    assert "it is not followed" in str((await world.pull()).error)


async def test_links_in_a_circle_end(world: ExchangeWorld) -> None:
    world.other.instead = lambda _: Answer(200, json.encode({"statements": [], "more": "/xapi/statements?more=x"}))
    await world.pulls()
    await world.settle()
    assert "same page" in str((await world.pull()).error)


@pytest.mark.parametrize("said", [b"<html>", b"{}", b'{"statements":3}', b"\xff", b"[" * 3000])
async def test_answer_that_is_no_list_of_statements_is_told(world: ExchangeWorld, said: bytes) -> None:
    world.other.instead = lambda _: Answer(200, said)
    await world.pulls()
    await world.settle()
    assert "no list of statements" in str((await world.pull()).error)


async def test_filters_are_sent_as_they_are(world: ExchangeWorld) -> None:
    agent = json.encode(AYGUN).decode()
    await world.pulls(filters={"agent": agent, "related_agents": "true"}, since="2026-11-01T09:00:00Z")
    await world.settle()
    (asked,) = world.other.asked
    assert asked.parameters == {
        "ascending": "true",
        "limit": "200",
        "since": "2026-11-01T08:59:50.000000Z",
        "agent": agent,
        "related_agents": "true",
    }


@pytest.mark.parametrize(
    "options", [{"filters": {"limit": "5"}}, {"filters": {"verb": "x"}}, {"since": "yesterday"}, {"every_seconds": 1}]
)
async def test_pull_that_cannot_be_is_refused(world: ExchangeWorld, options: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        await world.pulls(**options)


async def test_page_counts_once_however_late_its_worker_is(world: ExchangeWorld) -> None:
    await world.pulls()
    fetch = await world.db.write(claim_fetch, now=world.clock.now)
    assert fetch is not None
    assert await world.db.write(claim_fetch, now=world.clock.now) is None
    page = ForeignPage([json.encode(make_statement(id=FIRST, stored="2026-11-22T09:00:00Z"))], None, None)
    world.clock.now += timedelta(minutes=2)
    again = await world.db.write(claim_fetch, now=world.clock.now)
    assert again is not None
    assert not await world.db.write(record_page, fetch, page, now=world.clock.now)
    assert await ids_here(world) == []
    assert await world.db.write(record_page, again, page, now=world.clock.now)
    assert await ids_here(world) == [FIRST]


async def test_pull_is_paused_resumed_and_removed(world: ExchangeWorld) -> None:
    world.other.keep(make_statement(id=FIRST), {"id": THIRD})
    pull_id = await world.pulls()
    await world.db.write(pause_pull, pull_id, now=world.clock.now, **WHY)
    await world.settle()
    assert world.other.asked == []
    await world.db.write(resume_pull, pull_id, now=world.clock.now, **WHY)
    await world.settle()
    await world.db.write(remove_pull, pull_id, now=world.clock.now, **WHY)
    assert await world.db.read(list_pulls) == []
    assert await ids_here(world) == [FIRST]
    with pytest.raises(Missing):
        await world.db.write(retry_pull, pull_id, now=world.clock.now, **WHY)


async def test_secret_of_a_pull_needs_its_address(world: ExchangeWorld) -> None:
    store = NewStore("x", "ftp://lrs.example/", "s")
    with pytest.raises(Invalid):
        await world.db.write(add_pull, world.ring, store, now=NOW, **WHY)
