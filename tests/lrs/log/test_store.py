import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec import json
from sqlalchemy import Connection, func, select

from base import Conflict, Database, Effect, Forbidden, Invalid, apply_effects, settle_installation
from lrs import (
    Account,
    Activity,
    Agent,
    Statement,
    StatementsStored,
    Verb,
    account_key,
    parse_statements,
    record_statement,
    record_statements,
    statements_of_agents,
    statements_with_ids,
    store_statements,
    waymark_authority,
)
from lrs.log.references import REFERRERS_LIMIT
from lrs.standard.intake import Facet
from lrs.tables.statements import names, postings, statements
from tests.lrs.makers import (
    AYGUN,
    COMPLETED,
    DAVIT,
    FIRST,
    INTRO,
    LMS,
    OTHER,
    SECOND,
    THIRD,
    VOIDED,
    body,
    make_reference,
    make_statement,
)
from tests.times import NOW

Run = Callable[..., Any]

PASSED = "http://adlnet.gov/expapi/verbs/passed"
AYGUN_KEY = "mbox::mailto:aygun@example.org"
DAVIT_KEY = "account::https://lms.example.org::davit"


def store(
    conn: Connection,
    *sent: dict[str, Any],
    now: datetime = NOW,
    authority: Agent = LMS,
    voids_any: bool = False,
) -> list[UUID]:
    return store_statements(conn, parse_statements(body(*sent)), authority=authority, now=now, voids_any=voids_any)


def count(conn: Connection) -> int:
    return conn.scalar(select(func.count()).select_from(statements)) or 0


def test_statement_without_id_is_given_one_and_found_by_it(write: Run, read: Run) -> None:
    (given,) = write(store, make_statement())
    (found,) = read(statements_with_ids, [given])
    assert (found.id, found.statement.id, found.statement.actor.mbox) == (given, given, "mailto:aygun@example.org")


def test_equal_statement_is_passed_over(write: Run, read: Run) -> None:
    sent = make_statement(id=FIRST, timestamp="2026-11-20T10:00:00+04:00")
    again = make_statement(id=FIRST, timestamp="2026-11-20T06:00:00Z")
    assert write(store, sent) == write(store, again) == [UUID(FIRST)]
    assert read(count) == 1


def test_taken_id_with_other_content_is_a_conflict_and_the_stored_one_stays(write: Run, read: Run) -> None:
    write(store, make_statement(id=FIRST))
    with pytest.raises(Conflict, match=FIRST):
        write(store, make_statement(id=FIRST, object={"id": "https://ulc.example/modules/other"}))
    (found,) = read(statements_with_ids, [UUID(FIRST)])
    assert found.statement.object == Activity(id=INTRO)


def test_batch_with_one_conflict_stores_nothing(write: Run, read: Run) -> None:
    write(store, make_statement(id=FIRST))
    with pytest.raises(Conflict):
        write(store, make_statement(id=SECOND), make_statement(id=FIRST, verb={"id": "http://example.org/failed"}))
    assert read(count) == 1


def test_batch_of_known_and_new_statements_stores_the_new_ones(write: Run, read: Run) -> None:
    write(store, make_statement(id=FIRST))
    ids = write(store, make_statement(id=FIRST), make_statement(id=SECOND), make_statement())
    assert ids[:2] == [UUID(FIRST), UUID(SECOND)]
    assert read(count) == 3


def test_numbers_and_extensions_are_given_back_with_the_bytes_that_came(write: Run, read: Run) -> None:
    members = b'"result":{"score":{"scaled":0.10,"raw":1e1},"extensions":{"http://x.example/e":{"a":1.000, "b":null}}}'
    sent = b'{"actor":{"mbox":"mailto:a@example.org"},"verb":{"id":"http://x.example/v"},"object":{"id":"http://x.example/o"},%b}'
    incoming = parse_statements(sent % members)
    ids = write(store_statements, incoming, authority=LMS, now=NOW)
    (found,) = read(statements_with_ids, ids)
    assert members in found.raw


def test_the_store_adds_id_stored_timestamp_version_and_authority(write: Run, read: Run) -> None:
    (given,) = write(store, make_statement(authority=DAVIT, stored="1999-01-01T00:00:00Z"))
    (found,) = read(statements_with_ids, [given])
    raw = json.decode(found.raw)
    assert raw["id"] == str(given)
    assert raw["stored"] == raw["timestamp"] == "2026-11-22T09:00:00.000000Z"
    assert raw["version"] == "1.0.0"
    assert raw["authority"]["account"]["name"] == "credential:lms"
    assert found.authority == "account::http://waymark.test::credential:lms"


def test_stored_never_decreases_with_the_sequence(write: Run, read: Run) -> None:
    ids = [write(store, make_statement(), now=NOW + timedelta(seconds=late))[0] for late in (0, 5, 2, 7)]
    found = read(statements_with_ids, ids)
    assert [one.seq for one in found] == sorted(one.seq for one in found)
    assert [(one.stored - NOW).seconds for one in found] == [0, 5, 5, 7]


