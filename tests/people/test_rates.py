import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from base import Database, TooMany
from people.rates import Rate, forget_full_buckets, take_try
from tests.times import NOW

MINUTE = timedelta(minutes=1)
THREE = Rate("test", burst=3, every=MINUTE)


def test_a_burst_is_let_through_and_the_next_try_is_told_when_to_come_again(write: Callable[..., Any]) -> None:
    for _ in range(3):
        write(take_try, THREE, "ana", now=NOW)
    with pytest.raises(TooMany) as refused:
        write(take_try, THREE, "ana", now=NOW + timedelta(seconds=20))
    assert refused.value.retry_after_seconds == 40


def test_a_try_comes_back_each_minute_and_refused_tries_cost_nothing(write: Callable[..., Any]) -> None:
    for _ in range(3):
        write(take_try, THREE, "ana", now=NOW)
    for _ in range(5):
        with pytest.raises(TooMany):
            write(take_try, THREE, "ana", now=NOW)
    write(take_try, THREE, "ana", now=NOW + MINUTE)
    with pytest.raises(TooMany):
        write(take_try, THREE, "ana", now=NOW + MINUTE)


def test_a_long_pause_saves_up_no_more_than_a_burst(write: Callable[..., Any]) -> None:
    write(take_try, THREE, "ana", now=NOW)
    for _ in range(3):
        write(take_try, THREE, "ana", now=NOW + 60 * MINUTE)
    with pytest.raises(TooMany):
        write(take_try, THREE, "ana", now=NOW + 60 * MINUTE)


def test_buckets_of_others_and_of_other_rates_are_apart(write: Callable[..., Any]) -> None:
    once = Rate("once", burst=1, every=MINUTE)
    write(take_try, once, "ana", now=NOW)
    write(take_try, once, "levan", now=NOW)
    write(take_try, THREE, "ana", now=NOW)
    with pytest.raises(TooMany):
        write(take_try, once, "ana", now=NOW)


async def test_ten_at_once_take_no_more_than_there_are(db: Database) -> None:
    tries = [db.write(take_try, THREE, "ana", now=NOW) for _ in range(10)]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert outcomes.count(None) == 3
    assert sum(isinstance(outcome, TooMany) for outcome in outcomes) == 7


def test_full_buckets_are_swept_and_others_stay(write: Callable[..., Any]) -> None:
    for whose in ("ana", "levan", "aygün"):
        write(take_try, THREE, whose, now=NOW)
    for _ in range(2):
        write(take_try, THREE, "ana", now=NOW)
    later = NOW + 2 * MINUTE
    assert [write(forget_full_buckets, now=later, limit=1) for _ in range(3)] == [1, 1, 0]
    for _ in range(2):
        write(take_try, THREE, "ana", now=later)
    with pytest.raises(TooMany):
        write(take_try, THREE, "ana", now=later)
