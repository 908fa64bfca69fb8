"""Errands that wait for something else, that hear of their failures, and that are asked for anew."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from base import Database, Errand, Event, NotNow, Unavailable, failures, publish, publish_again, waiting
from base.audit import audit_rows, record_decision
from base.delivery import ATTEMPTS_BEFORE_SET_ASIDE
from base.events import pending_events
from base.jobs import work_once
from tests.times import NOW


class Rang(Event, frozen=True):
    pass


def noted(conn: Connection) -> list[str]:
    return sorted(conn.scalars(select(audit_rows.c.act)))


def attempts(conn: Connection) -> list[int]:
    return list(conn.scalars(select(pending_events.c.attempts)))


class Door:
    """Who rings here is let in once `opens_at` has come, unless `error` is in the way."""

    def __init__(self) -> None:
        self.opens_at = NOW
        self.error: Exception | None = None

    def prepare(self, conn: Connection, event: Rang, now: datetime) -> str:
        if now < self.opens_at:
            raise NotNow((self.opens_at - now).total_seconds(), "the door is closed")
        return event.subject

    async def perform(self, task: str) -> str:
        if self.error is not None:
            raise self.error
        return task


def record(conn: Connection, event: Rang, result: str, now: datetime) -> None:
    record_decision(conn, by=None, act=f"let in {result}", subject="test", reason="rang", now=now)


def failed(conn: Connection, event: Rang, error: Exception, now: datetime) -> None:
    record_decision(conn, by=None, act=f"left {event.subject}: {error}", subject="test", reason="rang", now=now)


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def bell(door: Door) -> Errand[Rang, str, str]:
    return Errand("bell", Rang, lambda _: True, door.prepare, door.perform, record, failed)


@pytest.fixture
def db(runner: asyncio.Runner, database_url: str, bell: Errand[Rang, str, str]) -> Iterator[Database]:
    opened = runner.run(Database.open(database_url, subscriptions=[bell]))
    yield opened
    runner.run(opened.close())


@pytest.fixture
def worker(runner: asyncio.Runner, db: Database, bell: Errand[Rang, str, str]) -> Callable[[datetime], Any]:
    return lambda now: runner.run(work_once(db, {bell.name: bell}, clock=lambda: now))


def test_waiting_for_something_else_counts_as_no_try(
    runner: asyncio.Runner, db: Database, door: Door, worker: Callable[[datetime], Any]
) -> None:
    runner.run(db.write(publish, Rang("aygün"), now=NOW))
    door.opens_at = NOW + timedelta(hours=ATTEMPTS_BEFORE_SET_ASIDE + 2)
    for hours in range(ATTEMPTS_BEFORE_SET_ASIDE + 2):
        assert worker(NOW + timedelta(hours=hours))
        assert runner.run(db.read(attempts)) == [0]
    assert not worker(door.opens_at - timedelta(seconds=1))
    assert worker(door.opens_at)
    assert runner.run(db.read(noted)) == ["let in aygün"]


def test_errand_hears_of_its_failure_in_the_transaction_that_puts_it_off(
    runner: asyncio.Runner, db: Database, door: Door, worker: Callable[[datetime], Any]
) -> None:
    runner.run(db.write(publish, Rang("aygün"), now=NOW))
    door.error = Unavailable("nobody is in")
    assert worker(NOW)
    assert runner.run(db.read(noted)) == ["left aygün: nobody is in"]
    assert runner.run(db.read(attempts)) == [1]


def test_errand_hears_of_what_it_waits_for_without_it_counting_as_a_try(
    runner: asyncio.Runner, db: Database, door: Door, worker: Callable[[datetime], Any]
) -> None:
    runner.run(db.write(publish, Rang("aygün"), now=NOW))
    door.error = NotNow(90, "the house is empty")
    door.error.__cause__ = Unavailable("nobody lives here")
    assert worker(NOW)
    assert runner.run(db.read(noted)) == ["left aygün: nobody lives here"]
    assert runner.run(db.read(attempts)) == [0]
    assert not worker(NOW + timedelta(seconds=89))


def test_what_is_asked_for_again_takes_the_place_of_what_was_set_aside(
    runner: asyncio.Runner, db: Database, door: Door, worker: Callable[[datetime], Any]
) -> None:
    for name in ("aygün", "ნინო"):
        runner.run(db.write(publish, Rang(name), now=NOW))
    door.error = Unavailable("nobody is in")
    for hours in range(0, 2 * ATTEMPTS_BEFORE_SET_ASIDE, 2):
        worker(NOW + timedelta(hours=hours))
    assert {each.subject for each in runner.run(db.read(failures))} == {"aygün", "ნინო"}
    door.error = None
    later = NOW + timedelta(days=2)
    runner.run(db.write(publish_again, [Rang("aygün")], now=later))
    assert [each.subject for each in runner.run(db.read(failures))] == ["ნინო"]
    assert runner.run(db.read(waiting)) == {"bell": 1}
    worker(later)
    assert "let in aygün" in runner.run(db.read(noted))
