"""The second evaluator against the first: what it is sure of is so, and what it holds impossible is not."""

from collections.abc import Sequence
from datetime import date
from typing import TypeVar
from uuid import UUID

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from content import Finishing, MoveOn, Trusted
from modules import Fact, FactKind
from paths.bulk import Answer, answer
from paths.cases import Case
from paths.completion import Fulfilment, Member, Register, Span, State, Verdict, evaluate
from paths.outlook import OUTLOOKS, UNDECIDED, outlook_of, outlooks_of
from paths.records import records_of
from paths.register import Enrolment
from paths.requirements import ROOT, All, Credits, Group, Leaf, Node, NOf, SignPost, Team, When, leaves, nodes
from paths.rules import Rules
from tests.paths.facts import OURS, day, fact, fulfilment, passed, scored

NodeT = TypeVar("NodeT", bound=Node)
MODULES = ("m0", "m1")
STRANGER = "mbox::mailto:stranger@lms.example"
MAYOR = "account::https://waymark.example::mayor"
SIGNERS: dict[str, dict[str, tuple[Span, ...]]] = {MAYOR: {"mayor": (Span(day(0), day(15)), Span(day(25)))}}
KINDS = (
    *(3 * (FactKind.PASSED, FactKind.COMPLETED, FactKind.SCORED, FactKind.ATTENDED)),
    FactKind.REVIEWED,
    FactKind.SIGNED_OFF,
    FactKind.SUBMITTED,
    FactKind.CONTRIBUTED,
    FactKind.WAIVED,
)
FINISHING = (
    *(Finishing(move_on=word) for word in MoveOn),
    Finishing(),
    Finishing(move_on=MoveOn.COMPLETED, min_score=0.8),
    Finishing(sessions=2),
    Finishing(minutes=90),
    Finishing(reviews=2, submitted=True),
    Finishing(signed_off=True),
    Finishing(signed_off_by=("mayor",)),
    Finishing(contributed=True),
)
DATES = (
    When(valid_for="P10D"),
    When(valid_for="P1M"),
    When(recency="P5D"),
    When(recency="P1M"),
    When(opens=date(2026, 1, 20)),
    When(closes=date(2026, 1, 20)),
    When(opens_after="P10D"),
)


@st.composite
def any_fact(draw: st.DrawFn) -> Fact:
    at = draw(st.sampled_from(range(41)))
    return fact(
        draw(st.sampled_from(KINDS)),
        at,
        id_=draw(st.integers(min_value=1, max_value=10**6)),
        module=draw(st.sampled_from(MODULES)),
        value=draw(st.sampled_from([None, 0.4, 0.8, 1.0, 45.0, 60.0])),
        authority=draw(st.sampled_from([*(6 * (OURS,)), STRANGER])),
        voided_at=draw(st.sampled_from([*(9 * (None,)), day(3)])),
        place=draw(st.sampled_from([None, "monday", "tuesday"])),
        by=draw(st.sampled_from([None, MAYOR])),
    )


@st.composite
def any_tree(draw: st.DrawFn, *, dated: bool) -> Group:
    ids = iter(range(1000))
    whens = st.sampled_from([*(6 * (None,)), *(DATES if dated else ())])

    def node(depth: int) -> Node:
        if depth == 0 or draw(st.booleans()):
            return Leaf(
                f"x{next(ids)}",
                optional=draw(st.sampled_from([False, False, False, True])),
                after=(f"x{draw(st.integers(0, 4))}",) if draw(st.booleans()) else (),
                min_score=draw(st.sampled_from([None, None, 0.8])),
                asks=draw(st.sampled_from([*(5 * (None,)), Finishing(sessions=2), Finishing(submitted=True)])),
                credits=draw(st.sampled_from([None, 0.1, 0.2, 1.0])),
                when=draw(whens),
            )
        return group(f"x{next(ids)}", depth)

    def group(id_: str, depth: int) -> Group:
        items = tuple(node(depth - 1) for _ in range(draw(st.sampled_from([0, 1, 2, 3, 3]))))
        items += (SignPost(f"{id_}-sign", "https://sign.example"),) if draw(st.booleans()) else ()
        when = draw(whens)
        match draw(
            st.sampled_from(["all", "all", "n-of", "credits", "team"] if depth < 3 else ["all", "n-of", "credits"])
        ):
            case "all":
                return All(id_, items, when=when)
            case "n-of":
                return NOf(id_, draw(st.sampled_from([1, 2])), items, when=when)
            case "credits":
                return Credits(id_, draw(st.sampled_from([0.1, 0.3, 1.0])), items, when=when)
            case _:
                return Team(id_, 1, items, when=when)

    tree = group(ROOT, 3)
    return _waiting_for(tree, {each.id for each in nodes(tree) if not isinstance(each, SignPost)} - {ROOT})


def _waiting_for(node: NodeT, known: set[str]) -> NodeT:
    """The tree where nothing waits for what is not there, or for itself."""
    if isinstance(node, SignPost):
        return node
    if isinstance(node, Leaf):
        return replace(node, after=tuple(id_ for id_ in node.after if id_ in known - {node.id}))
    return replace(node, items=tuple(_waiting_for(item, known) for item in node.items))


@st.composite
def any_rules(draw: st.DrawFn, tree: Group) -> list[Fulfilment]:
    return [
        fulfilment(
            leaf.id,
            activity=module,
            finishing=draw(st.sampled_from(FINISHING)),
            counts_from=draw(st.sampled_from([None, None, None, day(5)])),
            counts_until=draw(st.sampled_from([None, None, None, day(30)])),
            trusted=draw(
                st.sampled_from([(), (), (Trusted(STRANGER, ("*",)),), (Trusted(STRANGER, ("signed off", "passed")),)])
            ),
        )
        for leaf in leaves(tree)
        for module in draw(st.sets(st.sampled_from(MODULES), min_size=draw(st.sampled_from([0, 1, 1, 1]))))
    ]


