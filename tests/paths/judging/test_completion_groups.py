"""Credits and teams, worked out by hand."""

from collections.abc import Sequence

import pytest

from modules import Fact
from paths.judging.completion import Member, Register, Span, State, Verdict, evaluate
from paths.tree.requirements import ROOT, All, Credits, Group, Leaf, NOf, SignPost, Team, When
from tests.paths.facts import day, fulfilments, passed, scored, statement

ENROLLED = day(0)


def credit_leaf(id_: str, credits_: float | None, *, optional: bool = False) -> Leaf:
    return Leaf(id_, credits=credits_, optional=optional)


def verdict_of(tree: Group, *facts: Fact) -> Verdict:
    return evaluate(tree, Register(ENROLLED, tuple(fulfilments("abcd"))), facts, as_of=day(50)).verdicts[ROOT]


FIVE = Credits(ROOT, 5, (credit_leaf("a", 2), credit_leaf("b", 3), credit_leaf("c", 4)))


@pytest.mark.parametrize(
    ("modules", "since", "evidence"),
    [
        ("a", None, ()),
        ("c", None, ()),
        ("ab", 2, (1, 2)),
        ("ca", 2, (2, 1)),  # in the author's order
        ("acb", 2, (1, 2)),  # enough with the second; the third is not needed
        ("bca", 2, (1, 2)),
    ],
)
def test_credits_are_enough_once_the_earliest_bring_them(
    modules: str, since: int | None, evidence: tuple[int, ...]
) -> None:
    verdict = verdict_of(FIVE, *(passed(n + 1, module=module) for n, module in enumerate(modules)))
    assert (verdict.since if verdict.state == State.SATISFIED else None) == (since and day(since))
    assert verdict.evidence == tuple(map(statement, evidence))


def test_credits_are_those_of_leaves_at_any_depth_even_where_their_group_is_not_satisfied() -> None:
    tree = Credits(ROOT, 5, (credit_leaf("a", 2), All("g", (credit_leaf("b", 3), credit_leaf("c", 1)))))
    assert verdict_of(tree, passed(3, module="a"), passed(4, module="b")).since == day(4)


def test_what_is_optional_or_brings_none_is_not_counted() -> None:
    tree = Credits(ROOT, 2, (credit_leaf("a", 2, optional=True), credit_leaf("b", None), credit_leaf("c", 2)))
    assert verdict_of(tree, passed(1, module="a"), passed(2, module="b")).state == State.IN_PROGRESS
    assert verdict_of(tree, passed(3, module="c")).since == day(3)


@pytest.mark.parametrize(
    ("needed", "a", "b"),
    [(0.8, 0.7, 0.1), (4.02, 2.01, 2.01)],  # 0.7 + 0.1 is 0.7999999999999999, and 2.01 million 2009999.9999999998
)
def test_credits_sum_up_as_they_are_written(needed: float, a: float, b: float) -> None:
    tree = Credits(ROOT, needed, (credit_leaf("a", a), credit_leaf("b", b)))
    assert verdict_of(tree, passed(1, module="a"), passed(2, module="b")).since == day(2)


def test_the_score_of_credits_is_the_mean_of_those_that_brought_them() -> None:
    facts = [passed(n + 1, module=module) for n, module in enumerate("abc")]
    scores = [scored(n + 1, value, module=module) for n, (module, value) in enumerate([("a", 1.0), ("b", 0.5)])]
    assert verdict_of(FIVE, *facts, *scores, scored(3, 0.0, module="c")).score == 0.75


def test_credits_that_run_out_bring_nothing() -> None:
    lasting = When(valid_for="P4D")
    tree = Credits(ROOT, 4, tuple(Leaf(id_, credits=2, when=lasting) for id_ in "abc"))
    facts = [passed(1, module="a"), passed(3, module="b"), passed(6, module="c")]
    register = Register(ENROLLED, tuple(fulfilments("abc")))
    states = [evaluate(tree, register, facts, as_of=day(at)).verdicts[ROOT].state.value for at in range(2, 9)]
    assert states == ["in-progress", "satisfied", "satisfied", "expired", "satisfied", "expired", "expired"]


def test_a_sign_post_stands_in_no_count_and_has_no_verdict() -> None:
    tree = All(ROOT, (Leaf("a"), SignPost("s", "https://example.org/")))
    verdicts = evaluate(tree, Register(ENROLLED, tuple(fulfilments("a"))), [passed(3, module="a")]).verdicts
    assert set(verdicts) == {ROOT, "a"}
    assert verdicts[ROOT].since == day(3)
    assert verdict_of(All(ROOT, (SignPost("s", "https://example.org/"),))).state == State.OPEN


BOTH = (Leaf("a"), Leaf("b"))


def member(
    days_: str, *, position: str | None = None, first: int = -9, last: int | None = None, id_: int = 0
) -> Member:
    """Somebody who passed module a on the first day and b on the second (`-` is never), by statements after `id_`."""
    passes = [
        passed(int(at), id_=id_ + n, module=module)
        for n, (module, at) in enumerate(zip("ab", days_.split(), strict=True), start=1)
        if at != "-"
    ]
    belongs = (Span(day(first), None if last is None else day(last)),)
    return Member(tuple(passes), belongs, {position: (Span(day(-9)),)} if position else {})


