from datetime import UTC, date, datetime

import pytest

from content import DeliveryMode, Finishing, MoveOn
from modules import Fact, FactKind
from paths.judging.completion import Member, Register, Span, State, evaluate
from paths.judging.explanation import Explanation, Lack, Missing, Option, explain
from paths.judging.steps import next_steps
from paths.tree.requirements import ROOT, All, Credits, Group, Leaf, NOf, Team, When
from tests.paths.facts import (
    attended,
    completed,
    day,
    fact,
    fulfilment,
    fulfilments,
    passed,
    scored,
    signed_off,
    statement,
)

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


MENTOR = "account::https://waymark.example::mentor"
ONLY = Leaf("a")


def of_module(finishing: Finishing, *facts: Fact, leaf: Leaf = ONLY, as_of: float = 50) -> Explanation:
    """Why requirement a is what it is, of one enrolled on day 5; who signed as mentor was one from day 2 to 6."""
    mentors: dict[str, dict[str, tuple[Span, ...]]] = {MENTOR: {"mentor": (Span(day(2), day(6)),)}}
    register = Register(ENROLLED, (fulfilment("a", finishing=finishing),), signers=mentors)
    moment = day(0) + (day(1) - day(0)) * as_of
    return explain(All(ROOT, (leaf,)), register, facts, as_of=moment, known_at=day(50)).items[0]


@pytest.mark.parametrize(
    ("finishing", "facts", "missing"),
    [
        (Finishing(sessions=3), [], Missing(Lack.SESSIONS, needed=3, best=0)),
        (
            Finishing(sessions=3),
            [attended(1, place="x"), attended(2, place="x")],
            Missing(Lack.SESSIONS, needed=3, best=1),
        ),
        (Finishing(minutes=90), [attended(1, 30), attended(2, 45.5)], Missing(Lack.MINUTES, needed=90, best=75.5)),
        (
            Finishing(minutes=90),
            [attended(1, 30, place="x"), attended(2, 45, place="x")],
            Missing(Lack.MINUTES, needed=90, best=45),
        ),
        (Finishing(reviews=2), [fact(FactKind.REVIEWED, 1, place="w")], Missing(Lack.REVIEWS, needed=2, best=1)),
        (Finishing(signed_off=True), [], Missing(Lack.SIGNED_OFF)),
        (Finishing(signed_off_by=("mentor",)), [signed_off(9)], Missing(Lack.SIGNED_OFF, positions=("mentor",))),
        (Finishing(submitted=True), [], Missing(Lack.SUBMITTED)),
        (Finishing(contributed=True), [], Missing(Lack.CONTRIBUTED)),
        (Finishing(min_score=0.8), [scored(1, 0.5)], Missing(Lack.SCORE, needed=0.8, best=0.5)),
        (Finishing(), [passed(1)], Missing(Lack.MODULE)),
    ],
)
def test_each_condition_says_what_it_lacks(finishing: Finishing, facts: list[Fact], missing: Missing) -> None:
    assert of_module(finishing, *facts).missing == (missing,)


def test_all_that_is_asked_together_is_missing_together() -> None:
    why = of_module(Finishing(MoveOn.COMPLETED, sessions=1, submitted=True), attended(3))
    assert [missing.lack for missing in why.missing] == [Lack.COMPLETED, Lack.SUBMITTED]


def test_what_has_run_out_is_missing_again() -> None:
    leaf = Leaf("a", when=When(valid_for="P10D"))
    why = of_module(Finishing(sessions=2), attended(3, place="x"), attended(9, place="y"), leaf=leaf, as_of=14)
    assert why.missing == (Missing(Lack.EXPIRED, at=day(13)), Missing(Lack.SESSIONS, needed=2, best=1))
    assert (why.state, why.done, why.can_open) == (State.EXPIRED, 0, True)


def test_what_is_lost_names_the_statements_that_count_no_more() -> None:
    facts = [completed(3), passed(4, voided_at=day(9))]
    why = of_module(Finishing(MoveOn.COMPLETED_AND_PASSED), *facts)
    assert why.state == State.LOST
    assert why.missing == (Missing(Lack.LOST, statements=(statement(4),)), Missing(Lack.PASSED))
    assert why.evidence == (statement(3), statement(4))


@pytest.mark.parametrize(
    ("when", "missing"),
    [
        (When(opens=date(2026, 1, 11)), Missing(Lack.OPENS, at=datetime(2026, 1, 11, tzinfo=UTC))),
        (When(opens_after="P3D"), Missing(Lack.OPENS, at=day(8))),
        (When(closes=date(2026, 1, 6)), Missing(Lack.CLOSED, at=datetime(2026, 1, 7, tzinfo=UTC))),
    ],
)
def test_what_is_locked_says_when_it_opens_or_closed(when: When, missing: Missing) -> None:
    why = of_module(Finishing(MoveOn.PASSED), leaf=Leaf("a", when=when), as_of=7)
    assert (why.state, why.missing, why.can_open) == (State.LOCKED, (missing, Missing(Lack.PASSED)), False)


