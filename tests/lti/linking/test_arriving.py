"""From the demo LMS through the door: who is sent to choose, who follows what was chosen, and what comes back."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import pytest

from base import Database, KeyRing
from lti import Placement, Platform, acceptance_of, answer_of, content_item, keep_target, picking
from lti.launching.targets import Target
from paths import enrolments_of, linkable
from people import Account, person_of_account
from tests.demo_lms import AYGUN, TEACHER, DemoLms, Link, Person
from tests.lti.browser import Browser
from tests.lti.waymark import URL
from tests.paths import world
from tests.paths.makers import PATH_ID, leaf
from tests.times import NOW

NewBrowser = Callable[..., Browser]
PLAIN = Link("plain", "Learning", "By its plain address.", "/lti/launch")
COPY = Link("copy", "Learning", "Last year's.", "/lti/launch", {"resource_link_id_history": "other,plain"})

pytestmark = pytest.mark.usefixtures("growth")


async def choosing(browser: Browser) -> httpx.Response:
    """The tool's answer to a teacher who asks for activities."""
    form = await browser.form(f"{browser.lms.url}/add/launch")
    answer = await browser.log_in(form)
    return await browser.deliver(await browser.form(answer.headers["location"]))


def place(answer: httpx.Response) -> tuple[str, str]:
    """The frame and the page in it."""
    found = re.fullmatch(rf"{URL}/f/([^/]+)(/.*)", answer.headers["location"])
    assert found, answer.headers["location"]
    return found[1], found[2]


async def account(db: Database, lms: DemoLms, who: Person) -> Any:
    found = await db.read(person_of_account, Account(lms.url, who.id))
    assert found is not None
    return found


async def test_deep_linking_leads_to_the_picker_and_enrols_nobody(
    lms: DemoLms, new_browser: NewBrowser, db: Database
) -> None:
    frame, page = place(await choosing(new_browser(TEACHER)))
    teacher = await account(db, lms, TEACHER)
    found = await db.read(picking, UUID(page.removeprefix("/pick/")), teacher.id, frame=frame, now=NOW)
    assert found.settings is not None
    assert found.settings.data in lms.deep_linking_asked
    assert await db.read(enrolments_of, teacher.id) == []


async def test_what_comes_back_stands_in_the_course_and_leads_a_learner_there(
    lms: DemoLms, new_browser: NewBrowser, db: Database, keys: KeyRing
) -> None:
    browser = new_browser(TEACHER)
    frame, page = place(await choosing(browser))
    teacher = await account(db, lms, TEACHER)
    found = await db.read(picking, UUID(page.removeprefix("/pick/")), teacher.id, frame=frame, now=NOW)
    assert found.settings is not None
    step = await db.read(linkable, "growth", "r-budget", language="en")
    item = content_item(Placement(step, "Our budget", points=20), acceptance_of(found.settings), URL)
    answer = answer_of(found, [item], keys, now=NOW)
    taken = await browser.post(answer.address, {"JWT": answer.token})
    assert "1 added" in taken.text
    link = lms.links[-1]
    column = lms.grade_book.columns[link.id]
    assert (link.title, column.score_maximum, column.resource_id, column.tag) == (
        "Our budget",
        20,
        PATH_ID,
        "r-budget",
    )
    await db.write(lambda conn: world.publish(conn, leaf("r-budget", "budget"), slug="growth-anew"))
    _, opened = place(await new_browser(AYGUN).launch(link))
    assert opened == "/paths/growth-anew#r-budget"
    again = await browser.post(answer.address, {"JWT": answer.token})
    assert again.status_code == 400


async def test_plain_link_waits_for_a_teacher_and_then_leads_learners_there(
    lms: DemoLms, new_browser: NewBrowser, db: Database, platform: Platform
) -> None:
    lms.add(PLAIN)
    lms.add(COPY)
    waiting = await new_browser(AYGUN).launch(PLAIN)
    assert waiting.status_code == 401
    assert "Your teacher has not chosen yet" in waiting.text
    _, page = place(await new_browser(TEACHER).launch(PLAIN))
    assert page.startswith("/pick/")
    teacher = await account(db, lms, TEACHER)
    what: dict[str, Any] = {"path_id": UUID(PATH_ID), "requirement": "r-intro", "by": teacher.id, "now": NOW}
    await db.write(keep_target, platform.id, "1", "plain", **what)
    for link in (PLAIN, COPY):
        assert place(await new_browser(AYGUN).launch(link))[1] == Target("growth", "r-intro").location
    learner = await account(db, lms, AYGUN)
    assert len(await db.read(enrolments_of, learner.id)) == 1


async def test_who_teaches_may_choose_anew_for_a_plain_link(
    lms: DemoLms, new_browser: NewBrowser, db: Database, platform: Platform
) -> None:
    lms.add(PLAIN)
    await new_browser(TEACHER).launch(PLAIN)
    teacher = await account(db, lms, TEACHER)
    what: dict[str, Any] = {"path_id": UUID(PATH_ID), "requirement": None, "by": teacher.id, "now": NOW}
    await db.write(keep_target, platform.id, "1", "plain", **what)
    assert place(await new_browser(TEACHER).launch(PLAIN))[1].startswith("/pick/")
