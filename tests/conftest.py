"""Real databases for every test: SQLite in a file, PostgreSQL from a wheel."""

import asyncio
import inspect
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import structlog
from hypothesis import settings

from base import Database, metadata
from tests.postgresql import postgresql
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


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a clean, migrated database: one of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "waymark.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"
    url: str = request.getfixturevalue("postgresql_url")
    own: asyncio.Runner = request.getfixturevalue("runner")
    own.run(_empty(url))
    return url


async def _empty(url: str) -> None:
    db = await Database.open(url)
    await db.write(_truncate_what_has_rows)
    await db.close()


def _truncate_what_has_rows(conn: sa.Connection) -> None:
    """Emptying a table costs as much when it is empty, and most are."""
    tables = [f'"{table.name}"' for table in metadata.sorted_tables]
    asked = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})" for table in tables)
    if used := list(conn.scalars(sa.text(asked))):
        conn.execute(sa.text(f"TRUNCATE {', '.join(used)} RESTART IDENTITY CASCADE"))


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
