"""Completion against a definition that says when something holds, and knows nothing of how to find its date."""

from datetime import datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from content import MoveOn
from modules import Fact, FactKind
from paths.completion import Fulfilment, State
from paths.requirements import ROOT, All, Group, Leaf, Node, NOf, nodes
from tests.paths.facts import OURS, day, evaluated, fact, fulfilment

ENROLLED = day(8)
DAYS = st.integers(min_value=0, max_value=20)
MODULES = ("m0", "m1")
KINDS = (
    *(3 * (FactKind.PASSED, FactKind.COMPLETED, FactKind.SCORED)),
    FactKind.FAILED,
    FactKind.WAIVED,
)


@st.composite
def any_fact(draw: st.DrawFn) -> Fact:
    at = draw(st.sampled_from(range(21)))  # evenly, where integers would crowd at zero
    return fact(
        draw(st.sampled_from(KINDS)),
        at,
        id_=draw(st.integers(min_value=1, max_value=10**6)),
        module=draw(st.sampled_from(MODULES)),
        value=draw(st.sampled_from([None, -0.5, 0.4, 0.8, 1.0])),
        known_at=day(at + draw(st.sampled_from([0, 5, 10, 20]))),
        authority=draw(st.sampled_from([*(7 * (OURS,)), "mbox::mailto:stranger@lms.example"])),
        voided_at=draw(st.sampled_from([*(7 * (None,)), day(3), day(30)])),
    )


@st.composite
def any_tree(draw: st.DrawFn) -> Group:
    ids = iter(range(1000))

    def node(depth: int) -> Node:
        if depth == 0 or draw(st.booleans()):
            after = (f"x{draw(DAYS)}",) if draw(st.booleans()) else ()
            min_score = draw(st.sampled_from([None, None, 0.8]))
            return Leaf(
                f"x{next(ids)}",
                optional=draw(st.sampled_from([False, False, False, True])),
                after=after,
                min_score=min_score,
            )
        return group(f"x{next(ids)}", depth)

    def group(id_: str, depth: int) -> Group:
        items = tuple(node(depth - 1) for _ in range(draw(st.sampled_from([0, 1, 2, 3, 3]))))
        return All(id_, items) if draw(st.booleans()) else NOf(id_, draw(st.sampled_from([1, 2])), items)

    return group(ROOT, 3)


@st.composite
def any_rules(draw: st.DrawFn, tree: Group) -> list[Fulfilment]:
    return [
        fulfilment(
            leaf.id,
            draw(st.sampled_from(MoveOn)),
            activity=module,
            counts_from=draw(st.sampled_from([None, None, None, day(5), day(15)])),
            counts_until=draw(st.sampled_from([None, None, None, day(5), day(15)])),
        )
        for leaf in nodes(tree)
        if isinstance(leaf, Leaf)
        for module in draw(st.sets(st.sampled_from(MODULES), min_size=draw(st.sampled_from([0, 1, 1, 1]))))
    ]


FACTS = st.lists(any_fact(), min_size=15, max_size=30)


def holds(node: Node, rules: list[Fulfilment], facts: list[Fact], at: datetime) -> bool:
    """Whether `node` is satisfied at `at`, said as plainly as can be."""
    if isinstance(node, Leaf):
        return any(_leaf_holds(node, rule, facts, at) for rule in rules if rule.requirement == node.id)
    assert isinstance(node, All | NOf)
    items = [item for item in node.items if not (isinstance(item, Leaf) and item.optional)]
    satisfied = sum(holds(item, rules, facts, at) for item in items)
    return satisfied >= node.n if isinstance(node, NOf) else bool(items) and satisfied == len(items)


def _leaf_holds(leaf: Leaf, rule: Fulfilment, facts: list[Fact], at: datetime) -> bool:
    own = [
        each
        for each in facts
        if each.activity == rule.activity
        and each.at <= at
        and each.authority == OURS
        and not (rule.counts_from and each.at < rule.counts_from)
        and not (rule.counts_until and each.at >= rule.counts_until)
    ]
    kinds = {each.kind for each in own}
    has_passed, has_completed = FactKind.PASSED in kinds, FactKind.COMPLETED in kinds
    finished = {
        MoveOn.PASSED: has_passed,
        MoveOn.COMPLETED: has_completed,
        MoveOn.COMPLETED_AND_PASSED: has_passed and has_completed,
        MoveOn.COMPLETED_OR_PASSED: has_passed or has_completed,
        MoveOn.NOT_APPLICABLE: at >= ENROLLED,
    }[rule.finishing.move_on or MoveOn.NOT_APPLICABLE]
    scores = [each.value for each in own if each.kind == FactKind.SCORED and each.value is not None]
    enough = leaf.min_score is None or any(score >= leaf.min_score for score in scores)
    return FactKind.WAIVED in kinds or (finished and enough)


@settings(max_examples=200, deadline=None)
@given(st.data(), any_tree(), FACTS, st.sampled_from([10, 20, 20]), st.sampled_from([20, 40, 40]))
def test_a_node_is_satisfied_since_the_first_moment_at_which_it_holds(
    data: st.DataObject, tree: Group, facts: list[Fact], as_of: int, known_at: int
) -> None:
    rules = data.draw(any_rules(tree))
    verdicts = evaluated(tree, rules, facts, enrolled_at=ENROLLED, as_of=day(as_of), known_at=day(known_at))
    known = [
        each
        for each in facts
        if each.known_at <= day(known_at) and not (each.voided_at and each.voided_at <= day(known_at))
    ]
    for node in nodes(tree):
        moments = [day(n) for n in range(as_of + 1) if holds(node, rules, known, day(n))]
        verdict = verdicts[node.id]
        assert (verdict.since if verdict.state == State.SATISFIED else None) == min(moments, default=None)


@given(st.data(), any_tree(), FACTS)
def test_order_and_repetition_change_nothing(data: st.DataObject, tree: Group, facts: list[Fact]) -> None:
    rules = data.draw(any_rules(tree))
    repeated = facts + data.draw(st.lists(st.sampled_from(facts), max_size=5)) if facts else []
    shuffled = data.draw(st.permutations(repeated))
    assert evaluated(tree, rules, facts, enrolled_at=ENROLLED) == evaluated(tree, rules, shuffled, enrolled_at=ENROLLED)


@given(st.data(), any_tree(), FACTS)
def test_the_evidence_alone_gives_the_same_date(data: st.DataObject, tree: Group, facts: list[Fact]) -> None:
    rules = data.draw(any_rules(tree))
    verdicts = evaluated(tree, rules, facts, enrolled_at=ENROLLED)
    for id_, verdict in verdicts.items():
        if verdict.state == State.SATISFIED:
            named = [each for each in facts if each.statement_id in verdict.evidence]
            again = evaluated(tree, rules, named, enrolled_at=ENROLLED)[id_]
            assert (again.state, again.since, again.evidence) == (verdict.state, verdict.since, verdict.evidence)
