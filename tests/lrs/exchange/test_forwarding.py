import asyncio
import hashlib
from collections.abc import Callable
from email import message_from_bytes
from email.policy import HTTP
from typing import Any

import pytest
from msgspec import json
from sqlalchemy import Connection, select

from base import Asked as AskedDecisions
from base import Invalid, Missing, decisions
from lrs import (
    NewStore,
    Selection,
    add_forwarding,
    agent_key,
    claim_delivery,
    forwarding_refusals_of,
    pause_forwarding,
    record_delivery,
    remove_forwarding,
    resume_forwarding,
    retry_forwarding,
)
from lrs.exchange.delivering import Settled
from lrs.log.attachments import attach
from lrs.standard.intake import AttachedFile
from lrs.tables.exchange import forwardings
from tests.lrs.exchange_world import SECRET, WHY, ExchangeWorld
from tests.lrs.makers import AYGUN, COMPLETED, FIRST, OTHER, SECOND, VOIDED, make_reference, make_statement
from tests.lrs.other_store import Answer, Asked
from tests.times import NOW

PASSED = "http://adlnet.gov/expapi/verbs/passed"


def numbered(count: int, **members: Any) -> list[dict[str, Any]]:
    return [make_statement(timestamp=f"2026-11-01T09:00:{n % 60:02}Z", **members) for n in range(count)]


def refusing(status: int, *, when: Callable[[Asked], bool] = lambda _: True, **headers: str) -> Any:
    text = b'{"detail":"no"}'
    return lambda asked: (
        Answer(status, text, {name.replace("_", "-"): v for name, v in headers.items()}) if when(asked) else None
    )


async def test_all_that_is_stored_arrives_once_and_in_order(world: ExchangeWorld) -> None:
    ids = await world.stored(*numbered(450))
    await world.forwards()
    await world.settle()
    assert world.other.ids == ids
    assert [len(asked.statements) for asked in world.other.asked] == [200, 200, 50]
    more = await world.stored(*numbered(1))
    await world.settle()
    assert world.other.ids == ids + more
    forwarding = await world.forwarding()
    assert (forwarding.accepted, forwarding.behind, forwarding.error) == (451, 0, None)
    assert forwarding.last_success_at == world.clock.now


async def test_bytes_arrive_as_they_are_stored_with_version_and_credential(world: ExchangeWorld) -> None:
    raw_score = {"score": {"raw": 5, "scaled": 0.1}}
    await world.stored(make_statement(id=FIRST, result=raw_score, timestamp="2026-11-01T09:00:00+04:00"))
    await world.forwards(version="2.0.0")
    await world.settle()
    (asked,) = world.other.asked
    assert (asked.method, asked.path) == ("POST", "/xapi/statements")
    assert asked.headers["x-experience-api-version"] == "2.0.0"
    assert asked.headers["authorization"] == "Basic a2V5OnMzY3JldC1vZi10aGUtb3RoZXItc3RvcmU="
    assert b'"timestamp":"2026-11-01T09:00:00+04:00"' in asked.body
    assert asked.statements[0]["authority"]["account"]["name"] == "credential:lms"


async def test_statement_of_2_0_reaches_a_store_of_1_0_3_as_one_of_1_0(world: ExchangeWorld) -> None:
    helper = {"objectType": "contextAgent", "agent": AYGUN}
    await world.stored(make_statement(id=FIRST, version="2.0.0", context={"contextAgents": [helper]}))
    await world.forwards()
    await world.settle()
    (statement,) = world.other.statements
    assert statement["version"] == "1.0.0"
    assert "context" not in statement


async def test_only_what_is_selected_is_sent(world: ExchangeWorld) -> None:
    passed = await world.stored(*numbered(3, verb={"id": PASSED}))
    await world.stored(*numbered(3))
    await world.forwards(Selection(verb=PASSED))
    await world.settle()
    assert world.other.ids == passed
    assert (await world.forwarding()).behind == 0


async def test_only_statements_of_one_authority_are_sent(world: ExchangeWorld) -> None:
    await world.stored(*numbered(2))
    theirs = await world.stored(*numbered(2), authority=OTHER)
    await world.forwards(Selection(authority=agent_key(OTHER), verb=COMPLETED))
    await world.forwards(Selection(authority=agent_key(OTHER)))
    await world.settle()
    assert sorted(world.other.ids) == sorted(theirs)


