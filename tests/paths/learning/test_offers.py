from collections.abc import Callable
from typing import Any

import pytest

from content import Status
from modules import module, publish_module
from paths import All, Credits, Leaf, NOf, Offer, Wanted, find_offers, publish_alone
from paths.learning.offers import least_minutes
from tests.paths.makers import group, leaf
from tests.paths.world import module_source, publish, publish_modules
from tests.times import NOW

Do = Callable[..., Any]

BUDGET = {"topics": ("Municipal finance",), "audience": ("finance-officer",), "minutes": 20}


def _publish(conn: Any) -> None:
    publish_modules(conn)
    publish_module(conn, module_source("budget", **BUDGET), now=NOW)
    publish_module(conn, module_source("soon", status=Status.DRAFT), now=NOW)
    items = (leaf("r-intro"), group("electives", leaf("r-budget", "budget"), leaf("r-data", "data"), n=1))
    publish(conn, *items, leaf("r-soon", "soon", optional=True), audience=[{"position": "planner"}])
    for slug in ("budget", "data", "soon"):
        publish_alone(conn, module(conn, slug), now=NOW)


@pytest.fixture(autouse=True)
def _offered(write: Do) -> None:
    write(_publish)


def slugs(read: Do, **wanted: Any) -> list[str]:
    found = read(find_offers, Wanted(**wanted), language="en")
    return [offer.slug for offer in found.offers]


def test_paths_come_before_modules_and_drafts_not_at_all(read: Do) -> None:
    assert slugs(read) == ["growth", "module.budget", "module.data"]


def test_a_path_says_what_it_needs_at_the_least(read: Do) -> None:
    growth, budget, _ = read(find_offers, Wanted(), language="ka").offers
    assert isinstance(growth, Offer)
    assert growth.title == "Pathways for Economic Growth (ka)"
    assert growth.positions == ("project-manager", "planner")
    assert growth.minutes == 7 + 7  # of budget (20) and data (7) one is needed
    assert growth.modules == 3
    assert (budget.minutes, budget.topics, budget.positions) == (20, ("Municipal finance",), ("finance-officer",))


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"text": "economic GROWTH"}, ["growth"]),
        ({"text": "finance"}, ["growth", "module.budget"]),
        ({"text": "growth nowhere"}, []),
        ({"position": "planner"}, ["growth"]),
        ({"position": "finance-officer"}, ["module.budget"]),
        ({"topic": "Municipal finance"}, ["growth", "module.budget"]),
        ({"language": "hy"}, []),
        ({"minutes": 14}, ["growth", "module.data"]),
        ({"minutes": 14, "position": "finance-officer"}, []),
    ],
)
def test_all_that_is_asked_must_hold(read: Do, wanted: dict[str, Any], expected: list[str]) -> None:
    assert slugs(read, **wanted) == expected


def test_one_may_ask_for_whatever_is_offered(read: Do) -> None:
    found = read(find_offers, Wanted(text="nothing like it"), language="en")
    assert found.offers == ()
    assert {"planner", "finance-officer"} <= {*found.positions}
    assert "Municipal finance" in found.topics
    assert "en" in found.languages


def test_the_least_is_what_the_shortest_choices_take() -> None:
    a, b, c = Leaf("a"), Leaf("b"), Leaf("c", optional=True)
    minutes = {"a": 10, "b": 3, "c": 60}
    assert least_minutes(All("path", (a, b, c)), minutes) == 13
    assert least_minutes(NOf("path", 1, (a, b, c)), minutes) == 3
    assert least_minutes(All("path", (c,)), minutes) == 0


def test_credits_are_gathered_where_they_take_the_least_time() -> None:
    items = (Leaf("a", credits=1), Leaf("b", credits=2), Leaf("c", credits=2))
    minutes = {"a": 30, "b": 20, "c": 10}
    assert least_minutes(Credits("path", 2, items), minutes) == 10
    assert least_minutes(Credits("path", 4, items), minutes) == 30
    assert least_minutes(Credits("path", 5, items), minutes) == 60
