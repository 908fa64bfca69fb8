"""What each kind of launch brings about: who is let in, where they come to, and what is kept of it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Connection, func, select

from base import Database
from lti import Platform, courses_of, keep_target, list_platforms, refused_launches_of
from lti.tables import courses, grade_lines, platforms
from paths import EnrolmentStatus, enrolments_of, path, standing_of
from people import Account, Person, choose_language, person_of_account
from people.tables import persons, sessions
from tests.demo_lms import AYGUN, TEACHER, DemoLms, Link
from tests.demo_lms.lms import AGS, MEMBERSHIP
from tests.lti.browser import Browser
from tests.lti.conftest import HOME, INTRO, PATH
from tests.lti.forging import claims, message
from tests.lti.waymark import URL
from tests.paths import world
from tests.paths.makers import leaf
from tests.times import NOW

pytestmark = pytest.mark.usefixtures("growth")

NewBrowser = Callable[..., Browser]
Read = Callable[..., Any]

PLAIN = Link("plain", "Pasted", "An address without a target.", "/lti/launch", graded=False)
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"
NEVER_KEPT = (persons, sessions, grade_lines, courses)


def _kept(conn: Connection) -> list[int | None]:
    """How many rows there are of all that a launch may leave behind."""
    return [conn.scalar(select(func.count()).select_from(table)) for table in NEVER_KEPT]


def _somebody(conn: Connection, lms: DemoLms, sub: str) -> Person:
    found = person_of_account(conn, Account(lms.url, sub))
    assert found is not None
    return found


def _statuses(conn: Connection, person: Person) -> list[EnrolmentStatus]:
    return [standing_of(conn, each.id).status for each in enrolments_of(conn, person.id)]


def _place(location: str) -> str:
    """The address behind the frame's prefix."""
    parts = urlsplit(location)
    path = "/" + parts.path.split("/", 3)[3]
    return f"{path}#{parts.fragment}" if parts.fragment else path


async def test_learner_is_on_the_path_and_its_grade_is_kept(
    lms: DemoLms, new_browser: NewBrowser, db: Database
) -> None:
    answer = await new_browser(AYGUN).launch(PATH)
    assert _place(answer.headers["location"]) == "/paths/growth"
    learner = await db.read(_somebody, lms, AYGUN.id)
    assert await db.read(_statuses, learner) == [EnrolmentStatus.ACTIVE]
    assert (await db.read(_kept))[2] == 1


async def test_link_to_a_requirement_leads_to_it_on_its_path(new_browser: NewBrowser) -> None:
    assert _place((await new_browser(AYGUN).launch(INTRO)).headers["location"]) == "/paths/growth#r-intro"


async def test_who_teaches_sees_the_path_and_is_not_on_it(lms: DemoLms, new_browser: NewBrowser, db: Database) -> None:
    answer = await new_browser(TEACHER).launch(PATH)
    assert _place(answer.headers["location"]) == "/paths/growth"
    teacher = await db.read(_somebody, lms, TEACHER.id)
    assert await db.read(_statuses, teacher) == []
    assert (await db.read(_kept))[2] == 0


@pytest.mark.parametrize(
    "role", [f"{MEMBERSHIP}Mentor", "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator"]
)
async def test_who_neither_teaches_nor_learns_sees_the_path_and_is_not_on_it(
    role: str, lms: DemoLms, new_browser: NewBrowser, db: Database
) -> None:
    lms.forge = message(roles=[role])
    assert (await new_browser(AYGUN).launch(PATH)).status_code == 303
    assert await db.read(_statuses, await db.read(_somebody, lms, AYGUN.id)) == []


@pytest.mark.parametrize("sub", [None, ""])
async def test_anonymous_launch_is_shown_the_path_and_leaves_nothing(
    sub: str | None, lms: DemoLms, new_browser: NewBrowser, db: Database
) -> None:
    lms.forge = claims(sub=sub)
    before = await db.read(_kept)
    answer = await new_browser(AYGUN).launch(INTRO)
    assert answer.status_code == 303
    assert _place(answer.headers["location"]).startswith("/preview/")
    assert answer.headers["location"].endswith("#r-intro")
    assert "set-cookie" not in answer.headers
    assert await db.read(_kept) == before


async def test_anonymous_launch_of_no_path_is_told_to_sign_in(lms: DemoLms, new_browser: NewBrowser) -> None:
    lms.forge = claims(sub=None)
    answer = await new_browser(AYGUN).launch(HOME)
    assert answer.status_code == 401
    assert "did not say who you are" in answer.json()["message"]


