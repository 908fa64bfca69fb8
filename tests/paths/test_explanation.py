import pytest

from content import MoveOn
from modules import Fact
from paths.completion import Register
from paths.explanation import Explanation, Lack, Missing, explain
from paths.requirements import ROOT, All, Group, Leaf, NOf
from paths.steps import next_steps
from tests.paths.facts import completed, day, fulfilment, fulfilments, passed, scored

ENROLLED = day(5)
ELECTIVES = NOf("electives", 2, (Leaf("b"), Leaf("c"), Leaf("d")))
TREE = All(ROOT, (Leaf("a"), ELECTIVES, Leaf("e", after=("electives",)), Leaf("f", optional=True)))


def explained(tree: Group, *facts: Fact, move_on: MoveOn = MoveOn.PASSED) -> Explanation:
    return explain(tree, Register(ENROLLED, tuple(fulfilments("abcdef", move_on))), facts)


def steps(*facts: Fact) -> tuple[str, ...]:
    return next_steps(TREE, explained(TREE, *facts))


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        ("", (0, 4)),
        ("a", (1, 4)),
        ("bcd", (2, 4)),  # a third elective is one more than the choice needs
        ("f", (0, 4)),  # what is optional is in no count
        ("abce", (4, 4)),
    ],
)
def test_progress_counts_what_is_needed(done: str, expected: tuple[int, int]) -> None:
    why = explained(TREE, *(passed(n + 1, module=module) for n, module in enumerate(done)))
    assert (why.done, why.needed) == expected


def test_a_choice_of_groups_counts_the_nearest() -> None:
    long, short = All("long", (Leaf("a"), Leaf("b"), Leaf("c"))), All("short", (Leaf("d"), Leaf("e")))
    tree = NOf(ROOT, 1, (long, short))
    assert (explained(tree).done, explained(tree).needed) == (0, 2)
    begun = explained(tree, passed(1, module="a"), passed(2, module="b"))
    assert (begun.done, begun.needed) == (2, 3)


def test_a_choice_says_how_many_are_missing_of_which() -> None:
    electives = explained(TREE, passed(1, module="c")).items[1]
    assert electives.missing == (Missing(Lack.ITEMS, ("b", "d"), needed=1),)


@pytest.mark.parametrize(
    ("move_on", "lacks"),
    [
        (MoveOn.PASSED, [Lack.PASSED]),
        (MoveOn.COMPLETED, [Lack.COMPLETED]),
        (MoveOn.COMPLETED_AND_PASSED, [Lack.COMPLETED, Lack.PASSED]),
        (MoveOn.COMPLETED_OR_PASSED, [Lack.PASSED_OR_COMPLETED]),
        (MoveOn.NOT_APPLICABLE, []),
    ],
)
def test_what_is_missing_follows_from_move_on(move_on: MoveOn, lacks: list[Lack]) -> None:
    why = explained(All(ROOT, (Leaf("a"),)), move_on=move_on)
    assert [missing.lack for missing in why.items[0].missing] == lacks


def test_what_is_there_is_not_missing() -> None:
    why = explained(All(ROOT, (Leaf("a"),)), completed(3), move_on=MoveOn.COMPLETED_AND_PASSED)
    assert why.items[0].missing == (Missing(Lack.PASSED),)


def test_a_threshold_says_how_much_and_how_near() -> None:
    why = explained(All(ROOT, (Leaf("a", min_score=0.8),)), passed(3), scored(3, 0.6), scored(4, 0.7))
    assert why.items[0].missing == (Missing(Lack.SCORE, needed=0.8, best=0.7),)


def test_a_locked_requirement_names_what_must_come_before() -> None:
    locked = explained(TREE).items[2]
    assert locked.missing == (Missing(Lack.BEFORE, ("electives",)), Missing(Lack.PASSED))


def test_of_several_modules_the_nearest_says_what_is_missing() -> None:
    tree = All(ROOT, (Leaf("a"),))
    rules = tuple(fulfilment("a", MoveOn.COMPLETED_AND_PASSED, activity=module) for module in ("a", "b"))
    why = explain(tree, Register(ENROLLED, rules), [passed(3, module="b")])
    assert why.items[0].missing == (Missing(Lack.COMPLETED),)


def test_what_is_satisfied_lacks_nothing_and_names_its_evidence() -> None:
    why = explained(All(ROOT, (Leaf("a"),)), passed(3))
    assert why.missing == why.items[0].missing == ()
    assert why.evidence == (passed(3).statement_id,)


def test_next_steps_can_be_opened_and_bring_the_end_nearer() -> None:
    assert steps() == ("a", "b", "c", "d")
    assert steps(passed(1, module="b"), passed(2, module="c")) == ("a", "e")
    assert steps(*(passed(n + 1, module=module) for n, module in enumerate("abce"))) == ()
