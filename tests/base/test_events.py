import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, select

from base import (
    Database,
    DeliverySetAside,
    Effect,
    Errand,
    Event,
    Missing,
    RetryLater,
    apply_effects,
    failures,
    publish,
    retry,
    waiting,
    work,
)
from base.audit import audit_rows, record_decision
from base.delivery import ATTEMPTS_BEFORE_SET_ASIDE, LEASE, claim_errands, finish_errand, has_due
from base.events import pending_events
from tests.times import NOW


class Rang(Event, frozen=True):
    times: int = 1


class Fell(Event, frozen=True):
    pass


def note(conn: Connection, act: str, now: datetime) -> None:
    record_decision(conn, by=None, act=act, subject="test", reason="heard", now=now)


def noted(conn: Connection) -> list[str]:
    return sorted(conn.scalars(select(audit_rows.c.act)))


def rows_left(conn: Connection) -> int:
    return conn.scalar(select(func.count()).select_from(pending_events)) or 0


def hear(conn: Connection, event: Rang, now: datetime) -> None:
    note(conn, f"heard {event.subject}", now)
    if event.times > 1:
        raise ValueError("cannot bear so much noise")


EAR = Effect(name="ear", event=Rang, wants=lambda event: event.times > 0, apply=hear)

Opener = Callable[..., Database]


@pytest.fixture
def open_with(runner: asyncio.Runner, database_url: str) -> Iterator[Opener]:
    opened: list[Database] = []

    def open_db(*subscriptions: Effect[Any] | Errand[Any, Any, Any]) -> Database:
        opened.append(runner.run(Database.open(database_url, subscriptions=subscriptions)))
        return opened[-1]

    yield open_db
    for db in opened:
        runner.run(db.close())


def test_only_those_who_want_an_event_get_a_row(open_with: Opener, runner: asyncio.Runner) -> None:
    db = open_with(EAR)
    for event in (Rang("aygün"), Rang("aygün", times=0), Fell("aygün")):
        runner.run(db.write(publish, event, now=NOW))
    assert runner.run(db.read(waiting)) == {"ear": 1}


def test_an_effect_is_applied_once_and_its_row_is_gone(open_with: Opener, runner: asyncio.Runner) -> None:
    db = open_with(EAR)
    runner.run(db.write(publish, Rang("aygün"), now=NOW))
    assert runner.run(db.write(apply_effects, now=NOW)) == 1
    assert runner.run(db.write(apply_effects, now=NOW)) == 0
    assert runner.run(db.read(noted)) == ["heard aygün"]


def test_a_failing_effect_is_put_off_alone_and_set_aside_in_the_end(open_with: Opener, runner: asyncio.Runner) -> None:
    db = open_with(EAR)
    for event in (Rang("aygün"), Rang("ştefan", times=9), Rang("олена")):
        runner.run(db.write(publish, event, now=NOW))
    now = NOW
    for _ in range(ATTEMPTS_BEFORE_SET_ASIDE):
        runner.run(db.write(apply_effects, now=now))
        now += timedelta(hours=2)
    assert runner.run(db.read(noted)) == ["heard aygün", "heard олена"]
    assert not runner.run(db.read(has_due, now=now))
    (failure,) = runner.run(db.read(failures))
    assert (failure.subject, failure.attempts) == ("ştefan", ATTEMPTS_BEFORE_SET_ASIDE)
    assert "noise" in failure.error

    runner.run(db.write(retry, failure.id, now=now))
    assert runner.run(db.read(has_due, now=now))
    with pytest.raises(Missing):
        runner.run(db.write(retry, failure.id, now=now))


def test_what_is_set_aside_is_told_once(open_with: Opener, runner: asyncio.Runner) -> None:
    def tell(conn: Connection, event: DeliverySetAside, now: datetime) -> None:
        note(conn, f"aside {event.subscriber}", now)

    told = Effect("told", DeliverySetAside, lambda _: True, tell)
    db = open_with(EAR, told)
    runner.run(db.write(publish, Rang("ştefan", times=9), now=NOW))
    for hours in range(0, 2 * ATTEMPTS_BEFORE_SET_ASIDE + 2, 2):
        runner.run(db.write(apply_effects, now=NOW + timedelta(hours=hours)))
    assert runner.run(db.read(noted)) == ["aside ear"]


def test_a_page_folds_its_own_learner_before_the_others(open_with: Opener, runner: asyncio.Runner) -> None:
    db = open_with(EAR)
    for name in ("aygün", "ნინო", "aygün"):
        runner.run(db.write(publish, Rang(name), now=NOW))
    assert runner.run(db.write(apply_effects, now=NOW, subjects=["aygün"])) == 2
    assert runner.run(db.read(noted)) == ["heard aygün", "heard aygün"]
    assert runner.run(db.read(waiting)) == {"ear": 1}


