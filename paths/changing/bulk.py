"""The second evaluator: what very many learners have satisfied, and cannot open, by arrays instead of one by one.

Each answer is two arrays: for whom it is so `surely`, and for whom `possibly`. What a calendar or the date of a
completion decides is counted only where it is clear of the doubt; whoever is in between is left to completion.py, which
alone knows dates and evidence. The two are tested to agree.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from base import to_microseconds
from paths.changing.bulk_leaves import Mask, bound, leaf_mask, nobody
from paths.changing.records import Bools, Records
from paths.judging.counting import Fulfilment, in_force
from paths.judging.holding import credit, crediting
from paths.tree.periods import end_of, start_of
from paths.tree.requirements import All, Credits, Group, Leaf, NOf, SignPost, Team, When, counted, judged, nodes


class Answer(msgspec.Struct, frozen=True):
    """By node, who has it satisfied; by requirement, for whom it is locked. Each array has one entry a learner."""

    satisfied: dict[str, Mask]
    locked: dict[str, Mask]


class _Asked(NamedTuple):
    rules: Mapping[str, Sequence[Fulfilment]]
    zone: ZoneInfo
    records: Records


def answer(tree: Group, fulfilments: Sequence[Fulfilment], time_zone: str, records: Records) -> Answer:
    """What evaluating everybody by the tree would say, as of each one's `as_of` and by all that is known."""
    asked = _Asked(in_force(fulfilments), ZoneInfo(time_zone), records)
    satisfied: dict[str, Mask] = {}
    _satisfy(tree, asked, (), satisfied)
    locked = {leaf.id: _locked(leaf, around, asked, satisfied) for leaf, around in _within(tree, ())}
    return Answer(satisfied, locked)


def _satisfy(node: Leaf | Group, asked: _Asked, around: tuple[When, ...], satisfied: dict[str, Mask]) -> None:
    if isinstance(node, Leaf):
        whens = _with(node, around)
        lasting = node.when.valid_for if node.when else None
        satisfied[node.id] = leaf_mask(node, asked.rules.get(node.id, ()), whens, asked.records, lasting=lasting)
        return
    if isinstance(node, Team):
        # What is in it, and it itself, its members satisfy, and these records do not have them.
        theirs = Mask(nobody(asked.records.size), asked.records.doubtful)
        satisfied.update({each.id: theirs for each in nodes(node) if not isinstance(each, SignPost)})
        return
    for item in judged(node):
        _satisfy(item, asked, _with(node, around), satisfied)
    whole = _combined(node, asked.records, satisfied)
    if node.when and node.when.valid_for:
        # All that was shown is so young that whatever it completed has not run out.
        young = bound(asked.records.as_of, node.when.valid_for, -1).surely < asked.records.first_at
        whole = Mask(whole.surely & young, whole.possibly)
    satisfied[node.id] = whole


def _combined(group: All | NOf | Credits, records: Records, satisfied: Mapping[str, Mask]) -> Mask:
    """Who has enough of the group's items."""
    weighed: list[tuple[Mask, int]]
    if isinstance(group, Credits):
        weighed = [(satisfied[leaf.id], credit(leaf.credits or 0)) for leaf in crediting(group)]
        needed = credit(group.credits)
    else:
        weighed = [(satisfied[item.id], 1) for item in counted(group)]
        needed = group.n if isinstance(group, NOf) else len(weighed)
    if needed <= 0:
        return Mask(nobody(records.size), nobody(records.size))
    surely = _enough([(mask.surely, weight) for mask, weight in weighed], needed, records.size)
    if all(mask.is_decided for mask, _ in weighed):
        return Mask(surely, surely)
    return Mask(surely, _enough([(mask.possibly, weight) for mask, weight in weighed], needed, records.size))


def _enough(weighed: Sequence[tuple[Bools, int]], needed: int, size: int) -> Bools:
    # The smaller the numbers, the more of them a processor adds at once.
    kind = np.min_scalar_type(sum(weight for _, weight in weighed))
    sum_ = np.zeros(size, kind)
    for held, weight in weighed:
        sum_ += held.astype(kind) * kind.type(weight)
    return sum_ >= needed


def _locked(leaf: Leaf, whens: tuple[When, ...], asked: _Asked, satisfied: Mapping[str, Mask]) -> Mask:
    """For whom the requirement cannot be opened; what ran out or was lost is said to be that, and not locked."""
    closed = _closed(whens, asked)
    never = Mask(nobody(asked.records.size), nobody(asked.records.size))
    for id_ in leaf.after:
        before = satisfied.get(id_, never)  # what is not there is never satisfied
        closed = Mask(closed.surely | ~before.possibly, closed.possibly | ~before.surely)
    ever = satisfied[leaf.id].possibly
    if leaf.when and leaf.when.valid_for:
        ever = leaf_mask(leaf, asked.rules.get(leaf.id, ()), whens, asked.records, lasting=None).possibly
    sure = closed.surely & ~ever & ~asked.records.doubtful
    return Mask(sure, closed.possibly & ~satisfied[leaf.id].surely)


def _closed(whens: Iterable[When], asked: _Asked) -> Mask:
    """For whom one of the windows around a requirement is not open."""
    now, size = asked.records.as_of, asked.records.size
    sure, possible = nobody(size), nobody(size)
    for when in whens:
        fixed = nobody(size)
        if when.opens:
            fixed |= now < to_microseconds(start_of(when.opens, asked.zone))
        if when.closes:
            fixed |= now >= to_microseconds(end_of(when.closes, asked.zone))
        sure, possible = sure | fixed, possible | fixed
        if when.opens_after:
            opens = bound(asked.records.enrolled_at, when.opens_after, +1)
            sure, possible = sure | (now < opens.possibly), possible | (now < opens.surely)
    return Mask(sure, possible)


def _within(node: Leaf | Group, around: tuple[When, ...]) -> Iterator[tuple[Leaf, tuple[When, ...]]]:
    """Every requirement below the node, with the dates of the groups that it is in, and its own last."""
    whens = _with(node, around)
    if isinstance(node, Leaf):
        yield node, whens
    else:
        for item in judged(node):
            yield from _within(item, whens)


def _with(node: Leaf | Group, around: tuple[When, ...]) -> tuple[When, ...]:
    return (*around, node.when) if node.when else around
