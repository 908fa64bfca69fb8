from datetime import date
from typing import TypeAlias

import pytest

from content import Finishing
from paths.authoring.versions import Change, Changed, Difference, difference
from paths.tree.requirements import ROOT, All, Credits, Group, Leaf, NOf, SignPost, When

Item: TypeAlias = Leaf | NOf | SignPost | Credits


def tree(*items: Item) -> Group:
    return All(ROOT, items)


A, B, C = Leaf("a"), Leaf("b"), Leaf("c")

CHANGES: dict[str, tuple[Item, Item, Change]] = {
    "a threshold": (Leaf("a", min_score=0.5), Leaf("a", min_score=0.8), Change("min_score", 0.5, 0.8)),
    "a threshold that is gone": (Leaf("a", min_score=0.5), Leaf("a"), Change("min_score", 0.5, None)),
    "what is asked besides": (
        Leaf("a"),
        Leaf("a", asks=Finishing(sessions=3)),
        Change("asks.sessions", None, 3),
    ),
    "a date": (
        Leaf("a", when=When(due=date(2026, 5, 1))),
        Leaf("a", when=When(due=date(2026, 6, 1))),
        Change("when.due", date(2026, 5, 1), date(2026, 6, 1)),
    ),
    "what is to come before": (Leaf("a"), Leaf("a", after=("b",)), Change("after", None, ("b",))),
    "optional": (Leaf("a"), Leaf("a", optional=True), Change("optional", None, True)),
    "how many": (NOf("a", 1, (B, C)), NOf("a", 2, (B, C)), Change("n", 1, 2)),
    "the order": (NOf("a", 1, (B, C)), NOf("a", 1, (C, B)), Change("order", ("b", "c"), ("c", "b"))),
    "a link": (
        SignPost("a", "https://a.example"),
        SignPost("a", "https://b.example"),
        Change("url", "https://a.example", "https://b.example"),
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_a_node_says_otherwise_is_told(name: str) -> None:
    before, after, change = CHANGES[name]
    assert difference(tree(before), tree(after)) == Difference((), (), (Changed("a", (change,)),))


def test_what_comes_and_goes_changes_nothing_else() -> None:
    assert difference(tree(A, B), tree(C, A)) == Difference((C,), (B,), ())


def test_a_node_that_moved_to_another_group_says_so() -> None:
    found = difference(tree(A, NOf("g", 1, (B,))), tree(NOf("g", 1, (A, B))))
    assert found == Difference((), (), (Changed("a", (Change("group", "path", "g"),)),))


def test_a_group_of_another_kind_says_so() -> None:
    found = difference(tree(NOf("g", 1, (A, B))), tree(Credits("g", 2.0, (A, B))))
    told = (Change("credits", None, 2.0), Change("kind", "n-of", "credits"), Change("n", 1, None))
    assert found == Difference((), (), (Changed("g", told),))


def test_equal_trees_do_not_differ() -> None:
    assert not difference(tree(A, B), tree(A, B))
    assert difference(tree(A, B), tree(B, A))
