"""The traps that other systems fell into (facts on completion at scale), each as one test."""

from content import Finishing, MoveOn
from modules import FactKind
from paths.judging.completion import Register, State, evaluate
from paths.judging.explanation import explain
from paths.judging.steps import next_steps
from paths.tree.requirements import ROOT, All, Leaf, NOf, When
from tests.paths.facts import completed, day, fact, fulfilment, fulfilments, passed, scored, statement

AB = All(ROOT, (Leaf("a"), Leaf("b")))
REGISTER = Register(day(0), tuple(fulfilments("abc")))


def test_the_time_of_judging_is_never_the_date_of_completion() -> None:
    facts = [passed(3, module="a"), passed(7, module="b")]
    dates = {evaluate(AB, REGISTER, facts, as_of=day(at), known_at=day(at)).verdicts[ROOT].since for at in (7, 8, 400)}
    assert dates == {day(7)}


def test_two_full_scores_and_one_nearly_full_are_not_complete() -> None:
    tree = All(ROOT, (*AB.items, Leaf("c", min_score=1.0)))
    facts = [
        *(passed(n, module=module) for n, module in enumerate("abc", start=1)),
        *(scored(n, value, module=module) for n, (module, value) in enumerate([("a", 1.0), ("b", 1.0), ("c", 0.98)])),
    ]
    why = explain(tree, REGISTER, facts)
    assert (why.state, why.done, why.needed) == (State.IN_PROGRESS, 2, 3)


def test_a_module_that_says_nothing_of_moving_on_is_not_complete_by_default() -> None:
    nothing_said = Register(day(0), (fulfilment("a", finishing=Finishing()),))
    assert evaluate(All(ROOT, (Leaf("a"),)), nothing_said, []).verdicts[ROOT].state == State.OPEN


def test_an_empty_set_is_not_complete() -> None:
    for tree in (All(ROOT, ()), All(ROOT, (All("g", ()),)), NOf(ROOT, 1, (All("g", ()),))):
        assert evaluate(tree, REGISTER, [passed(1, module="a")]).verdicts[ROOT].state == State.OPEN


def test_what_was_removed_from_the_tree_has_no_verdict_and_counts_for_nothing() -> None:
    verdicts = evaluate(All(ROOT, (Leaf("a"),)), REGISTER, [passed(3, module="b")]).verdicts
    assert set(verdicts) == {ROOT, "a"}
    assert verdicts[ROOT].state == State.OPEN


def test_progress_never_exceeds_what_is_needed_when_the_tree_grows_or_more_is_done() -> None:
    tree = NOf(ROOT, 1, (Leaf("a"), Leaf("b"), Leaf("c")))
    why = explain(tree, REGISTER, [passed(n, module=module) for n, module in enumerate("abc", start=1)])
    assert (why.done, why.needed) == (1, 1)


def test_who_tests_out_is_done_without_having_opened_anything() -> None:
    tested_out = fact(FactKind.WAIVED, 4, detail="Tested Out")
    tree = All(ROOT, (Leaf("a", min_score=0.8),))
    assert evaluate(tree, REGISTER, [tested_out]).verdicts[ROOT].since == day(4)


def test_a_module_opened_past_its_gate_counts_and_its_gate_stays_shut() -> None:
    gated = All(ROOT, (Leaf("a"), Leaf("b", after=("a",)), Leaf("c", after=("b",))))
    verdicts = evaluate(gated, REGISTER, [passed(3, module="c")]).verdicts
    assert [verdicts[id_].state for id_ in "abc"] == [State.OPEN, State.LOCKED, State.SATISFIED]


def test_an_expired_module_behind_a_gate_may_not_be_opened() -> None:
    gated = All(ROOT, (Leaf("a"), Leaf("b", after=("a",), when=When(valid_for="P5D"))))
    why = explain(gated, REGISTER, [passed(3, module="b")], as_of=day(9))
    assert (why.items[1].state, why.items[1].can_open) == (State.EXPIRED, False)
    assert next_steps(gated, why) == ("a",)


def test_a_completed_that_a_resumed_session_sends_again_moves_no_date() -> None:
    register = Register(day(0), (fulfilment("a", MoveOn.COMPLETED),))
    facts = [completed(3), completed(9), completed(30)]
    verdict = evaluate(All(ROOT, (Leaf("a"),)), register, facts).verdicts["a"]
    assert (verdict.since, verdict.evidence) == (day(3), (statement(3),))


def test_what_nothing_can_complete_is_said_to_be_so() -> None:
    why = explain(All(ROOT, (Leaf("a"),)), Register(day(0), ()), [])
    assert [missing.lack.value for missing in why.items[0].missing] == ["module"]
