from paths.judging.completion import Member, Register, Span
from paths.judging.team_needs import PositionNeed, position_needs
from paths.tree.requirements import ROOT, All, Group, Leaf, NOf, Team
from tests.paths.facts import day, fulfilments, passed

ENROLLED = day(5)
TEAM = Team("t", 1, (Leaf("a"), All("g", (Leaf("b"), Leaf("c"))), NOf("n", 1, (Leaf("d"), Leaf("e")))), ("mayor",))


def member(did: str, *held: str, left: int | None = None) -> Member:
    facts = tuple(passed(1, id_=n, module=module) for n, module in enumerate(did, start=1))
    belongs = Span(day(0), None if left is None else day(left))
    return Member(facts, (belongs,), {position: (Span(day(0)),) for position in held})


def needs(*members: Member, tree: Group | None = None) -> tuple[PositionNeed, ...]:
    asked = tree or All(ROOT, (TEAM,))
    return position_needs(asked, Register(ENROLLED, tuple(fulfilments("abcde")), members=members), [], as_of=day(9))


def test_a_position_that_nobody_holds_lacks_its_holder() -> None:
    assert needs(member("abcd")) == (PositionNeed("t", "mayor", covered=False, holders=0),)


def test_whoever_lacks_the_fewest_says_what_a_position_lacks() -> None:
    """Of a group of which all is needed its own items, and of a choice the choice itself."""
    far, near = member("", "mayor"), member("ab", "mayor")
    assert needs(far, near) == (PositionNeed("t", "mayor", covered=False, holders=2, missing=("c", "n")),)


def test_a_position_is_covered_once_one_of_its_holders_is_done() -> None:
    assert needs(member("a", "mayor"), member("abce", "mayor")) == (
        PositionNeed("t", "mayor", covered=True, holders=2),
    )


def test_what_colleagues_without_the_position_have_done_covers_nothing() -> None:
    assert needs(member("abcd", "planner"), member("abc", "mayor")) == (
        PositionNeed("t", "mayor", covered=False, holders=1, missing=("n",)),
    )


def test_who_left_holds_no_position_any_more() -> None:
    assert needs(member("ab", "mayor", left=7)) == (PositionNeed("t", "mayor", covered=False, holders=0),)


def test_each_team_and_each_of_its_positions_is_told() -> None:
    tree = All(ROOT, (Team("t", 1, (Leaf("a"),), ("mayor", "planner")), Team("u", 1, (Leaf("b"),)), Leaf("c")))
    found = needs(member("a", "mayor"), tree=tree)
    assert [(each.team, each.position, each.covered) for each in found] == [
        ("t", "mayor", True),
        ("t", "planner", False),
    ]
