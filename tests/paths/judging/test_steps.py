"""What to do next, and the least that is left to do."""

import pytest

from modules import Fact
from paths.judging.completion import Register
from paths.judging.explanation import explain
from paths.judging.steps import cheapest, next_steps
from paths.tree.requirements import ROOT, All, Credits, Group, Leaf, NOf, When
from tests.paths.facts import day, fulfilments, passed

REGISTER = Register(day(0), tuple(fulfilments("abcdef")))
COSTS = {"a": 30, "b": 20, "c": 50, "d": 10, "e": 5}


def plan(tree: Group, *facts: Fact) -> tuple[str, ...] | None:
    return cheapest(tree, explain(tree, REGISTER, facts, as_of=day(20)), COSTS)


@pytest.mark.parametrize(
    ("tree", "done", "left"),
    [
        (All(ROOT, (Leaf("a"), Leaf("b"), Leaf("c", optional=True))), "", "ab"),
        (All(ROOT, (Leaf("a"), Leaf("b"))), "a", "b"),
        (All(ROOT, (Leaf("a"), Leaf("b"))), "ab", ""),
        (NOf(ROOT, 2, (Leaf("a"), Leaf("b"), Leaf("c"), Leaf("d"))), "", "bd"),
        (NOf(ROOT, 2, (Leaf("a"), Leaf("b"), Leaf("c"), Leaf("d"))), "c", "d"),
        # 20 + 10 is less than 50, though it is more to do
        (NOf(ROOT, 1, (Leaf("c"), All("g", (Leaf("b"), Leaf("d"))))), "", "bd"),
        # 4 credits: c alone costs 50, a and b the same, b and d 30
        (
            Credits(ROOT, 4, tuple(Leaf(id_, credits=n) for id_, n in [("a", 2), ("b", 2), ("c", 4), ("d", 2)])),
            "",
            "bd",
        ),
        (Credits(ROOT, 4, tuple(Leaf(id_, credits=n) for id_, n in [("a", 2), ("b", 2), ("c", 4)])), "c", ""),
        (Credits(ROOT, 4, tuple(Leaf(id_, credits=n) for id_, n in [("a", 2), ("b", 1), ("c", 2)])), "c", "a"),
        # what must come before is to be done too, though it is optional for itself
        (All(ROOT, (Leaf("b", optional=True), NOf("g", 1, (Leaf("d", after=("b",)), Leaf("c"))))), "", "bd"),
    ],
)
def test_the_cheapest_way_costs_least(tree: Group, done: str, left: str) -> None:
    facts = [passed(n, module=module) for n, module in enumerate(done, start=1)]
    found = plan(tree, *facts)
    assert found is not None
    assert found == tuple(left)


def test_there_is_no_way_where_what_is_needed_has_closed() -> None:
    closed = Leaf("a", when=When(closes=day(3).date()))
    assert plan(All(ROOT, (closed, Leaf("b")))) is None
    assert plan(NOf(ROOT, 1, (closed, Leaf("b")))) == ("b",)
    assert plan(Credits(ROOT, 2, (Leaf("a", credits=2, when=closed.when), Leaf("b", credits=1)))) is None
    assert plan(All(ROOT, (Leaf("nothing fulfils this"),))) is None


def test_a_way_that_waits_for_what_cannot_come_is_none() -> None:
    assert plan(All(ROOT, (Leaf("a", after=("nowhere",)),))) is None


def test_next_steps_of_credits_bring_some() -> None:
    tree = Credits(ROOT, 4, (Leaf("a", credits=2), Leaf("b"), All("g", (Leaf("c", credits=2),))))
    assert next_steps(tree, explain(tree, REGISTER, [])) == ("a", "c")


def test_no_step_is_what_cannot_be_opened_yet_or_any_more() -> None:
    tree = All(
        ROOT,
        (
            Leaf("a", when=When(opens=day(30).date())),
            Leaf("b", when=When(closes=day(3).date())),
            Leaf("c"),
            Leaf("d", after=("c",)),
        ),
    )
    assert next_steps(tree, explain(tree, REGISTER, [], as_of=day(20))) == ("c",)