def test_statement_of_an_unknown_id_is_not_found(read: Run) -> None:
    assert read(statements_with_ids, [UUID(FIRST)]) == []


def test_statements_of_an_agent_come_in_order_once_each_after_a_sequence(write: Run, read: Run) -> None:
    ids = [write(store, make_statement())[0] for _ in range(3)]
    write(store, make_statement(actor=DAVIT))
    write(store, make_statement(actor=DAVIT, object=AYGUN))
    found = read(lambda conn: list(statements_of_agents(conn, [AYGUN_KEY, "mbox::mailto:nobody@example.org"])))
    assert [one.id for one in found[:3]] == ids
    assert len(found) == 4
    later = read(lambda conn: list(statements_of_agents(conn, [AYGUN_KEY], after_seq=found[1].seq)))
    assert later == found[2:]


def test_statements_of_an_agent_can_be_those_with_some_verbs(write: Run, read: Run) -> None:
    write(store, make_statement(id=FIRST))
    write(store, make_statement(id=SECOND, verb={"id": "https://lms.example/verbs/looked"}))
    found = read(lambda conn: list(statements_of_agents(conn, [AYGUN_KEY], verbs={"https://lms.example/verbs/looked"})))
    assert [one.id for one in found] == [UUID(SECOND)]


def test_voided_statements_of_an_agent_say_so(write: Run, read: Run) -> None:
    write(store, make_statement(id=FIRST))
    write(store, make_reference(FIRST, verb=VOIDED))
    found = read(lambda conn: list(statements_of_agents(conn, [AYGUN_KEY])))
    assert [one.voided for one in found] == [True, False]


def test_statement_that_comes_after_its_voiding_is_voided(write: Run, read: Run) -> None:
    write(store, make_reference(FIRST, verb=VOIDED))
    write(store, make_statement(id=FIRST))
    (found,) = read(statements_with_ids, [UUID(FIRST)])
    assert found.voided


def test_voiding_statement_is_not_voided(write: Run, read: Run) -> None:
    write(store, make_statement(id=FIRST))
    write(store, make_reference(FIRST, verb=VOIDED, id=SECOND))
    write(store, make_reference(SECOND, verb=VOIDED))
    found = read(statements_with_ids, [UUID(FIRST), UUID(SECOND)])
    assert [one.voided for one in found] == [True, False]


def test_statement_and_its_voiding_in_one_batch_leave_it_voided(write: Run, read: Run) -> None:
    write(store, make_reference(FIRST, verb=VOIDED), make_statement(id=FIRST))
    (found,) = read(statements_with_ids, [UUID(FIRST)])
    assert found.voided


def test_voiding_of_another_authoritys_statement_is_forbidden(write: Run, read: Run) -> None:
    write(store, make_statement(id=FIRST))
    with pytest.raises(Forbidden, match="another authority"):
        write(store, make_reference(FIRST, verb=VOIDED), authority=OTHER)
    write(store, make_reference(SECOND, verb=VOIDED), authority=OTHER)
    write(store, make_statement(id=SECOND))
    found = read(statements_with_ids, [UUID(FIRST), UUID(SECOND)])
    assert [one.voided for one in found] == [False, False]


def test_sender_with_every_right_voids_another_authoritys_statement(write: Run, read: Run) -> None:
    write(store, make_statement(id=FIRST))
    write(store, make_reference(FIRST, verb=VOIDED), authority=OTHER, voids_any=True)
    (found,) = read(statements_with_ids, [UUID(FIRST)])
    assert found.voided


def test_statements_that_refer_to_each_other_are_stored(write: Run, read: Run) -> None:
    write(store, make_reference(SECOND, id=FIRST), make_reference(FIRST, id=SECOND))
    assert read(count) == 2


async def heard_of(database_url: str, *requests: list[dict[str, Any]]) -> list[StatementsStored]:
    """What a subscriber hears of the last of these requests."""
    heard: list[StatementsStored] = []
    listener = Effect("listener", StatementsStored, lambda _: True, lambda _conn, event, _now: heard.append(event))
    db = await Database.open(database_url, subscriptions=[listener])
    try:
        for sent in requests:
            heard.clear()
            await db.write(store, *sent)
            await db.write(apply_effects, now=NOW)
    finally:
        await db.close()
    return heard


async def test_each_actor_is_told_of_once_with_all_that_came(database_url: str) -> None:
    passed, fourth = make_statement(id=SECOND, verb={"id": PASSED}), str(UUID(int=4))
    sent = [make_statement(id=FIRST), make_statement(actor=DAVIT, id=THIRD), passed, make_statement(id=fourth)]
    assert await heard_of(database_url, sent) == [
        StatementsStored(
            AYGUN_KEY,
            statement_ids=(UUID(FIRST), UUID(SECOND), UUID(fourth)),
            activities=(INTRO,),
            verbs=(COMPLETED, PASSED),
        ),
        StatementsStored(DAVIT_KEY, statement_ids=(UUID(THIRD),), activities=(INTRO,), verbs=(COMPLETED,)),
    ]


