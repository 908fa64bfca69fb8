"""Completion: a pure function of the tree, the dated register and the facts. Nothing here knows a database or a clock.

A verdict's date is the date of its evidence, and a tree's date the earliest moment at which it was satisfied. Facts
that come late, twice or out of order, and statements voided meanwhile, therefore give the verdict of orderly ones.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from math import fsum
from typing import TypeAlias
from uuid import UUID

import msgspec

from content import EVERY_KIND, DeliveryMode, Finishing, MoveOn, Trusted
from modules import KINDS, Fact, FactKind, Says
from paths.requirements import Group, Leaf, NOf, counted, judged, leaves

LATEST = datetime.max.replace(tzinfo=UTC)
"""As of now and of all that is known, whatever any clock says: two nodes' clocks differ."""


class State(StrEnum):
    """The states of a verdict.

    SATISFIED: what it asks is shown. LOCKED: it is not, and something else must be satisfied before it may be opened,
    or its day has not come or is over. IN_PROGRESS: something that counts is there, and not yet enough. OPEN: nothing
    is there, and it may be opened. EXPIRED: it was satisfied, for as long as that was valid. LOST: it was satisfied by
    statements that are voided by now, or by an account that is no longer the person's.
    """

    SATISFIED = "satisfied"
    EXPIRED = "expired"
    LOST = "lost"
    IN_PROGRESS = "in-progress"
    OPEN = "open"
    LOCKED = "locked"


class Fulfilment(msgspec.Struct, frozen=True):
    """From `recorded_at` on this is known: finishing `activity` as `finishing` says fulfils `requirement`.

    Only facts dated from `counts_from` and before `counts_until` count, from `authorities` (agent keys), whose word
    is enough for every kind, and from those `trusted`. A later record of the same requirement, activity and delivery
    takes the place of an earlier one.
    """

    requirement: str
    activity: str
    finishing: Finishing
    authorities: frozenset[str]
    recorded_at: datetime
    counts_from: datetime | None = None
    counts_until: datetime | None = None
    delivery: DeliveryMode = DeliveryMode.ONLINE
    trusted: tuple[Trusted, ...] = ()


class Span(msgspec.Struct, frozen=True, order=True):
    """From `start` on and before `end` (None: without end) something is so."""

    start: datetime
    end: datetime | None = None


class Extension(msgspec.Struct, frozen=True):
    """From `recorded_at` on this is known: `node` is due at `due`, whatever the tree says. The last one holds."""

    node: str
    due: datetime
    recorded_at: datetime


class Member(msgspec.Struct, frozen=True):
    """A member of an enrolled organisation: their facts, when they belonged to it and held what position."""

    facts: tuple[Fact, ...]
    belongs: tuple[Span, ...]
    positions: dict[str, tuple[Span, ...]] = {}


class Register(msgspec.Struct, frozen=True):
    """What statements do not say about one enrolment; rows stand in the order in which they were recorded.

    `signers` are, by agent key, the positions that whoever signed something held, and when. `parted` are facts of
    accounts that were the person's and are no more, each with the time of parting. `members` are an organisation's.
    """

    enrolled_at: datetime
    fulfilments: tuple[Fulfilment, ...]
    time_zone: str = "UTC"
    extensions: tuple[Extension, ...] = ()
    signers: dict[str, dict[str, tuple[Span, ...]]] = {}
    parted: tuple[Fact, ...] = ()
    members: tuple[Member, ...] = ()


class Verdict(msgspec.Struct, frozen=True):
    """The state of one node; `since` is the date of the evidence that brought it there, where any did.

    `evidence` names the statements by which it is satisfied. `score` is a leaf's best, and a group's mean over its
    satisfied items that count; it decides nothing. `until` is when a satisfied one ends by itself, `due` when one that
    is not satisfied is to be.
    """

    state: State
    since: datetime | None = None
    evidence: tuple[UUID, ...] = ()
    score: float | None = None
    until: datetime | None = None
    due: datetime | None = None


class Evaluation(msgspec.Struct, frozen=True):
    """The verdict of every node by its id, and the next moment at which time alone changes one of them."""

    verdicts: dict[str, Verdict]
    changes_at: datetime | None = None


Way: TypeAlias = tuple[datetime, tuple[UUID, ...]]
"""How something is satisfied: since when, and by which statements."""


