"""Who is on a path: listed, filtered, taken away as a file, and decided about by staff."""

import asyncio
import csv
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from app.cli import main
from app.settings import Settings
from base import write_xlsx
from paths import EnrolmentStatus, enrol, enrolments_of, extended_of, history_of, path, standing_of
from people import Person, Role, add_person, join
from tests.app.conftest import APP, Service
from tests.app.test_people_pages import _city, _coordinator, _seen

pytestmark = pytest.mark.usefixtures("library")
SLUG = "pathways-for-economic-growth"
LIST = f"/paths/{SLUG}/enrolments"


async def _learner(service: Service, name: str, city: Any = None) -> Person:
    now = datetime.now(UTC)
    learner: Person = await service.db.write(add_person, full_name=name, language="en", now=now)
    if city is not None:
        await service.db.write(join, learner.id, city.id, by=None, reason="a test", now=now)
    return learner


async def _enrolled(service: Service, name: str, city: Any = None) -> tuple[Person, Any]:
    learner = await _learner(service, name, city)
    growth = await service.db.read(path, SLUG)
    said: dict[str, Any] = {"origin": "self", "by": learner.id, "reason": "chose it", "now": datetime.now(UTC)}
    return learner, await service.db.write(enrol, learner, growth.id, **said)


async def test_the_list_is_filtered_sorted_and_taken_away_as_a_file(service: Service) -> None:
    _, first = await _enrolled(service, "Narek Petrosyan")
    await _enrolled(service, "Ani Hakobyan")
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    page = _seen((await service.get(LIST)).text)
    assert "2 enrolments" in page
    assert "Narek Petrosyan on the path chose it themselves Not begun" in page
    await service.send(f"/enrolments/{first.id}/status", status="paused", reason="on leave")
    assert "Ani" not in _seen((await service.get(f"{LIST}?status=paused")).text)
    assert "1 enrolment" in _seen((await service.get(f"{LIST}?text=ani")).text)
    assert "Nobody was found" in _seen((await service.get(f"{LIST}?status=overdue")).text)
    assert "Nobody was found" in _seen((await service.get(f"{LIST}?progress=satisfied")).text)
    assert (await service.get(f"{LIST}?status=castle")).status_code == 400
    assert (await service.get(f"{LIST}?sort=castle")).status_code == 400
    file = await service.get(f"{LIST}/export.csv?sort=enrolled")
    rows = list(csv.reader(StringIO(file.content.decode("utf-8-sig"))))
    assert [row[1:5] for row in rows[1:]] == [
        ["Narek Petrosyan", "no", "paused", "self"],
        ["Ani Hakobyan", "no", "active", "self"],
    ]


async def test_the_next_page_repeats_nobody(service: Service) -> None:
    for number in range(52):
        await _enrolled(service, f"Person {number:02}")
    await service.sign_in(await service.add(Role.AUDITOR))
    first = await service.get(f"{LIST}?sort=due")
    following = first.text.partition("after=")[2].partition('"')[0]
    second = _seen((await service.get(f"{LIST}?sort=due&after={following}")).text)
    told = _seen(first.text) + second
    assert [told.count(f"Person {number:02}") for number in range(52)] == [1] * 52


