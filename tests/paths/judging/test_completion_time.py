"""What time does to verdicts: validity, windows, dates on which something is due. Worked out by hand, day by day."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from msgspec import structs

from content import Finishing, MoveOn
from modules import Fact
from paths.judging.completion import Evaluation, Extension, Register, State, Verdict, evaluate
from paths.tree.requirements import ROOT, All, Group, Leaf, NOf, When
from tests.paths.facts import attended, completed, day, fulfilment, passed, scored, statement, waived

A, B = Leaf("a"), Leaf("b")


def found(
    tree: Group, facts: Sequence[Fact], as_of: float, *, finishing: Finishing | None = None, **register: Any
) -> Evaluation:
    """As of that day, for one enrolled on day 5."""
    asked = finishing or Finishing(MoveOn.PASSED)
    fulfilments = tuple(fulfilment(id_, finishing=asked) for id_ in "abc")
    return evaluate(tree, Register(day(5), fulfilments, **register), facts, as_of=day(0) + (day(1) - day(0)) * as_of)


def leaf_at(when: When, facts: Sequence[Fact], as_of: float, **rest: Any) -> Verdict:
    return found(All(ROOT, (Leaf("a", when=when),)), facts, as_of, **rest).verdicts["a"]


def satisfied(since: int, until: int | None, *evidence: int) -> Verdict:
    return Verdict(
        State.SATISFIED, day(since), tuple(map(statement, evidence)), until=None if until is None else day(until)
    )


def expired(since: int, *evidence: int) -> Verdict:
    return Verdict(State.EXPIRED, day(since), tuple(map(statement, evidence)))


TEN_DAYS = When(valid_for="P10D")


@pytest.mark.parametrize(
    ("passes", "as_of", "verdict"),
    [
        ([3], 12.9, satisfied(3, 13, 3)),
        ([3], 13, expired(13, 3)),
        ([3], 400, expired(13, 3)),
        ([3, 9], 8, satisfied(3, 13, 3)),
        ([3, 9], 10, satisfied(3, 19, 9)),  # shown anew in time: unbroken since the first, and lasting from the last
        ([3, 9], 18.9, satisfied(3, 19, 9)),
        ([3, 9], 19, expired(19, 9)),
        ([3, 13], 13, satisfied(3, 23, 13)),  # at the very moment at which it ends
        ([3, 15], 14, expired(13, 3)),
        ([3, 15], 15, satisfied(15, 25, 15)),
    ],
)
def test_what_is_valid_for_a_time_expires_until_it_is_shown_anew(
    passes: list[int], as_of: float, verdict: Verdict
) -> None:
    assert leaf_at(TEN_DAYS, [passed(at) for at in passes], as_of) == verdict


def test_a_waiver_runs_out_as_evidence_does() -> None:
    assert leaf_at(TEN_DAYS, [waived(3)], 5) == satisfied(3, 13, 3)
    assert leaf_at(TEN_DAYS, [waived(3)], 13).state == State.EXPIRED


def test_what_is_asked_together_must_be_valid_together() -> None:
    two = Finishing(sessions=2)
    visits = [attended(1, place="x"), attended(9, place="y"), attended(12, place="z")]
    assert leaf_at(TEN_DAYS, visits, 8, finishing=two) == Verdict(State.IN_PROGRESS, day(1))
    assert leaf_at(TEN_DAYS, visits, 10, finishing=two) == satisfied(9, 11, 1, 9)
    assert leaf_at(TEN_DAYS, visits, 11, finishing=two) == expired(11, 1, 9)
    assert leaf_at(TEN_DAYS, visits, 12, finishing=two) == satisfied(12, 19, 9, 12)
    assert leaf_at(TEN_DAYS, visits, 19, finishing=two) == expired(19, 9, 12)


def test_a_pass_and_a_threshold_must_be_valid_together() -> None:
    leaf = Leaf("a", min_score=0.8, when=TEN_DAYS)
    facts = [passed(3), scored(9, 0.9), passed(16)]
    states = [found(All(ROOT, (leaf,)), facts, at).verdicts["a"].state.value for at in (8, 9, 12, 13, 16, 18, 19)]
    assert states == ["in-progress", "satisfied", "satisfied", "expired", "satisfied", "satisfied", "expired"]


def test_the_evidence_that_lasts_longest_is_named() -> None:
    leaf = Leaf("a", when=TEN_DAYS)
    rules = (fulfilment("a", MoveOn.PASSED), fulfilment("a", MoveOn.COMPLETED, activity="translated"))
    facts = [completed(3, module="translated"), passed(7), completed(6, module="translated")]
    verdict = evaluate(All(ROOT, (leaf,)), Register(day(5), rules), facts, as_of=day(8)).verdicts["a"]
    assert verdict == satisfied(3, 17, 7)


def test_what_needs_nothing_does_not_run_out() -> None:
    assert leaf_at(TEN_DAYS, [], 400, finishing=Finishing(MoveOn.NOT_APPLICABLE)) == satisfied(5, None)


def test_what_ran_out_before_there_was_enough_is_no_progress() -> None:
    two = Finishing(sessions=2)
    assert leaf_at(TEN_DAYS, [attended(1, place="x")], 11, finishing=two) == Verdict(State.OPEN)
    tree = All(ROOT, (Leaf("a", when=TEN_DAYS),))
    assert found(tree, [attended(1, place="x")], 10, finishing=two).changes_at == day(11)


def test_a_year_is_a_year_in_the_paths_time_zone() -> None:
    late = structs.replace(passed(0), at=datetime(2028, 2, 28, 21, 30, tzinfo=UTC))  # 29 February, 1:30 in Baku
    tree = All(ROOT, (Leaf("a", when=When(valid_for="P1Y")),))
    register = Register(day(0), (fulfilment("a"),), time_zone="Asia/Baku")
    until = evaluate(tree, register, [late], as_of=late.at).verdicts["a"].until
    assert until == datetime(2029, 2, 27, 21, 30, tzinfo=UTC)  # 28 February, 1:30 in Baku


PATH_OF_TEN_DAYS = All(ROOT, (A, B), when=TEN_DAYS)


@pytest.mark.parametrize(
    ("facts", "as_of", "verdict"),
    [
        ([passed(1, module="a"), passed(3, module="b")], 12, satisfied(3, 13, 1, 3)),  # from its completion, not day 1
        ([passed(1, module="a"), passed(3, module="b")], 13, expired(13, 1, 3)),
        ([passed(1, module="a"), passed(3, module="b"), passed(5, module="a")], 13, expired(13, 1, 3)),
        (
            [passed(1, module="a"), passed(3, module="b"), passed(5, module="a"), passed(12, module="b")],
            21,
            satisfied(3, 22, 5, 12),
        ),
        (
            [passed(1, module="a"), passed(3, module="b"), passed(5, module="a"), passed(12, module="b")],
            12,
            satisfied(3, 22, 5, 12),  # as soon as it is renewed, by what renewed it
        ),
        (
            [passed(1, module="a"), passed(3, module="b"), passed(5, module="a"), passed(15, module="b")],
            16,
            satisfied(15, 25, 5, 15),
        ),
    ],
)
def test_a_group_is_valid_from_its_completion_until_all_of_it_is_shown_anew(
    facts: list[Fact], as_of: int, verdict: Verdict
) -> None:
    assert found(PATH_OF_TEN_DAYS, facts, as_of).verdicts[ROOT] == verdict


def test_a_valid_group_ends_with_what_runs_out_in_it() -> None:
    tree = All(ROOT, (Leaf("a", when=When(valid_for="P4D")), B), when=TEN_DAYS)
    facts = [passed(2, module="a"), passed(3, module="b"), passed(9, module="a")]
    assert found(tree, facts, 5).verdicts[ROOT] == satisfied(3, 6, 2, 3)
    assert found(tree, facts, 7).verdicts[ROOT] == expired(6, 2, 3)
    assert found(tree, facts, 9).verdicts[ROOT] == satisfied(9, 13, 9, 3)  # to the end of its term, and no longer


def test_only_what_is_shown_when_renewing_is_open_renews_a_group() -> None:
    tree = All(ROOT, (A, B), when=When(valid_for="P10D", renew_within="P3D"))
    early = [passed(1, module="a"), passed(3, module="b"), passed(9, module="a"), passed(12, module="b")]
    assert found(tree, early, 12).verdicts[ROOT] == satisfied(3, 13, 1, 3)
    assert found(tree, early, 13).verdicts[ROOT] == expired(13, 1, 3)
    again = [*early, passed(14, module="a")]
    assert found(tree, again, 20).verdicts[ROOT] == satisfied(14, 24, 14, 12)


def test_the_items_of_an_expired_group_stay_as_they_are() -> None:
    verdicts = found(PATH_OF_TEN_DAYS, [passed(1, module="a"), passed(3, module="b")], 20).verdicts
    assert [verdicts[id_].state for id_ in "ab"] == [State.SATISFIED, State.SATISFIED]


def test_a_group_holds_while_its_items_do_at_once() -> None:
    short = [Leaf(id_, when=When(valid_for="P4D")) for id_ in "abc"]
    facts = [passed(1, module="a"), passed(3, module="b"), passed(6, module="c")]
    one_after_another = NOf(ROOT, 2, tuple(short))
    states = [found(one_after_another, facts, at).verdicts[ROOT].state.value for at in (2, 3, 4, 5, 6, 7)]
    assert states == ["in-progress", "satisfied", "satisfied", "expired", "satisfied", "expired"]


def test_evidence_counts_that_is_not_much_older_than_the_enrolment() -> None:
    recent = When(recency="P3D")
    assert leaf_at(recent, [passed(1)], 9).state == State.OPEN
    assert leaf_at(recent, [passed(2)], 9).since == day(2)
    assert leaf_at(recent, [waived(1)], 9).state == State.OPEN
    tree = All(ROOT, (Leaf("a", when=When(recency="P10D")),), when=recent)
    assert found(tree, [passed(1)], 9).verdicts["a"].state == State.OPEN  # the stricter of the two holds


WINDOW = When(opens=date(2026, 1, 11), closes=date(2026, 1, 20))  # from day 10 to day 19, from midnight to midnight


@pytest.mark.parametrize(
    ("as_of", "state", "changes_at"),
    [
        (9.5, State.LOCKED, datetime(2026, 1, 11, tzinfo=UTC)),
        (9.7, State.OPEN, datetime(2026, 1, 21, tzinfo=UTC)),
        (19.6, State.OPEN, datetime(2026, 1, 21, tzinfo=UTC)),
        (19.7, State.LOCKED, None),
    ],
)
def test_a_window_opens_and_closes_at_midnight(as_of: float, state: State, changes_at: datetime | None) -> None:
    evaluation = found(All(ROOT, (Leaf("a", when=WINDOW),)), [], as_of)
    assert (evaluation.verdicts["a"].state, evaluation.changes_at) == (state, changes_at)
    assert evaluation.verdicts[ROOT].state == state


def test_a_day_begins_at_midnight_where_the_path_is() -> None:
    evaluation = found(All(ROOT, (Leaf("a", when=WINDOW),)), [], 0, time_zone="Asia/Baku")
    assert evaluation.changes_at == datetime(2026, 1, 10, 20, tzinfo=UTC)


def test_what_is_done_outside_the_window_counts() -> None:
    for at in (1, 15, 40):
        assert leaf_at(WINDOW, [passed(at)], 50) == satisfied(at, None, at)


def test_drip_opens_some_time_after_the_enrolment() -> None:
    drip = When(opens_after="P1W")
    assert leaf_at(drip, [], 11.9).state == State.LOCKED
    assert leaf_at(drip, [], 12).state == State.OPEN
    assert found(All(ROOT, (Leaf("a", when=drip),)), [], 6).changes_at == day(12)


def test_what_stands_in_a_group_opens_and_closes_with_it() -> None:
    tree = All(ROOT, (All("g", (A, Leaf("b", when=When(opens_after="P10D"))), when=WINDOW), Leaf("c")))
    early, open_, late, over = (found(tree, [], at).verdicts for at in (8, 12, 16, 30))
    assert [early[id_].state.value for id_ in "gab"] == ["locked", "locked", "locked"]
    assert [open_[id_].state.value for id_ in "gab"] == ["open", "open", "locked"]
    assert [late[id_].state.value for id_ in "gab"] == ["open", "open", "open"]
    assert [over[id_].state.value for id_ in "gab"] == ["locked", "locked", "locked"]
    assert over["c"].state == over[ROOT].state == State.OPEN


def test_a_closed_window_locks_what_was_begun() -> None:
    assert leaf_at(WINDOW, [completed(12)], 15) == Verdict(State.IN_PROGRESS, day(12))
    assert leaf_at(WINDOW, [completed(12)], 25) == Verdict(State.LOCKED)


def test_what_expires_locks_what_waits_for_it() -> None:
    tree = All(ROOT, (Leaf("a", when=TEN_DAYS), Leaf("b", after=("a",))))
    facts = [passed(3, module="a")]
    assert found(tree, facts, 5).verdicts["b"].state == State.OPEN
    assert found(tree, facts, 5).changes_at == day(13)
    assert found(tree, facts, 13).verdicts["b"].state == State.LOCKED


DUE = When(due=date(2026, 1, 20), due_after="P12D")  # midnight after day 19, or day 17, whichever is earlier


def test_what_is_due_is_so_until_it_is_satisfied() -> None:
    assert leaf_at(DUE, [], 6).due == day(17)
    assert leaf_at(When(due=date(2026, 1, 20)), [], 6).due == datetime(2026, 1, 21, tzinfo=UTC)
    assert leaf_at(DUE, [passed(6)], 6).due is None


def test_to_be_overdue_is_to_be_due_and_past() -> None:
    verdict = leaf_at(DUE, [], 6)
    assert [verdict.overdue(day(at)) for at in (16, 17, 18)] == [False, True, True]
    assert not leaf_at(DUE, [passed(6)], 30).overdue(day(30))
    assert found(All(ROOT, (Leaf("a", when=DUE),)), [], 6).changes_at == day(17)
    assert found(All(ROOT, (Leaf("a", when=DUE),)), [], 17).changes_at is None


def test_the_last_extension_replaces_what_the_tree_says() -> None:
    longer = (Extension("a", day(40), day(6)), Extension("a", day(30), day(8)))
    tree = All(ROOT, (Leaf("a", when=DUE), B))
    register = Register(day(5), (fulfilment("a"),), extensions=(*longer, Extension("b", day(20), day(8))))
    for known_at, due in ((5, 17), (6, 40), (9, 30)):
        verdicts = evaluate(tree, register, [], as_of=day(9), known_at=day(known_at)).verdicts
        assert verdicts["a"].due == day(due)
    assert verdicts["b"].due == day(20)  # it had no date before


def test_a_group_is_due_for_itself() -> None:
    tree = All(ROOT, (A,), when=DUE)
    verdicts = found(tree, [], 6).verdicts
    assert (verdicts[ROOT].due, verdicts["a"].due) == (day(17), None)


def test_two_enrolments_have_each_its_own_dates() -> None:
    tree = All(ROOT, (Leaf("a", when=When(due_after="P12D")),))
    dues = [evaluate(tree, Register(day(n), (fulfilment("a"),)), [], as_of=day(9)).verdicts["a"].due for n in (1, 5)]
    assert dues == [day(13), day(17)]


def test_a_fact_of_tomorrow_changes_the_verdict_tomorrow() -> None:
    tree = All(ROOT, (A,))
    assert found(tree, [passed(9, known_at=day(1))], 7).changes_at == day(9)
    assert found(tree, [passed(9, known_at=day(1))], 9).changes_at is None


def test_nothing_changes_where_nothing_has_a_date() -> None:
    assert found(All(ROOT, (A, B)), [passed(3, module="a")], 9).changes_at is None
