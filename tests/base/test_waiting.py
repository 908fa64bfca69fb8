"""What waits must cost nothing to those who ask for their own: how it is found, and by how many steps."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, text

from base import Database, Effect, Errand, Event, Subscription, apply_effects, has_due_effects, waiting
from base.delivery import claim_errands, has_due
from base.events import pending_events
from base.waiting import MOST_COUNTED
from tests.times import NOW

FEW, MANY = 200, 2_000


class Rang(Event, frozen=True):
    pass


async def _perform(_task: str) -> str:
    return "done"


EFFECT = Effect("effect", Rang, lambda _: True, lambda _conn, _event, _now: None)
OTHER = Effect("other", Rang, lambda _: True, lambda _conn, _event, _now: None)
ERRAND: Errand[Rang, str, str] = Errand(
    "errand", Rang, lambda _: True, lambda _c, e, _n: e.subject, _perform, lambda _c, _e, _r, _n: None
)
ALL: tuple[Subscription, ...] = (EFFECT, OTHER, ERRAND)


@pytest.fixture
def db(runner: asyncio.Runner, database_url: str) -> Iterator[Database]:
    opened = runner.run(Database.open(database_url, subscriptions=ALL))
    yield opened
    runner.run(opened.close())


def leave(conn: Connection, subscriber: str, number: int, *, due_at: datetime = NOW) -> None:
    rows = [
        {
            "subscriber": subscriber,
            "subject": f"{subscriber} {n}",
            "payload": b'{"subject":"x"}',
            "due_at": due_at,
            "attempts": 0,
        }
        for n in range(number)
    ]
    conn.execute(insert(pending_events), rows)
    if conn.dialect.name == "postgresql":
        conn.execute(text("ANALYZE pending_events"))


ASKED: dict[str, Callable[[Connection], Any]] = {
    "has_due": lambda conn: has_due(conn, now=NOW),
    "has_due_effects": lambda conn: has_due_effects(conn, now=NOW, subjects=["effect 7", "other 7"]),
    "claim_errands": lambda conn: claim_errands(conn, now=NOW, limit=3),
    "apply_effects": lambda conn: apply_effects(conn, now=NOW, limit=10),
    "apply_effects of subjects": lambda conn: apply_effects(conn, now=NOW, subjects=["effect 7"]),
}


@contextmanager
def selects(conn: Connection) -> Iterator[list[tuple[str, Any]]]:
    """The queries that the block asks, as the driver gets them."""
    heard: list[tuple[str, Any]] = []

    def hear(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            heard.append((statement, parameters))

    event.listen(conn, "before_cursor_execute", hear)
    yield heard
    event.remove(conn, "before_cursor_execute", hear)


def plans(conn: Connection, ask: Callable[[Connection], Any]) -> list[str]:
    with selects(conn) as asked:
        ask(conn)
    explain = "EXPLAIN QUERY PLAN " if conn.dialect.name == "sqlite" else "EXPLAIN "
    assert asked
    return [
        "\n".join(str(row[-1]) for row in conn.exec_driver_sql(explain + statement, parameters))
        for statement, parameters in asked
    ]


@pytest.mark.parametrize("name", ASKED)
def test_what_is_due_is_found_by_an_index_and_not_sorted(write: Callable[..., Any], name: str) -> None:
    for subscriber in ("effect", "other", "errand"):
        write(leave, subscriber, MANY)
    for plan in write(plans, ASKED[name]):
        assert "ix_pending_events" in plan
        assert "Seq Scan" not in plan
        assert "SCAN pending_events" not in plan
        if "subjects" not in name:
            assert "Sort" not in plan
            assert "TEMP B-TREE" not in plan


def instructions(conn: Connection, ask: Callable[[Connection], Any]) -> int:
    """How many instructions of SQLite's machine the asking takes, undone again afterwards: a count, no time."""
    steps = 0

    def step() -> int:
        nonlocal steps
        steps += 1
        return 0

    driver: Any = conn.connection.driver_connection
    driver.set_progress_handler(step, 1)
    try:
        with conn.begin_nested() as savepoint:
            ask(conn)
            savepoint.rollback()
    finally:
        driver.set_progress_handler(None, 1)
    return steps


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("backlog_of", ["effect", "other", "errand"])
def test_asking_takes_no_more_steps_when_much_more_waits(write: Callable[..., Any], name: str, backlog_of: str) -> None:
    for subscriber in ("effect", "other", "errand"):
        write(leave, subscriber, FEW)
    before = write(instructions, ASKED[name])
    write(leave, backlog_of, MANY)
    # An index grows deeper by a step or two, where a walk would take thousands more.
    assert write(instructions, ASKED[name]) <= before + FEW


def test_errands_are_claimed_in_the_order_in_which_they_are_due(write: Callable[..., Any]) -> None:
    write(leave, "effect", FEW)
    write(leave, "errand", 3)
    first, second, third = write(claim_errands, now=NOW, limit=3)
    assert first[0] < second[0] < third[0]
    assert write(claim_errands, now=NOW, limit=3) == []


def test_no_effect_waits_behind_the_backlog_of_another(write: Callable[..., Any], read: Callable[..., Any]) -> None:
    write(leave, "effect", FEW)
    write(leave, "other", 5)
    assert write(apply_effects, now=NOW, limit=20) == 10 + 5
    assert read(waiting) == {"effect": FEW - 10}


def test_more_than_can_be_told_apart_is_told_as_so_many(write: Callable[..., Any], read: Callable[..., Any]) -> None:
    write(leave, "effect", MOST_COUNTED + 1)
    write(leave, "errand", 2)
    assert read(waiting) == {"effect": MOST_COUNTED, "errand": 2}