def team(at_least: int, *members: Member, positions: Sequence[str] = (), as_of: int = 50) -> dict[str, Verdict]:
    tree = All(ROOT, (Team("t", at_least, BOTH, tuple(positions)),))
    register = Register(ENROLLED, tuple(fulfilments("ab")), members=members)
    return evaluate(tree, register, [], as_of=day(as_of)).verdicts


def test_a_team_is_complete_once_enough_members_have_all_its_items() -> None:
    verdicts = team(2, member("1 3", id_=10), member("2 9", id_=20), member("4 6", id_=30))
    assert verdicts["t"] == Verdict(State.SATISFIED, day(6), tuple(map(statement, (11, 12, 31, 32))))
    assert verdicts[ROOT].since == day(6)


def test_what_one_did_and_another_did_is_no_ones_whole() -> None:
    verdicts = team(1, member("1 -", id_=10), member("- 2", id_=20))
    assert [verdicts[id_].state for id_ in ("a", "b", "t")] == [State.SATISFIED, State.SATISFIED, State.IN_PROGRESS]


def test_an_item_of_a_team_is_satisfied_when_enough_members_have_it() -> None:
    verdicts = team(2, member("1 3", id_=10), member("2 -", id_=20))
    assert verdicts["a"] == Verdict(State.SATISFIED, day(2), (statement(11), statement(21)))
    assert verdicts["b"] == Verdict(State.IN_PROGRESS, day(3))


def test_a_team_covers_its_positions_by_those_who_are_done() -> None:
    mayor_begins = member("9 -", position="mayor", id_=30)
    two = [member("1 3", id_=10), member("2 4", position="planner", id_=20)]
    assert team(2, *two, positions=["planner"])["t"].since == day(4)
    assert team(2, *two, mayor_begins, positions=["mayor", "planner"])["t"].state == State.IN_PROGRESS
    mayor = member("9 9", position="mayor", id_=30)
    covered = team(2, *two, mayor, positions=["mayor", "planner"])["t"]
    assert covered == Verdict(State.SATISFIED, day(9), tuple(map(statement, (11, 12, 21, 22, 31, 32))))


def test_one_member_may_hold_several_positions() -> None:
    both = Member(member("1 3").facts, (Span(day(-9)),), {"mayor": (Span(day(-9)),), "planner": (Span(day(5)),)})
    assert team(1, both, positions=["mayor", "planner"])["t"].since == day(5)


def test_a_member_counts_while_they_belong() -> None:
    joins, leaves = member("1 3", first=7, id_=10), member("1 3", last=20, id_=20)
    assert team(1, joins, as_of=6)["t"].state == State.OPEN
    assert team(1, joins)["t"].since == day(7)
    assert team(1, leaves, as_of=19)["t"] == Verdict(
        State.SATISFIED, day(3), (statement(21), statement(22)), until=day(20)
    )
    assert team(1, leaves, as_of=20)["t"].state == State.EXPIRED
    assert team(1, leaves, member("1 9", id_=10), as_of=20)["t"].since == day(3)


def test_who_leaves_or_joins_is_when_the_verdict_changes() -> None:
    tree = All(ROOT, (Team("t", 1, BOTH),))
    register = Register(ENROLLED, tuple(fulfilments("ab")), members=(member("1 3", first=7, last=20),))
    assert [evaluate(tree, register, [], as_of=day(at)).changes_at for at in (4, 9, 20)] == [day(7), day(20), None]


def test_a_team_without_members_or_items_is_never_complete() -> None:
    assert team(1)["t"] == Verdict(State.OPEN)
    register = Register(ENROLLED, (), members=(member("1 3"),))
    assert evaluate(Team(ROOT, 1, ()), register, []).verdicts[ROOT].state == State.OPEN


def test_a_team_may_choose_among_its_items() -> None:
    tree = Team(ROOT, 2, (NOf("g", 1, BOTH),))
    register = Register(ENROLLED, tuple(fulfilments("ab")), members=(member("1 -", id_=10), member("- 4", id_=20)))
    verdict = evaluate(tree, register, []).verdicts[ROOT]
    assert (verdict.since, verdict.evidence) == (day(4), (statement(11), statement(22)))


def test_ones_own_facts_do_not_make_a_team() -> None:
    tree = Team(ROOT, 1, BOTH)
    facts = [passed(1, module="a"), passed(2, module="b")]
    assert evaluate(tree, Register(ENROLLED, tuple(fulfilments("ab"))), facts).verdicts[ROOT].state != State.SATISFIED


def test_what_members_do_is_no_progress_of_what_their_organisation_is_asked() -> None:
    tree = All(ROOT, (Team("t", 1, (Leaf("a"),)), Leaf("b")))
    register = Register(ENROLLED, tuple(fulfilments("ab")), members=(member("1 2"),))
    verdicts = evaluate(tree, register, []).verdicts
    assert [verdicts[id_].state for id_ in ("a", "b")] == [State.SATISFIED, State.OPEN]
