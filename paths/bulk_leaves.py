"""Who has a requirement satisfied, counted over columns of facts."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from base import to_microseconds
from content import EVERY_KIND
from modules import KINDS, FactKind, Says
from paths.conditions import WAIVER, Condition, Lack, Measure, conditions
from paths.counting import Fulfilment
from paths.periods import after
from paths.records import Bools, Instants, Records, Rows
from paths.requirements import Leaf, When


class Mask(NamedTuple):
    """For whom something is so: surely, and possibly."""

    surely: Bools
    possibly: Bools


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
    return Mask(
        reduce(np.logical_or, (each.surely for each in ways), nobody(records.size)),
        reduce(np.logical_or, (each.possibly for each in ways), nobody(records.size)),
    )


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
            surely, possibly = surely & enrolled, possibly & enrolled
            continue
        found = [
            rows
            for kind in condition.kinds
            if (own := records.rows.get((rule.activity, kind))) is not None
            and len((rows := _counting(own, kind, rule, records)).learner)
        ]
        shown = _shown(condition, found, since and since.possibly, records)
        possibly &= shown
        surely &= shown if since is None else _shown(condition, found, since.surely, records)
    return Mask(surely, possibly)


def _counting(rows: Rows, kind: FactKind, rule: Fulfilment, records: Records) -> Rows:
    """Those that count for the rule, by who vouches for them and by its dates."""
    kept = records.one_of(_believed(rule, kind), rows.authority)
    if rule.counts_from is not None:
        kept &= rows.at >= to_microseconds(rule.counts_from)
    if rule.counts_until is not None:
        kept &= rows.at < to_microseconds(rule.counts_until)
    return rows.where(kept)


def _believed(rule: Fulfilment, kind: FactKind) -> set[str]:
    """Whose word counts for facts of the kind."""
    of_all = KINDS[kind].authority == Says.TRUSTED
    trusted = {each.authority for each in rule.trusted if kind in each.kinds or (of_all and EVERY_KIND in each.kinds)}
    return {*rule.authorities, *trusted}


def _shown(condition: Condition, found: Sequence[Rows], since: Instants | None, records: Records) -> Bools:
    """Who shows the condition by those of the facts that are not older than `since`."""
    shown = nobody(records.size)
    counted = [rows if since is None else rows.where(rows.at >= since[rows.learner]) for rows in found]
    for rows in counted:
        if condition.lack == Lack.SCORE:
            rows = rows.where(rows.value >= condition.needed)  # noqa: PLW2901 (what is left of them)
        elif condition.positions:
            rows = rows.where(_signed(rows, condition.positions, records))  # noqa: PLW2901 (likewise)
        if condition.measure == Measure.ONE:
            shown[rows.learner] = True
        else:
            shown |= _enough_places(rows, condition, records)
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
