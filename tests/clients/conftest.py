"""The record store as strangers meet it: a running service on each database, and a credential that may do all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from msgspec import json

from tests.clients.served import Served
from tests.postgresql import postgresql
from tests.running import command, environment_in, free_port, running


@pytest.fixture(params=["sqlite", "postgresql"])
def served(request: pytest.FixtureRequest) -> Served:
    """A service that lives as long as the run; each test uses names of its own in it."""
    one: Served = request.getfixturevalue(f"served_on_{request.param}")
    return one


@pytest.fixture(scope="session")
def served_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with _serving(tmp_path_factory.mktemp("sqlite")) as served:
        yield served


@pytest.fixture(scope="session")
def served_on_postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """On a server of its own: the one that other tests share is emptied between them."""
    with postgresql() as url, _serving(tmp_path_factory.mktemp("postgresql"), url) as served:
        yield served


@contextmanager
def _serving(folder: Path, database_url: str | None = None) -> Iterator[Served]:
    environment = environment_in(folder, free_port(), database_url)
    command(environment, "migrate")
    with running(environment, folder / "log") as service:
        made = json.decode(command(environment, "credential", "add", "client", "--scope", "all", "--json"))
        yield Served(service, made["key"], made["secret"])
    assert "Traceback" not in (folder / "log").read_text()
