"""Tables as coordinators and operators bring them: by the pages and at the command line."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import httpx
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from app.cli import main
from app.page import LOCALE_FOLDER
from app.settings import Settings
from base import LANGUAGES, apply_effects, load_words
from people import OrganisationKind, Person, Role, Scope, ScopeKind, add_organisation, grant_role, imports
from people.tables import persons
from tests.app.conftest import APP, Service

_UKRAINIAN = """\
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "The sheet has more than %(most)s rows. Split it into several files."
msgstr "Понад %(most)s рядків; розділіть таблицю."
"""
STAFF = "Full name;Mail;Organisation\nElçin Əliyev;e@ganja.example;Gəncə\nnobody;not an address;\n"


async def _administrator(service: Service) -> Person:
    administrator = await service.add(Role.ADMINISTRATOR)
    await service.sign_in(administrator)
    await service.db.write(
        add_organisation,
        name="Gəncə",
        kind=OrganisationKind.CITY,
        country="AZ",
        by=None,
        reason="a test",
        now=datetime.now(UTC),
    )
    return administrator


async def _send(service: Service, data: bytes, *, kind: str = "people", name: str = "staff.csv") -> httpx.Response:
    return await service.browser.post(
        "/imports", data={"kind": kind}, files={"file": (name, data)}, headers={"origin": APP}
    )


async def _names(service: Service) -> list[str | None]:
    return await service.db.read(lambda conn: list(conn.scalars(sa.select(persons.c.full_name))))


async def _command(*arguments: str) -> Result:
    """In a thread of its own, since a command runs a loop of its own."""
    return await asyncio.to_thread(CliRunner().invoke, main, arguments)


async def _work(service: Service) -> None:
    while await service.db.write(apply_effects, now=datetime.now(UTC)):
        pass


async def test_a_table_is_looked_at_saved_and_undone(service: Service) -> None:
    await _administrator(service)
    sent = await _send(service, STAFF.encode("utf-16"))
    assert sent.status_code == 303
    job = sent.headers["location"]
    page = (await service.get(job)).text
    assert "utf-16-le" in page
    assert "This is no mail address." in page
    assert "Save what was found" in page
    assert await _names(service) == ["Aygün Əliyeva"]  # the administrator

    assert (await service.send(f"{job}/apply")).headers["location"] == job
    waiting = (await service.get(job)).text
    assert "/static/waiting.js" in waiting
    assert "0 of 1 done" in waiting
    await _work(service)
    page = (await service.get(job)).text
    assert "/static/waiting.js" not in page
    assert "Undo this import" in page
    assert len(await _names(service)) == 2

    await service.send(f"{job}/undo")
    await _work(service)
    assert "Undone" in (await service.get(job)).text
    assert "staff.csv" in (await service.get("/imports")).text


async def test_namesakes_are_saved_only_when_chosen(service: Service) -> None:
    await _administrator(service)
    job = (await _send(service, b"Name;Mail\nAYG\xc3\x9cN \xc6\x8fL\xc4\xb0YEVA;\nNino;\n")).headers["location"]
    page = (await service.get(job)).text
    assert "Perhaps known already" in page
    await service.send(f"{job}/apply", confirmed="2")
    await _work(service)
    assert len(await _names(service)) == 3


async def test_a_table_is_read_again_in_another_encoding_and_its_file_is_kept_as_long_as_needed(
    service: Service,
) -> None:
    await _administrator(service)
    job = (await _send(service, "Name;Mail\nÀ;\n".encode("windows-1252"))).headers["location"]
    assert "windows-1251" in (await service.get(job)).text
    (kept,) = await service.db.read(imports.imported_files)
    again = (await service.send(f"{job}/read", encoding="windows-1252")).headers["location"]
    assert again != job
    assert await service.db.read(imports.imported_files) == {kept}
    refused = await service.send(f"{again}/read", encoding="utf-8")
    assert refused.status_code == 400
    await service.send(f"{again}/discard")
    assert await service.db.read(imports.imported_files) == frozenset()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "The sheet is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not a sheet"),
        (b"City,Mail\nGori,x\n", "lacks these columns: Full name"),
        (b"Name\n" + b"Nino\n" * 100_001, "more than 100,000 rows"),
    ],
)
async def test_what_cannot_be_used_is_refused_and_nothing_is_kept(service: Service, data: bytes, said: str) -> None:
    await _administrator(service)
    refused = await _send(service, data)
    assert refused.status_code == 400
    assert said in refused.text
    assert "Nothing was imported yet." in refused.text


@pytest.fixture
def ukrainian(service: Service, tmp_path: Path) -> Iterator[None]:
    """Catalogues that hold one refusal, in place of those that the service has loaded."""
    for language in LANGUAGES[1:]:
        file = tmp_path / language / "LC_MESSAGES" / "waymark.po"
        file.parent.mkdir(parents=True)
        file.write_text(_UKRAINIAN, encoding="utf-8")
    load_words(tmp_path)
    yield
    load_words(LOCALE_FOLDER)


@pytest.mark.usefixtures("ukrainian")
async def test_why_a_table_is_refused_is_told_in_the_language_of_the_page(service: Service) -> None:
    await service.sign_in(await service.add(Role.ADMINISTRATOR, language="uk"))
    refused = await _send(service, b"Name\n" + b"Nino\n" * 100_001)
    assert refused.status_code == 400
    assert "Понад 100\u00a0000 рядків; розділіть таблицю." in refused.text


async def test_a_file_beyond_the_limit_is_refused_before_it_is_read(service: Service) -> None:
    await _administrator(service)
    assert (await _send(service, b"x" * (11 * 1024 * 1024))).status_code == 413


async def test_an_import_is_seen_by_its_maker_and_by_those_who_serve_the_network(service: Service) -> None:
    await _administrator(service)
    job = (await _send(service, b"Name\nNino\n")).headers["location"]
    coordinator = await service.add()
    scope = Scope(ScopeKind.COUNTRY, "AZ")
    now = datetime.now(UTC)
    await service.db.write(grant_role, coordinator.id, Role.COORDINATOR, scope=scope, by=None, reason="a test", now=now)
    await service.sign_in(coordinator)
    assert (await service.get(job)).status_code == 403
    assert (await service.send(f"{job}/apply")).status_code == 403
    assert "staff.csv" not in (await service.get("/imports")).text
    await service.sign_in(await service.add(Role.AUDITOR))
    assert (await service.get(job)).status_code == 200
    assert (await service.send(f"{job}/apply")).status_code == 403
    await service.sign_in(await service.add())
    assert (await service.get("/imports")).status_code == 403


async def test_the_template_is_a_table_that_is_understood(service: Service) -> None:
    await _administrator(service)
    for kind in ("people", "organisations"):
        template = await service.get(f"/imports/template/{kind}")
        assert template.headers["content-disposition"] == f'attachment; filename="{kind}.csv"'
        job = (await _send(service, template.content, kind=kind)).headers["location"]
        assert "Rows with errors</dt><dd>0" in (await service.get(job)).text


async def test_the_command_tells_first_then_saves_and_undoes(
    service: Service, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAYMARK_DATABASE_URL", settings.database_url)
    file = tmp_path / "staff.csv"
    file.write_text("Name,Mail\nNino,nino@gori.example\nAna,not an address\n")
    told = await _command("people", "import", str(file))
    assert "row 3, Mail: This is no mail address." in told.output
    assert "add: 1" in told.output
    assert "Nothing was saved" in told.output
    assert await _names(service) == []
    saved = json.loads((await _command("people", "import", str(file), "--apply", "--json")).stdout)
    assert await _names(service) == ["Nino"]
    undone = await _command("people", "undo-import", str(UUID(saved["id"])))
    assert "1 rows undone." in undone.output