async def test_staff_change_a_status_and_give_another_due_date_with_a_reason(service: Service) -> None:
    _, enrolled = await _enrolled(service, "Narek")
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    address = f"/enrolments/{enrolled.id}"
    for wrong, told in (
        ({"status": "withdrawn", "reason": " "}, "Say why"),
        ({"status": "castle", "reason": "x"}, "Choose what it is"),
    ):
        refused = await service.send(f"{address}/status", **wrong)
        assert refused.status_code == 400
        assert told in _seen(refused.text)
    assert (await service.send(f"{address}/status", status="withdrawn", reason="moved")).status_code == 303
    assert (await service.db.read(standing_of, enrolled.id)).status is EnrolmentStatus.WITHDRAWN
    day = (datetime.now(UTC) + timedelta(days=30)).date()
    for wrong in (
        {"due": "soon", "reason": "x"},
        {"due": "2020-01-01", "reason": "x"},
        {"due": str(day), "reason": ""},
    ):
        assert (await service.send(f"{address}/extension", **wrong)).status_code == 400
    wrong_node = await service.send(f"{address}/extension", node="nowhere", due=str(day), reason="x")
    assert "Choose what is due" in _seen(wrong_node.text)
    assert (await service.send(f"{address}/extension", due=str(day), reason="was ill")).status_code == 303
    assert (await service.send(f"{address}/extension", node="r-data", due=str(day), reason="x")).status_code == 303
    ((given, other),) = (await service.db.read(extended_of, [enrolled.id])).values()
    assert (given.node, other.node) == ("path", "r-data")
    assert given.due.isoformat() == f"{day}T20:00:00+00:00"  # midnight in Baku, four hours ahead of UTC
    shown = _seen((await service.get(address)).text)
    for told in ("withdrawn chose it themselves", "moved", "was ill"):
        assert told in shown


async def test_a_coordinator_reaches_the_people_of_their_country_alone(service: Service) -> None:
    here, there = await _city(service, "Gyumri", "AM"), await _city(service, "Batumi", "GE")
    near, _ = await _enrolled(service, "Narek", here)
    _, foreign = await _enrolled(service, "Nino", there)
    outsider = await _learner(service, "Giorgi", there)
    await _coordinator(service)
    page = _seen((await service.get(LIST)).text)
    assert "1 enrolment" in page
    assert "Narek" in page
    assert "Nino" not in page
    assert (await service.get(f"/enrolments/{foreign.id}")).status_code == 403
    assert (await service.send(f"/enrolments/{foreign.id}/status", status="paused", reason="x")).status_code == 403
    assert (await service.send(f"/enrolments/{foreign.id}/extension", due="2099-01-01", reason="x")).status_code == 403
    wrong = {"subject": f"person:{outsider.id}", "reason": "x"}
    assert (await service.send(LIST, **wrong)).status_code == 403
    assert "Nobody was found" in _seen((await service.get(f"{LIST}/new?text=giorgi")).text)
    assert "Narek" in _seen((await service.get(f"{LIST}/new?text=narek")).text)
    assert await service.db.read(enrolments_of, near.id)


async def test_staff_enrol_a_person_and_a_team(service: Service) -> None:
    city, learner = await _city(service), await _learner(service, "Narek")
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    assert f'value="person:{learner.id}"' in (await service.get(f"{LIST}/new?text=narek")).text
    refused = await service.send(LIST, text="narek", subject="person:x", origin="lti", reason="")
    assert refused.status_code == 400
    for told in ("Choose whom", "Choose how", "Say why"):
        assert told in _seen(refused.text)
    done = await service.send(LIST, subject=f"person:{learner.id}", origin="call", reason="won the call")
    assert done.status_code == 303
    (enrolled,) = await service.db.read(enrolments_of, learner.id)
    (said,) = await service.db.read(history_of, enrolled.id)
    assert (said.origin, said.reason) == ("call", "won the call")
    team = await service.send(LIST, subject=f"organisation:{city.id}", origin="call", reason="won the call")
    assert "Gyumri" in _seen((await service.get(team.headers["location"])).text)
    assert "Gyumri team" in _seen((await service.get(LIST)).text)


async def _send(service: Service, table: str | bytes, kind: str = "people") -> httpx.Response:
    sent = table.encode() if isinstance(table, str) else table
    files = {"file": ("staff.csv" if isinstance(table, str) else "staff.xlsx", sent)}
    return await service.browser.post(f"{LIST}/table", data={"kind": kind}, files=files, headers={"origin": APP})


