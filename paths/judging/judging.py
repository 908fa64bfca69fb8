"""The verdict of every node at one moment, and when time alone changes one. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from math import fsum
from uuid import UUID

import msgspec

from modules import Fact, FactKind
from paths.judging.counting import LATEST, Given, Register, given, may_be_lost
from paths.judging.dates import ANY_TIME, Dates, dates, has_dates
from paths.judging.holding import Held, chosen, evidence, held_by
from paths.judging.leaf_holding import standing
from paths.judging.spans import covering, last_end, next_edge
from paths.judging.states import State, Verdict
from paths.tree.requirements import Group, Leaf, SignPost, counted, judged, leaves, nodes


class Question(msgspec.Struct, frozen=True):
    """All that decides the verdicts of `tree` at `as_of`; `lost` is the same as if nothing were voided or parted."""

    tree: Group
    as_of: datetime
    given: Given
    held: Held
    lost: tuple[Given, Held] | None
    dates: dict[str, Dates]
    to_come: datetime | None
    """The date of the first fact that is known by now and comes later than `as_of`."""
    timeless: bool
    """Whether nothing has a date but the facts, so that time alone changes nothing."""

    def satisfied(self, node: str) -> bool:
        return self.held.at(node, self.as_of) is not None

    def before(self, leaf: Leaf) -> tuple[str, ...]:
        """The nodes that must be satisfied before `leaf` may be opened, and are not."""
        return tuple(node for node in leaf.after if not self.satisfied(node))

    def facts(self, leaf: Leaf) -> list[Fact]:
        """All that count for `leaf`: the subject's, and in a Team those of whoever belongs to it by `as_of`."""
        subjects = [self.given]
        if leaf.id in self.held.teams:
            subjects = [theirs for member, theirs in self.given.members if covering(member.belongs, self.as_of)]
        return [fact for each in subjects for way in each.counting[leaf.id] for fact in way.facts]

    def statements(self) -> frozenset[UUID]:
        """All that count for anything."""
        return frozenset(fact.statement_id for leaf in leaves(self.tree) for fact in self.facts(leaf))


def question(
    tree: Group, register: Register, facts: Sequence[Fact], *, as_of: datetime = LATEST, known_at: datetime = LATEST
) -> Question:
    """What is asked by the evidence up to `as_of`, and by what had been heard up to `known_at`."""
    counting = given(tree, register, facts, as_of=as_of, known_at=known_at)
    lost = None
    if may_be_lost(register, facts, known_at):
        with_lost = given(tree, register, facts, as_of=as_of, known_at=known_at, lost_too=True)
        lost = with_lost, held_by(with_lost, (tree,))
    dated = has_dates(tree)
    own = [*facts, *(fact for member in register.members for fact in member.facts)]
    to_come = min((fact.at for fact in own if fact.at > as_of and fact.known_at <= known_at), default=None)
    return Question(
        tree,
        as_of,
        counting,
        held_by(counting, (tree,)),
        lost,
        dates(tree, register, known_at=known_at) if dated or register.extensions else {},
        to_come,
        not (dated or register.extensions or register.members or as_of < register.enrolled_at),
    )


def judge_all(asked: Question) -> dict[str, Verdict]:
    """The verdict of every node by its id, each after those below it."""
    verdicts: dict[str, Verdict] = {}
    _judge(asked.tree, asked, verdicts)
    return verdicts


def changes_at(asked: Question, verdicts: dict[str, Verdict]) -> datetime | None:
    """The first moment after `as_of` at which, without any new fact, a verdict may differ or something be overdue."""
    edges = [edge for edge in _edges(asked, verdicts) if edge > asked.as_of]
    return min(edges, default=None)


def _judge(node: Leaf | Group, asked: Question, verdicts: dict[str, Verdict]) -> None:
    if isinstance(node, Leaf):
        facts = asked.facts(node)
        scores = [each.value for each in facts if each.kind == FactKind.SCORED and each.value is not None]
        score = max(scores) if scores else None
        verdicts[node.id] = _ever(node, asked, score) or _judge_leaf(node, asked, facts, score)
    else:
        for item in judged(node):
            _judge(item, asked, verdicts)
        score = _score(node, asked, verdicts)
        verdicts[node.id] = _ever(node, asked, score) or _judge_group(node, asked, verdicts, score)


