"""The whole service in the test's own process: composed as in production, over the test's database."""

import asyncio
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from app.loading import load_library
from app.main import Site, open_site
from app.settings import Settings, read_settings
from base import Database
from people import Person, Role, add_person, grant_role, make_sign_in_link
from tests.app.composing import LendPress, composed_once, lasting_press

LIBRARY = Path(__file__).parents[2] / "content" / "library"
APP = "http://127.0.0.1:8000"
CONTENT = "http://localhost:8000"


@dataclass(frozen=True)
class Service:
    """The service and a browser that has visited nothing yet."""

    site: Site
    browser: httpx.AsyncClient

    @property
    def db(self) -> Database:
        return self.site.db

    async def add(self, *roles: Role, language: str = "en") -> Person:
        """A new person with these roles."""
        now = datetime.now(UTC)
        person = await self.db.write(add_person, full_name="Aygün Əliyeva", language=language, now=now)
        for role in roles:
            await self.db.write(grant_role, person.id, role, by=None, reason="a test", now=now)
        return person

    async def sign_in(self, person: Person, to: str = "/") -> httpx.Response:
        """Sign the browser in by a link; the answer to its button."""
        token = await self.db.write(make_sign_in_link, person.id, now=datetime.now(UTC))
        return await self.send(f"/sign-in/{token}?to={to}")

    async def get(self, address: str, **headers: str) -> httpx.Response:
        return await self.browser.get(address, headers=headers)

    async def send(self, address: str, /, **fields: str | list[str]) -> httpx.Response:
        """Send a form from a page of the same origin."""
        origin = CONTENT if address.startswith(CONTENT) else APP
        return await self.browser.post(address, data=fields, headers={"origin": origin})


@pytest.fixture(scope="session", autouse=True)
def composed() -> Iterator[None]:
    with composed_once():
        yield


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys that all tests share, since making them takes seconds."""
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="session")
def lend_press() -> Iterator[LendPress]:
    with lasting_press() as lend:
        yield lend


@pytest.fixture
def settings(database_url: str, keys: Path, tmp_path: Path) -> Settings:
    return read_settings(
        {
            "WAYMARK_DATABASE_URL": database_url,
            "WAYMARK_URL": APP,
            "WAYMARK_CONTENT_URL": CONTENT,
            "WAYMARK_FILES": str(tmp_path / "files"),
            "WAYMARK_KEYS": str(keys),
        }
    )


@pytest.fixture
def service(runner: asyncio.Runner, settings: Settings, lend_press: LendPress) -> Iterator[Service]:
    """The opened service, with nothing in its catalogue."""
    opening: AbstractAsyncContextManager[Site] = open_site(settings)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.main.Press", lend_press)
        site = runner.run(opening.__aenter__())
    transport = httpx.ASGITransport(app=site.asgi)  # type: ignore[arg-type]  # httpx types ASGI more loosely
    browser = httpx.AsyncClient(transport=transport, base_url=APP, headers={"accept": "text/html"})
    yield Service(site, browser)
    runner.run(browser.aclose())
    runner.run(opening.__aexit__(None, None, None))


@pytest.fixture
def library(runner: asyncio.Runner, service: Service) -> None:
    """The catalogue of the Urban Learning Center, loaded."""
    runner.run(service.db.write(load_library, LIBRARY, now=datetime.now(UTC)))
