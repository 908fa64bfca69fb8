"""What links may lead to, its words, and the dates that all learners of it share."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from base import Missing
from content import Status
from paths import linkable
from tests.paths import world
from tests.paths.makers import PATH_ID, group, in_all_languages, leaf

Write = Callable[..., Any]


@pytest.fixture(autouse=True)
def modules(write: Write) -> None:
    write(world.publish_modules)


def test_path_is_told_by_its_own_words(write: Write, read: Write) -> None:
    write(world.publish, leaf("r-intro"))
    found = read(linkable, "growth", language="az")
    assert (str(found.path_id), found.slug, found.requirement) == (PATH_ID, "growth", None)
    assert (found.title, found.text) == ("Pathways for Economic Growth (az)", "From an idea to a funded project. (az)")
    assert not found.alone


def test_requirement_is_told_by_its_module(write: Write, read: Write) -> None:
    write(world.publish, group("g", leaf("r-intro"), leaf("r-budget", "budget")))
    assert read(linkable, "growth", "r-budget", language="ka").title == "budget (ka)"


@pytest.mark.parametrize("asked", ["r-gone", "g", "path", "s-law", ""])
def test_what_is_no_requirement_of_the_current_version_is_missing(asked: str, write: Write, read: Write) -> None:
    write(world.publish, leaf("r-gone"))
    sign_post = {"id": "s-law", "url": "https://law.example/", "title": in_all_languages("Law")}
    write(world.publish, group("g", leaf("r-intro"), leaf("r-budget", "budget")), leaf("r-data", "data"), sign_post)
    with pytest.raises(Missing):
        read(linkable, "growth", asked, language="en")


@pytest.mark.parametrize("status", [Status.DRAFT, Status.RETIRED])
def test_path_that_takes_nobody_new_is_missing(status: Status, write: Write, read: Write) -> None:
    write(world.publish, leaf("r-intro"), status=status.value)
    with pytest.raises(Missing):
        read(linkable, "growth", language="en")


def test_days_are_those_of_the_path_and_groups_narrow_them(write: Write, read: Write) -> None:
    inner = leaf("r-intro", when={"opens": date(2027, 3, 1), "due": date(2027, 3, 20)})
    around = group("g", inner, leaf("r-data", "data"))
    tree = {"kind": "all", "when": {"opens": date(2027, 2, 1), "closes": date(2027, 4, 30)}, "items": [around]}
    write(world.publish, tree=tree)
    step, whole = (read(linkable, "growth", id_, language="en") for id_ in ("r-intro", None))
    # Baku is four hours ahead; what closes or is due on a day may come until the next one begins.
    assert step.opens == datetime(2027, 2, 28, 20, tzinfo=UTC)
    assert step.closes == datetime(2027, 4, 30, 20, tzinfo=UTC)
    assert step.due == datetime(2027, 3, 20, 20, tzinfo=UTC)
    assert (whole.opens, whole.due) == (datetime(2027, 1, 31, 20, tzinfo=UTC), None)


def test_dates_counted_from_each_enrolment_are_nobody_elses(write: Write, read: Write) -> None:
    write(world.publish, leaf("r-intro", when={"opens_after": "P7D", "due_after": "P30D"}))
    found = read(linkable, "growth", "r-intro", language="en")
    assert (found.opens, found.closes, found.due) == (None, None, None)