def _ever(node: Leaf | Group, asked: Question, score: float | None) -> Verdict | None:
    """The verdict of what is satisfied, was for a time, or would be if nothing were lost."""
    spans = asked.held.spans[node.id]
    if not (spans or asked.lost):
        return None
    due = asked.dates.get(node.id, ANY_TIME).due
    if span := covering(spans, asked.as_of):
        shown = evidence(node, asked.given, asked.held, asked.as_of)
        return Verdict(State.SATISFIED, span.start, shown, score=score, until=span.end)
    if ended := last_end(spans, asked.as_of):
        shown = evidence(node, asked.given, asked.held, ended - timedelta.resolution)
        return Verdict(State.EXPIRED, ended, shown, score=score, due=due)
    if asked.lost:
        as_if, held = asked.lost
        if span := held.at(node.id, asked.as_of):
            shown = evidence(node, as_if, held, asked.as_of)
            return Verdict(State.LOST, span.start, shown, score=score, due=due)
    return None


def _judge_leaf(leaf: Leaf, asked: Question, facts: Sequence[Fact], score: float | None) -> Verdict:
    own = asked.dates.get(leaf.id, ANY_TIME)
    if asked.before(leaf) or not own.is_open(asked.as_of):
        return Verdict(State.LOCKED, score=score, due=own.due)
    if begun := standing(leaf, facts, asked.given.zone, asked.as_of):
        return Verdict(State.IN_PROGRESS, since=min(fact.at for fact, _ in begun), score=score, due=own.due)
    return Verdict(State.OPEN, score=score, due=own.due)


def _judge_group(group: Group, asked: Question, verdicts: dict[str, Verdict], score: float | None) -> Verdict:
    own = asked.dates.get(group.id, ANY_TIME)
    items = [verdicts[item.id] for item in counted(group)]
    begun = [each.since for each in items if each.state in {State.SATISFIED, State.IN_PROGRESS} and each.since]
    if not own.is_open(asked.as_of):
        return Verdict(State.LOCKED, score=score, due=own.due)
    if begun:
        return Verdict(State.IN_PROGRESS, since=min(begun), score=score, due=own.due)
    locked = bool(items) and all(each.state == State.LOCKED for each in items)
    return Verdict(State.LOCKED if locked else State.OPEN, score=score, due=own.due)


def _score(group: Group, asked: Question, verdicts: dict[str, Verdict]) -> float | None:
    """The mean over what satisfies the group, or over the items that are satisfied while it is not."""
    by = (asked.satisfied(group.id) and chosen(group, asked.held, asked.as_of)) or counted(group)
    scores = [
        found.score for item in by if (found := verdicts[item.id]).state == State.SATISFIED and found.score is not None
    ]
    return fsum(scores) / len(scores) if scores else None


def _edges(asked: Question, verdicts: dict[str, Verdict]) -> Iterator[datetime]:
    if asked.to_come:
        yield asked.to_come
    if asked.timeless:
        return
    for member in asked.given.register.members:
        if edge := next_edge(member.belongs, asked.as_of):
            yield edge
    for node in nodes(asked.tree):
        if not isinstance(node, SignPost):
            yield from _own_edges(node, asked, verdicts[node.id])


def _own_edges(node: Leaf | Group, asked: Question, found: Verdict) -> Iterator[datetime]:
    """When it starts or ends to be satisfied, opens, closes, is due, or what it was begun with runs out."""
    own = asked.dates.get(node.id, ANY_TIME)
    sources = [asked.held, *([asked.lost[1]] if asked.lost and found.state == State.LOST else [])]
    moments = [next_edge(held.spans[node.id], asked.as_of) for held in sources]
    if found.state != State.SATISFIED:
        moments.append(own.due)
    if found.state in {State.LOCKED, State.IN_PROGRESS, State.OPEN}:
        moments += [own.opens, own.closes]
        if isinstance(node, Leaf):
            moments += [end for _, end in standing(node, asked.facts(node), asked.given.zone, asked.as_of)]
    yield from (moment for moment in moments if moment is not None)
