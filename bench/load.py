"""Callers in a process of their own, so that what they cost is not taken from whom they call."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from itertools import count
from multiprocessing import get_context
from typing import Any
from uuid import uuid4

import msgspec
from joserfc.jwk import RSAKey

from tests.demo_lms import DemoLms, Link
from tests.journeys.learner import Learner, enrol_class
from tests.wire import Wire

SLICE_SECONDS = 0.8

Call = Callable[[], Awaitable[None]]
"""One request, or a few that belong together; raises when the answer is not what it should be."""


class Requests(msgspec.Struct, frozen=True):
    """Whole HTTP requests in turn; where one has `id_at`, a new UUID is written there each time."""

    port: int
    connections: int
    expected: int
    requests: tuple[bytes, ...]
    id_at: tuple[int, ...] = ()


class Launches(msgspec.Struct, frozen=True):
    """Launches by as many learners as there are connections, from an LMS with this private key."""

    waymark_url: str
    lms_url: str
    key: dict[str, Any]
    link: Link
    connections: int


Caller = Callable[[Requests | Launches], Awaitable[float]]
"""Runs a load for one slice in the other process, and returns how many calls were answered a second."""


@asynccontextmanager
async def caller() -> AsyncIterator[Caller]:
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        yield lambda load: asyncio.get_running_loop().run_in_executor(pool, run, load)


def run(load: Requests | Launches) -> float:
    return asyncio.run(_run(load))


async def _run(load: Requests | Launches) -> float:
    calls = _requests(load) if isinstance(load, Requests) else _launches(load)
    for call in calls:
        await call()  # connects
    began = time.perf_counter()
    answered = sum(await asyncio.gather(*(_repeat(call, began + SLICE_SECONDS) for call in calls)))
    return answered / (time.perf_counter() - began)


async def _repeat(call: Call, until: float) -> int:
    for done in count():
        if time.perf_counter() >= until:
            return done
        await call()
    raise AssertionError


def _requests(load: Requests) -> list[Call]:
    turn = count()

    def one(wire: Wire) -> Call:
        async def call() -> None:
            number = next(turn) % len(load.requests)
            request = load.requests[number]
            if load.id_at:
                at = load.id_at[number]
                request = b"%b%b%b" % (request[:at], str(uuid4()).encode(), request[at + 36 :])
            answer = await wire.send(request)
            assert answer.status == load.expected, answer

        return call

    return [one(Wire(load.port)) for _ in range(load.connections)]


def _launches(load: Launches) -> list[Call]:
    lms = DemoLms(load.lms_url, load.waymark_url, (load.link,), _no_keys, key=RSAKey.import_key(load.key))
    people = enrol_class(lms, load.connections)
    return [partial(_launch, Learner(lms, person, content_url="")) for person in people]


async def _launch(learner: Learner) -> None:
    await learner.arrive()


async def _no_keys() -> dict[str, Any]:
    return {}
