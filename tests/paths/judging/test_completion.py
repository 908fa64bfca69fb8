from collections.abc import Sequence

import pytest

from content import MoveOn
from modules import Fact, FactKind
from paths.judging.completion import State, Verdict
from paths.tree.requirements import ROOT, All, Group, Leaf, NOf
from tests.paths.facts import (
    completed,
    day,
    evaluated,
    fact,
    fulfilment,
    fulfilments,
    passed,
    scored,
    statement,
    waived,
)

ENROLLED = day(5)
AB = All(ROOT, (Leaf("a"), Leaf("b")))
TWO_OF_THREE = NOf(ROOT, 2, (Leaf("a"), Leaf("b"), Leaf("c")))


def judged(tree: Group, *facts: Fact) -> dict[str, Verdict]:
    return evaluated(tree, fulfilments(["a", "b", "c"]), facts, enrolled_at=ENROLLED)


def leaf_verdict(facts: Sequence[Fact], move_on: MoveOn = MoveOn.PASSED, min_score: float | None = None) -> Verdict:
    tree = All(ROOT, (Leaf("a", min_score=min_score),))
    return evaluated(tree, [fulfilment("a", move_on)], facts, enrolled_at=ENROLLED)["a"]


def test_without_facts_everything_is_open() -> None:
    assert judged(AB) == {"path": Verdict(State.OPEN), "a": Verdict(State.OPEN), "b": Verdict(State.OPEN)}


def test_all_is_satisfied_when_its_last_item_is() -> None:
    verdicts = judged(AB, passed(7, module="a"), passed(3, module="b"))
    assert verdicts["path"] == Verdict(State.SATISFIED, day(7), (statement(7), statement(3)))
    assert verdicts["b"] == Verdict(State.SATISFIED, day(3), (statement(3),))


def test_part_of_all_is_in_progress_since_the_first_item() -> None:
    assert judged(AB, passed(7, module="a"))["path"] == Verdict(State.IN_PROGRESS, day(7))


def test_n_of_takes_the_earliest_n() -> None:
    verdicts = judged(TWO_OF_THREE, passed(9, module="a"), passed(4, module="b"), passed(6, module="c"))
    assert verdicts["path"] == Verdict(State.SATISFIED, day(6), (statement(4), statement(6)))


def test_of_equally_early_items_the_authors_first_are_taken() -> None:
    same_day = [passed(4, id_=id_, module=module) for id_, module in ((3, "c"), (2, "b"), (1, "a"))]
    assert judged(TWO_OF_THREE, *same_day)["path"].evidence == (statement(1), statement(2))


def test_optional_leaves_stand_outside_the_denominator() -> None:
    tree = All(ROOT, (Leaf("a"), Leaf("b", optional=True)))
    assert judged(tree, passed(3, module="a"))["path"].state == State.SATISFIED
    assert judged(tree, passed(3, module="b"))["path"].state == State.OPEN
    electives = NOf(ROOT, 1, (Leaf("a"), Leaf("b", optional=True)))
    assert judged(electives, passed(3, module="b"))["path"].state == State.OPEN


@pytest.mark.parametrize("tree", [All(ROOT, ()), NOf(ROOT, 1, ()), All(ROOT, (Leaf("a", optional=True),))])
def test_an_empty_set_is_never_satisfied(tree: Group) -> None:
    assert judged(tree, passed(3, module="a"))["path"].state == State.OPEN


def test_a_prerequisite_locks_opening_until_it_is_satisfied() -> None:
    tree = All(ROOT, (Leaf("a"), Leaf("b", after=("a",))))
    assert judged(tree)["b"].state == State.LOCKED
    assert judged(tree, passed(3, module="a"))["b"].state == State.OPEN


def test_evidence_counts_in_any_order() -> None:
    tree = All(ROOT, (Leaf("a"), Leaf("b", after=("a",))))
    early = judged(tree, passed(3, module="b"))
    assert early["b"] == Verdict(State.SATISFIED, day(3), (statement(3),))
    assert judged(tree, passed(3, module="b"), passed(8, module="a"))["path"].since == day(8)


def test_a_group_is_locked_when_all_in_it_is() -> None:
    tree = All(ROOT, (Leaf("a"), All("g", (Leaf("b", after=("a",)), Leaf("c", after=("a",))))))
    assert judged(tree)["g"].state == State.LOCKED
    assert judged(tree)["path"].state == State.OPEN
    assert judged(tree, passed(3, module="a"))["g"].state == State.OPEN