async def test_repeated_statement_is_told_of_once(database_url: str) -> None:
    assert await heard_of(database_url, [make_statement(id=FIRST)], [make_statement(id=FIRST)]) == []


async def test_voiding_is_told_of_for_the_voided_statements_actor_too(database_url: str) -> None:
    voiding = make_reference(FIRST, verb=VOIDED, id=SECOND)
    assert await heard_of(database_url, [make_statement(id=FIRST)], [voiding]) == [
        StatementsStored(DAVIT_KEY, statement_ids=(UUID(SECOND),), activities=(), verbs=(VOIDED,)),
        StatementsStored(AYGUN_KEY, statement_ids=(UUID(FIRST),), activities=(INTRO,), verbs=(COMPLETED,)),
    ]


def test_waymark_records_under_its_own_authority(write: Run, read: Run) -> None:
    write(settle_installation, "http://waymark.test", now=NOW)
    act = Statement(
        actor=Agent(account=Account(home_page="http://waymark.test", name="a person")),
        verb=Verb(id=COMPLETED),
        object=Activity(id=INTRO),
        timestamp=NOW,
    )
    given = write(record_statement, act, now=NOW)
    (found,) = read(statements_with_ids, [given])
    assert found.authority == account_key("http://waymark.test", "waymark")
    assert found.statement.authority == read(waymark_authority)
    assert (found.statement.actor, found.statement.object, found.timestamp) == (act.actor, act.object, NOW)


def test_what_waymark_records_together_keeps_its_order(write: Run, read: Run) -> None:
    write(settle_installation, "http://waymark.test", now=NOW)
    acts = [
        Statement(actor=Agent(mbox="mailto:a@example.org"), verb=Verb(id=verb), object=Activity(id=INTRO))
        for verb in (COMPLETED, "http://example.org/terminated")
    ]
    ids = write(record_statements, acts, now=NOW)
    found = read(statements_with_ids, ids)
    assert [(one.id, one.statement.verb) for one in found] == list(zip(ids, [act.verb for act in acts], strict=True))


def test_what_waymark_records_obeys_the_rules_too(write: Run) -> None:
    write(settle_installation, "http://waymark.test", now=NOW)
    act = Statement(actor=Agent(mbox="aygun@example.org"), verb=Verb(id=COMPLETED), object=Activity(id=INTRO))
    with pytest.raises(Invalid, match="mailto:"):
        write(record_statement, act, now=NOW)


async def test_writers_at_once_with_one_id_leave_one_statement_and_one_outcome_each(db: Database) -> None:
    verbs = [COMPLETED, "http://example.org/failed"] * 8
    sent = [make_statement(id=FIRST, verb={"id": verb}) for verb in verbs]
    outcomes = await asyncio.gather(*(db.write(store, one) for one in sent), return_exceptions=True)
    (found,) = await db.read(statements_with_ids, [UUID(FIRST)])
    for verb, outcome in zip(verbs, outcomes, strict=True):
        if verb == found.statement.verb.id:
            assert outcome == [UUID(FIRST)]
        else:
            assert isinstance(outcome, Conflict)


async def test_writers_at_once_leave_an_unbroken_log(db: Database) -> None:
    sent = [
        [make_statement(verb={"id": f"http://example.org/{batch}/{one}"}) for one in range(5)] for batch in range(16)
    ]
    ids = await asyncio.gather(*(db.write(store, *batch) for batch in sent))
    found = await db.read(statements_with_ids, [one for batch in ids for one in batch])
    assert [one.seq for one in found] == list(range(1, 81))
    by_id = {one.id: one.seq for one in found}
    for batch in ids:
        assert [by_id[one] for one in batch] == list(range(by_id[batch[0]], by_id[batch[0]] + 5))


def test_a_thousand_names_in_one_statement_are_kept(write: Run, read: Run) -> None:
    others = [{"id": f"https://ulc.example/others/{number}"} for number in range(1200)]
    ids = write(store, make_statement(context={"contextActivities": {"other": others}}))
    (found,) = read(statements_with_ids, ids)
    assert found.statement.context is not None
    assert found.statement.context.context_activities is not None
    assert len(found.statement.context.context_activities.other or ()) == 1200


def test_so_many_that_refer_to_a_later_target_are_found_by_it_and_no_more(write: Run, read: Run) -> None:
    for _ in range(REFERRERS_LIMIT // 1000 + 1):
        write(store, *(make_reference(FIRST) for _ in range(1000)))
    write(store, make_reference(FIRST, verb=VOIDED))
    write(store, make_statement(id=FIRST))
    (found,) = read(statements_with_ids, [UUID(FIRST)])
    assert found.voided
    by_actor = select(func.count()).select_from(postings.join(names, names.c.id == postings.c.name))
    by_actor = by_actor.where(names.c.name == AYGUN_KEY, postings.c.facet == Facet.AGENT)
    assert read(lambda conn: conn.scalar(by_actor)) == 1 + REFERRERS_LIMIT