async def test_name_that_no_statement_has_selects_nothing_yet(world: ExchangeWorld) -> None:
    await world.forwards(Selection(verb=PASSED))
    await world.stored(*numbered(2))
    await world.settle()
    assert world.other.asked == []
    passed = await world.stored(*numbered(1, verb={"id": PASSED}))
    await world.settle()
    assert world.other.ids == passed


async def test_voiding_that_came_before_its_target_follows_it(world: ExchangeWorld) -> None:
    await world.forwards(Selection(verb=PASSED))
    (voiding,) = await world.stored(make_reference(FIRST, verb=VOIDED))
    (about,) = await world.stored(make_reference(voiding))
    await world.settle()
    assert world.other.ids == []
    await world.stored(make_statement(id=FIRST, verb={"id": PASSED}))
    await world.settle()
    assert world.other.ids == [FIRST, voiding, about]


async def test_what_follows_from_earlier_is_not_left_behind_by_trouble_nor_sent_twice_at_once(
    world: ExchangeWorld,
) -> None:
    await world.forwards(Selection(verb=PASSED))
    (voiding,) = await world.stored(make_reference(FIRST, verb=VOIDED))
    await world.settle()
    await world.stored(make_statement(id=FIRST, verb={"id": PASSED}), make_statement(id=SECOND, verb={"id": PASSED}))
    world.other.instead = lambda asked: (
        Answer(400) if len(asked.statements) > 1 else Answer(500) if asked.statements[0]["id"] == voiding else None
    )
    await world.settle()
    assert world.other.ids == [FIRST]
    assert (await world.forwarding()).behind == 2
    world.other.instead = lambda _: None
    await world.later(3)
    assert world.other.ids == [FIRST, voiding, SECOND]
    await world.forwards(Selection(verb=PASSED))
    world.other.asked.clear()
    await world.settle()
    (asked,) = world.other.asked
    assert [one["id"] for one in asked.statements] == [voiding, FIRST, SECOND]


async def test_from_now_leaves_out_what_was_there(world: ExchangeWorld) -> None:
    await world.stored(*numbered(2))
    await world.forwards(from_now=True)
    ids = await world.stored(*numbered(1))
    await world.settle()
    assert world.other.ids == ids


@pytest.mark.parametrize("status", [400, 409])
async def test_refused_statement_is_set_aside_and_holds_up_no_other(world: ExchangeWorld, status: int) -> None:
    ids = await world.stored(*numbered(9))
    poison = {ids[2], ids[7]}
    world.other.instead = refusing(status, when=lambda asked: bool(poison & {one["id"] for one in asked.statements}))
    forwarding_id = await world.forwards()
    await world.settle()
    assert world.other.ids == [one for one in ids if one not in poison]
    forwarding = await world.forwarding()
    assert (forwarding.refused, forwarding.behind, forwarding.error) == (2, 0, None)
    refusals = await world.db.read(forwarding_refusals_of, forwarding_id)
    assert {str(one.statement_id) for one in refusals} == poison
    assert refusals[0].error == f'(It answered {status}: {{"detail":"no"}}.)'

    await world.db.write(retry_forwarding, forwarding_id, now=world.clock.now, **WHY)
    await world.settle()
    assert (await world.forwarding()).refused == 2
    world.other.instead = lambda _: None
    await world.db.write(retry_forwarding, forwarding_id, now=world.clock.now, **WHY)
    await world.settle()
    assert set(world.other.ids) == set(ids)
    assert (await world.forwarding()).refused == 0


async def test_store_that_refuses_everything_gets_nothing_set_aside(world: ExchangeWorld) -> None:
    ids = await world.stored(*numbered(100))
    world.other.instead = refusing(400)
    await world.forwards()
    await world.settle()
    forwarding = await world.forwarding()
    assert (forwarding.refused, forwarding.behind, forwarding.attempts) == (0, 100, 1)
    assert forwarding.error is not None
    assert forwarding.error.startswith("The other record store refuses every statement.")
    world.other.instead = lambda _: None
    await world.later(3)
    assert world.other.ids == ids


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (500, "failed"),
        (503, "failed"),
        (401, "does not know this key"),
        (403, "scopes"),
        (404, "check the endpoint"),
        (301, "has moved"),
        (418, "does not take this"),
    ],
)
async def test_store_in_trouble_is_tried_again_later_and_nothing_is_lost(
    world: ExchangeWorld, status: int, told: str
) -> None:
    ids = await world.stored(*numbered(3))
    world.other.instead = refusing(status)
    await world.forwards()
    await world.settle()
    forwarding = await world.forwarding()
    assert forwarding.error is not None
    assert told in forwarding.error
    assert (forwarding.attempts, forwarding.behind) == (1, 3)
    await world.later(3)
    await world.later(5)
    assert (await world.forwarding()).attempts == 3
    assert len(world.other.asked) == 3
    world.other.instead = lambda _: None
    await world.later(9)
    assert world.other.ids == ids
    assert (await world.forwarding()).error is None


