"""When a node holds, said as plainly as can be: day by day, by counting, and without a thought for dates or speed."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from content import Finishing, MoveOn
from modules import Fact, FactKind
from paths.judging.completion import Register
from paths.judging.counting import Fulfilment
from paths.tree.requirements import Credits, Group, Leaf, Node, NOf, SignPost, Team
from tests.paths.facts import OURS, day

LAST_DAY = 60


def days(period: str) -> timedelta:
    return timedelta(days=int(period[1:-1]))


def holds(node: Node, register: Register, facts: Sequence[Fact], at: datetime, recency: tuple[str, ...] = ()) -> bool:
    """Whether `node` is satisfied at `at` by `facts`; `register.members` have only facts that count."""
    assert not isinstance(node, SignPost)
    if node.when and node.when.recency:
        recency = (*recency, node.when.recency)
    facts = [each for each in facts if each.at <= at]
    lasting = node.when.valid_for if node.when else None
    if isinstance(node, Leaf):
        return _leaf_holds(node, register, facts, at, recency, lasting)
    if lasting is None:
        return _group_holds(node, register, facts, at, recency)
    return _valid(node, register, facts, at, recency, days(lasting))


def _valid(
    group: Group, register: Register, facts: Sequence[Fact], at: datetime, recency: tuple[str, ...], lasting: timedelta
) -> bool:
    """Whether one of its completions is valid at `at`; each rests on evidence that is younger than the one before."""
    opened = None
    while True:
        moments = [day(n) for n in range(-10, LAST_DAY) if day(n) <= at and (opened is None or day(n) >= opened)]
        completed = next((day_ for day_ in moments if _group_holds(group, register, facts, day_, recency)), None)
        if completed is None:
            return False
        if _group_holds(group, _without_facts(register), [], completed, recency):
            return _group_holds(group, register, facts, at, recency)
        if at < completed + lasting and _group_holds(group, register, facts, at, recency):
            return True
        opened = completed + timedelta(days=1)
        assert group.when is not None
        if group.when.renew_within:
            opened = max(opened, completed + lasting - days(group.when.renew_within))
        facts = [each for each in facts if each.at >= opened]
        members = (
            msgspec.structs.replace(each, facts=tuple(one for one in each.facts if one.at >= opened))
            for each in register.members
        )
        register = msgspec.structs.replace(register, members=tuple(members))


def _without_facts(register: Register) -> Register:
    members = tuple(msgspec.structs.replace(each, facts=()) for each in register.members)
    return msgspec.structs.replace(register, members=members)


def _group_holds(
    group: Group, register: Register, facts: Sequence[Fact], at: datetime, recency: tuple[str, ...]
) -> bool:
    items = [
        item
        for item in group.items
        if not isinstance(item, SignPost) and not (isinstance(item, Leaf) and item.optional)
    ]
    if isinstance(group, Team):
        return _team_holds(group, items, register, at, recency)
    if isinstance(group, Credits):
        brought = _brought(group, register, facts, at, recency)
        return brought > 0 and round(brought, 6) >= group.credits
    satisfied = sum(holds(item, register, facts, at, recency) for item in items)
    return satisfied >= group.n if isinstance(group, NOf) else bool(items) and satisfied == len(items)


def _brought(group: Node, register: Register, facts: Sequence[Fact], at: datetime, recency: tuple[str, ...]) -> float:
    """The credits of what is satisfied in `group`, at any depth."""
    if isinstance(group, SignPost):
        return 0
    if isinstance(group, Leaf):
        counts = not group.optional and holds(group, register, facts, at, recency)
        return (group.credits or 0) if counts else 0
    return sum(_brought(item, register, facts, at, _inside(item, recency)) for item in group.items)


def _inside(item: Node, recency: tuple[str, ...]) -> tuple[str, ...]:
    inner = not isinstance(item, SignPost | Leaf) and item.when is not None and item.when.recency
    return (*recency, inner) if inner else recency


def _team_holds(team: Team, items: Sequence[Node], register: Register, at: datetime, recency: tuple[str, ...]) -> bool:
    alone = msgspec.structs.replace(register, members=())
    done = [
        member
        for member in register.members
        if items
        and any(span.covers(at) for span in member.belongs)
        and all(holds(item, alone, member.facts, at, recency) for item in items)
    ]
    held = {
        position for member in done for position, spans in member.positions.items() if any(s.covers(at) for s in spans)
    }
    return len(done) >= team.at_least and held >= set(team.positions)


def _leaf_holds(
    leaf: Leaf,
    register: Register,
    facts: Sequence[Fact],
    at: datetime,
    recency: tuple[str, ...],
    lasting: str | None,
) -> bool:
    fresh = [
        each
        for each in facts
        if each.at <= at
        and all(each.at >= register.enrolled_at - days(period) for period in recency)
        and (lasting is None or at < each.at + days(lasting))
    ]
    rules = [rule for rule in register.fulfilments if rule.requirement == leaf.id]
    return any(_fulfils(leaf, rule, register, fresh, at) for rule in rules)


def _fulfils(leaf: Leaf, rule: Fulfilment, register: Register, facts: Sequence[Fact], at: datetime) -> bool:
    own = [
        each
        for each in facts
        if each.activity == rule.activity
        and each.authority == OURS
        and not (rule.counts_from and each.at < rule.counts_from)
        and not (rule.counts_until and each.at >= rule.counts_until)
    ]
    if any(each.kind == FactKind.WAIVED for each in own):
        return True
    asked = [rule.finishing, leaf.asks or Finishing(), Finishing(min_score=leaf.min_score)]
    asks_nothing = all(each == Finishing() for each in asked)
    return not asks_nothing and all(_finishes(each, register, own, at) for each in asked)


def _finishes(finishing: Finishing, register: Register, own: Sequence[Fact], at: datetime) -> bool:
    kinds = {each.kind for each in own}
    has_passed, has_completed = FactKind.PASSED in kinds, FactKind.COMPLETED in kinds
    moved_on = {
        None: True,
        MoveOn.PASSED: has_passed,
        MoveOn.COMPLETED: has_completed,
        MoveOn.COMPLETED_AND_PASSED: has_passed and has_completed,
        MoveOn.COMPLETED_OR_PASSED: has_passed or has_completed,
        MoveOn.NOT_APPLICABLE: at >= register.enrolled_at,
    }[finishing.move_on]
    scores = [each.value for each in own if each.kind == FactKind.SCORED and each.value is not None]
    visits = [each for each in own if each.kind == FactKind.ATTENDED]
    places = {each.place or each.statement_id for each in visits}
    minutes = sum(
        max(each.value or 0 for each in visits if (each.place or each.statement_id) == place) for place in places
    )
    reviewed = {each.place or each.statement_id for each in own if each.kind == FactKind.REVIEWED}
    signatures = [each for each in own if each.kind == FactKind.SIGNED_OFF]
    in_position = [
        each
        for each in signatures
        for position in finishing.signed_off_by
        if any(span.covers(each.at) for span in register.signers.get(each.by or "", {}).get(position, ()))
    ]
    return (
        moved_on
        and (finishing.min_score is None or any(score >= finishing.min_score for score in scores))
        and len(places) >= (finishing.sessions or 0)
        and minutes >= (finishing.minutes or 0)
        and len(reviewed) >= (finishing.reviews or 0)
        and (not finishing.signed_off or bool(signatures))
        and (not finishing.signed_off_by or bool(in_position))
        and (not finishing.submitted or FactKind.SUBMITTED in kinds)
        and (not finishing.contributed or FactKind.CONTRIBUTED in kinds)
    )