Learners = Sequence[tuple[list[Fact], int, bool]]
LEARNERS: st.SearchStrategy[Learners] = st.lists(
    st.tuples(st.lists(any_fact(), max_size=20), st.integers(0, 30), st.sampled_from([False, False, False, True])),
    min_size=1,
    max_size=4,
)
"""Their facts, the day of their enrolment, and whether the learner is an organisation with such a member."""


def case_of(n: int, learner: tuple[list[Fact], int, bool], tree: Group, rules: list[Fulfilment], as_of: int) -> Case:
    facts, enrolled, is_organisation = learner
    members = (Member(tuple(facts), (Span(day(0)),)),) if is_organisation else ()
    own = () if is_organisation else tuple(facts)
    register = Register(day(enrolled), tuple(rules), "Asia/Baku", signers=SIGNERS, members=members)
    return Case(enrolment(n), Rules(tree, rules, "", "Asia/Baku"), register, own, day(as_of))


def enrolment(n: int) -> Enrolment:
    id_ = UUID(int=n + 1)
    return Enrolment(
        id=id_, person_id=id_, path_id=id_, version_id=id_, version=1, registration=id_, enrolled_at=day(0)
    )


def verdicts_of(case: Case) -> dict[str, Verdict]:
    return evaluate(case.rules.tree, case.register, case.facts, as_of=case.as_of).verdicts


def answered(cases: list[Case]) -> Answer:
    rules = cases[0].rules
    return answer(rules.tree, rules.fulfilments, rules.time_zone, records_of(cases))


def assert_agrees(cases: list[Case], *, exactly: bool) -> None:
    found = answered(cases)
    doubtful = records_of(cases).doubtful
    for n, case in enumerate(cases):
        verdicts = verdicts_of(case)
        for states, masks in ((State.SATISFIED, found.satisfied), (State.LOCKED, found.locked)):
            for node, mask in masks.items():
                is_so = verdicts[node].state == states
                if not doubtful[n] or states == State.LOCKED:
                    assert mask.surely[n] <= is_so, (node, states)
                if not doubtful[n]:
                    assert is_so <= mask.possibly[n], (node, states)
                if exactly and not doubtful[n]:
                    assert mask.surely[n] == mask.possibly[n], (node, states)


@settings(max_examples=60, deadline=None)
@given(st.data(), any_tree(dated=False), LEARNERS, st.sampled_from([20, 40, 60]))
def test_without_dates_the_two_say_the_same_of_everybody(
    data: st.DataObject, tree: Group, learners: Learners, as_of: int
) -> None:
    rules = data.draw(any_rules(tree))
    assert_agrees([case_of(n, each, tree, rules, as_of) for n, each in enumerate(learners)], exactly=True)


@settings(max_examples=100, deadline=None)
@given(st.data(), any_tree(dated=True), LEARNERS, st.sampled_from([20, 40, 60]))
def test_with_dates_what_is_sure_is_so_and_nothing_else_is_ruled_out(
    data: st.DataObject, tree: Group, learners: Learners, as_of: int
) -> None:
    rules = data.draw(any_rules(tree))
    assert_agrees([case_of(n, each, tree, rules, as_of) for n, each in enumerate(learners)], exactly=False)


@settings(max_examples=60, deadline=None)
@given(st.data(), any_tree(dated=True), any_tree(dated=True), LEARNERS, st.sampled_from([20, 40, 60]))
def test_an_outlook_that_is_decided_is_the_one_of_the_verdicts(
    data: st.DataObject, before: Group, after: Group, learners: Learners, as_of: int
) -> None:
    rules = data.draw(any_rules(before)), data.draw(any_rules(after))
    old = [case_of(n, each, before, rules[0], as_of) for n, each in enumerate(learners)]
    new = [case_of(n, each, after, rules[1], as_of) for n, each in enumerate(learners)]
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
        [passed(1, module="a"), scored(1, 0.6, id_=2, module="a"), passed(3, module="b")],  # 0.6 is enough no more
        [passed(1, module="a"), scored(1, 0.9, id_=2, module="a")],  # b is asked no more
        [passed(3, module="b")],
    ]
    old = [case_of(n, (facts, 0, False), tree, rules, 40) for n, facts in enumerate(people)]
    new = [case_of(n, (facts, 0, False), stricter, rules, 40) for n, facts in enumerate(people)]
    codes = outlooks_of(answered(old), answered(new))
    assert [OUTLOOKS[code] for code in codes] == ["loses", "gains", "unchanged"]


def test_what_lies_far_from_a_period_of_the_calendar_is_decided() -> None:
    tree = All(ROOT, (Leaf("a", when=When(valid_for="P1M")),))
    facts = [[passed(at, module="a")] for at in (1, 40, 60)]
    cases = [case_of(n, (own, 0, False), tree, [fulfilment("a")], 70) for n, own in enumerate(facts)]
    found = answered(cases).satisfied[ROOT]
    assert (found.surely.tolist(), found.possibly.tolist()) == ([False, False, True], [False, True, True])
    assert [verdicts_of(case)[ROOT].state == State.SATISFIED for case in cases] == [False, False, True]


def test_nobody_is_no_learner() -> None:
    assert records_of([]).size == 0
    assert np.count_nonzero(answer(All(ROOT, (Leaf("a"),)), [], "UTC", records_of([])).satisfied[ROOT].possibly) == 0
