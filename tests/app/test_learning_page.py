"""Finding something to learn, seeing what counts on which day, and a calendar that knows it."""

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

import icalendar
import pytest

from app.logs import HIDDEN, hide_secrets
from base import words_for
from paths import enrol, path, path_view
from people import Person, choose_language
from tests.app.conftest import APP, Service

pytestmark = pytest.mark.usefixtures("library")
GROWTH = "/paths/leading-local-growth"
TITLE = "Leading local growth"


def _seen(html: str) -> str:
    """What a person reads on a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html.partition("<main")[2])).split())


async def _learner(service: Service) -> Person:
    learner = await service.add()
    await service.sign_in(learner)
    return learner


async def _address(service: Service) -> str:
    made = await service.send("/learning/calendar")
    assert made.status_code == 200
    (token,) = set(re.findall(rf"{APP}/calendar/([\w-]+)\.ics", made.text))
    return f"/calendar/{token}.ics"


async def _days(service: Service, address: str) -> dict[str, Any]:
    """By what is to do, the day, as a calendar program has it."""
    answer = await service.get(address)
    assert answer.headers["content-type"].startswith("text/calendar")
    events = icalendar.Calendar.from_ical(answer.content).walk("VEVENT")
    return {str(event["summary"]): event.decoded("dtstart") for event in events}


async def test_what_there_is_to_begin_is_searched_and_filtered_by_its_address(service: Service) -> None:
    await _learner(service)
    everything = _seen((await service.get("/paths")).text)
    assert TITLE in everything
    assert "Pathways for Economic Growth" in everything
    assert "City Learning Circle" in everything  # a module, taken by itself
    mentoring = _seen((await service.get("/paths?topic=mentoring&minutes=60")).text)
    assert "1 found" in mentoring
    azerbaijani = (await service.get("/paths?language=az&text=data")).text
    assert '<option value="az" lang="az" selected>' in azerbaijani
    assert "Nothing was found." in _seen((await service.get("/paths?text=nothing+like+it")).text)
    assert (await service.get("/paths?minutes=x&after=nowhere")).status_code == 200


async def test_a_module_is_begun_by_itself(service: Service) -> None:
    await _learner(service)
    alone = "/paths/module.listening-to-your-community"
    assert "Begin this module" in _seen((await service.get(alone)).text)
    await service.send(f"{alone}/enrol")
    page = (await service.get(alone)).text
    assert "0 of 1 done" in _seen(page)
    assert '<svg class="map"' not in page


async def test_a_path_says_what_is_due_what_opens_when_and_what_to_choose(service: Service) -> None:
    learner = await _learner(service)
    await service.send(f"{GROWTH}/enrol")
    page = (await service.get(GROWTH)).text
    now = datetime.now(UTC)
    view = await service.db.read(path_view, learner, "leading-local-growth", language="en", now=now)
    seen = _seen(page)
    assert f"0 of {view.needed} done" in seen
    assert seen.count("Due on") >= 3  # the path, its first step, and the card of the next step
    assert "Opens on" in seen
    assert "Choose 1 of these" in seen
    assert "Choose some that bring 2 credits together" in seen
    assert "Worth a look; it is not counted." in seen
    listed, _, drawn = page.partition('<svg class="map"')
    for id_ in re.findall(r'<a href="#([\w.-]+)"', drawn):
        assert f'id="{id_}"' in listed


async def test_the_map_has_a_page_of_its_own_whose_links_lead_to_the_list(service: Service) -> None:
    await _learner(service)
    drawn = (await service.get(f"{GROWTH}/map")).text
    assert f'href="{GROWTH}#r-pathway"' in drawn
    assert (await service.get("/paths/nowhere/map")).status_code == 404


async def test_the_calendar_has_the_due_dates_in_the_readers_language_until_its_address_is_ended(
    service: Service,
) -> None:
    learner = await _learner(service)
    await service.send(f"{GROWTH}/enrol")
    address = await _address(service)
    service.browser.cookies.clear()
    now = datetime.now(UTC)
    view = await service.db.read(path_view, learner, "leading-local-growth", language="en", now=now)
    days = await _days(service, address)
    assert days[f"Due: {TITLE}"] == view.due
    assert len(days) == 2  # the path, and its first step

    await service.db.write(choose_language, learner.id, "ka")
    assert sum("როგორ წარვუძღვეთ ადგილობრივ ზრდას" in title for title in await _days(service, address)) == 1

    await service.sign_in(learner)
    assert words_for("ka").text("Make a new address") in _seen((await service.get("/")).text)
    await service.send("/learning/calendar/end")
    assert (await service.get(address)).status_code == 404


async def test_a_new_address_ends_the_old_one(service: Service) -> None:
    await _learner(service)
    old, new = await _address(service), await _address(service)
    assert (await service.get(old)).status_code == 404
    assert await _days(service, new) == {}
    assert (await service.get(new.removesuffix(".ics"))).status_code == 404


async def test_the_address_of_a_calendar_stays_out_of_logs(service: Service) -> None:
    await _learner(service)
    address = await _address(service)
    shown = hide_secrets(None, "info", {"path": address, "error": f"GET {APP}{address} failed"})
    assert shown["path"] == f"/calendar/{HIDDEN}.ics"
    assert address not in shown["error"]


async def test_my_learning_begins_with_the_most_urgent_and_lists_what_counts(service: Service) -> None:
    learner = await _learner(service)
    assert "You are not on a path yet." in _seen((await service.get("/")).text)
    for slug in ("pathways-for-economic-growth", "leading-local-growth"):
        chosen = await service.db.read(path, slug)
        said: dict[str, Any] = {"origin": "self", "by": learner.id, "reason": "chose it"}
        await service.db.write(enrol, learner, chosen.id, now=datetime.now(UTC), **said)
    seen = _seen((await service.get("/")).text)
    assert seen.index(TITLE) < seen.index("Pathways for Economic Growth")
    assert seen.count("Next step") == 1
    assert "Days that count" in seen
