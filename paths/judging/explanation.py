"""Why a verdict is what it is, and what would change it: data, from which pages in any language make sentences."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from math import fsum
from uuid import UUID

import msgspec

from content import DeliveryMode, Finishing
from modules import Fact, FactKind
from paths.judging.conditions import Condition, Lack, Measure, amount, showing
from paths.judging.counting import LATEST, Given, Register, Way
from paths.judging.dates import ANY_TIME
from paths.judging.holding import Held, credit, crediting, holders, members_with
from paths.judging.judging import Question, judge_all, question
from paths.judging.leaf_holding import standing
from paths.judging.states import State, Verdict
from paths.tree.requirements import Credits, Group, Leaf, NOf, Team, counted, judged

__all__ = ["Explanation", "Lack", "Missing", "Option", "explain"]


class Missing(msgspec.Struct, frozen=True):
    """One thing that is missing: how much is `needed`, and what is there so far, the `best`.

    Of SCORE both are scores; of SESSIONS, MINUTES, REVIEWS, CREDITS and MEMBERS both are counts. Of SIGNED_OFF and
    POSITIONS, `positions` are those one of which the signer must hold, or that nobody holds who is done. Of BEFORE, the
    `nodes` that must be satisfied before this may be opened. Of ITEMS and CREDITS, the `nodes` that could still be
    satisfied; of ITEMS how many of them are `needed`. Of OPENS, CLOSED and EXPIRED, `at` is when. Of LOST, `statements`
    are those that count no more. MODULE says that there is nothing by which it could be satisfied.
    """

    lack: Lack
    nodes: tuple[str, ...] = ()
    needed: float | None = None
    best: float | None = None
    positions: tuple[str, ...] = ()
    at: datetime | None = None
    statements: tuple[UUID, ...] = ()


class Option(msgspec.Struct, frozen=True):
    """One way in which a requirement can be satisfied: what is asked there, what counts for it, and what is missing."""

    activity: str
    delivery: DeliveryMode
    finishing: Finishing
    statements: tuple[UUID, ...]
    missing: tuple[Missing, ...]


class Explanation(msgspec.Struct, frozen=True):
    """One node: its verdict, how many of its requirements are done of how many needed, and what is missing.

    `missing` says first why it cannot be opened, if so, then what the nearest of the `options` lacks. It `can_open`
    unless it is locked, whatever its state is called: what expired may be locked too.
    """

    id: str
    state: State
    since: datetime | None
    evidence: tuple[UUID, ...]
    score: float | None
    done: int
    needed: int
    missing: tuple[Missing, ...]
    items: tuple["Explanation", ...] = ()
    until: datetime | None = None
    due: datetime | None = None
    overdue: bool = False
    can_open: bool = True
    options: tuple[Option, ...] = ()


class _Context(msgspec.Struct, frozen=True):
    """What nodes are explained by: below an expired group, by what counts for showing it anew."""

    asked: Question
    verdicts: Mapping[str, Verdict]
    given: Given
    held: Held

    def satisfied(self, node: str) -> bool:
        return self.held.at(node, self.asked.as_of) is not None


def explain(
    tree: Group,
    register: Register,
    facts: Iterable[Fact],
    *,
    as_of: datetime = LATEST,
    known_at: datetime = LATEST,
) -> Explanation:
    """The whole tree, by the same evidence as `evaluate` has."""
    asked = question(tree, register, tuple(facts), as_of=as_of, known_at=known_at)
    return _explain(tree, _Context(asked, judge_all(asked), asked.given, asked.held))


def _explain(node: Leaf | Group, context: _Context) -> Explanation:
    found = context.verdicts[node.id]
    gates = _gates(node, context.asked)
    if isinstance(node, Leaf):
        items: tuple[Explanation, ...] = ()
        options = () if node.id in context.held.teams else tuple(_options(node, context))
        done, needed = int(context.satisfied(node.id)), 1
        missing = _leaf_missing(node, options, context)
        can_open = not gates
    else:
        below = _below(node, context)
        items, options = tuple(_explain(item, below) for item in judged(node)), ()
        done, needed, missing = _group_progress(node, {item.id: item for item in items}, below)
        can_open = not gates and any(item.can_open for item in items)
    return Explanation(
        id=node.id,
        state=found.state,
        since=found.since,
        evidence=found.evidence,
        score=found.score,
        done=done,
        needed=needed,
        missing=() if context.satisfied(node.id) else (*_gone(node, context), *gates, *missing),
        items=items,
        until=found.until,
        due=found.due,
        overdue=found.overdue(context.asked.as_of),
        can_open=can_open or found.state == State.SATISFIED,
        options=options,
    )


def _below(group: Group, context: _Context) -> _Context:
    """What the items of `group` are explained by."""
    anew = context.held.anew.get(group.id)
    if anew is None or context.satisfied(group.id):
        return context
    return _Context(context.asked, context.verdicts, *anew)


def _gates(node: Leaf | Group, asked: Question) -> list[Missing]:
    """Why the node may not be opened."""
    own = asked.dates.get(node.id, ANY_TIME)
    gates = []
    if isinstance(node, Leaf) and (before := asked.before(node)):
        gates.append(Missing(Lack.BEFORE, before))
    if own.opens is not None and asked.as_of < own.opens:
        gates.append(Missing(Lack.OPENS, at=own.opens))
    if own.closes is not None and own.closes <= asked.as_of:
        gates.append(Missing(Lack.CLOSED, at=own.closes))
    return gates


def _gone(node: Leaf | Group, context: _Context) -> list[Missing]:
    """What was there once."""
    found = context.verdicts[node.id]
    if found.state == State.EXPIRED:
        return [Missing(Lack.EXPIRED, at=found.since)]
    if found.state == State.LOST:
        counting = context.asked.statements()
        return [Missing(Lack.LOST, statements=tuple(each for each in found.evidence if each not in counting))]
    return []


def _options(leaf: Leaf, context: _Context) -> Iterator[Option]:
    for each in context.given.counting[leaf.id]:
        way = _lasting(leaf, each, context)
        lacking = (_lacking(condition, own, way, context.asked) for condition, own in way.shown)
        missing = [lack for lack in lacking if lack is not None]
        yield Option(
            way.rule.activity,
            way.rule.delivery,
            way.rule.finishing,
            tuple(dict.fromkeys(fact.statement_id for fact in way.facts)),
            tuple(missing) if way.shown else (Missing(Lack.MODULE),),
        )


def _lasting(leaf: Leaf, way: Way, context: _Context) -> Way:
    """The way with only what has not run out."""

    def those(facts: Iterable[Fact]) -> tuple[Fact, ...]:
        return tuple(fact for fact, _ in standing(leaf, facts, context.given.zone, context.asked.as_of))

    if len(those(way.facts)) == len(way.facts):
        return way
    return way.only(those)


def _lacking(condition: Condition, own: Sequence[Fact], way: Way, asked: Question) -> Missing | None:
    """What is missing of one condition, if anything."""
    if not condition.kinds:
        enrolled_at = asked.given.register.enrolled_at
        return Missing(condition.lack, at=enrolled_at) if asked.as_of < enrolled_at else None
    if showing(condition, own) is not None:
        return None
    if condition.lack == Lack.SCORE:
        scores = [fact.value for fact in way.facts if fact.kind == FactKind.SCORED and fact.value is not None]
        return Missing(condition.lack, needed=condition.needed, best=max(scores, default=None))
    if condition.measure == Measure.ONE:
        return Missing(condition.lack, positions=condition.positions)
    return Missing(condition.lack, needed=condition.needed, best=amount(condition, own))


def _leaf_missing(leaf: Leaf, options: Sequence[Option], context: _Context) -> tuple[Missing, ...]:
    """What the nearest option lacks: the fewest things, and of those the least of them."""
    if team := context.held.teams.get(leaf.id):
        return (_members_missing(team, (leaf,), context),)
    lacks = [option.missing for option in options if not option.missing or option.missing[0].lack != Lack.MODULE]
    return min(lacks, key=lambda missing: (len(missing), fsum(map(_left, missing))), default=(Missing(Lack.MODULE),))


def _left(missing: Missing) -> float:
    """How much is left of what is missing, as a share."""
    return 1 - max(missing.best or 0, 0) / missing.needed if missing.needed else 1


def _group_progress(
    group: Group, items: Mapping[str, Explanation], context: _Context
) -> tuple[int, int, tuple[Missing, ...]]:
    """Done, needed, and what is missing. An n-of counts the n items that are nearest to their end."""
    if group.id in context.held.teams:
        return _by_members(context.held.teams[group.id], (group,), (), context)
    if isinstance(group, Team):
        return _by_members(group, counted(group), group.positions, context)
    if isinstance(group, Credits):
        return _by_credits(group, context)
    own = [items[item.id] for item in counted(group)]
    n = group.n if isinstance(group, NOf) else len(own)
    nearest = sorted(own, key=lambda item: item.needed - item.done)[:n]
    still = tuple(item.id for item in own if not context.satisfied(item.id))
    missing = Missing(Lack.ITEMS, still, needed=n - (len(own) - len(still)))
    return sum(item.done for item in nearest), sum(item.needed for item in nearest), (missing,)


def _by_credits(group: Credits, context: _Context) -> tuple[int, int, tuple[Missing, ...]]:
    """Counts leaves: those that are satisfied, and the fewest that would bring enough with them."""
    own = crediting(group)
    taken = [leaf for leaf in own if context.satisfied(leaf.id)]
    still = [leaf for leaf in own if not context.satisfied(leaf.id)]
    have = sum(credit(leaf.credits or 0) for leaf in taken)
    left, further = credit(group.credits) - have, 0
    for leaf in sorted(still, key=lambda leaf: -(leaf.credits or 0)):
        if left > 0:
            left, further = left - credit(leaf.credits or 0), further + 1
    missing = Missing(Lack.CREDITS, tuple(leaf.id for leaf in still), needed=group.credits, best=have / credit(1))
    return len(taken), len(taken) + further, (missing,)


def _by_members(
    team: Team, items: Sequence[Leaf | Group], positions: Sequence[str], context: _Context
) -> tuple[int, int, tuple[Missing, ...]]:
    """Counts members: those that are done, and how many more there must be; one may hold all positions that lack."""
    missing = _members_missing(team, items, context)
    have = int(missing.best or 0)
    unheld = tuple(each for each in positions if not holders(team, each, context.held, context.asked.as_of))
    left = max(team.at_least - have, int(bool(unheld)))
    lacks = [missing] if have < team.at_least else []
    if unheld:
        lacks.append(Missing(Lack.POSITIONS, positions=unheld))
    return have, have + left, tuple(lacks)


def _members_missing(team: Team, items: Sequence[Leaf | Group], context: _Context) -> Missing:
    have = len(members_with(team, items, context.held, context.asked.as_of))
    return Missing(Lack.MEMBERS, needed=team.at_least, best=have)