def evaluate(
    tree: Group,
    register: Register,
    facts: Iterable[Fact],
    *,
    as_of: datetime = LATEST,
    known_at: datetime = LATEST,
) -> Evaluation:
    """The verdict of every node by its id, by the evidence up to `as_of` and by what had been heard up to `known_at`.

    A fact counts for nothing once it was known to be voided. A group without items that count
    is never satisfied: nothing would have been shown.
    """
    counting = counting_facts(tree, register.fulfilments, facts, as_of=as_of, known_at=known_at)
    ways: dict[str, Way] = {}
    for leaf in leaves(tree):
        found = [way for rule, own in counting[leaf.id] if (way := _leaf_way(leaf, rule, own, register.enrolled_at))]
        if found and (best := min(found))[0] <= as_of:
            ways[leaf.id] = best
    _add_group_ways(tree, ways)
    verdicts: dict[str, Verdict] = {}
    _judge(tree, ways, {id_: [fact for _, own in pairs for fact in own] for id_, pairs in counting.items()}, verdicts)
    return Evaluation(verdicts)


def counting_facts(
    tree: Group,
    fulfilments: Sequence[Fulfilment],
    facts: Iterable[Fact],
    *,
    as_of: datetime = LATEST,
    known_at: datetime = LATEST,
) -> dict[str, list[tuple[Fulfilment, list[Fact]]]]:
    """For each requirement, by what it can be fulfilled, with the facts that count for it by then, the oldest first."""
    rules = in_force(fulfilments, known_at)
    heard = _heard(facts, as_of, known_at)
    return {
        leaf.id: [
            (rule, [fact for fact in heard.get(rule.activity, ()) if _counts(rule, fact)])
            for rule in rules.get(leaf.id, ())
        ]
        for leaf in leaves(tree)
    }


def in_force(fulfilments: Sequence[Fulfilment], known_at: datetime = LATEST) -> dict[str, tuple[Fulfilment, ...]]:
    """By requirement, what fulfils it as far as the register said at `known_at`."""
    newest = {
        (each.requirement, each.activity, each.delivery): each for each in fulfilments if each.recorded_at <= known_at
    }
    rules: dict[str, tuple[Fulfilment, ...]] = {}
    for _, each in sorted(newest.items()):
        rules[each.requirement] = (*rules.get(each.requirement, ()), each)
    return rules


def _voided(fact: Fact, known_at: datetime) -> bool:
    return fact.voided_at is not None and fact.voided_at <= known_at


def _heard(facts: Iterable[Fact], as_of: datetime, known_at: datetime) -> dict[str, list[Fact]]:
    """By activity, the facts that the question may use, in the order of their dates."""
    heard: dict[str, list[Fact]] = {}
    for fact in sorted(facts, key=lambda fact: (fact.at, fact.statement_id, fact.kind)):
        if fact.at <= as_of and fact.known_at <= known_at and not _voided(fact, known_at):
            heard.setdefault(fact.activity, []).append(fact)
    return heard


def _counts(rule: Fulfilment, fact: Fact) -> bool:
    return (
        _believed(rule, fact)
        and (rule.counts_from is None or rule.counts_from <= fact.at)
        and (rule.counts_until is None or fact.at < rule.counts_until)
    )


def _believed(rule: Fulfilment, fact: Fact) -> bool:
    """Whether whoever vouches for `fact` may, by the column `authority` of the table of kinds."""
    if fact.authority in rule.authorities:
        return True
    named = {kind for each in rule.trusted if each.authority == fact.authority for kind in each.kinds}
    return fact.kind in named or (EVERY_KIND in named and KINDS[fact.kind].authority == Says.TRUSTED)


def _leaf_way(leaf: Leaf, rule: Fulfilment, facts: Sequence[Fact], enrolled_at: datetime) -> Way | None:
    """The earliest way in which `facts`, in the order of their dates, satisfy `leaf` by `rule`."""
    ways = [_way([fact], None) for fact in facts if fact.kind == FactKind.WAIVED][:1]
    needed = _finishing(rule.finishing.move_on, facts)
    if needed is not None and leaf.min_score is not None:
        enough = [fact for fact in facts if reaches(fact, leaf.min_score)][:1]
        needed = [*needed, *enough] if enough else None
    if needed is not None:
        ways.append(_way(needed, enrolled_at if rule.finishing.move_on == MoveOn.NOT_APPLICABLE else None))
    return min(ways, default=None)


