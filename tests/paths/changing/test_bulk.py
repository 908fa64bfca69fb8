"""The second evaluator against the first: what it is sure of is so, and what it holds impossible is not."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from content import Trusted
from modules import Fact
from paths.changing.bulk import Answer, answer
from paths.changing.outlook import OUTLOOKS, UNDECIDED, outlook_of, outlooks_of
from paths.changing.records import records_of
from paths.judging.completion import Fulfilment, Member, Register, Span, State, Verdict, evaluate
from paths.keeping.cases import Case
from paths.keeping.rules import Rules
from paths.register.register import Enrolment
from paths.tree.requirements import ROOT, All, Group, Leaf, SignPost, When, nodes
from tests.paths.drawn import FACTS, MENTOR, fulfilments_for, spans, trees
from tests.paths.facts import day, fulfilment, passed, scored

STRANGER = Trusted("mbox::mailto:stranger@lms.example", ("*",))
AS_OF = st.sampled_from([10, 20, 20, 30])


@dataclass(frozen=True)
class Learner:
    """What is known of a learner; `is_team` is an organisation with one such member."""

    facts: list[Fact]
    enrolled: int = 0
    is_team: bool = False


def learners(data: st.DataObject) -> list[Learner]:
    one = st.builds(Learner, FACTS, st.integers(0, 20), st.sampled_from([False, False, False, True]))
    return data.draw(st.lists(one, min_size=1, max_size=4))


def rules_for(data: st.DataObject, tree: Group) -> tuple[Fulfilment, ...]:
    """Now and then another authority is believed too."""
    rules = data.draw(fulfilments_for(tree))
    trusted = data.draw(st.sampled_from([(), (), (STRANGER,), (Trusted(STRANGER.authority, ("signed off",)),)]))
    return tuple(
        fulfilment(
            each.requirement,
            activity=each.activity,
            finishing=each.finishing,
            counts_from=each.counts_from,
            counts_until=each.counts_until,
            trusted=trusted,
        )
        for each in rules
    )


def cases_of(
    people: Sequence[Learner],
    tree: Group,
    rules: Sequence[Fulfilment],
    as_of: int,
    signed: tuple[Span, ...] = (),
) -> list[Case]:
    return [_case(n, each, Rules(tree, rules, "", "Asia/Baku"), as_of, signed) for n, each in enumerate(people)]


def _case(n: int, learner: Learner, rules: Rules, as_of: int, signed: tuple[Span, ...]) -> Case:
    id_, enrolled_at, facts = UUID(int=n + 1), day(learner.enrolled), tuple(learner.facts)
    enrolment = Enrolment(
        id=id_, person_id=id_, path_id=id_, version_id=id_, version=1, registration=id_, enrolled_at=enrolled_at
    )
    members = (Member(facts, (Span(day(0)),)),) if learner.is_team else ()
    signers = {MENTOR: {"mentor": signed}}
    register = Register(enrolled_at, tuple(rules.fulfilments), rules.time_zone, signers=signers, members=members)
    return Case(enrolment, rules, register, () if learner.is_team else facts, day(as_of))


def verdicts_of(case: Case) -> dict[str, Verdict]:
    return evaluate(case.rules.tree, case.register, case.facts, as_of=case.as_of).verdicts


def answered(cases: list[Case]) -> Answer:
    rules = cases[0].rules
    return answer(rules.tree, rules.fulfilments, rules.time_zone, records_of(cases))


def assert_agrees(cases: list[Case], *, exactly: bool) -> None:
    found = answered(cases)
    decided = np.flatnonzero(~records_of(cases).doubtful)
    for n in decided:
        verdicts = verdicts_of(cases[n])
        for state, masks in ((State.SATISFIED, found.satisfied), (State.LOCKED, found.locked)):
            for node, mask in masks.items():
                is_so = verdicts[node].state == state
                assert mask.surely[n] <= is_so <= mask.possibly[n], (node, state)
                assert not exactly or mask.surely[n] == mask.possibly[n], (node, state)


@settings(max_examples=40, deadline=None)
@given(st.data(), trees(lasting=False), AS_OF, spans())
def test_the_two_agree_on_everybody(data: st.DataObject, tree: Group, as_of: int, signed: tuple[Span, ...]) -> None:
    """Where there are no dates, nobody is in between."""
    cases = cases_of(learners(data), tree, rules_for(data, tree), as_of, signed)
    has_dates = any(node.when for node in nodes(tree) if not isinstance(node, SignPost))
    assert_agrees(cases, exactly=not has_dates)


@settings(max_examples=40, deadline=None)
@given(st.data(), st.one_of(trees(), trees(teams=True)), AS_OF)
def test_they_agree_on_what_runs_out_and_on_teams(data: st.DataObject, tree: Group, as_of: int) -> None:
    assert_agrees(cases_of(learners(data), tree, rules_for(data, tree), as_of), exactly=False)


@settings(max_examples=40, deadline=None)
@given(st.data(), trees(), trees(), AS_OF)
def test_an_outlook_that_is_decided_is_the_one_of_the_verdicts(
    data: st.DataObject, before: Group, after: Group, as_of: int
) -> None:
    people = learners(data)
    old = cases_of(people, before, rules_for(data, before), as_of)
    new = cases_of(people, after, rules_for(data, after), as_of)
    codes = outlooks_of(answered(old), answered(new))
    doubtful = records_of(old).doubtful
    for n, (was, will) in enumerate(zip(old, new, strict=True)):
        if codes[n] != UNDECIDED and not doubtful[n]:
            found = outlook_of(was.enrolment, (before, verdicts_of(was)), (after, verdicts_of(will)))
            assert OUTLOOKS[codes[n]] == found.outlook


def test_who_gains_and_who_loses_is_told_apart() -> None:
    tree = All(ROOT, (Leaf("a", min_score=0.5), Leaf("b")))
    stricter = All(ROOT, (Leaf("a", min_score=0.8),))
    rules = [fulfilment("a"), fulfilment("b")]
    people = [
        Learner([passed(1, module="a"), scored(1, 0.6, id_=2, module="a"), passed(3, module="b")]),  # 0.6: not enough
        Learner([passed(1, module="a"), scored(1, 0.9, id_=2, module="a")]),  # b is asked no more
        Learner([passed(3, module="b")]),
    ]
    codes = outlooks_of(answered(cases_of(people, tree, rules, 40)), answered(cases_of(people, stricter, rules, 40)))
    assert [OUTLOOKS[code] for code in codes] == ["loses", "gains", "unchanged"]


def test_what_lies_far_from_a_period_of_the_calendar_is_decided() -> None:
    tree = All(ROOT, (Leaf("a", when=When(valid_for="P1M")),))
    people = [Learner([passed(at, module="a")]) for at in (1, 40, 60)]
    cases = cases_of(people, tree, [fulfilment("a")], 70)
    found = answered(cases).satisfied[ROOT]
    assert (found.surely.tolist(), found.possibly.tolist()) == ([False, False, True], [False, True, True])
    assert [verdicts_of(case)[ROOT].state == State.SATISFIED for case in cases] == [False, False, True]


def test_a_completion_that_may_have_run_out_is_left_to_the_first_evaluator() -> None:
    tree = All(ROOT, (Leaf("a"), Leaf("b")), when=When(valid_for="P30D"))
    people = [Learner([passed(at, module="a"), passed(at + 1, module="b")]) for at in (1, 50)]
    found = answered(cases_of(people, tree, [fulfilment("a"), fulfilment("b")], 60)).satisfied[ROOT]
    assert (found.surely.tolist(), found.possibly.tolist()) == ([False, True], [True, True])


def test_of_nobody_there_is_nothing_to_say() -> None:
    found = answer(All(ROOT, (Leaf("a"),)), [], "UTC", records_of([]))
    assert found.satisfied[ROOT].possibly.tolist() == []