async def test_store_that_is_down_is_tried_again(world: ExchangeWorld) -> None:
    await world.stored(*numbered(2))
    port, world.other.port = world.other.port, 1
    await world.forwards()
    await world.settle()
    assert "cannot be reached" in str((await world.forwarding()).error)
    assert (await world.forwarding()).behind == 2
    world.other.port = port


async def test_secret_never_goes_to_another_address_than_it_was_entered_for(world: ExchangeWorld) -> None:
    await world.stored(*numbered(1))
    port, world.other.port = world.other.port, 1
    await world.forwards()
    await world.db.write(_move, f"http://127.0.0.1:{port}/xapi/")
    await world.settle()
    assert world.other.asked == []
    assert "enter it anew" in str((await world.forwarding()).error)


def _move(conn: Connection, endpoint: str) -> None:
    conn.execute(forwardings.update().values(endpoint=endpoint))


async def test_retry_after_is_respected(world: ExchangeWorld) -> None:
    await world.stored(*numbered(1))
    world.other.instead = refusing(429, Retry_After="120")
    await world.forwards()
    await world.settle()
    await world.later(119)
    assert len(world.other.asked) == 1
    await world.later(14)
    assert len(world.other.asked) == 2
    world.other.instead = refusing(503, Retry_After="Sun, 22 Nov 2026 10:00:00 GMT")
    await world.later(140)
    assert (await world.forwarding()).due_at.replace(microsecond=0) >= NOW.replace(hour=10, minute=0)


async def test_batch_that_is_too_large_is_halved(world: ExchangeWorld) -> None:
    ids = await world.stored(*numbered(100))
    world.other.instead = refusing(413, when=lambda asked: len(asked.statements) > 30)
    await world.forwards()
    await world.settle()
    assert world.other.ids == ids
    assert (await world.forwarding()).refused == 0


async def test_what_arrived_before_trouble_is_not_sent_again(world: ExchangeWorld) -> None:
    ids = await world.stored(*numbered(4))
    world.other.instead = lambda asked: (
        Answer(400) if len(asked.statements) > 1 else Answer(500) if asked.statements[0]["id"] == ids[2] else None
    )
    await world.forwards()
    await world.settle()
    assert world.other.ids == ids[:2]
    assert (await world.forwarding()).behind == 2
    world.other.instead = lambda _: None
    await world.later(3)
    assert world.other.ids == ids
    assert (await world.forwarding()).accepted == 4


async def test_one_worker_at_a_time_has_a_store_and_a_late_one_changes_nothing(world: ExchangeWorld) -> None:
    await world.stored(*numbered(3))
    await world.forwards()
    first = await world.db.write(claim_delivery, now=world.clock.now)
    assert first is not None
    assert await world.db.write(claim_delivery, now=world.clock.now) is None
    world.clock.now = world.clock.now.replace(minute=world.clock.now.minute + 2)
    second = await world.db.write(claim_delivery, now=world.clock.now)
    assert second is not None
    assert [one.id for one in second.statements] == [one.id for one in first.statements]
    assert not await world.db.write(record_delivery, first, Settled(3), now=world.clock.now)
    assert (await world.forwarding()).behind == 3
    assert await world.db.write(record_delivery, second, Settled(3), now=world.clock.now)
    assert not await world.db.write(record_delivery, second, Settled(3), now=world.clock.now)
    assert (await world.forwarding()).accepted == 3


async def test_many_workers_send_each_statement_once(world: ExchangeWorld) -> None:
    ids = await world.stored(*numbered(300))
    await world.forwards()

    async def work() -> None:
        await world.settle()

    await asyncio.gather(*(work() for _ in range(4)))
    await world.settle()
    assert world.other.ids == ids
    sent = [one["id"] for asked in world.other.asked for one in asked.statements]
    assert len(sent) == len(ids)


