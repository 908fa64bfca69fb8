"""Eight writers at once, with conflicting and equal ids: exactly the outcomes that the standard has (2.1.1, 2.1.2)."""

import asyncio
import random
import uuid
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest

from tests.clients.served import Served
from tests.lrs.makers import make_statement

WRITERS = 8
Json = dict[str, Any]


class Sent:
    """One request: its statements, and the status of the answer."""

    def __init__(self, statements: Sequence[Json], status: int) -> None:
        self.statements = statements
        self.status = status


Write = Callable[[httpx.AsyncClient], Awaitable[Sent]]


async def together(served: Served, works: Sequence[Sequence[Write]]) -> list[Sent]:
    """What became of the works; each is done by a writer of its own, one write after the other, all at once."""
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(_client(served)) for _ in works]
        done = await asyncio.gather(*(_write(*pair) for pair in zip(clients, works, strict=True)))
    return [each for sent in done for each in sent]


async def _write(client: httpx.AsyncClient, work: Sequence[Write]) -> list[Sent]:
    return [await write(client) for write in work]


def _client(served: Served) -> httpx.AsyncClient:
    headers = {"X-Experience-API-Version": "1.0.3"}
    return httpx.AsyncClient(base_url=served.endpoint, auth=(served.key, served.secret), headers=headers, timeout=60)


def posting(*statements: Json) -> Write:
    async def write(client: httpx.AsyncClient) -> Sent:
        answer = await client.post("statements", json=statements[0] if len(statements) == 1 else statements)
        return Sent(statements, answer.status_code)

    return write


def putting(statement: Json) -> Write:
    async def write(client: httpx.AsyncClient) -> Sent:
        answer = await client.put("statements", params={"statementId": statement["id"]}, json=statement)
        return Sent([statement], answer.status_code)

    return write


async def stored_under(served: Served, registration: str) -> dict[str, list[Json]]:
    """What is stored, by id."""
    found = defaultdict(list)
    async with _client(served) as client:
        page = (await client.get("statements", params={"registration": registration})).json()
        while True:
            for each in page["statements"]:
                found[each["id"]].append(each)
            if not page["more"]:
                return found
            page = (await client.get(f"{served.service.url}{page['more']}")).json()


def make(statement_id: str, registration: str, *, version: int = 0) -> Json:
    """A statement that says something else in each version."""
    verb = {"id": f"http://example.org/verbs/{version}"}
    return make_statement(id=statement_id, verb=verb, context={"registration": registration})


async def test_of_conflicting_statements_one_is_stored_and_whoever_says_the_same_is_content(served: Served) -> None:
    chance = random.Random(4)
    registration = str(uuid.uuid4())
    ids = [str(uuid.uuid4()) for _ in range(30)]

    def any_write() -> Write:
        first, second = (make(each, registration, version=chance.randrange(3)) for each in chance.sample(ids, 2))
        alone = make(str(uuid.uuid4()), registration)
        return chance.choice([posting(first), putting(first), posting(first, second, alone), posting(alone, first)])

    sent = await together(served, [[any_write() for _ in range(40)] for _ in range(WRITERS)])
    stored = await stored_under(served, registration)
    assert {statement_id: len(found) for statement_id, found in stored.items() if len(found) != 1} == {}
    for each in sent:
        if each.status == 409:
            assert any(stored[one["id"]] and not _says(stored[one["id"]], one) for one in each.statements)
            assert not any(stored[one["id"]] for one in each.statements if one["id"] not in ids)
        else:
            assert each.status in {200, 204}
            assert all(_says(stored[one["id"]], one) for one in each.statements)


def _says(found: Sequence[Json], sent: Json) -> bool:
    """Whether what is stored is what was sent."""
    return [_verb(one) for one in found] == [_verb(sent)]


def _verb(statement: Json) -> str:
    verb: str = statement["verb"]["id"]
    return verb


@pytest.mark.parametrize("by", [posting, putting])
async def test_equal_statements_are_stored_once_and_all_accepted(served: Served, by: Callable[[Json], Write]) -> None:
    registration = str(uuid.uuid4())
    same = [by(make(str(uuid.uuid4()), registration)) for _ in range(25)]
    sent = await together(served, [same] * WRITERS)
    assert {each.status for each in sent} == {200 if by is posting else 204}
    stored = await stored_under(served, registration)
    assert [len(found) for found in stored.values()] == [1] * len(same)


async def test_statements_that_nobody_else_sends_are_all_stored(served: Served) -> None:
    registration = str(uuid.uuid4())
    works = [
        [posting(*(make(str(uuid.uuid4()), registration) for _ in range(size))) for size in (1, 7, 1, 30, 2)]
        for _ in range(WRITERS)
    ]
    sent = await together(served, works)
    assert {each.status for each in sent} == {200}
    assert (await stored_under(served, registration)).keys() == {one["id"] for each in sent for one in each.statements}
