"""Real databases for every test: SQLite in a file, PostgreSQL from a wheel."""

import asyncio
import functools
import gc
import inspect
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from hypothesis import settings

from base import Database
from tests.postgresql import emptying, postgresql
from tests.schema import make_schema

# The usual run draws the same examples each time, so that what it finds stays found; with HYPOTHESIS_EFFORT new ones.
settings.register_profile("usual", derandomize="HYPOTHESIS_EFFORT" not in os.environ)
settings.load_profile("usual")


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    """The test's own event loop; `db` is opened in it and `async def` tests run in it."""
    with asyncio.Runner() as own:
        yield own


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run `async def` tests in their runner's loop."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    own = pyfuncitem.funcargs["runner"]
    assert isinstance(own, asyncio.Runner)
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    own.run(pyfuncitem.obj(**arguments))
    return True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Playwright keeps its own loop running in this thread while it is open: whoever wants another loop goes first.
    items.sort(key=lambda item: "browser" in item.path.parts)
    for item in items:
        if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj):
            item.fixturenames.insert(0, "runner")


def pytest_collection_finish() -> None:
    # What is loaded by now stays to the end: the collector need not look through it again at each of its rounds.
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def keys_checked_once() -> Iterator[None]:
    """OpenSSL checks an RSA key for a tenth of a second when it reads one, and the tests read the same few for ever."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("base.key_folder.load_pem_private_key", functools.cache(load_pem_private_key))
        yield


@pytest.fixture(autouse=True)
def usual_logs() -> Iterator[None]:
    """What a test sets up for its logs ends with it, since their stream does."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    make_schema(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A database on a server of its own, migrated once; each test finds its tables empty."""
    with postgresql() as url:
        make_schema(url)
        yield url


@pytest.fixture(scope="session")
def empty_postgresql(postgresql_url: str) -> Iterator[Callable[[], None]]:
    """Leaves no row in that database."""
    with emptying(postgresql_url) as empty:
        yield empty


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a clean, migrated database: one of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "waymark.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    request.getfixturevalue("empty_postgresql")()
    url: str = request.getfixturevalue("postgresql_url")
    return url


@pytest.fixture
def db(runner: asyncio.Runner, database_url: str) -> Iterator[Database]:
    """A clean database with no subscriptions; open `database_url` yourself to have some."""
    opened = runner.run(Database.open(database_url))
    yield opened
    runner.run(opened.close())


@pytest.fixture
def write(runner: asyncio.Runner, db: Database) -> Callable[..., Any]:
    """Run a domain function in a write transaction of its own, from a test that is not async."""
    return lambda fn, *args, **kwargs: runner.run(db.write(fn, *args, **kwargs))


@pytest.fixture
def read(runner: asyncio.Runner, db: Database) -> Callable[..., Any]:
    """Run a domain function in a read transaction of its own, from a test that is not async."""
    return lambda fn, *args, **kwargs: runner.run(db.read(fn, *args, **kwargs))