def test_a_requirement_may_wait_for_a_group() -> None:
    tree = All(ROOT, (NOf("g", 1, (Leaf("a"), Leaf("b"))), Leaf("c", after=("g",))))
    assert judged(tree)["c"].state == State.LOCKED
    assert judged(tree, passed(3, module="b"))["c"].state == State.OPEN


MOVE_ON = [
    # move_on, days of passed, days of completed → satisfied since, by the statements of which days
    (MoveOn.PASSED, [4], [], 4, [4]),
    (MoveOn.PASSED, [], [4], None, []),
    (MoveOn.PASSED, [6, 4], [], 4, [4]),
    (MoveOn.COMPLETED, [], [4], 4, [4]),
    (MoveOn.COMPLETED, [4], [], None, []),
    (MoveOn.COMPLETED_AND_PASSED, [4], [], None, []),
    (MoveOn.COMPLETED_AND_PASSED, [], [4], None, []),
    (MoveOn.COMPLETED_AND_PASSED, [4], [7], 7, [4, 7]),
    (MoveOn.COMPLETED_AND_PASSED, [7, 9], [4], 7, [4, 7]),
    (MoveOn.COMPLETED_OR_PASSED, [7], [4], 4, [4]),
    (MoveOn.COMPLETED_OR_PASSED, [7], [], 7, [7]),
    (MoveOn.COMPLETED_OR_PASSED, [], [], None, []),
    (MoveOn.NOT_APPLICABLE, [], [], 5, []),
    (MoveOn.NOT_APPLICABLE, [7], [8], 5, []),
]


@pytest.mark.parametrize(("move_on", "passes", "completions", "since", "evidence"), MOVE_ON)
def test_move_on_decides_as_cmi5_defines_it(
    move_on: MoveOn, passes: list[int], completions: list[int], since: int | None, evidence: list[int]
) -> None:
    verdict = leaf_verdict([*map(passed, passes), *map(completed, completions)], move_on)
    if since is None:
        assert verdict.state in {State.OPEN, State.IN_PROGRESS}
    else:
        assert verdict == Verdict(State.SATISFIED, day(since), tuple(map(statement, evidence)))


def test_one_statement_that_says_both_stands_once_in_the_evidence() -> None:
    verdict = leaf_verdict([completed(4, id_=1), passed(4, id_=1)], MoveOn.COMPLETED_AND_PASSED)
    assert verdict.evidence == (statement(1),)


@pytest.mark.parametrize(
    ("scores", "since"), [([(4, 0.79)], None), ([(4, 0.8)], 6), ([(4, 0.5), (9, 0.9)], 9), ([], None)]
)
def test_a_threshold_is_asked_beside_the_pass(scores: list[tuple[int, float]], since: int | None) -> None:
    verdict = leaf_verdict([passed(6), *(scored(at, value) for at, value in scores)], min_score=0.8)
    assert (verdict.since if verdict.state == State.SATISFIED else None) == (since and day(since))


def test_the_best_score_is_kept_and_a_failure_is_only_progress() -> None:
    attempts = [fact(FactKind.FAILED, 4), scored(4, 0.4), fact(FactKind.FAILED, 6), scored(6, 0.3)]
    assert leaf_verdict(attempts) == Verdict(State.IN_PROGRESS, day(4), score=0.4)
    assert leaf_verdict([*attempts, passed(8), scored(8, 0.9)]).score == 0.9


def test_a_failure_after_a_pass_takes_nothing_away() -> None:
    assert leaf_verdict([passed(4), fact(FactKind.FAILED, 6)]).since == day(4)


def test_a_paths_score_is_the_mean_of_what_satisfied_it() -> None:
    facts = [
        *(passed(at, module=module) for at, module in ((1, "a"), (2, "b"), (3, "c"))),
        *(scored(at, score, module=module) for at, score, module in ((1, 1.0, "a"), (2, 0.5, "b"), (3, 0.1, "c"))),
    ]
    assert judged(TWO_OF_THREE, *facts)["path"].score == 0.75


def test_a_waiver_satisfies_whatever_the_module_asks() -> None:
    verdict = leaf_verdict([waived(4)], MoveOn.COMPLETED_AND_PASSED, min_score=0.8)
    assert verdict == Verdict(State.SATISFIED, day(4), (statement(4),))


def test_only_trusted_authorities_count() -> None:
    stranger = passed(4, authority="mbox::mailto:plugin@lms.example")
    assert leaf_verdict([stranger]) == Verdict(State.OPEN)
    trusting = fulfilment("a", authorities=frozenset({stranger.authority}))
    verdict = evaluated(All(ROOT, (Leaf("a"),)), [trusting], [stranger], enrolled_at=ENROLLED)["a"]
    assert verdict.state == State.SATISFIED


