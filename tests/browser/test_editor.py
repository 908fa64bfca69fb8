"""A path from its first word to its first learner, as an administrator writes it in the browser."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from base import LANGUAGES
from tests.browser.conftest import OpenBrowser, Shoot
from tests.running import LIBRARY, Service, command, environment_in, free_port, start

pytestmark = pytest.mark.browser

TITLE = "Water for all"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """An installation of its own, since paths are published in it."""
    folder = tmp_path_factory.mktemp("editor")
    running = start(environment_in(folder, free_port()), folder / "output", "--prepare", str(LIBRARY))
    yield running
    running.stop()
    assert "Traceback" not in running.output.read_text()


@pytest.fixture(scope="module")
def page(town: Service, open_browser: OpenBrowser) -> Page:
    """Where the administrator is signed in, by the link that the first start printed."""
    found = re.search(r"http\S+/sign-in/\S+", town.output.read_text())
    assert found
    opened = open_browser().new_page()
    opened.goto(found[0])
    opened.get_by_role("main").get_by_role("button").click()
    expect(opened.get_by_role("button", name="Sign out")).to_be_visible()
    return opened


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name).click()


def follow(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("link", name=name).click()


def add_module(page: Page, slug: str) -> None:
    page.get_by_label("Module", exact=True).select_option(slug)
    press(page, "Add A module")


def step(page: Page, id_: str) -> Locator:
    return page.locator(f"#{id_}")


def look(page: Page, shoot: Shoot, name: str) -> None:
    """A picture on a phone and on a desktop; nothing is cut off on either."""
    for width, height in ((390, 844), (1280, 800)):
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        shoot(page, f"{name}-{width}")


def test_a_path_is_written_mended_looked_at_published_and_begun(town: Service, page: Page, shoot: Shoot) -> None:
    page.goto(f"{town.url}/admin/paths")
    look(page, shoot, "editor-paths")
    follow(page, "Begin a new path")
    page.get_by_label("Title in English").fill(TITLE)
    page.get_by_label("Word in its address").fill("water-for-all")
    page.get_by_label("For people in this position").fill("planner")
    press(page, "Begin a draft")
    expect(page.get_by_role("main")).to_contain_text("nothing in it counts")
    look(page, shoot, "editor-empty")

    for slug in ("local-economy-in-data", "listening-to-your-community"):
        follow(page, "Add a step")
        look(page, shoot, "editor-add")
        add_module(page, slug)
    expect(page.get_by_role("main")).to_contain_text("Nothing is wrong with this draft")
    page.get_by_role("button", name="Move up").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".step").first).to_have_id("listening-to-your-community")

    write_what_waits_for_itself_and_mend_it(page, shoot)
    make_it_live_in_every_language(page, shoot)

    follow(page, "See what would change")
    expect(page.get_by_role("main")).to_contain_text("nobody is on it yet")
    press(page, "Publish")
    expect(page.get_by_role("alert")).to_contain_text("Say why")
    look(page, shoot, "editor-publish")
    page.get_by_label("Reason").fill("The council asked for it")
    press(page, "Publish")
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    press(page, "Begin this path")
    expect(page.get_by_role("main")).to_contain_text("0 of 2")
    assert 'slug = "water-for-all"' in command(town.environment, "export", "water-for-all")


def write_what_waits_for_itself_and_mend_it(page: Page, shoot: Shoot) -> None:
    """Each of the two steps is to be done before the other; the draft says so beside them."""
    for id_, before in (
        ("local-economy-in-data", "listening-to-your-community"),
        ("listening-to-your-community", "local-economy-in-data"),
    ):
        step(page, id_).get_by_role("link", name="Change").click()
        page.locator(f'[name="after"][value="{before}"]').check()
        look(page, shoot, "editor-item")
        press(page, "Save")
    expect(page.locator(".fault")).to_contain_text("wait for each other")
    look(page, shoot, "editor-fault")
    follow(page, "See what would change")
    expect(page.get_by_role("button", name="Publish")).to_have_count(0)
    follow(page, "Show what")
    step(page, "listening-to-your-community").get_by_role("link", name="Change").click()
    page.locator('[name="after"][value="local-economy-in-data"]').uncheck()
    press(page, "Save")
    expect(page.get_by_role("main")).to_contain_text("Nothing is wrong with this draft")


def make_it_live_in_every_language(page: Page, shoot: Shoot) -> None:
    follow(page, "Change titles and status")
    page.get_by_label("Status").select_option("live")
    for language in LANGUAGES:
        page.locator(f'[name="title.{language}"]').fill(TITLE)
        page.locator(f'[name="summary.{language}"]').fill(TITLE)
    page.locator('[name="summary.ka"]').fill("")
    look(page, shoot, "editor-head")
    press(page, "Save")
    expect(page.locator("#problems")).to_contain_text("ka is missing")
    follow(page, "Change titles and status")
    page.locator('[name="summary.ka"]').fill("წყალი ყველასთვის")
    press(page, "Save")
    expect(page.get_by_role("main")).to_contain_text("Nothing is wrong with this draft")


def test_a_change_is_looked_at_beside_those_who_are_on_the_path(town: Service, page: Page, shoot: Shoot) -> None:
    page.goto(f"{town.url}/admin/paths")
    press(page, f"Begin a draft {TITLE}")
    expect(page.get_by_role("main")).to_contain_text("an import does not overwrite it")
    follow(page, "The text of its file")
    text = page.get_by_label("Text")
    text.fill(text.input_value().replace("listening-to-your-community", "listning"))
    press(page, "Save")
    expect(page.locator("#problems")).to_contain_text("listning")
    look(page, shoot, "editor-text")
    text.fill(text.input_value().replace("listning", "listening-to-your-community"))
    press(page, "Save")
    follow(page, TITLE)
    follow(page, "Add a step")
    add_module(page, "pathway-for-economic-growth")
    follow(page, "See what would change")
    expect(page.get_by_role("main")).to_contain_text("1 enrolment")
    expect(page.get_by_role("main")).to_contain_text("pathway-for-economic-growth")
    look(page, shoot, "editor-what-if")
    page.get_by_label("Reason").fill("One more step")
    press(page, "Publish")
    expect(page.get_by_role("main")).to_contain_text("0 of 2")
    page.goto(f"{town.url}/admin/audit")
    expect(page.get_by_role("main")).to_contain_text("One more step")
    kept = command(town.environment, "import", str(LIBRARY))
    assert "water-for-all is not in the library" in kept