def test_due_until_and_overdue_are_told() -> None:
    leaf = Leaf("a", when=When(due_after="P3D", valid_for="P10D"))
    late, done = (of_module(Finishing(MoveOn.PASSED), *facts, leaf=leaf, as_of=9) for facts in ([], [passed(6)]))
    assert (late.due, late.overdue, late.until) == (day(8), True, None)
    assert (done.due, done.overdue, done.until) == (None, False, day(16))


def test_each_option_says_what_it_asks_what_counts_and_what_it_lacks() -> None:
    asked = Finishing(sessions=2)
    rules = (fulfilment("a"), fulfilment("a", finishing=asked, delivery=DeliveryMode.WORKSHOP))
    why = explain(All(ROOT, (Leaf("a"),)), Register(ENROLLED, rules), [attended(3, place="x")]).items[0]
    online, workshop = why.options
    assert online == Option(
        "a", DeliveryMode.ONLINE, Finishing(MoveOn.PASSED), (statement(3),), (Missing(Lack.PASSED),)
    )
    assert workshop.missing == (Missing(Lack.SESSIONS, needed=2, best=1),)
    assert why.missing == workshop.missing  # half of it is done, of the other nothing


def test_credits_say_how_many_are_there_and_of_what_more_could_come() -> None:
    tree = Credits(ROOT, 6, (Leaf("a", credits=1), Leaf("b", credits=2), Leaf("c", credits=4), Leaf("d")))
    why = explained(tree, passed(1, module="b"))
    assert why.missing == (Missing(Lack.CREDITS, ("a", "c"), needed=6, best=2),)
    assert (why.done, why.needed) == (1, 2)  # the one of four credits is enough with it


def team_explained(*days_: str, positions: tuple[str, ...] = ()) -> Explanation:
    members = tuple(
        Member(
            tuple(passed(1, id_=n * 10 + k, module=module) for k, module in enumerate(modules, start=1)),
            (Span(day(0)),),
            {"planner": (Span(day(0)),)},
        )
        for n, modules in enumerate(days_)
    )
    tree = Team(ROOT, 2, (Leaf("a"), Leaf("b")), positions)
    return explain(tree, Register(ENROLLED, tuple(fulfilments("ab")), members=members), [])


def test_a_team_says_how_many_members_and_whose_positions_it_lacks() -> None:
    why = team_explained("ab", "a", positions=("mayor", "planner"))
    assert why.missing == (Missing(Lack.MEMBERS, needed=2, best=1), Missing(Lack.POSITIONS, positions=("mayor",)))
    assert (why.done, why.needed) == (1, 2)
    a, b = why.items
    assert (a.state, b.state, b.missing) == (
        State.SATISFIED,
        State.IN_PROGRESS,
        (Missing(Lack.MEMBERS, needed=2, best=1),),
    )


def test_a_team_of_enough_members_may_still_lack_a_position() -> None:
    why = team_explained("ab", "ab", positions=("mayor",))
    assert (why.state, why.done, why.needed) == (State.IN_PROGRESS, 2, 3)
    assert why.missing == (Missing(Lack.POSITIONS, positions=("mayor",)),)


def test_an_expired_path_says_what_is_to_be_shown_anew() -> None:
    tree = All(ROOT, (Leaf("a"), Leaf("b")), when=When(valid_for="P10D"))
    facts = [passed(1, module="a"), passed(3, module="b"), passed(9, module="a")]
    why = explain(tree, Register(ENROLLED, tuple(fulfilments("ab"))), facts, as_of=day(20))
    assert (why.state, why.done, why.needed) == (State.EXPIRED, 1, 2)
    assert why.missing == (Missing(Lack.EXPIRED, at=day(13)), Missing(Lack.ITEMS, ("b",), needed=1))
    assert [(item.state, item.done) for item in why.items] == [(State.SATISFIED, 1), (State.SATISFIED, 0)]
    assert why.items[1].missing == (Missing(Lack.PASSED),)
    assert next_steps(tree, why) == ("b",)


def test_an_explanation_has_the_verdicts_of_the_evaluation() -> None:
    facts = [passed(1, module="a"), passed(2, module="c"), scored(2, 0.5, module="c")]
    register = Register(ENROLLED, tuple(fulfilments("abcdef")))
    verdicts = evaluate(TREE, register, facts).verdicts

    def all_of(why: Explanation) -> dict[str, tuple[object, ...]]:
        found: dict[str, tuple[object, ...]] = {why.id: (why.state, why.since, why.evidence)}
        for item in why.items:
            found |= all_of(item)
        return found

    assert all_of(explained(TREE, *facts)) == {id_: (v.state, v.since, v.evidence) for id_, v in verdicts.items()}