async def test_paused_store_gets_nothing_until_it_is_resumed(world: ExchangeWorld) -> None:
    forwarding_id = await world.forwards()
    await world.db.write(pause_forwarding, forwarding_id, now=world.clock.now, **WHY)
    ids = await world.stored(*numbered(2))
    await world.settle()
    assert world.other.asked == []
    assert (await world.forwarding()).paused_at is not None
    await world.db.write(resume_forwarding, forwarding_id, now=world.clock.now, **WHY)
    await world.settle()
    assert world.other.ids == ids


async def test_removed_store_is_forgotten_with_its_secret_and_every_act_is_a_decision(world: ExchangeWorld) -> None:
    forwarding_id = await world.forwards()
    await world.db.write(remove_forwarding, forwarding_id, now=world.clock.now, **WHY)
    await world.stored(*numbered(1))
    await world.settle()
    assert world.other.asked == []
    with pytest.raises(Missing):
        await world.db.write(remove_forwarding, forwarding_id, now=world.clock.now, **WHY)
    found = await world.db.read(
        decisions, AskedDecisions(subject=f"forwarding {forwarding_id}"), following=None, limit=9
    )
    assert {one.act for one in found} == {"forwarding.add", "forwarding.remove"}
    assert SECRET not in str(found)


async def test_secret_is_sealed_and_never_shown(world: ExchangeWorld) -> None:
    await world.forwards()
    kept = await world.db.read(lambda conn: conn.scalars(select(forwardings.c.secret)).one())
    assert SECRET.encode() not in kept
    assert "a2V5" not in str(await world.forwarding())


@pytest.mark.parametrize(
    ("entered", "where"),
    [
        ({"name": " "}, "name"),
        ({"endpoint": "lrs.example"}, "endpoint"),
        ({"endpoint": "https://user:x@lrs.example/"}, "endpoint"),
        ({"endpoint": "https://lrs.example/?x=1"}, "endpoint"),
        ({"endpoint": "https://[::1"}, "endpoint"),
        ({"secret": ""}, "secret"),
        ({"key": "a:b"}, "secret"),
        ({"version": "0.95"}, "version"),
    ],
)
async def test_store_that_cannot_be_is_refused_with_its_field(
    world: ExchangeWorld, entered: dict[str, str], where: str
) -> None:
    store = NewStore(**({"name": "x", "endpoint": "https://lrs.example/", "secret": "s", "key": "k"} | entered))
    with pytest.raises(Invalid) as refusal:
        await world.db.write(add_forwarding, world.ring, store, now=NOW, **WHY)
    assert refusal.value.where == where


def test_endpoint_has_one_form_and_a_token_is_a_bearer() -> None:
    store = NewStore("x", " HTTPS://LRS.example:8080/xapi/statements/ ", "token").checked()
    assert store.endpoint == "https://lrs.example:8080/xapi/"
    assert store.authorization == "Bearer token"


async def test_large_statements_go_in_smaller_batches(world: ExchangeWorld) -> None:
    large = "x" * 400_000
    await world.stored(*numbered(5, result={"response": large}))
    await world.forwards()
    await world.settle()
    assert [len(asked.statements) for asked in world.other.asked] == [2, 2, 1]


async def test_file_of_an_attachment_goes_with_its_statement(world: ExchangeWorld) -> None:
    data = b"%PDF \r\n--waymark"
    sha2 = hashlib.sha256(data).hexdigest()
    attachment = {"usageType": COMPLETED, "display": {}, "contentType": "application/pdf", "length": 18, "sha2": sha2}
    for each in (FIRST, SECOND):
        await world.stored(make_statement(id=each, attachments=[{**attachment, "fileUrl": "https://x.example/"}]))
    file = AttachedFile(sha2, "application/pdf", world.files.put(data))
    await world.db.write(attach, [(1, file), (2, file)])
    await world.forwards()
    world.other.instead = lambda _: Answer(200)
    await world.settle()
    (asked,) = world.other.asked
    head = f"Content-Type: {asked.headers['content-type']}\r\n\r\n".encode()
    statements, sent = message_from_bytes(head + asked.body, policy=HTTP).iter_parts()
    payload = statements.get_payload(decode=True)
    assert isinstance(payload, bytes)
    assert [one["id"] for one in json.decode(payload)] == [FIRST, SECOND]
    assert sent.get_payload(decode=True) == data
    assert (sent["X-Experience-API-Hash"], sent["Content-Transfer-Encoding"]) == (sha2, "binary")
    assert sent.get_content_type() == "application/pdf"
