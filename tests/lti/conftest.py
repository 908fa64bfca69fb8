"""The demo LMS on a port of this machine, and Waymark's door before it."""

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from litestar.types import ASGIApp, Receive, Scope, Send

from base import Database, KeyRing, Outward, Subscription, settle_installation
from lti import Platform, add_platform, grade_subscriptions
from paths import PATH_SUBSCRIPTIONS
from tests.demo_lms import DemoLms, Link, Person, application, new_key, server
from tests.lti.browser import Browser
from tests.lti.waymark import URL, Clock, waymark
from tests.times import NOW

HOME = Link("home", "My learning", "Everything that you have begun.", "/lti/launch", {"page": "home"}, graded=False)
PATH = Link("path", "Growth", "A whole path.", "/paths/growth")
INTRO = Link(
    "intro", "Introduction", "One requirement of a path.", "/lti/launch", {"path": "growth", "requirement": "r-intro"}
)
UNGRADED = Link("ungraded", "Growth, for practice", "A path without a grade.", "/paths/growth", graded=False)


class Network:
    """What is reached over the wire: the LMS of the running test, unless it is out of order. Keeps what was asked."""

    def __init__(self) -> None:
        self.app: ASGIApp | None = None
        self.asked: list[str] = []
        self.mend()

    def mend(self) -> None:
        self.out_of_order: int | None = None
        self.retry_after_seconds = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.append(scope["path"])
        if self.out_of_order or self.app is None:
            headers = [(b"retry-after", str(self.retry_after_seconds).encode())] if self.retry_after_seconds else []
            await send({"type": "http.response.start", "status": self.out_of_order or 503, "headers": headers})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        else:
            await self.app(scope, receive, send)


@pytest.fixture(scope="session")
def wire() -> Iterator[tuple[Network, int]]:
    """A server that runs as long as the tests do, in a thread of its own."""
    network, port = Network(), _free_port()
    running = server(network, port)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_until_complete, args=(running.serve(),))
    thread.start()
    _await_port(port)
    yield network, port
    loop.call_soon_threadsafe(running.stop)
    thread.join()
    loop.close()


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    return KeyRing.open(tmp_path_factory.mktemp("keys"), None, now=NOW)


@pytest.fixture(scope="session")
def platform_key() -> RSAKey:
    return new_key()


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def network(wire: tuple[Network, int]) -> Network:
    wire[0].mend()
    wire[0].asked.clear()
    return wire[0]


@pytest.fixture
def lms(
    network: Network, wire: tuple[Network, int], keys: KeyRing, platform_key: RSAKey, clock: Clock
) -> Iterator[DemoLms]:
    async def fetch_tool_keys() -> dict[str, Any]:
        return {"keys": keys.lti_public_keys()}

    lms = DemoLms(
        f"http://lms.localhost:{wire[1]}", URL, (HOME, PATH, INTRO, UNGRADED), fetch_tool_keys, clock, key=platform_key
    )
    network.app = application(lms)
    yield lms
    network.app = None


@pytest.fixture(scope="session")
def tls() -> ssl.SSLContext:
    """Made once, since reading the system's certificates takes longer than a test."""
    return ssl.create_default_context()


@pytest.fixture
def outward(runner: asyncio.Runner, tls: ssl.SSLContext) -> Iterator[Outward]:
    opened = Outward(frozenset({"lms.localhost"}), tls=tls)
    yield opened
    runner.run(opened.close())


@pytest.fixture
def subscriptions(outward: Outward, keys: KeyRing, clock: Clock) -> tuple[Subscription, ...]:
    return (*PATH_SUBSCRIPTIONS, *grade_subscriptions(outward, keys, clock))


@pytest.fixture
def db(runner: asyncio.Runner, database_url: str, subscriptions: tuple[Subscription, ...]) -> Iterator[Database]:
    """A clean database in which everything is heard that leads from a statement to a grade."""
    opened = runner.run(Database.open(database_url, subscriptions=subscriptions))
    yield opened
    runner.run(opened.close())


@pytest.fixture
def platform(lms: DemoLms, write: Callable[..., Any]) -> Platform:
    """The demo LMS, registered."""
    write(settle_installation, URL, now=NOW)
    added: Platform = write(add_platform, **lms.registration, by=None, reason="test", now=NOW)
    return added


@pytest.fixture
def new_browser(
    runner: asyncio.Runner, lms: DemoLms, db: Database, keys: KeyRing, outward: Outward, clock: Clock
) -> Iterator[Callable[..., Browser]]:
    """Makes browsers in which somebody is signed in at the LMS; all reach the same Waymark."""
    apps = {URL: waymark(db, keys, outward, clock), lms.url: application(lms)}
    opened: list[Browser] = []

    def make(person: Person, **options: Any) -> Browser:
        browser = Browser(lms, apps, **options)
        opened.append(browser)
        lms_session = lms.sign_in(person)
        browser.client.cookies.set("lms-session", lms_session, domain="lms.localhost")
        return browser

    yield make
    for browser in opened:
        runner.run(browser.client.aclose())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _await_port(port: int) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise TimeoutError(f"nothing listens on {port}")
