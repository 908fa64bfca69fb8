"""Why a verdict is what it is, and what would change it: data, from which pages in any language make sentences."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from content import MoveOn
from modules import Fact, FactKind
from paths.completion import Fulfilment, State, Verdict, reaches
from paths.requirements import Group, Leaf, NOf, counted, judged


class Lack(StrEnum):
    """What can be missing."""

    PASSED = "passed"
    COMPLETED = "completed"
    PASSED_OR_COMPLETED = "passed or completed"
    SCORE = "score"
    BEFORE = "before"
    ITEMS = "items"


class Missing(msgspec.Struct, frozen=True):
    """One thing that is missing. Of a SCORE, `needed` and the `best` so far, if any.

    Of BEFORE, the `nodes` that must be satisfied before this may be opened. Of ITEMS, the `nodes` that could still be
    satisfied, and how many of them are `needed`.
    """

    lack: Lack
    nodes: tuple[str, ...] = ()
    needed: float | None = None
    best: float | None = None


class Explanation(msgspec.Struct, frozen=True):
    """One node: its verdict, how many of its requirements are done of how many needed, and what is missing."""

    id: str
    state: State
    since: datetime | None
    evidence: tuple[UUID, ...]
    score: float | None
    done: int
    needed: int
    missing: tuple[Missing, ...]
    items: tuple["Explanation", ...] = ()


Counting = Mapping[str, Sequence[tuple[Fulfilment, Sequence[Fact]]]]


def explain(node: Leaf | Group, verdicts: Mapping[str, Verdict], counting: Counting) -> Explanation:
    """The node and all below it; `counting` are the facts that count for each requirement (completion.py)."""
    found = verdicts[node.id]
    items = () if isinstance(node, Leaf) else tuple(explain(item, verdicts, counting) for item in judged(node))
    if isinstance(node, Leaf):
        done, needed = int(found.state == State.SATISFIED), 1
        missing = _missing_for(node, verdicts, counting[node.id])
    else:
        done, needed, missing = _group_progress(node, {item.id: item for item in items})
    return Explanation(
        node.id,
        found.state,
        found.since,
        found.evidence,
        found.score,
        done,
        needed,
        () if found.state == State.SATISFIED else missing,
        items,
    )


def next_steps(node: Leaf | Group, verdicts: Mapping[str, Verdict]) -> tuple[str, ...]:
    """The requirements that may be opened now and bring the path nearer to its end, in the author's order."""
    if isinstance(node, Leaf):
        return (node.id,) if verdicts[node.id].state in {State.OPEN, State.IN_PROGRESS} else ()
    if verdicts[node.id].state == State.SATISFIED:
        return ()
    return tuple(step for item in counted(node) for step in next_steps(item, verdicts))


def _group_progress(group: Group, items: Mapping[str, Explanation]) -> tuple[int, int, tuple[Missing, ...]]:
    """Done, needed, and what is missing. An n-of counts the n items that are nearest to their end."""
    own = [items[item.id] for item in counted(group)]
    n = group.n if isinstance(group, NOf) else len(own)
    nearest = sorted(own, key=lambda item: item.needed - item.done)[:n]
    still = tuple(item.id for item in own if item.state != State.SATISFIED)
    missing = Missing(Lack.ITEMS, still, needed=n - (len(own) - len(still)))
    return sum(item.done for item in nearest), sum(item.needed for item in nearest), (missing,)


def _missing_for(
    leaf: Leaf, verdicts: Mapping[str, Verdict], counting: Sequence[tuple[Fulfilment, Sequence[Fact]]]
) -> tuple[Missing, ...]:
    """What is missing of the module that is nearest to fulfilling `leaf`, and what must come before."""
    ways = [_missing_by(rule, leaf.min_score, facts) for rule, facts in counting]
    before = tuple(id_ for id_ in leaf.after if verdicts[id_].state != State.SATISFIED)
    waits = [Missing(Lack.BEFORE, before)] if before else []
    return (*waits, *min(ways, key=len, default=()))


def _missing_by(rule: Fulfilment, min_score: float | None, facts: Sequence[Fact]) -> list[Missing]:
    kinds = {fact.kind for fact in facts}
    lacks = [
        Missing(lack)
        for lack, kind in _FINISHING[rule.finishing.move_on or MoveOn.NOT_APPLICABLE].items()
        if not kinds & kind
    ]
    if min_score is not None and not any(reaches(fact, min_score) for fact in facts):
        scores = [fact.value for fact in facts if fact.kind == FactKind.SCORED and fact.value is not None]
        lacks.append(Missing(Lack.SCORE, needed=min_score, best=max(scores, default=None)))
    return lacks


_FINISHING: Mapping[MoveOn, Mapping[Lack, frozenset[FactKind]]] = {
    MoveOn.PASSED: {Lack.PASSED: frozenset({FactKind.PASSED})},
    MoveOn.COMPLETED: {Lack.COMPLETED: frozenset({FactKind.COMPLETED})},
    MoveOn.COMPLETED_AND_PASSED: {
        Lack.COMPLETED: frozenset({FactKind.COMPLETED}),
        Lack.PASSED: frozenset({FactKind.PASSED}),
    },
    MoveOn.COMPLETED_OR_PASSED: {Lack.PASSED_OR_COMPLETED: frozenset({FactKind.COMPLETED, FactKind.PASSED})},
    MoveOn.NOT_APPLICABLE: {},
}
"""For each word of moveOn, what is missing until a fact of one of these kinds is there."""
