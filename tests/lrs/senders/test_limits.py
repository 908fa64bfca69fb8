"""Bulkheads: what one credential may take up, what all may, and that places come back whatever happens."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from base import TooMany, Unavailable
from lrs import Limits
from lrs.senders.limits import Bucket, Bulkheads, spend
from tests.times import NOW

ONE = Limits(at_once=1)


def test_a_bucket_holds_a_minutes_worth_and_refills_evenly() -> None:
    full = spend(None, 60, NOW)
    assert full == Bucket(59, NOW)
    assert spend(Bucket(0, NOW), 60, NOW + timedelta(seconds=30)) == Bucket(29, NOW + timedelta(seconds=30))
    assert spend(Bucket(0, NOW), 60, NOW + timedelta(hours=1)) == Bucket(59, NOW + timedelta(hours=1))


def test_an_empty_bucket_says_when_the_next_request_may_come() -> None:
    assert spend(Bucket(0.5, NOW), 60, NOW) == 0.5
    assert spend(Bucket(0, NOW), 2, NOW + timedelta(seconds=10)) == pytest.approx(20)


def test_a_clock_that_goes_back_gives_and_takes_nothing() -> None:
    assert spend(Bucket(3, NOW), 60, NOW - timedelta(hours=1)) == Bucket(2, NOW - timedelta(hours=1))


async def test_more_than_the_minutes_requests_are_sent_away_until_it_is_refilled() -> None:
    bulkheads, limits = Bulkheads(), Limits(per_minute=2)
    for _ in range(2):
        async with bulkheads.place_of("a", limits, now=NOW):
            pass
    with pytest.raises(TooMany, match="2 requests a minute") as refusal:
        async with bulkheads.place_of("a", limits, now=NOW):
            pass
    assert refusal.value.retry_after_seconds == 30
    async with (
        bulkheads.place_of("b", limits, now=NOW),
        bulkheads.place_of("a", limits, now=NOW + timedelta(seconds=30)),
    ):
        pass


async def test_who_waits_gets_the_place_of_who_leaves_in_the_order_of_coming() -> None:
    bulkheads = Bulkheads()
    order: list[str] = []

    async def visit(name: str) -> None:
        async with bulkheads.place_of("a", Limits(at_once=2), now=NOW):
            order.append(name)
            await asyncio.sleep(0)

    await asyncio.gather(*(visit(name) for name in "abcd"))
    assert order == list("abcd")


async def test_a_place_that_nobody_leaves_is_not_waited_for_for_ever() -> None:
    bulkheads = Bulkheads(wait_seconds=0.02)
    async with bulkheads.place_of("a", ONE, now=NOW):
        with pytest.raises(TooMany, match="1 requests under way") as refusal:
            async with bulkheads.place_of("a", ONE, now=NOW):
                pass
        assert refusal.value.retry_after_seconds == 1
        async with bulkheads.place_of("b", ONE, now=NOW):  # another one's place is free
            pass
    async with bulkheads.place_of("a", ONE, now=NOW):
        pass


async def test_no_more_wait_than_may_be_inside() -> None:
    bulkheads = Bulkheads()
    async with bulkheads.place_of("a", ONE, now=NOW):
        waiting = asyncio.create_task(_visit(bulkheads))
        await asyncio.sleep(0)
        with pytest.raises(TooMany):
            await _visit(bulkheads)
    await waiting


async def test_whoever_stops_waiting_leaves_no_place_taken() -> None:
    bulkheads = Bulkheads()
    async with bulkheads.place_of("a", ONE, now=NOW):
        waiting = asyncio.create_task(_visit(bulkheads))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
    await asyncio.wait_for(_visit(bulkheads), 1)


async def test_whoever_is_cancelled_in_the_moment_of_its_turn_hands_it_on() -> None:
    bulkheads = Bulkheads()
    async with bulkheads.place_of("a", Limits(at_once=2), now=NOW), AsyncExitStack() as inside:
        await inside.enter_async_context(bulkheads.place_of("a", Limits(at_once=2), now=NOW))
        first = asyncio.create_task(_visit(bulkheads, at_once=2))
        second = asyncio.create_task(_visit(bulkheads, at_once=2))
        await asyncio.sleep(0)
        await inside.aclose()  # the turn is the first one's
        first.cancel()
        await asyncio.wait_for(second, 1)
        with pytest.raises(asyncio.CancelledError):
            await first


async def test_a_failure_inside_gives_the_place_back() -> None:
    bulkheads = Bulkheads(altogether=1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            async with bulkheads.any_place(), bulkheads.place_of("a", ONE, now=NOW):
                raise ZeroDivisionError
    async with bulkheads.any_place():
        pass


async def test_the_service_never_queues_without_end() -> None:
    bulkheads = Bulkheads(altogether=2)
    async with bulkheads.any_place(), bulkheads.any_place():
        with pytest.raises(Unavailable) as refusal:
            async with bulkheads.any_place():
                pass
    assert refusal.value.retry_after_seconds == 2


async def test_no_bound_is_no_bound() -> None:
    bulkheads = Bulkheads()
    async with AsyncExitStack() as inside:
        for _ in range(500):
            await inside.enter_async_context(bulkheads.place_of("a", Limits(at_once=None), now=NOW))


async def test_what_is_remembered_of_senders_is_bounded() -> None:
    bulkheads = Bulkheads()
    for number in range(10_050):
        async with bulkheads.place_of(f"{number}", Limits(per_minute=5), now=NOW):
            pass
    assert len(bulkheads._guests) <= 10_000


async def _visit(bulkheads: Bulkheads, at_once: int = 1) -> None:
    async with bulkheads.place_of("a", Limits(at_once=at_once), now=NOW):
        await asyncio.sleep(0)