def reaches(fact: Fact, min_score: float) -> bool:
    """Whether `fact` is a score of at least `min_score`."""
    return fact.kind == FactKind.SCORED and fact.value is not None and fact.value >= min_score


def _finishing(move_on: MoveOn | None, facts: Sequence[Fact]) -> list[Fact] | None:
    """The first facts that together finish an assignable unit (cmi5 13.1.4, `moveOn`), or None until they do."""
    passed = [fact for fact in facts if fact.kind == FactKind.PASSED][:1]
    completed = [fact for fact in facts if fact.kind == FactKind.COMPLETED][:1]
    match move_on:
        case MoveOn.PASSED:
            return passed or None
        case MoveOn.COMPLETED:
            return completed or None
        case MoveOn.COMPLETED_AND_PASSED:
            return [*completed, *passed] if completed and passed else None
        case MoveOn.COMPLETED_OR_PASSED:
            return sorted([*completed, *passed], key=lambda fact: (fact.at, fact.statement_id))[:1] or None
        case MoveOn.NOT_APPLICABLE:
            # Satisfied from the moment of registration (cmi5 9.6.1); our registration is the enrolment.
            return []
        case None:
            return None


def _way(needed: Iterable[Fact], at_least: datetime | None) -> Way:
    dated = sorted({(fact.at, fact.statement_id) for fact in needed})
    since = max([at for at, _ in dated] + ([at_least] if at_least else []))
    return since, tuple(statement_id for _, statement_id in dated)


def _add_group_ways(group: Group, ways: dict[str, Way]) -> None:
    """Adds the way of `group` and of each group in it, where they are satisfied."""
    for item in judged(group):
        if not isinstance(item, Leaf):
            _add_group_ways(item, ways)
    chosen = _chosen(group, ways)
    if chosen:
        evidence = dict.fromkeys(statement_id for item in chosen for statement_id in ways[item.id][1])
        ways[group.id] = (max(ways[item.id][0] for item in chosen), tuple(evidence))


def _chosen(group: Group, ways: Mapping[str, Way]) -> list[Leaf | Group]:
    """The items that satisfy `group`: all, or the `n` earliest (of equals the author's first); empty until they do."""
    candidates = counted(group)
    n = group.n if isinstance(group, NOf) else len(candidates)
    satisfied = [item for item in candidates if item.id in ways]
    earliest = {item.id for item in sorted(satisfied, key=lambda item: ways[item.id][0])[:n]}
    return [item for item in satisfied if item.id in earliest] if len(earliest) >= n else []


def _judge(
    node: Leaf | Group, ways: Mapping[str, Way], facts: Mapping[str, Sequence[Fact]], verdicts: dict[str, Verdict]
) -> Verdict:
    if isinstance(node, Leaf):
        verdict = _judge_leaf(node, ways, facts[node.id])
    else:
        verdict = _judge_group(node, ways, {item.id: _judge(item, ways, facts, verdicts) for item in judged(node)})
    verdicts[node.id] = verdict
    return verdict


def _judge_leaf(leaf: Leaf, ways: Mapping[str, Way], facts: Sequence[Fact]) -> Verdict:
    score = max((fact.value for fact in facts if fact.kind == FactKind.SCORED and fact.value is not None), default=None)
    if leaf.id in ways:
        return Verdict(State.SATISFIED, *ways[leaf.id], score=score)
    if any(before not in ways for before in leaf.after):
        return Verdict(State.LOCKED, score=score)
    if facts:
        return Verdict(State.IN_PROGRESS, since=min(fact.at for fact in facts), score=score)
    return Verdict(State.OPEN)


def _judge_group(group: Group, ways: Mapping[str, Way], items: Mapping[str, Verdict]) -> Verdict:
    if group.id in ways:
        return Verdict(State.SATISFIED, *ways[group.id], score=_mean(items[item.id] for item in _chosen(group, ways)))
    own = [items[item.id] for item in counted(group)]
    begun = [each.since for each in own if each.state in {State.SATISFIED, State.IN_PROGRESS} and each.since]
    score = _mean(each for each in own if each.state == State.SATISFIED)
    if begun:
        return Verdict(State.IN_PROGRESS, since=min(begun), score=score)
    locked = bool(own) and all(each.state == State.LOCKED for each in own)
    return Verdict(State.LOCKED if locked else State.OPEN)


def _mean(verdicts: Iterable[Verdict]) -> float | None:
    scores = [each.score for each in verdicts if each.score is not None]
    return fsum(scores) / len(scores) if scores else None
