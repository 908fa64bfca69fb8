import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from base import Database, FileStore, KeyRing, settle_installation
from tests.lrs.exchange_world import ExchangeWorld
from tests.lrs.other_store import OtherStore, other_store
from tests.lrs.service import IRI, Xapi
from tests.times import NOW


@pytest.fixture
def xapi(runner: asyncio.Runner, db: Database) -> Xapi:
    """A client that may do everything."""
    client = Xapi(db)
    runner.run(client.sign_on("all"))
    return client


@pytest.fixture(scope="session")
def ring(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    """Keys that all tests share, since making them takes seconds."""
    return KeyRing.open(tmp_path_factory.mktemp("ring"), None, now=NOW)


@pytest.fixture
def other() -> Iterator[OtherStore]:
    """Somebody else's record store."""
    with other_store() as store:
        yield store


@pytest.fixture
def world(
    runner: asyncio.Runner, db: Database, ring: KeyRing, other: OtherStore, tmp_path: Path
) -> Iterator[ExchangeWorld]:
    """This store, the other one, and the worker between them."""
    runner.run(db.write(settle_installation, IRI, now=NOW))
    made = ExchangeWorld(db, ring, FileStore(tmp_path / "files"), other)
    yield made
    runner.run(made.outward.close())
