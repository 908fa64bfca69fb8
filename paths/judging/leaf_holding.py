"""When a requirement is satisfied, and by which statements. Pure.

Without `valid_for` it is so from the earliest moment on at which what one module asks was shown together. With it,
evidence counts for that period: it is so while what has not run out shows it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from modules import Fact
from paths.judging.conditions import WAIVER, Condition, showing
from paths.judging.counting import LATEST, Given, Register
from paths.judging.spans import Span, Spans, at_once, joined
from paths.tree.periods import after
from paths.tree.requirements import Leaf

Evidence: TypeAlias = tuple[UUID, ...]
"""Statements in the order of their dates."""

_Together: TypeAlias = Sequence[tuple[Condition, Sequence[Fact]]]
"""Conditions that must hold together, each with the facts that count towards it, the oldest first."""


def first_shown(leaf: Leaf, given: Given) -> tuple[datetime, Evidence] | None:
    """Since when `leaf`, which does not run out, is satisfied, and by which statements: the earliest way."""
    if not (ways := _ways(leaf, given)):
        return None
    firsts = (_first(way, given.register) for way in ways)
    return min((first for first in firsts if first is not None), default=None)


def lasting_spans(leaf: Leaf, lasting: str, given: Given) -> Spans:
    """When `leaf`, whose evidence counts for the period `lasting`, is satisfied."""
    return joined(span for way in _ways(leaf, given) for span in _lasting_spans(way, lasting, given))


def lasting_evidence(leaf: Leaf, lasting: str, given: Given, moment: datetime) -> Evidence:
    """By which statements it is satisfied at `moment`, at which it is: those that last longest."""
    ways = (_newest(way, lasting, given, moment) for way in _ways(leaf, given))
    return min(way for way in ways if way is not None)[1]


def standing(leaf: Leaf, facts: Iterable[Fact], zone: ZoneInfo, moment: datetime) -> list[tuple[Fact, datetime | None]]:
    """Those of `facts`, dated by `moment`, that have not run out by then, each with when it will (None: never)."""
    lasting = leaf.when and leaf.when.valid_for
    ends = [(fact, after(fact.at, lasting, zone) if lasting else None) for fact in facts]
    return [(fact, end) for fact, end in ends if end is None or moment < end]


def _ways(leaf: Leaf, given: Given) -> list[_Together]:
    """Each way in which `leaf` may be satisfied: its conditions must hold together, or a waiver stands for all."""
    ways: list[_Together] = []
    for way in given.counting[leaf.id]:
        if way.waived:
            ways.append(((WAIVER, way.waived),))
        if way.has_each:
            ways.append(way.shown)
    return ways


def _first(way: _Together, register: Register) -> tuple[datetime, Evidence] | None:
    """Since when all conditions hold, and by which statements first."""
    needed: list[Fact] = []
    for condition, facts in way:
        shown = showing(condition, facts)
        if shown is None:
            return None
        needed += shown
    enrolled = [register.enrolled_at for condition, _ in way if not condition.kinds]
    return max([fact.at for fact in needed] + enrolled), _statements(needed)


def _statements(facts: Iterable[Fact]) -> Evidence:
    dated = {(fact.at, fact.statement_id.int): fact.statement_id for fact in facts}
    return tuple(dated[each] for each in sorted(dated))


def _lasting_spans(way: _Together, lasting: str, given: Given) -> Spans:
    """When all conditions hold by evidence that has not run out."""
    held = [(1, _condition_spans(condition, facts, lasting, given)) for condition, facts in way]
    return at_once(len(held), held)


def _condition_spans(condition: Condition, facts: Sequence[Fact], lasting: str, given: Given) -> Spans:
    if not condition.kinds:
        return (Span(given.register.enrolled_at),)
    ending = [(fact, after(fact.at, lasting, given.zone)) for fact in facts]
    moments = sorted({moment for fact, end in ending for moment in (fact.at, end)})
    return joined(
        Span(moment, following)
        for moment, following in pairwise(moments)
        if showing(condition, [fact for fact, end in ending if fact.at <= moment < end]) is not None
    )


def _newest(way: _Together, lasting: str, given: Given, moment: datetime) -> tuple[timedelta, Evidence] | None:
    """The evidence at `moment` that lasts longest; before it stands how much sooner than never it runs out."""
    needed: list[Fact] = []
    ends: list[datetime] = []
    for condition, facts in way:
        if not condition.kinds and moment < given.register.enrolled_at:
            return None
        ending = [(after(fact.at, lasting, given.zone), fact) for fact in facts if fact.at <= moment]
        valid = sorted((each for each in ending if moment < each[0]), key=_lasting_longest, reverse=True)
        shown = showing(condition, [fact for _, fact in valid])
        if shown is None:
            return None
        needed += shown
        ends += [after(fact.at, lasting, given.zone) for fact in shown]
    return LATEST - min(ends, default=LATEST), _statements(needed)


def _lasting_longest(ending: tuple[datetime, Fact]) -> tuple[datetime, datetime, UUID]:
    end, fact = ending
    return end, fact.at, fact.statement_id