def test_voided_statements_never_count() -> None:
    assert leaf_verdict([passed(4, voided_at=day(5))]) == Verdict(State.LOST, day(4), (statement(4),))
    assert leaf_verdict([scored(4, 0.9, voided_at=day(5))]) == Verdict(State.OPEN)
    assert leaf_verdict([passed(4, voided_at=day(5)), passed(8)]).since == day(8)


def test_any_module_that_fulfils_a_requirement_will_do_and_the_earliest_counts() -> None:
    tree = All(ROOT, (Leaf("a"),))
    either = [fulfilment("a"), fulfilment("a", activity="translated")]
    late, early = passed(9, module="a"), passed(4, module="translated")
    assert evaluated(tree, either, [late, early], enrolled_at=ENROLLED)["path"].since == day(4)


def test_half_of_one_module_and_half_of_another_is_neither() -> None:
    tree = All(ROOT, (Leaf("a"),))
    both = [fulfilment("a", MoveOn.COMPLETED_AND_PASSED, activity=module) for module in ("a", "b")]
    halves = [passed(4, module="a"), completed(4, module="b")]
    assert evaluated(tree, both, halves, enrolled_at=ENROLLED)["path"].state == State.IN_PROGRESS


def test_a_fulfilment_counts_from_its_first_day_until_before_its_last() -> None:
    tree = All(ROOT, (Leaf("a"),))
    window = [fulfilment("a", counts_from=day(3), counts_until=day(6))]
    counting = [
        evaluated(tree, window, [passed(at)], enrolled_at=ENROLLED)["a"].state == State.SATISFIED for at in range(2, 8)
    ]
    assert counting == [False, True, True, True, False, False]


def test_a_later_record_of_the_register_takes_the_place_of_an_earlier_one() -> None:
    tree = All(ROOT, (Leaf("a"),))
    register = [
        fulfilment("a", recorded_at=day(1)),
        fulfilment("a", MoveOn.COMPLETED, recorded_at=day(6)),
    ]
    facts = [passed(2), completed(3)]
    assert evaluated(tree, register, facts, enrolled_at=ENROLLED)["a"].since == day(3)
    assert evaluated(tree, register, facts, enrolled_at=ENROLLED, known_at=day(5))["a"].since == day(2)


def test_a_late_attendance_list_changes_what_is_known_and_not_what_was_known() -> None:
    tree = All(ROOT, (Leaf("a"),))
    late = [passed(4, known_at=day(20))]

    def state(as_of: int, known_at: int) -> State:
        verdicts = evaluated(
            tree, fulfilments(["a"]), late, enrolled_at=ENROLLED, as_of=day(as_of), known_at=day(known_at)
        )
        return verdicts["path"].state

    assert state(as_of=10, known_at=10) == State.OPEN
    assert state(as_of=10, known_at=20) == State.SATISFIED
    assert state(as_of=3, known_at=20) == State.OPEN


def test_the_earliest_evidence_counts_however_late_it_was_heard_of() -> None:
    verdict = leaf_verdict([passed(9), passed(4, known_at=day(20))])
    assert verdict == Verdict(State.SATISFIED, day(4), (statement(4),))


def test_what_came_after_the_date_in_question_is_neither_progress_nor_score() -> None:
    tree = All(ROOT, (Leaf("a"),))
    later_try = [fact(FactKind.FAILED, 9), scored(9, 0.4)]
    verdicts = evaluated(tree, fulfilments(["a"]), later_try, enrolled_at=ENROLLED, as_of=day(8))
    assert verdicts["a"] == Verdict(State.OPEN)


def test_work_done_before_enrolment_counts_on_its_own_day() -> None:
    assert leaf_verdict([passed(1)]).since == day(1)


def test_what_needs_nothing_is_satisfied_from_enrolment_on_and_not_before() -> None:
    tree = All(ROOT, (Leaf("a"),))
    rules = fulfilments(["a"], MoveOn.NOT_APPLICABLE)
    assert evaluated(tree, rules, [], enrolled_at=ENROLLED, as_of=day(4))["a"].state == State.OPEN
    assert evaluated(tree, rules, [], enrolled_at=ENROLLED, as_of=day(5))["a"].since == ENROLLED


def test_a_requirement_that_nothing_fulfils_is_open_for_ever() -> None:
    assert evaluated(AB, [], [passed(4, module="a")], enrolled_at=ENROLLED)["a"] == Verdict(State.OPEN)
