"""Who has a requirement satisfied, counted over columns of facts."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np

from base import to_microseconds
from content import EVERY_KIND
from modules import KINDS, FactKind, Says
from paths.changing.records import Bools, Instants, Records, Rows
from paths.judging.conditions import WAIVER, Condition, Lack, Measure, conditions
from paths.judging.counting import Fulfilment
from paths.tree.periods import after
from paths.tree.requirements import Leaf, When


class Mask(NamedTuple):
    """For whom something is so: surely, and possibly."""

    surely: Bools
    possibly: Bools

    @property
    def is_decided(self) -> bool:
        """Whether nobody is in between: then the two are one array."""
        return self.surely is self.possibly


class Bound(NamedTuple):
    """A moment for each learner that is not known to the day: what comes `surely` after it, and what `possibly`."""

    surely: Instants
    possibly: Instants


def nobody(size: int) -> Bools:
    return np.zeros(size, np.bool_)


def bound(instants: Instants, period: str, sign: int) -> Bound:
    """The instants moved by a period of the calendar, roughly; within its bounds lies what the calendar says.

    A day more or less for summer time; where months count, whatever their lengths and leap years can make.
    """
    moved = instants + sign * _rough(period)
    slack = _MONTHS_SLACK if set(period) & {"Y", "M"} else _DAYS_SLACK
    return Bound(moved + slack, moved - slack)


def leaf_mask(
    leaf: Leaf, rules: Sequence[Fulfilment], whens: Iterable[When], records: Records, *, lasting: str | None
) -> Mask:
    """Who has `leaf` satisfied by one of the `rules`, by evidence that is not older than `lasting`.

    `whens` are its dates and those of the groups around it.
    """
    since = _since(whens, lasting, records)
    ways = [_way_mask(asked, rule, since, records) for rule in rules for asked in _ways(leaf, rule)]
    surely = reduce(np.logical_or, (each.surely for each in ways), nobody(records.size))
    if all(each.is_decided for each in ways):
        return Mask(surely, surely)
    return Mask(surely, reduce(np.logical_or, (each.possibly for each in ways), nobody(records.size)))


def _ways(leaf: Leaf, rule: Fulfilment) -> Iterable[tuple[Condition, ...]]:
    """What must hold together: a waiver alone, or all that is asked, if anything is."""
    return filter(None, ((WAIVER,), conditions(leaf, rule.finishing)))


def _since(whens: Iterable[When], lasting: str | None, records: Records) -> Bound | None:
    """Before when evidence counts for nothing, for each learner; None where any counts."""
    bounds = [bound(records.enrolled_at, when.recency, -1) for when in whens if when.recency]
    if lasting:
        bounds.append(bound(records.as_of, lasting, -1))
    if not bounds:
        return None
    return Bound(
        reduce(np.maximum, (each.surely for each in bounds)), reduce(np.maximum, (each.possibly for each in bounds))
    )


def _way_mask(asked: Sequence[Condition], rule: Fulfilment, since: Bound | None, records: Records) -> Mask:
    """Who shows all conditions by the facts that count."""
    surely, possibly = ~nobody(records.size), ~nobody(records.size)
    for condition in asked:
        if not condition.kinds:  # being enrolled is enough
            enrolled = records.enrolled_at <= records.as_of
            surely &= enrolled
            possibly &= enrolled
            continue
        found = [
            (rows, _counting(rows, kind, rule, records))
            for kind in condition.kinds
            if (rows := records.rows.get((rule.activity, kind))) is not None
        ]
        possibly &= _shown(condition, found, since and since.possibly, records)
        if since is not None:
            surely &= _shown(condition, found, since.surely, records)
    return Mask(possibly, possibly) if since is None else Mask(surely, possibly)


Kept: TypeAlias = Bools | None
"""Which rows are left; None where all are, which spares looking at each."""


def _and(kept: Kept, more: Bools) -> Bools:
    return more if kept is None else kept & more


def _counting(rows: Rows, kind: FactKind, rule: Fulfilment, records: Records) -> Kept:
    """Which of them count for the rule, by who vouches for them and by its dates."""
    kept: Kept = None
    believed = _believed(rule, kind)
    if not believed.issuperset(records.authorities):
        kept = records.one_of(believed, rows.authority)
    if rule.counts_from is not None:
        kept = _and(kept, rows.at >= to_microseconds(rule.counts_from))
    if rule.counts_until is not None:
        kept = _and(kept, rows.at < to_microseconds(rule.counts_until))
    return kept


def _believed(rule: Fulfilment, kind: FactKind) -> set[str]:
    """Whose word counts for facts of the kind."""
    of_all = KINDS[kind].authority == Says.TRUSTED
    trusted = {each.authority for each in rule.trusted if kind in each.kinds or (of_all and EVERY_KIND in each.kinds)}
    return {*rule.authorities, *trusted}


def _shown(condition: Condition, found: Sequence[tuple[Rows, Kept]], since: Instants | None, records: Records) -> Bools:
    """Who shows the condition by those of the facts that are not older than `since`."""
    shown = nobody(records.size)
    for rows, counting in found:
        kept = counting
        if since is not None:
            kept = _and(kept, rows.at >= since[rows.learner])
        if condition.lack == Lack.SCORE:
            kept = _and(kept, rows.value >= condition.needed)
        elif condition.positions:
            kept = _and(kept, _signed(rows, condition.positions, records))
        if condition.measure == Measure.ONE:
            shown[rows.learner if kept is None else rows.learner[kept]] = True
        else:
            shown |= _enough_places(rows if kept is None else rows.where(kept), condition, records)
    return shown


def _enough_places(rows: Rows, condition: Condition, records: Records) -> Bools:
    """Who comes to enough different places, or to enough minutes where of each place the longest stay counts."""
    minutes = np.nan_to_num(rows.value, nan=0.0)
    order = np.lexsort((minutes, rows.place, rows.learner))
    learner, place = rows.learner[order], rows.place[order]
    is_last = np.ones(len(order), np.bool_)  # of each learner and place: the longest
    is_last[:-1] = (learner[1:] != learner[:-1]) | (place[1:] != place[:-1])
    weights = minutes[order][is_last] if condition.measure == Measure.MINUTES else None
    return np.bincount(learner[is_last], weights=weights, minlength=records.size) >= condition.needed


def _signed(rows: Rows, positions: Iterable[str], records: Records) -> Bools:
    """Which were signed by somebody who held one of the positions then."""
    signed = np.zeros(len(rows.by), np.bool_)
    for number in np.unique(rows.by):
        held = records.signers.get(records.names[number], {})
        own = rows.by == number
        for span in (span for position in positions for span in held.get(position, ())):
            within = rows.at >= to_microseconds(span.start)
            if span.end is not None:
                within &= rows.at < to_microseconds(span.end)
            signed |= own & within
    return signed


def _rough(period: str) -> int:
    return to_microseconds(after(_SOME_DAY, period, ZoneInfo("UTC"))) - to_microseconds(_SOME_DAY)


_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)
_DAYS_SLACK = timedelta(days=1) // timedelta(microseconds=1)
_MONTHS_SLACK = timedelta(days=8) // timedelta(microseconds=1)
