"""Many posts in one transaction: each has its own outcome, as if they came one after the other."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Connection, func, select

from base import Conflict, Database, Effect, Forbidden, Unavailable, apply_effects
from lrs import Agent, StatementsStored, parse_statements, statements_with_ids
from lrs.log.posts import Post
from lrs.log.store import store_posts
from lrs.log.writing import POST_LIMIT, StatementWriter
from lrs.tables.statements import names, postings, statements
from tests.lrs.makers import (
    COMPLETED,
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

FAILED = {"id": "http://example.org/failed"}


def post(*sent: dict[str, Any], authority: Agent = LMS, voids_any: bool = False) -> Post:
    return Post(parse_statements(body(*sent)), authority, voids_any=voids_any)


def log(conn: Connection) -> list[tuple[int, str]]:
    rows = conn.execute(select(statements.c.seq, statements.c.id).order_by(statements.c.seq))
    return [(seq, str(statement_id)) for seq, statement_id in rows]


def test_a_refused_post_leaves_no_trace_in_its_neighbours(write: Run, read: Run) -> None:
    write(store_posts, [post(make_statement(id=FIRST))], now=NOW)
    outcomes = write(
        store_posts,
        [
            post(make_statement(id=SECOND)),
            post(make_statement(object={"id": "http://example.org/unheard-of"}), make_statement(id=FIRST, verb=FAILED)),
            post(make_statement(id=THIRD)),
        ],
        now=NOW,
    )
    assert [outcomes[0], outcomes[2]] == [[UUID(SECOND)], [UUID(THIRD)]]
    assert isinstance(outcomes[1], Conflict)
    assert read(log) == [(1, FIRST), (2, SECOND), (3, THIRD)]
    assert "http://example.org/unheard-of" not in read(lambda conn: set(conn.scalars(select(names.c.name))))


def test_of_two_posts_with_one_id_the_earlier_is_stored(write: Run, read: Run) -> None:
    same, other = make_statement(id=FIRST), make_statement(id=FIRST, verb=FAILED)
    outcomes = write(store_posts, [post(same), post(other), post(same)], now=NOW)
    assert [outcomes[0], outcomes[2]] == [[UUID(FIRST)], [UUID(FIRST)]]
    assert isinstance(outcomes[1], Conflict)
    (found,) = read(statements_with_ids, [UUID(FIRST)])
    assert found.statement.verb.id == COMPLETED


def test_an_id_of_a_refused_post_is_free_for_the_next(write: Run, read: Run) -> None:
    write(store_posts, [post(make_statement(id=FIRST))], now=NOW)
    refused = post(make_statement(id=SECOND), make_statement(id=FIRST, verb=FAILED))
    outcomes = write(store_posts, [refused, post(make_statement(id=SECOND, verb=FAILED))], now=NOW)
    assert isinstance(outcomes[0], Conflict)
    assert outcomes[1] == [UUID(SECOND)]
    (found,) = read(statements_with_ids, [UUID(SECOND)])
    assert found.statement.verb.id == FAILED["id"]


def test_a_voiding_in_the_same_transaction_needs_the_same_right(write: Run, read: Run) -> None:
    target, voiding = make_statement(id=FIRST), make_reference(FIRST, verb=VOIDED)
    outcomes = write(store_posts, [post(target), post(voiding, authority=OTHER)], now=NOW)
    assert isinstance(outcomes[1], Forbidden)
    write(store_posts, [post(voiding, authority=OTHER, voids_any=True)], now=NOW)
    (found,) = read(statements_with_ids, [UUID(FIRST)])
    assert found.voided


def test_a_voiding_before_its_target_in_the_same_transaction_needs_it_too(write: Run, read: Run) -> None:
    early = [post(make_reference(one, verb=VOIDED), authority=who) for one, who in ((FIRST, LMS), (SECOND, OTHER))]
    write(store_posts, [*early, post(make_statement(id=FIRST), make_statement(id=SECOND))], now=NOW)
    found = read(statements_with_ids, [UUID(FIRST), UUID(SECOND)])
    assert [one.voided for one in found] == [True, False]


def test_a_reference_to_an_earlier_post_of_the_transaction_is_found_by_it(write: Run, read: Run) -> None:
    write(store_posts, [post(make_statement(id=FIRST)), post(make_reference(FIRST, id=SECOND))], now=NOW)
    activity = select(func.count()).select_from(postings).join(names, names.c.id == postings.c.name)
    # The activity narrowly and as a related one, of the statement and of the one about it.
    assert read(lambda conn: conn.scalar(activity.where(names.c.name == INTRO))) == 4


def test_no_posts_and_empty_ones_change_nothing(write: Run, read: Run) -> None:
    assert write(store_posts, [], now=NOW) == []
    assert write(store_posts, [Post([], LMS)], now=NOW) == [[]]
    assert read(log) == []


async def test_one_actor_of_many_posts_is_told_of_once(database_url: str) -> None:
    heard: list[StatementsStored] = []
    listener = Effect("listener", StatementsStored, lambda _: True, lambda _conn, event, _now: heard.append(event))
    db = await Database.open(database_url, subscriptions=[listener])
    try:
        await db.write(store_posts, [post(make_statement(id=one)) for one in (FIRST, SECOND)], now=NOW)
        await db.write(apply_effects, now=NOW)
    finally:
        await db.close()
    assert [each.statement_ids for each in heard] == [(UUID(FIRST), UUID(SECOND))]


async def test_posts_that_come_at_once_have_each_their_outcome(db: Database) -> None:
    writer = StatementWriter(db)
    verbs = [COMPLETED, FAILED["id"]] * POST_LIMIT
    sent = [post(make_statement(id=FIRST, verb={"id": verb}), make_statement()) for verb in verbs]
    outcomes = await asyncio.gather(*(writer.store(one, now=NOW) for one in sent), return_exceptions=True)
    for verb, outcome in zip(verbs, outcomes, strict=True):
        if verb == COMPLETED:
            assert isinstance(outcome, list)
            assert outcome[0] == UUID(FIRST)
        else:
            assert isinstance(outcome, Conflict)
    found = await db.read(log)
    assert [seq for seq, _ in found] == list(range(1, 2 + POST_LIMIT))


async def test_posts_gather_while_a_transaction_is_under_way(db: Database) -> None:
    writer = StatementWriter(db)
    sent = [post(make_statement()) for _ in range(30)]
    ids = await asyncio.gather(*(writer.store(one, now=NOW) for one in sent))
    at = await db.read(lambda conn: list(conn.scalars(select(statements.c.stored).order_by(statements.c.seq))))
    assert [str(one) for (one,) in ids] == [statement_id for _, statement_id in await db.read(log)]
    assert at == sorted(at)
    assert len(set(at)) < len(sent)


async def test_a_post_that_fails_as_nobody_expected_fails_alone(db: Database) -> None:
    writer = StatementWriter(db)
    poison = Post([None], LMS)  # type: ignore[list-item] # what no parser lets through
    sent = [post(make_statement(id=FIRST)), poison, post(make_statement(id=SECOND))]
    outcomes = await asyncio.gather(*(writer.store(one, now=NOW) for one in sent), return_exceptions=True)
    assert [outcomes[0], outcomes[2]] == [[UUID(FIRST)], [UUID(SECOND)]]
    assert isinstance(outcomes[1], AttributeError)
    assert [one for _, one in await db.read(log)] == [FIRST, SECOND]
    assert len(await writer.store(post(make_statement()), now=NOW)) == 1


async def test_whoever_goes_away_takes_nobody_along(db: Database) -> None:
    writer = StatementWriter(db)
    tasks = [asyncio.create_task(writer.store(post(make_statement()), now=NOW)) for _ in range(20)]
    await asyncio.sleep(0)
    for gone in tasks[::2]:
        gone.cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert [isinstance(one, asyncio.CancelledError) for one in outcomes] == [True, False] * 10
    there = {one for _, one in await db.read(log)}
    assert {str(one) for outcome in outcomes[1::2] for one in outcome} <= there  # type: ignore[union-attr] # lists


async def test_stored_is_later_in_each_transaction_of_many_writers(db: Database) -> None:
    async def write_some(writer: StatementWriter, now: datetime) -> None:
        for _ in range(5):
            await writer.store(post(make_statement()), now=now)

    writers = [StatementWriter(db) for _ in range(4)]
    await asyncio.gather(*(write_some(one, NOW - late * timedelta(seconds=1)) for late, one in enumerate(writers)))
    at = await db.read(lambda conn: list(conn.scalars(select(statements.c.stored).order_by(statements.c.seq))))
    assert len(at) == 20
    assert all(before < after for before, after in pairwise(at))


async def test_what_the_database_cannot_take_is_told_to_all_who_wait(tmp_path: Any, sqlite_template: Any) -> None:
    path = tmp_path / "full.db"
    path.write_bytes(sqlite_template.read_bytes())
    db = await Database.open(f"sqlite:///{path}")
    try:
        pages = await db.write(lambda conn: conn.exec_driver_sql("PRAGMA page_count").scalar_one())
        await db.write(lambda conn: conn.exec_driver_sql(f"PRAGMA max_page_count={pages}").scalar_one())
        large = [post(make_statement(result={"response": "x" * 3_000_000})) for _ in range(3)]
        outcomes = await asyncio.gather(
            *(StatementWriter(db).store(one, now=NOW) for one in large), return_exceptions=True
        )
        assert all(isinstance(one, Unavailable | sa.exc.OperationalError) for one in outcomes)
        assert await db.read(log) == []
    finally:
        await db.close()
