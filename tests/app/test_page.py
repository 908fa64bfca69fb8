import re

import pytest

from app.page import LOCALE_FOLDER, STATIC_FOLDER, own_path, render
from base import LANGUAGES, load_words
from people import Role
from tests.app.samples import samples
from tests.app.visits import FRAME, visit


@pytest.fixture(autouse=True, scope="module")
def words() -> None:
    load_words(LOCALE_FOLDER)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", samples("en"))
def test_every_page_renders_in_every_language_with_nothing_undefined(name: str, language: str) -> None:
    template, visitor, values = samples(language)[name]
    html = render(template, visitor, **values)
    assert html.count("<h1") == 1
    assert f'<html lang="{language}">' in html


@pytest.mark.parametrize("name", samples("en"))
def test_what_describes_or_names_a_part_is_on_the_page(name: str) -> None:
    template, visitor, values = samples("en")[name]
    html = render(template, visitor, **values)
    ids = set(re.findall(r' id="([^"]+)"', html))
    for attribute, named in re.findall(r' (aria-describedby|aria-labelledby|for)="([^"]*)"', html):
        assert named.split(), f"{attribute} is empty"
        assert ids.issuperset(named.split()), (attribute, named)


@pytest.mark.parametrize("name", samples("en"))
def test_no_page_needs_more_than_100_kilobytes_at_first(name: str) -> None:
    template, visitor, values = samples("ka")[name]
    files = sum(file.stat().st_size for file in STATIC_FOLDER.iterdir())
    assert len(render(template, visitor, **values).encode()) + files < 100_000


def test_the_stylesheet_stays_under_20_kilobytes() -> None:
    assert (STATIC_FOLDER / "waymark.css").stat().st_size < 20_000


def test_what_people_wrote_is_shown_as_text() -> None:
    hostile = '<script>alert("x")</script>'
    html = render("refused.html", visit("en"), message=hostile, way_back=None)
    assert hostile not in html
    assert "&lt;script&gt;" in html


def test_links_inside_a_frame_stay_inside_it() -> None:
    html = render("refused.html", visit("en", Role.LEARNER, frame=FRAME), message="x", way_back=None)
    assert f'action="/f/{FRAME}/language"' in html
    assert '<header class="bar">' not in html


@pytest.mark.parametrize(
    ("sent", "path"),
    [
        ("/paths/pathways?x=1#r-intro", "/paths/pathways?x=1#r-intro"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("/\t/evil.example/", "/"),
        ("https://evil.example/", "/"),
        ("paths", "/"),
        ("", "/"),
    ],
)
def test_a_form_leads_to_our_own_pages_only(sent: str, path: str) -> None:
    assert own_path(sent) == path