async def test_test_user_is_shown_the_path_and_leaves_nothing(
    lms: DemoLms, new_browser: NewBrowser, db: Database
) -> None:
    lms.forge = message(roles=[f"{MEMBERSHIP}Learner", TEST_USER])
    before = await db.read(_kept)
    answer = await new_browser(AYGUN).launch(PATH)
    assert _place(answer.headers["location"]).startswith("/preview/")
    assert await db.read(_kept) == before
    refused = await new_browser(AYGUN).launch(HOME)
    assert refused.status_code == 401
    assert "test student" in refused.json()["message"]


async def test_plain_address_leads_who_teaches_to_a_choice_and_tells_learners_to_wait(
    lms: DemoLms, new_browser: NewBrowser
) -> None:
    lms.add(PLAIN)
    told = await new_browser(AYGUN).launch(PLAIN)
    assert told.status_code == 401
    assert "has not chosen yet" in told.json()["message"]
    chooses = await new_browser(TEACHER).launch(PLAIN)
    assert _place(chooses.headers["location"]).startswith("/pick/")


async def test_path_that_is_not_there_is_told_plainly(lms: DemoLms, new_browser: NewBrowser, db: Database) -> None:
    lms.add(Link("gone", "Gone", "", "/paths/no-such-path"))
    answer = await new_browser(AYGUN).launch(lms.links[-1])
    assert answer.status_code == 401
    assert answer.json()["message"].startswith("This link leads to a page that is not here.")
    assert await db.read(person_of_account, Account(lms.url, AYGUN.id)) is None


async def test_course_is_known_by_its_launches_with_its_services_and_product(
    lms: DemoLms, platform: Platform, new_browser: NewBrowser, db: Database
) -> None:
    await new_browser(AYGUN).launch(PATH)
    await new_browser(TEACHER).launch(HOME)  # which has no grade service
    (course,) = await db.read(courses_of, platform.id)
    assert (course.context_id, course.title) == ("ctx-1", "Local economic development")
    assert course.memberships_url == f"{lms.url}/members"
    assert course.line_items_url == f"{lms.url}/lineitems?course=1"
    assert f"{AGS}scope/score" in course.scopes
    (known,) = await db.read(list_platforms)
    assert known.product == lms.product


async def test_copied_course_is_a_course_of_its_own_and_its_old_links_lead_where_they_did(
    lms: DemoLms, platform: Platform, new_browser: NewBrowser, db: Database
) -> None:
    await new_browser(AYGUN).launch(INTRO)
    custom = {**INTRO.custom, "context_id_history": "ctx-1", "resource_link_id_history": "intro"}
    lms.forge = message(context={"id": "ctx-2"}, resource_link={"id": "copied"}, custom=custom)
    answer = await new_browser(AYGUN).launch(INTRO)
    assert _place(answer.headers["location"]) == "/paths/growth#r-intro"
    assert {each.context_id for each in await db.read(courses_of, platform.id)} == {"ctx-1", "ctx-2"}


async def test_locale_of_the_launch_is_the_language_until_the_person_chooses_one(
    lms: DemoLms, new_browser: NewBrowser, db: Database
) -> None:
    browser = new_browser(AYGUN)
    await browser.launch(HOME)
    learner = await db.read(_somebody, lms, AYGUN.id)
    assert learner.language == "az"
    lms.forge = message(launch_presentation={"locale": "ka_GE"})
    await browser.launch(HOME)
    assert (await db.read(_somebody, lms, AYGUN.id)).language == "ka"
    lms.forge = message(launch_presentation={"locale": "fr-FR"})  # which we do not speak
    await browser.launch(HOME)
    assert (await db.read(_somebody, lms, AYGUN.id)).language == "ka"
    await db.write(choose_language, learner.id, "hy")
    lms.forge = message(launch_presentation={"locale": "ru"})
    await browser.launch(HOME)
    assert (await db.read(_somebody, lms, AYGUN.id)).language == "hy"


async def test_name_that_a_later_launch_brings_is_kept_and_then_not_changed(
    lms: DemoLms, new_browser: NewBrowser, db: Database
) -> None:
    browser = new_browser(AYGUN)
    lms.forge = claims(name=None, given_name=None, family_name=None)
    assert _place((await browser.launch(HOME)).headers["location"]) == "/name"
    lms.forge = claims(name="Aygün Məmmədova")
    assert _place((await browser.launch(HOME)).headers["location"]) == "/"
    lms.forge = claims(name="Somebody Else")
    await browser.launch(HOME)
    assert (await db.read(_somebody, lms, AYGUN.id)).full_name == "Aygün Məmmədova"


async def test_name_too_long_to_be_one_is_asked_for_and_never_cut(
    lms: DemoLms, new_browser: NewBrowser, db: Database
) -> None:
    lms.forge = claims(name="x" * 256)
    assert _place((await new_browser(AYGUN).launch(HOME)).headers["location"]) == "/name"
    assert (await db.read(_somebody, lms, AYGUN.id)).full_name is None


