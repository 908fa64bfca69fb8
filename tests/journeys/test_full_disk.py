"""A disk that is full in the middle: what was acknowledged stays, what was not is refused, and then all goes on.

The kernel refuses to let any file of the running service grow (RLIMIT_FSIZE), which needs no disk of a certain size
and no right to mount one. It says EFBIG where a full disk says ENOSPC; SQLite undoes the transaction for either.
"""

import random
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from base import Database
from tests.journeys.sending import Ledger, Sender, make_statement
from tests.kills.checks import statement_faults
from tests.running import LIBRARY, Service, command, environment_in, free_port, running

CHANCE = random.Random(2026)  # any will do; this one is the same each time


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux lets one process limit another's files")
async def test_a_full_disk_refuses_what_it_cannot_keep_and_keeps_what_it_acknowledged(tmp_path: Path) -> None:
    environment = environment_in(tmp_path, free_port())
    ledger = Ledger()
    with running(environment, tmp_path / "log", "--prepare", str(LIBRARY)) as service:
        made = command(environment, "credential", "add", "client", "--scope", "all", "--json")
        credential = msgspec.json.decode(made)
        sender = Sender(service, credential["key"], credential["secret"], ledger)
        before = await _post(sender)
        with _full_disk(service, tmp_path / "waymark.db-wal"):
            statuses = [await _post(sender) for _ in range(30)]
            readable = (await sender.get(next(iter(ledger.acknowledged)))).status
        after = await _post(sender)
        sender.close()
    db = await Database.open(environment["WAYMARK_DATABASE_URL"])
    faults = await db.read(statement_faults, ledger)
    await db.close()
    assert (before, after) == (200, 200)
    assert set(statuses) <= {200, 503}
    assert statuses[-1] == 503
    assert readable == 200
    assert faults == []


async def _post(sender: Sender) -> int:
    return (await sender.post([make_statement(CHANCE) for _ in range(50)])).status


@contextmanager
def _full_disk(service: Service, log: Path) -> Iterator[None]:
    """Files of the service grow a little beyond the present size of its write-ahead log, and no further."""
    soft, hard = resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, (log.stat().st_size + 100_000, hard))
    try:
        yield
    finally:
        resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, (soft, hard))
