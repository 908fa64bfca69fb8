"""What a platform says that it takes is kept to, however it says it (facts: accept_types, accept_multiple, …)."""

from typing import Any

import pytest

from lti import acceptance_of
from tests.lti.linking.settings import settings


@pytest.mark.parametrize(
    ("said", "taken"), [(True, True), ("true", True), ("True", True), (False, False), ("false", False), ("", False)]
)
def test_several_are_taken_as_a_boolean_or_a_word_says(*, said: Any, taken: bool) -> None:
    assert acceptance_of(settings(accept_multiple=said)).several is taken


@pytest.mark.parametrize(
    ("said", "taken"), [(True, True), ("true", True), (None, True), (False, False), ("false", False)]
)
def test_grades_are_taken_unless_the_platform_says_no(*, said: Any, taken: bool) -> None:
    assert acceptance_of(settings(accept_lineitem=said)).grades is taken


@pytest.mark.parametrize(
    ("types", "taken"), [(("link", "ltiResourceLink"), True), (("link", "html", "file", "image"), False), ((), False)]
)
def test_links_are_taken_where_their_type_is(*, types: tuple[str, ...], taken: bool) -> None:
    assert acceptance_of(settings(accept_types=types)).links is taken


@pytest.mark.parametrize(
    ("targets", "frame", "tab"),
    [(("iframe", "window"), True, True), (("window",), False, True), (("embed",), False, False), ((), False, False)],
)
def test_frames_and_tabs_are_offered_where_they_are_taken(*, targets: tuple[str, ...], frame: bool, tab: bool) -> None:
    taken = acceptance_of(settings(accept_presentation_document_targets=targets))
    assert (taken.frame, taken.tab) == (frame, tab)


def test_media_types_are_about_files_which_are_never_sent() -> None:
    assert acceptance_of(settings(accept_media_types="image/png")) == acceptance_of(settings())
