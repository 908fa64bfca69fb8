"""The record store as strangers meet it: a running service on each database, and a credential that may do all."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import json

from tests.clients.served import Served
from tests.running import command, environment_in, free_port, running


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A service that lives as long as the tests of one file need it."""
    folder: Path = tmp_path_factory.mktemp(request.param)
    url = request.getfixturevalue("postgresql_url") if request.param == "postgresql" else None
    environment = environment_in(folder, free_port(), url)
    command(environment, "migrate")
    with running(environment, folder / "log") as service:
        made = json.decode(command(environment, "credential", "add", "client", "--scope", "all", "--json"))
        yield Served(service, made["key"], made["secret"])
    assert "Traceback" not in (folder / "log").read_text()
