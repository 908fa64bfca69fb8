"""Launches and grades with platforms that others wrote; each signs and checks with its own code."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from base import Database, Errand, KeyRing, Outward, Subscription, settle_installation
from base.jobs import work_once
from lti import Platform, add_platform
from people import Account, person_of_account
from tests.lti.conftest import Network
from tests.lti.peers.lti1p3platform_peer import Lti1p3Platform, query_of
from tests.lti.peers.open_edx import OpenEdx
from tests.lti.peers.peer import Learner, Peer, Posted, application, registration
from tests.lti.waymark import URL, Clock, waymark
from tests.paths import world
from tests.paths.makers import leaf

NINO = Learner("learner-7", "ნინო")


@dataclass
class Connected:
    """A peer that Waymark knows, and a browser between the two."""

    peer: Peer
    posted: Posted
    platform: Platform
    browser: httpx.AsyncClient

    async def open(self, target: str, learner: Learner = NINO, *, picking: bool = False) -> httpx.Response:
        """Waymark's answer to the launch."""
        answer = await self.browser.get(self.peer.begin(learner, target, picking=picking)["url"])
        while answer.is_redirect and answer.headers["location"].startswith(URL):
            answer = await self.browser.get(answer.headers["location"])
        assert answer.headers["location"].startswith(f"{self.peer.url}/auth?"), answer.text
        fields = self.peer.answer(query_of(answer.headers["location"]))
        sent = {name: fields[name] for name in ("id_token", "state")}
        return await self.browser.post(f"{URL}/lti/launch", data=sent)


@pytest.fixture(scope="session")
def peer_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(params=["Open edX", "lti1p3platform"])
def peer(request: pytest.FixtureRequest, wire: tuple[Network, int], keys: KeyRing, peer_key: rsa.RSAPrivateKey) -> Peer:
    url = f"http://lms.localhost:{wire[1]}"
    if request.param == "Open edX":
        return OpenEdx(url, URL, peer_key, keys.lti_key().public_key)
    return Lti1p3Platform(url, URL, peer_key, keys.lti_public_keys())


@pytest.fixture
def connected(
    peer: Peer,
    network: Network,
    db: Database,
    keys: KeyRing,
    outward: Outward,
    clock: Clock,
    write: Callable[..., Any],
) -> Any:
    clock.now = datetime.now(UTC)  # the peers look at the machine's clock
    write(settle_installation, URL, now=clock.now)
    write(world.publish_modules)
    write(world.publish, leaf("r-intro", "intro"))
    platform = write(add_platform, **registration(peer), by=None, reason="test", now=clock.now)
    posted = Posted()
    network.app = application(peer, posted)
    browser = httpx.AsyncClient(transport=httpx.ASGITransport(waymark(db, keys, outward, clock)))  # type: ignore[arg-type] # one ASGI, two spellings
    yield Connected(peer, posted, platform, browser)
    network.app = None


async def test_a_learner_is_let_in_by_name(connected: Connected, db: Database) -> None:
    answer = await connected.open("/paths/growth")
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"].endswith("/paths/growth")
    person = await db.read(person_of_account, Account(connected.peer.url, NINO.id))
    assert person is not None
    assert person.full_name == NINO.name


async def test_the_token_that_it_signed_serves_once(connected: Connected) -> None:
    first = await connected.browser.get(connected.peer.begin(NINO, "/paths/growth")["url"])
    second = await connected.browser.get(first.headers["location"])
    fields = connected.peer.answer(query_of(second.headers["location"]))
    sent = {name: fields[name] for name in ("id_token", "state")}
    statuses = [(await connected.browser.post(f"{URL}/lti/launch", data=sent)).status_code for _ in range(2)]
    assert statuses == [303, 401]


async def test_what_was_reached_is_posted_with_a_token_that_it_granted(
    connected: Connected, db: Database, subscriptions: tuple[Subscription, ...], clock: Clock
) -> None:
    await connected.open("/paths/growth")
    person = await db.read(person_of_account, Account(connected.peer.url, NINO.id))
    assert person is not None
    done = world.statement(world.agent_of(person), "intro", score=0.9, at=clock.now)
    await db.write(world.record, done, now=clock.now)
    errands = {each.name: each for each in subscriptions if isinstance(each, Errand)}
    while await work_once(db, errands, clock=clock):
        pass
    (score,) = [each for each in connected.posted.scores if "scoreGiven" in each]
    assert (score["userId"], score["scoreGiven"], score["scoreMaximum"]) == (NINO.id, 90, 100)
    assert (score["activityProgress"], score["gradingProgress"]) == ("Completed", "FullyGraded")
