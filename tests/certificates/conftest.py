import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from base import Database, DocumentKey, Errand, FileStore, KeyRing, Subscription, apply_effects
from base.jobs import work_once
from certificates import Issuer, Press, subscriptions
from paths import PATH_SUBSCRIPTIONS
from tests.times import NOW

ISSUER = Issuer("Urban Learning Center", "https://waymark.example")


@pytest.fixture(scope="session")
def keys_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The keys of a real authority, made once for all tests: three keys take a while."""
    folder: Path = tmp_path_factory.mktemp("keys")
    KeyRing.open(folder, None, now=NOW)
    return folder


@pytest.fixture(scope="session")
def document_key(keys_folder: Path) -> DocumentKey:
    return KeyRing.open(keys_folder, None, now=NOW).document_signer()


@pytest.fixture(scope="session")
def press(document_key: DocumentKey) -> Iterator[Press]:
    """One warm press for all tests, as a server has one."""
    opened = Press(lambda: document_key)
    yield opened
    opened.close()


@dataclass(frozen=True)
class Office:
    """A database whose events paths and certificates hear, the file store, and a worker that is run by hand."""

    db: Database
    files: FileStore
    subscriptions: tuple[Subscription, ...]

    async def deliver_effects(self, *, now: datetime = NOW) -> None:
        """Let effects hear what is due at `now`, and leave errands undone."""
        while await self.db.write(apply_effects, now=now):
            pass

    async def deliver(self, *, now: datetime = NOW) -> None:
        """Run the worker until nothing is due at `now`."""
        errands = {s.name: s for s in self.subscriptions if isinstance(s, Errand)}
        while await work_once(self.db, errands, clock=lambda: now):
            pass


@pytest.fixture
def office(runner: asyncio.Runner, database_url: str, press: Press, tmp_path: Path) -> Iterator[Office]:
    files = FileStore(tmp_path / "files")
    hearers = (*PATH_SUBSCRIPTIONS, *subscriptions(issuer=ISSUER, press=press, files=files))
    db = runner.run(Database.open(database_url, subscriptions=hearers))
    yield Office(db, files, hearers)
    runner.run(db.close())
