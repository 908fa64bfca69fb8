"""The oldest schema that was ever released, with the data of a learner who completed a path, brought to the newest.

`tests/upgrade/0001` is a backup of a real installation at revision 0001: Aygün came from an LMS, finished the three
modules of the path, was certified, and her grade was sent; another learner finished one module.
"""

import asyncio
import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from sqlalchemy import Connection, select

from app.main import open_site
from app.safekeeping import Restored, restore
from app.safekeeping.naming import named_files
from app.settings import read_settings
from base import Database
from content import PathFile
from paths import enrolled_persons, export_path, publish_path, replay
from people import NETWORK, find_people, make_sign_in_link
from people.tables import persons
from tests.app.places import Place, empty_place
from tests.times import NOW

OLD = Path(__file__).parent.parent / "upgrade" / "0001"
PATH = "/paths/pathways-for-economic-growth"
APP = "http://127.0.0.1:8000"


def quiet(_what: str, _share: float) -> None:
    """Progress that nobody watches."""


@pytest.fixture(params=["sqlite", "postgresql"])
def upgraded(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Place, Restored]]:
    """The old installation on a new database of each kind, at the newest schema."""
    with empty_place(request.param, tmp_path, request) as place:
        yield place, restore(place.url, place.files, OLD, named=named_files, now=NOW, progress=quiet)


def _aygun(conn: Connection) -> UUID:
    found: UUID = conn.execute(select(persons.c.id).where(persons.c.full_name.like("Ayg%"))).scalar_one()
    return found


def test_every_row_arrives_and_every_later_revision_is_applied(upgraded: tuple[Place, Restored]) -> None:
    _, restored = upgraded
    assert restored.manifest.schema == "0001"
    assert restored.applied[0] == "0002"
    assert {part.name: part.rows for part in restored.manifest.tables}["certificates"] == 1
    assert restored.replayed == 2
    assert restored.problems == ()


def test_the_learner_is_found_by_her_name_in_other_letters(upgraded: tuple[Place, Restored]) -> None:
    place, _ = upgraded

    async def found() -> list[str | None]:
        db = await Database.open(place.url)
        entries = await db.read(find_people, text="AYGUN", within={NETWORK})
        await db.close()
        return [entry.full_name for entry in entries]

    (name,) = asyncio.run(found())
    assert name is not None
    assert name.startswith("Aygün")


def test_replay_finds_no_difference_after_the_upgrade(upgraded: tuple[Place, Restored]) -> None:
    place, _ = upgraded

    async def differences() -> list[object]:
        db = await Database.open(place.url)
        everybody = await db.read(enrolled_persons)
        assert len(everybody) == 2
        found = [each for one in everybody for each in await db.write(replay, [one], now=NOW, check=True)]
        await db.close()
        return list(found)

    assert asyncio.run(differences()) == []


def test_her_path_goes_out_as_a_file_and_comes_back_without_a_new_version(upgraded: tuple[Place, Restored]) -> None:
    place, _ = upgraded

    async def there_and_back() -> bool:
        db = await Database.open(place.url)
        text = await db.read(export_path, PATH.removeprefix("/paths/"))
        changed = await db.write(publish_path, PathFile("exported", tomllib.loads(text)), now=NOW)
        await db.close()
        return changed

    assert asyncio.run(there_and_back()) is False


def test_the_learner_finds_her_path_and_certificate_as_they_were(upgraded: tuple[Place, Restored], keys: Path) -> None:
    place, _ = upgraded
    environment = {
        "WAYMARK_DATABASE_URL": place.url,
        "WAYMARK_URL": APP,
        "WAYMARK_FILES": str(place.folder / "files"),
        "WAYMARK_KEYS": str(keys),
    }

    async def visit() -> tuple[str, httpx.Response]:
        async with open_site(read_settings(environment)) as site:
            learner = await site.db.read(_aygun)
            token = await site.db.write(make_sign_in_link, learner, now=datetime.now(UTC))
            transport = httpx.ASGITransport(app=site.asgi)  # type: ignore[arg-type]  # httpx types ASGI more loosely
            async with httpx.AsyncClient(transport=transport, base_url=APP, headers={"accept": "text/html"}) as browser:
                await browser.post(f"/sign-in/{token}", headers={"origin": APP})
                page = (await browser.get(PATH)).text
                (certificate,) = set(re.findall(r'href="([^"]+\.pdf)"', page))
                return page, await browser.get(certificate)

    page, certificate = asyncio.run(visit())
    assert "3 addımdan 3" in page
    assert certificate.status_code == 200
    assert certificate.content.startswith(b"%PDF-")