@pytest.mark.parametrize(
    ("status", "fault", "told"), [("pending", "waits", "awaits approval"), ("disabled", "closed", "closed here")]
)
async def test_platform_that_is_not_open_sends_nobody(
    status: str, fault: str, told: str, platform: Platform, new_browser: NewBrowser, db: Database
) -> None:
    browser = new_browser(AYGUN)
    fields = await browser.authorized(HOME)
    await db.write(lambda conn: conn.execute(platforms.update().values(status=status)))
    under_way = await browser.deliver(fields)
    begun = await browser.open_link(HOME)
    assert [under_way.status_code, begun.status_code] == [401, 401]
    assert told in under_way.json()["message"]
    assert told in begun.json()["message"]
    assert "location" not in begun.headers
    noted = await db.read(refused_launches_of, platform.id)
    assert {(each.step, each.fault) for each in noted} == {(step, f"platform-{fault}") for step in ("login", "launch")}


async def test_retired_path_is_shown_to_a_newcomer_who_is_not_put_on_it(
    lms: DemoLms, new_browser: NewBrowser, db: Database
) -> None:
    await db.write(_retire)
    answer = await new_browser(AYGUN).launch(PATH)
    assert _place(answer.headers["location"]) == "/paths/growth"
    assert await db.read(_statuses, await db.read(_somebody, lms, AYGUN.id)) == []
    lms.forge = claims(sub=None)
    assert (await new_browser(AYGUN).launch(PATH)).status_code == 401


async def test_launch_answers_with_a_redirect_so_that_a_reload_posts_nothing_again(new_browser: NewBrowser) -> None:
    answer = await new_browser(AYGUN).launch(PATH)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"{URL}/f/")
    assert answer.headers["cache-control"] == "no-store"


async def test_person_is_known_by_issuer_and_subject_and_by_nothing_else(
    lms: DemoLms, new_browser: NewBrowser, db: Database
) -> None:
    browser = new_browser(AYGUN)
    await browser.launch(HOME)
    first = await db.read(_somebody, lms, AYGUN.id)
    lms.forge = claims(email="new@lms.example", name="Renamed", ext={"user_username": "renamed"})
    await browser.launch(HOME)
    assert await db.read(_somebody, lms, AYGUN.id) == first
    lms.forge = claims(sub="another", email=f"person{AYGUN.id}@lms.example", name=AYGUN.name)
    await browser.launch(HOME)
    assert (await db.read(_somebody, lms, "another")).id != first.id


async def test_teacher_who_switched_their_role_stays_one_person_and_learns_from_then_on(
    lms: DemoLms, new_browser: NewBrowser, db: Database
) -> None:
    """Moodle's "switch role to student" keeps the subject, so nothing tells it from a teacher who learns."""
    browser = new_browser(TEACHER)
    await browser.launch(PATH)
    teacher = await db.read(_somebody, lms, TEACHER.id)
    lms.forge = message(roles=[f"{MEMBERSHIP}Learner"])
    await browser.launch(PATH)
    assert await db.read(_somebody, lms, TEACHER.id) == teacher
    assert await db.read(_statuses, teacher) == [EnrolmentStatus.ACTIVE]


async def test_copy_of_a_link_leads_where_was_chosen_for_the_first(
    lms: DemoLms, platform: Platform, new_browser: NewBrowser, db: Database
) -> None:
    lms.add(PLAIN)
    await new_browser(TEACHER).launch(HOME)
    await db.write(_choose_for_plain, platform, await db.read(_somebody, lms, TEACHER.id))
    lms.forge = message(resource_link={"id": "copied"}, custom={"resource_link_id_history": "plain,older"})
    answer = await new_browser(AYGUN).launch(PLAIN)
    assert _place(answer.headers["location"]) == "/paths/growth#r-intro"


@pytest.mark.parametrize("history", ["$ResourceLink.id.history", "", ",", "x" * 300, "another", ["plain"], 7])
async def test_history_that_says_nothing_leads_nowhere(
    history: object, lms: DemoLms, platform: Platform, new_browser: NewBrowser, db: Database
) -> None:
    lms.add(PLAIN)
    await new_browser(TEACHER).launch(HOME)
    await db.write(_choose_for_plain, platform, await db.read(_somebody, lms, TEACHER.id))
    lms.forge = message(resource_link={"id": "copied"}, custom={"resource_link_id_history": history})
    answer = await new_browser(AYGUN).launch(PLAIN)
    assert answer.status_code == 401
    assert "has not chosen yet" in answer.json()["message"]


def _choose_for_plain(conn: Connection, platform: Platform, teacher: Person) -> None:
    growth = path(conn, "growth").id
    keep_target(conn, platform.id, "1", PLAIN.id, path_id=growth, requirement="r-intro", by=teacher.id, now=NOW)


def _retire(conn: Connection) -> None:
    world.publish(conn, leaf("r-intro", "intro"), leaf("r-budget", "budget"), status="retired")