def test_effects_of_two_workers_at_once_are_each_applied_once(open_with: Opener, runner: asyncio.Runner) -> None:
    db = open_with(EAR)

    async def both() -> None:
        await asyncio.gather(*(db.write(publish, Rang(str(n)), now=NOW) for n in range(30)))
        while await db.read(has_due, now=NOW):
            await asyncio.gather(*(db.write(apply_effects, now=NOW, limit=7) for _ in range(4)))

    runner.run(both())
    assert runner.run(db.read(noted)) == sorted(f"heard {n}" for n in range(30))


def messenger(perform: Callable[[str], Any]) -> Errand[Rang, str, str]:
    return Errand(
        name="messenger",
        event=Rang,
        wants=lambda event: True,
        prepare=lambda conn, event, now: event.subject if event.times else None,
        perform=perform,
        record=lambda conn, event, result, now: note(conn, f"brought {result}", now),
    )


async def greet(name: str) -> str:
    return f"greetings from {name}"


async def run_worker(db: Database, errand: Errand[Any, Any, Any], until: Callable[[], Any]) -> None:
    stop = asyncio.Event()
    worker = asyncio.create_task(work(db, [errand], clock=lambda: NOW, stop=stop))
    with suppress(TimeoutError):
        async with asyncio.timeout(10):
            while not await until():
                await asyncio.sleep(0.01)
    stop.set()
    await worker


def test_an_errand_goes_out_and_its_result_is_recorded(open_with: Opener, runner: asyncio.Runner) -> None:
    errand = messenger(greet)
    db = open_with(errand)
    for event in (Rang("aygün"), Rang("nobody", times=0)):
        runner.run(db.write(publish, event, now=NOW))

    async def done() -> bool:
        return await db.read(rows_left) == 0

    runner.run(run_worker(db, errand, done))
    assert runner.run(db.read(rows_left)) == 0
    assert runner.run(db.read(noted)) == ["brought greetings from aygün"]


def test_an_errand_that_says_when_is_tried_again_then(open_with: Opener, runner: asyncio.Runner) -> None:
    async def busy(name: str) -> str:
        raise RetryLater(90, "the platform asks for patience")

    errand = messenger(busy)
    db = open_with(errand)
    runner.run(db.write(publish, Rang("aygün"), now=NOW))

    def error(conn: Connection) -> str | None:
        return conn.scalar(select(pending_events.c.error))

    async def done() -> bool:
        return await db.read(error) is not None

    runner.run(run_worker(db, errand, done))
    assert not runner.run(db.read(has_due, now=NOW + timedelta(seconds=89)))
    assert runner.run(db.read(has_due, now=NOW + timedelta(seconds=90)))
    assert "patience" in (runner.run(db.read(error)) or "")


def test_a_leased_errand_is_nobody_elses_until_its_lease_ends_and_is_recorded_once(
    open_with: Opener, runner: asyncio.Runner
) -> None:
    errand = messenger(greet)
    db = open_with(errand)
    runner.run(db.write(publish, Rang("aygün"), now=NOW))
    ((row_id, name, event),) = runner.run(db.write(claim_errands, now=NOW, limit=5))
    assert (name, event) == ("messenger", Rang("aygün"))
    assert runner.run(db.write(claim_errands, now=NOW, limit=5)) == []
    again = runner.run(db.write(claim_errands, now=NOW + LEASE, limit=5))
    assert [row for row, _, _ in again] == [row_id]
    for _ in range(2):
        runner.run(db.write(finish_errand, row_id, errand, event, "news", now=NOW))
    assert runner.run(db.read(noted)) == ["brought news"]


def test_an_event_of_a_transaction_that_fails_is_never_heard(open_with: Opener, runner: asyncio.Runner) -> None:
    db = open_with(EAR)

    def publish_and_fail(conn: Connection) -> None:
        publish(conn, Rang("aygün"), now=NOW)
        conn.execute(insert(pending_events).values(subscriber=None, subject="x", payload=b"", due_at=NOW))

    with pytest.raises(Exception, match=r"(?i)null"):
        runner.run(db.write(publish_and_fail))
    assert runner.run(db.read(rows_left)) == 0


def test_an_effect_that_hears_many_at_once_is_undone_for_the_failing_one_alone(
    open_with: Opener, runner: asyncio.Runner
) -> None:
    together: list[int] = []

    def hear_all(conn: Connection, events: Sequence[Rang], now: datetime) -> None:
        together.append(len(events))
        for each in events:
            hear(conn, each, now)

    db = open_with(Effect("ear", Rang, lambda _: True, hear, hear_all))
    for name, times in (("aygün", 1), ("ştefan", 9), ("олена", 1), ("ნინო", 1)):
        runner.run(db.write(publish, Rang(name, times=times), now=NOW))
    assert runner.run(db.write(apply_effects, now=NOW)) == 4
    assert together == [4, 2, 1, 1, 2]
    assert runner.run(db.read(noted)) == ["heard aygün", "heard олена", "heard ნინო"]
    assert runner.run(db.read(waiting)) == {"ear": 1}
