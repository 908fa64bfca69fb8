"""Each page as axe-core and a narrow screen see it, filled with what needs room."""

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from app.page import LOCALE_FOLDER, STATIC_FOLDER, render
from base import LANGUAGES, load_words
from tests.app.samples import samples
from tests.browser.conftest import OpenBrowser

pytestmark = pytest.mark.browser

AXE = Axe()
STYLE = f"<style>{(STATIC_FOLDER / 'waymark.css').read_text()}</style>"
SMALL_TARGETS = """
    () => [...document.querySelectorAll("a, button, select, input:not([type=hidden]), summary")]
        .filter((each) => each.checkVisibility() && getComputedStyle(each).display !== "inline")
        .filter((each) => !each.classList.contains("skip"))
        .filter((each) => (each.closest("label") ?? each).getBoundingClientRect().height < 44)
        .map((each) => each.outerHTML)
"""


@pytest.fixture(scope="module")
def page(open_browser: OpenBrowser) -> Iterator[Page]:
    load_words(LOCALE_FOLDER)
    opened = open_browser().new_page()
    yield opened
    opened.close()


def _show(page: Page, name: str, language: str) -> None:
    """The page as it would be served, with its one stylesheet inside, and all that a visitor may open opened."""
    template, visit, values = samples(language)[name]
    html = re.sub(r"<script[^>]*></script>", "", render(template, visit, **values))
    page.set_content(re.sub(r'<link rel="stylesheet"[^>]*>', lambda _: STYLE, html))
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("ka", "dark")])
@pytest.mark.parametrize("name", samples("en"))
def test_axe_finds_nothing(page: Page, name: str, language: str, scheme: Literal["light", "dark"]) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme=scheme)
    _show(page, name, language)
    results = AXE.run(page)
    assert results.response["passes"]
    assert not results.response["violations"], results.generate_report()


@pytest.mark.parametrize("name", samples("en"))
def test_nothing_is_cut_off_at_320_pixels_and_every_target_is_large_enough(page: Page, name: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    for language in LANGUAGES:
        _show(page, name, language)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, language
        assert page.evaluate(SMALL_TARGETS) == [], language