async def test_a_table_enrols_those_who_are_known_after_a_dry_run(service: Service) -> None:
    city = await _city(service)
    learner = await _learner(service, "Narek Petrosyan", city)
    home, name = learner.opaque.home_page, learner.opaque.name
    text = f"Full name,Mail,Account home page,Account name\nNarek,,{home},{name}\nNobody,n@x.example,,\nAni,no mail,,\n"
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    dry = await _send(service, text)
    shown = _seen(dry.text)
    assert "To be enrolled 1" in shown
    assert "Rows with errors 2" in shown
    assert "Nobody is known by this" in shown
    assert await service.db.read(enrolments_of, learner.id) == []
    sha = dry.text.partition('name="file" value="')[2][:64]
    for _ in range(2):
        applied = await service.send(f"{LIST}/table/apply", file=sha, kind="people")
        assert applied.headers["location"] == LIST
    (enrolled,) = await service.db.read(enrolments_of, learner.id)
    assert [each.origin for each in await service.db.read(history_of, enrolled.id)] == ["import"]
    assert "On the path already 1" in _seen((await _send(service, text)).text)
    team = await _send(service, "Name,Kind,Country\nGyumri,city,AM\nAtlantis,city,AM\n", "organisations")
    assert "To be enrolled 1" in _seen(team.text)
    assert "There is no such organisation" in _seen(team.text)


async def test_a_workbook_enrols_as_a_table_of_text_does(service: Service) -> None:
    city = await _city(service)
    learner = await _learner(service, "Narek Petrosyan", city)
    rows = [("Narek", learner.opaque.home_page, learner.opaque.name)]
    book = write_xlsx(["Full name", "Account home page", "Account name"], rows, title="People")
    await service.sign_in(await service.add(Role.ADMINISTRATOR))
    dry = await _send(service, book)
    assert "To be enrolled 1" in _seen(dry.text)
    sha = dry.text.partition('name="file" value="')[2][:64]
    await service.send(f"{LIST}/table/apply", file=sha, kind="people")
    assert len(await service.db.read(enrolments_of, learner.id)) == 1


async def test_a_table_that_cannot_be_used_is_told_and_a_foreign_row_left_out(service: Service) -> None:
    there = await _city(service, "Batumi", "GE")
    learner = await _learner(service, "Nino", there)
    home, name = learner.opaque.home_page, learner.opaque.name
    await _coordinator(service)
    refused = await _send(service, "Shoe size\n42\n")
    assert refused.status_code == 400
    assert "lacks these columns" in _seen(refused.text)
    shown = await _send(service, f"Full name,Account home page,Account name\nNino,{home},{name}\n")
    assert "You may not enrol anybody here" in _seen(shown.text)
    gone = await service.send(f"{LIST}/table/apply", file="ab" * 32, kind="people")
    assert gone.status_code == 400


async def test_learners_see_no_enrolments_of_others(service: Service) -> None:
    _, enrolled = await _enrolled(service, "Narek")
    await service.sign_in(await service.add())
    for address in (LIST, f"{LIST}/new", f"{LIST}/table", f"/enrolments/{enrolled.id}"):
        assert (await service.get(address)).status_code == 403


async def test_the_command_tells_first_then_enrols(
    service: Service, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learner = await _learner(service, "Narek")
    monkeypatch.setenv("WAYMARK_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("WAYMARK_KEYS", str(settings.keys))
    monkeypatch.setenv("WAYMARK_FILES", str(settings.files))
    file = tmp_path / "staff.csv"
    home, name = learner.opaque.home_page, learner.opaque.name
    file.write_text(f"Full name,Account home page,Account name\nNarek,{home},{name}\nNobody,,\n")
    told = await asyncio.to_thread(CliRunner().invoke, main, ["enrol", SLUG, str(file)])
    assert "row 3, Full name: Nobody is known by this" in told.output
    assert "enrol: 1" in told.output
    assert await service.db.read(enrolments_of, learner.id) == []
    done = await asyncio.to_thread(CliRunner().invoke, main, ["enrol", SLUG, str(file), "--apply"])
    assert done.exit_code == 0, done.output
    (enrolled,) = await service.db.read(enrolments_of, learner.id)
    assert (await service.db.read(standing_of, enrolled.id)).origin == "import"
