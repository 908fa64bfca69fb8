"""One customer's flood is nobody else's outage: a real server, real connections, two credentials."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from app.preparing import prepare
from app.settings import read_settings
from base import Database
from lrs import Credential, Limits, add_credential
from tests.lrs.makers import body, make_statement
from tests.running import LIBRARY, Service, environment_in, free_port, running

FLOODERS = 24
AT_ONCE = 2
ROUNDS = 15
HEADERS = {"X-Experience-API-Version": "1.0.3", "Content-Type": "application/json"}
BATCH = body(*(make_statement() for _ in range(20)))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, Credential, Credential]]:
    """A server, the credential of whoever floods it, and that of somebody else."""
    folder = tmp_path_factory.mktemp("flood")
    environment = environment_in(folder, free_port())
    list(prepare(read_settings(environment), LIBRARY))
    flooding, other = asyncio.run(_credentials(environment["WAYMARK_DATABASE_URL"]))
    with running(environment, folder / "output") as service:
        yield service, flooding, other


async def _credentials(url: str) -> tuple[Credential, Credential]:
    db = await Database.open(url)
    try:
        now = datetime.now(UTC)
        limits = Limits(per_minute=None, at_once=AT_ONCE)
        flooding = await db.write(add_credential, "flooding", ["all"], limits=limits, now=now)
        return flooding, await db.write(add_credential, "other", ["all"], now=now)
    finally:
        await db.close()


async def test_a_flood_is_sent_away_and_everybody_else_is_answered(
    served: tuple[Service, Credential, Credential],
) -> None:
    service, flooding, other = served
    answers: Counter[int] = Counter()
    over = asyncio.Event()
    limits = httpx.Limits(max_connections=FLOODERS)
    async with (
        httpx.AsyncClient(base_url=service.url, headers=HEADERS, limits=limits, timeout=60) as flood,
        httpx.AsyncClient(base_url=service.url, headers=HEADERS, timeout=60) as calm,
    ):
        flooded = [asyncio.create_task(_flood(flood, flooding, answers, over)) for _ in range(FLOODERS)]
        try:
            for _ in range(ROUNDS):
                sent = await calm.post("/xapi/statements", content=body(make_statement()), auth=_pair(other))
                assert sent.status_code == 200
                found = await calm.get("/xapi/statements", params={"statementId": sent.json()[0]}, auth=_pair(other))
                assert found.status_code == 200
                assert (await calm.get("/healthz")).status_code == 200
        finally:
            over.set()
            await asyncio.gather(*flooded)
    assert set(answers) == {200, 429}
    assert answers[429] > 0, "the flood was sent away while others were answered"


async def _flood(client: httpx.AsyncClient, credential: Credential, answers: Counter[int], over: asyncio.Event) -> None:
    while not over.is_set():
        answer = await client.post("/xapi/statements", content=BATCH, auth=_pair(credential))
        answers[answer.status_code] += 1
        if answer.status_code == 429:
            assert int(answer.headers["retry-after"]) > 0
            assert "under way" in answer.json()["detail"]


def _pair(credential: Credential) -> tuple[str, str]:
    return credential.key, credential.secret


async def test_the_content_origin_may_call_the_store_and_others_may_not(
    served: tuple[Service, Credential, Credential],
) -> None:
    service, _, other = served
    async with httpx.AsyncClient(base_url=service.url, timeout=60) as client:
        for origin, allowed in ((service.content_url, service.content_url), ("https://evil.example", None)):
            asked = {"Origin": origin, "Access-Control-Request-Method": "GET"}
            preflight = await client.options("/xapi/statements", headers=asked)
            assert preflight.headers.get("access-control-allow-origin") == allowed
            got = await client.get("/xapi/statements", headers={**HEADERS, "Origin": origin}, auth=_pair(other))
            assert (got.status_code, got.headers.get("access-control-allow-origin")) == (200, allowed)
        page = await client.get("/healthz", headers={"Origin": service.content_url})
        assert "access-control-allow-origin" not in page.headers
