import csv
import json
import re
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from html import unescape
from io import StringIO
from typing import Any
from uuid import UUID

import pytest

from app.pages import audit
from base import Database, personal, record_decision, seal_rows
from people import Role
from tests.app.conftest import Service

NOW = datetime(2030, 1, 1, 12, tzinfo=UTC)
"""After everything that the test's own people were granted."""


def seen(html: str) -> str:
    """What a person reads on a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html.partition("<main")[2])).split())


async def decide(db: Database, number: int, **changed: Any) -> None:
    decision = {"by": None, "act": "platform.add", "subject": f"platform {number}", "reason": "a test", **changed}
    await db.write(record_decision, **decision, now=NOW + timedelta(minutes=number))


async def test_an_auditor_finds_decisions_by_who_what_and_when(service: Service) -> None:
    auditor = await service.add(Role.AUDITOR)
    await service.sign_in(auditor)
    await decide(service.db, 1, by=auditor.id, after={"name": personal("Aygün")})
    await decide(service.db, 24 * 60, act="role.grant", reason="<b>bold</b>")
    page = (await service.get("/admin/audit")).text
    assert "Nothing has been sealed yet." in seen(page)
    assert "name: Aygün" in seen(page)
    assert "&lt;b&gt;bold&lt;/b&gt;" in page
    mine = seen((await service.get(f"/admin/audit?by={auditor.id}")).text)
    assert "Aygün Əliyeva platform.add platform 1" in mine
    assert "role.grant" not in mine.partition("When")[2]
    first_day = seen((await service.get("/admin/audit?since=2030-01-01&until=2030-01-01")).text)
    assert ("platform 1 " in first_day, "platform 1440" in first_day) == (True, False)
    for unknown in ("subject=platform+7", "act=a%00%ED%A0%80"):
        assert "There are no such decisions." in seen((await service.get(f"/admin/audit?{unknown}")).text)


@pytest.mark.parametrize(
    "query", ["by=Aygün", "since=tomorrow", "until=2030-02-30", "after=x", "after=2030-01-01_x", "sort=by"]
)
async def test_a_filter_that_cannot_be_one_is_refused_by_name(service: Service, query: str) -> None:
    await service.sign_in(await service.add(Role.AUDITOR))
    refused = await service.get(f"/admin/audit?{query}", accept="application/json")
    assert refused.status_code == 400
    assert refused.json()["detail"].startswith(query.partition("=")[0])


@pytest.mark.parametrize(("sort", "first_of_each_page"), [("-at", [3, 1, 0]), ("at", [0, 2, 4])])
async def test_further_decisions_are_on_the_next_page_in_either_order(
    service: Service, monkeypatch: pytest.MonkeyPatch, sort: str, first_of_each_page: list[int]
) -> None:
    monkeypatch.setattr(audit, "PAGE_ROWS", 2)
    await service.sign_in(await service.add(Role.AUDITOR))
    for number in range(5):
        await decide(service.db, number)
    address, shown = f"/admin/audit?act=platform.add&sort={sort}", []
    while address:
        page = (await service.get(address)).text
        shown.append([f"platform {number}" in seen(page) for number in range(5)])
        further = [part.partition('"')[0] for part in page.split('href="') if "&amp;after=" in part.partition('"')[0]]
        address = further[0].replace("&amp;", "&") if further else ""
    assert [page.index(True) for page in shown] == first_of_each_page
    assert [sum(page) for page in shown] == [2, 2, 1]


async def test_decisions_are_exported_whole_and_as_they_were_sealed(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "EXPORT_ROWS_AT_ONCE", 2)
    await service.sign_in(await service.add(Role.AUDITOR))
    for number in range(3):
        await decide(service.db, number, reason='=HYPERLINK("evil")', after={"name": personal("Aygün")})
    await service.db.write(seal_rows, now=NOW + timedelta(hours=1))

    exported = await service.get("/admin/audit/export.csv?act=platform.add")
    assert exported.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(StringIO(exported.text.removeprefix("\ufeff"))))
    assert [row["subject"] for row in rows] == ["platform 2", "platform 1", "platform 0"]
    assert {row["reason"] for row in rows} == {'\'=HYPERLINK("evil")'}

    exported = await service.get("/admin/audit/export.jsonl?act=platform.add")
    assert "Aygün" not in exported.text
    for row in map(json.loads, exported.text.splitlines()):
        after = json.dumps(row["after"], separators=(",", ":")).encode()
        at = int(datetime.fromisoformat(row["at"]).timestamp() * 1_000_000)
        assert row["leaf"] == _leaf(UUID(row["id"]).hex, at, row["subject"], row["reason"], after)


def _leaf(row_id: str, at: int, subject: str, reason: str, after: bytes) -> str:
    content = [row_id, at, None, "platform.add", subject, reason, None, b64encode(after).decode()]
    return sha256(b"\x00" + json.dumps(content, separators=(",", ":")).encode()).hexdigest()


async def test_anybody_may_keep_the_newest_root(service: Service) -> None:
    assert (await service.get("/audit/root", accept="application/json")).status_code == 404
    await decide(service.db, 1)
    seal = await service.db.write(seal_rows, now=NOW)
    assert seal is not None
    answer = await service.get("/audit/root")
    assert answer.json() == {
        "number": 1,
        "root": seal.root.hex(),
        "previous": "0" * 64,
        "rows": 1,
        "sealed_at": "2030-01-01T12:00:00Z",
    }
    assert answer.headers["cache-control"] == "public, max-age=60"


async def test_learners_see_no_decisions(service: Service) -> None:
    await service.sign_in(await service.add())
    for address in ("/admin/audit", "/admin/audit/export.csv", "/admin/audit/export.jsonl"):
        assert (await service.get(address)).status_code == 403
