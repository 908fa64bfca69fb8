"""A teacher puts activities into a course from inside the LMS, and learners open them."""

import re

import pytest
from playwright.sync_api import BrowserContext, Frame, Page, expect

from tests.browser.conftest import OpenBrowser, Shoot
from tests.browser.learner import MODULES, arrive, sign_in_to_lms, tool_frame
from tests.running import Service, command

pytestmark = pytest.mark.browser

PATH = "Pathways for Economic Growth"
STEP = MODULES["listening-to-your-community"].title["en"]


@pytest.fixture(scope="module")
def school(service: Service, lms: str) -> str:
    """The address of an LMS that is registered."""
    addresses = {"auth-login-url": f"{lms}/auth", "token-url": f"{lms}/token", "jwks-url": f"{lms}/jwks"}
    named = {"name": "Demo LMS", "issuer": lms, "client-id": "waymark-demo", "deployment": "1", **addresses}
    command(service.environment, "platform", "add", *(part for n, v in named.items() for part in (f"--{n}", v)))
    return lms


@pytest.fixture(scope="module")
def teacher(school: str, open_browser: OpenBrowser) -> BrowserContext:
    context = open_browser()
    sign_in_to_lms(context.new_page(), school, "Anahit")
    return context


@pytest.fixture(scope="module")
def learner(school: str, open_browser: OpenBrowser) -> BrowserContext:
    context = open_browser("az-AZ")
    sign_in_to_lms(context.new_page(), school, "Aygün")
    return context


def picker(page: Page, address: str) -> Frame:
    """The picker in its frame, after this page of the LMS has launched it."""
    page.goto(address)
    page.wait_for_selector("iframe")
    frame = page.main_frame.child_frames[0]
    arrive(frame, "**/f/**/pick/*")
    return frame


def press(frame: Frame, name: str, pattern: str) -> None:
    frame.get_by_role("button", name=name).first.click()
    arrive(frame, pattern)


def choose(frame: Frame, label: str) -> None:
    frame.get_by_label(label, exact=True).check()


def test_a_path_and_a_step_go_into_the_course_and_open_for_a_learner(
    school: str, teacher: BrowserContext, learner: BrowserContext, shoot: Shoot
) -> None:
    page = teacher.new_page()
    page.goto(school)
    page.get_by_role("link", name="Add activities").click()
    frame = picker(page, page.url)
    shoot(page, "picker")
    frame.get_by_label("Words").fill("economic growth")
    press(frame, "Search", "**/pick/*?*text=economic*")
    expect(frame.locator(":target")).to_contain_text("found")  # also in a low frame
    choose(frame, f"Choose this: {PATH}")
    frame.get_by_role("button", name=re.compile(f"choose single steps *: {PATH}")).click()
    arrive(frame, "**/preview?**")
    shoot(page, "picker-preview")
    expect(frame.get_by_label(f"Choose the whole path: {PATH}")).to_be_checked()
    choose(frame, f"Choose this step alone: {STEP}")
    press(frame, "Go on with what is chosen", "**/chosen?**")
    expect(frame.get_by_role("heading", level=2)).to_have_count(2)
    frame.get_by_label("Title in the course").first.fill("Growth for our town")
    frame.get_by_label("Points for the full grade").first.fill("none")
    press(frame, "Put 2 into the course", "**/answer")
    expect(frame.get_by_role("alert")).to_contain_text("Nothing was put into the course yet")
    frame.get_by_label("Points for the full grade").first.fill("40")
    frame.get_by_label("Where it opens").last.select_option("tab")
    frame.get_by_role("button", name="Put 2 into the course").click()
    page.wait_for_url(f"{school}/")
    shoot(page, "picked-in-course")
    expect(page.get_by_role("link", name="Growth for our town")).to_be_visible()
    page.goto(f"{school}/grades")
    expect(page.get_by_role("columnheader", name="Growth for our town")).to_be_visible()

    opened = learner.new_page()
    opened.goto(school)
    opened.get_by_role("link", name="Growth for our town").click()
    assert "3 addımdan 0" in tool_frame(opened).inner_text("main")
    opened.goto(school)
    opened.get_by_role("link", name=STEP).click()
    step = tool_frame(opened)
    assert step.locator(":target h3").inner_text() == MODULES["listening-to-your-community"].title["az"]


def test_an_activity_for_the_next_step_leads_to_its_button(school: str, learner: BrowserContext, shoot: Shoot) -> None:
    page = learner.new_page()
    page.goto(school)
    page.get_by_role("link", name="Growth for our town").click()
    frame = tool_frame(page)
    button = frame.locator("#r-pathway form button")
    expect(button).to_be_hidden()  # the card above has it
    frame.evaluate("location.hash = 'r-pathway'")
    expect(button).to_be_visible()
    shoot(page, "step-of-an-activity")
    button.click()
    arrive(frame, "**/s/**")


def test_activities_are_chosen_where_the_browser_keeps_no_cookie_at_all(school: str, open_browser: OpenBrowser) -> None:
    context = open_browser(cookieless="127.0.0.1,lms.localhost")
    page = context.new_page()
    sign_in_to_lms(page, school, "Anahit")
    frame = picker(page, f"{school}/add?storage=parent")
    choose(frame, f"Choose this: {PATH}")
    press(frame, "Go on with what is chosen", "**/chosen?**")
    frame.get_by_label("Title in the course").fill("Chosen without cookies")
    frame.get_by_role("button", name="Put 1 into the course").click()
    page.wait_for_url(f"{school}/")
    expect(page.get_by_role("link", name="Chosen without cookies")).to_be_visible()
    assert not [each for each in context.cookies() if each.get("name", "").startswith("waymark")]


def test_without_our_script_a_button_leads_back(school: str, teacher: BrowserContext) -> None:
    page = teacher.new_page()
    page.route("**/send.js*", lambda route: route.abort())
    frame = picker(page, f"{school}/add")
    press(frame, "Back to the course without choosing", "**/answer")
    expect(frame.get_by_text("Nothing was put into the course.")).to_be_visible()
    frame.get_by_role("button", name="Back to the course").click()
    page.wait_for_url(f"{school}/")


def test_a_pasted_address_asks_its_teacher_once_and_then_opens_for_learners(
    school: str, teacher: BrowserContext, learner: BrowserContext, shoot: Shoot
) -> None:
    page = teacher.new_page()
    page.goto(f"{school}/add")
    page.get_by_label("Name").fill("By its address")
    page.get_by_role("button", name="Add this address").click()
    link = page.get_by_role("link", name="By its address")
    expect(link).to_be_visible()
    address = f"{school}{link.get_attribute('href')}"

    waiting = learner.new_page()
    waiting.goto(address)
    waiting.wait_for_selector("iframe")
    waiting.main_frame.child_frames[0].wait_for_url("**/lti/launch")  # which says to tell the teacher

    frame = picker(page, address)
    choose(frame, f"Choose this: {PATH}")
    press(frame, "Go on with what is chosen", "**/chosen?**")
    frame.get_by_role("button", name="Let the link open this").click()
    arrive(frame, "**/f/**/paths/*")
    shoot(page, "picked-for-a-link")
    waiting.goto(address)
    assert "3 addımdan 0" in tool_frame(waiting).inner_text("main")
    frame = picker(page, address)
    expect(frame.get_by_role("main")).to_contain_text(f"This link leads learners to: {PATH}")
