"""Completion that was there and is no more, because what it rested on counts no more."""

from msgspec import structs

from modules import Fact
from paths.judging.completion import STATES, Member, Register, Span, State, Verdict, evaluate
from paths.tree.requirements import ROOT, All, Leaf, NOf, Team, When
from tests.paths.facts import completed, day, fulfilments, passed, statement

A = Leaf("a")
ONLY_A = All(ROOT, (A,))


def judged(*facts: Fact, tree: All | NOf = ONLY_A, as_of: int = 50, known_at: int = 50) -> dict[str, Verdict]:
    register = Register(day(0), tuple(fulfilments("ab")))
    return evaluate(tree, register, facts, as_of=day(as_of), known_at=day(known_at)).verdicts


def test_what_is_voided_is_lost_from_the_day_on_which_that_was_known() -> None:
    voided = passed(4, voided_at=day(9))
    assert judged(voided, known_at=8)["a"] == Verdict(State.SATISFIED, day(4), (statement(4),))
    assert judged(voided, known_at=9)["a"] == Verdict(State.LOST, day(4), (statement(4),))
    assert judged(voided, known_at=9)[ROOT].state == State.LOST


def test_what_was_voided_and_shown_again_is_not_lost() -> None:
    assert judged(passed(4, voided_at=day(9)), passed(6))["a"] == Verdict(State.SATISFIED, day(6), (statement(6),))


def test_what_was_voided_before_there_was_enough_is_not_lost() -> None:
    assert judged(completed(4, voided_at=day(9)))["a"] == Verdict(State.OPEN)
    both = All(ROOT, (A, Leaf("b")))
    verdicts = judged(passed(4, voided_at=day(9)), tree=both)
    assert (verdicts["a"].state, verdicts[ROOT].state) == (State.LOST, State.OPEN)


def test_a_choice_is_not_lost_while_another_item_stands_in() -> None:
    either = NOf(ROOT, 1, (A, Leaf("b")))
    verdicts = judged(passed(4, voided_at=day(9)), passed(6, module="b"), tree=either)
    assert (verdicts["a"].state, verdicts[ROOT]) == (State.LOST, Verdict(State.SATISFIED, day(6), (statement(6),)))


def test_a_fact_of_a_parted_account_counts_until_the_parting() -> None:
    register = Register(day(0), tuple(fulfilments("a")), parted=(passed(4, voided_at=day(9)),))
    states = [
        evaluate(All(ROOT, (A,)), register, [], as_of=day(50), known_at=day(known_at)).verdicts["a"].state
        for known_at in (3, 8, 9)
    ]
    assert states == [State.OPEN, State.SATISFIED, State.LOST]


def test_a_parted_fact_without_a_time_of_parting_never_counts() -> None:
    register = Register(day(0), tuple(fulfilments("a")), parted=(passed(4),))
    assert evaluate(All(ROOT, (A,)), register, []).verdicts["a"].state == State.LOST


def test_expiry_goes_before_loss() -> None:
    lasting = All(ROOT, (Leaf("a", when=When(valid_for="P10D")),))
    verdict = judged(passed(3), passed(15, voided_at=day(20)), tree=lasting, as_of=21, known_at=21)["a"]
    assert verdict == Verdict(State.EXPIRED, day(13), (statement(3),))


def test_what_would_have_run_out_by_now_is_not_lost() -> None:
    lasting = All(ROOT, (Leaf("a", when=When(valid_for="P10D")),))
    assert judged(passed(3, voided_at=day(5)), tree=lasting, as_of=12)["a"].state == State.LOST
    assert judged(passed(3, voided_at=day(5)), tree=lasting, as_of=13)["a"].state == State.OPEN
    register = Register(day(0), tuple(fulfilments("a")))
    lost = evaluate(lasting, register, [passed(3, voided_at=day(5))], as_of=day(12))
    assert lost.changes_at == day(13)


def test_a_team_loses_what_its_member_lost() -> None:
    voided = structs.replace(passed(3, module="a"), voided_at=day(5))
    register = Register(day(0), tuple(fulfilments("a")), members=(Member((voided,), (Span(day(0)),)),))
    assert evaluate(Team(ROOT, 1, (A,)), register, []).verdicts[ROOT].state == State.LOST


def test_each_state_has_a_definition() -> None:
    assert set(STATES) == set(State)
