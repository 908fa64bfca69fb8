"""The worker deletes files that nothing names: a request that is refused late leaves such."""

import asyncio
import hashlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.main import open_site, open_worker
from app.preparing import prepare
from app.safekeeping.collecting import collect_files
from app.settings import read_settings
from base import Database, FileStore
from tests.lrs.attachments import MIXED, file_part, make_attachment, mixed
from tests.lrs.makers import FIRST, make_statement
from tests.lrs.service import Xapi
from tests.running import LIBRARY

KEPT, LEFT = b"an essay", b"another essay"


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


async def test_files_of_a_refused_request_go_after_a_day_and_no_others(db: Database) -> None:
    xapi = Xapi(db)
    await xapi.sign_on("all")
    for data, status in [(KEPT, 200), (LEFT, 409)]:
        statement = make_statement(id=FIRST, attachments=[make_attachment(data)])
        sent = await xapi.request("POST", content=mixed(statement, file_part(data)), headers=MIXED)
        assert sent.status_code == status, sent.text
    now = datetime.now(UTC)
    assert await collect_files(db, xapi.files, now=now + timedelta(hours=23)) == ()
    assert await collect_files(db, xapi.files, now=now + timedelta(hours=25)) == (_sha(LEFT),)
    assert list(xapi.files.hashes()) == [_sha(KEPT)]


def test_the_worker_collects_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = read_settings({})
    list(prepare(settings, LIBRARY))
    files = FileStore(settings.files)
    old, young = files.put(LEFT), files.put(KEPT)
    before = (datetime.now(UTC) - timedelta(days=2)).timestamp()
    os.utime(files.path(old), (before, before))

    async def work_until_collected() -> None:
        async with open_site(settings) as site, open_worker(site), asyncio.timeout(30):
            while files.path(old).exists():
                await asyncio.sleep(0.05)

    asyncio.run(work_until_collected())
    assert files.path(young).exists()
