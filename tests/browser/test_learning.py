"""Finding a path, beginning it, finding one's way on its map by keyboard, and taking its days into a calendar."""

import re
from collections.abc import Iterator

import httpx
import icalendar
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import OpenBrowser, Shoot
from tests.running import LIBRARY, Service, environment_in, free_port, running

pytestmark = pytest.mark.browser

TITLE = "Leading local growth"
MAP_LINKS = "svg.map a"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with the catalogue, of which nobody has begun anything."""
    folder = tmp_path_factory.mktemp("town")
    with running(environment_in(folder, free_port()), folder / "output", "--prepare", str(LIBRARY)) as service:
        yield service


@pytest.fixture(scope="module")
def phone(town: Service, open_browser: OpenBrowser) -> BrowserContext:
    """Somebody's phone, signed in."""
    context = open_browser(width=390, height=844)
    link = re.search(r"http\S+/sign-in/\S+", town.output.read_text())
    assert link
    page = context.new_page()
    page.goto(link[0])
    page.get_by_role("main").get_by_role("button").click()
    return context


@pytest.fixture
def page(phone: BrowserContext) -> Iterator[Page]:
    opened = phone.new_page()
    yield opened
    opened.close()


def test_a_path_is_found_by_whom_it_is_for_and_begun(page: Page, town: Service, shoot: Shoot) -> None:
    page.goto(f"{town.url}/paths")
    page.get_by_text("Narrow it down").click()
    page.get_by_label("For whom").select_option(label="Mayor")
    page.get_by_label("How long").select_option("60")
    page.get_by_role("button", name="Show these").click()
    expect(page.get_by_label("For whom")).to_have_value("mayor")
    shoot(page, "catalogue-filtered")
    expect(page.get_by_role("link", name=TITLE)).to_have_count(0)  # it takes longer than an hour
    page.get_by_label("How long").select_option("")
    page.get_by_role("button", name="Show these").click()
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("button", name="Begin this path").click()
    expect(page.get_by_text("Next step").first).to_be_visible()
    shoot(page, "path-begun-on-a-phone")


def test_the_map_fits_a_phone_and_is_walked_by_keyboard_in_the_order_of_the_list(
    page: Page, town: Service, shoot: Shoot
) -> None:
    page.goto(f"{town.url}/paths/leading-local-growth")
    listed = page.locator("ol.steps li[id]").evaluate_all("all => all.map(each => each.id)")
    drawn = page.locator(MAP_LINKS)
    drawn.first.focus()
    walked = []
    for _ in range(drawn.count()):
        walked.append(page.evaluate("document.activeElement.getAttribute('href')"))
        page.keyboard.press("Tab")
    assert walked == [f"#{id_}" for id_ in listed]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(MAP_LINKS, has_text="Practise with others").first.scroll_into_view_if_needed()
    shoot(page, "map-on-a-phone")
    drawn.last.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"#{listed[-1]}$"))


def test_each_part_of_the_map_says_its_state_and_its_title_to_readers_that_speak(page: Page, town: Service) -> None:
    page.goto(f"{town.url}/paths/leading-local-growth")
    expect(page.get_by_role("group", name="The path as a map")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^Locked Practise with others"))).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("^Next step ")).first).to_be_visible()


def test_a_calendar_program_reads_the_days_until_the_address_is_ended(page: Page, town: Service, shoot: Shoot) -> None:
    page.goto(town.url)
    shoot(page, "my-learning-on-a-phone")
    page.get_by_role("button", name="Make the address").click()
    address = page.locator("p.code").inner_text()
    shoot(page, "calendar-address")
    calendar = icalendar.Calendar.from_ical(httpx.get(address).content)
    assert f"Due: {TITLE}" in {str(event["summary"]) for event in calendar.walk("VEVENT")}
    page.get_by_role("link", name="My learning").first.click()
    page.get_by_role("button", name="End the address").click()
    expect(page.get_by_role("button", name="Make the address")).to_be_visible()
    assert httpx.get(address).status_code == 404
    assert address.rpartition("/")[2].removesuffix(".ics") not in town.output.read_text()
