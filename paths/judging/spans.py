"""Spans of time, and when several things hold at once. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import TypeAlias

import msgspec


class Span(msgspec.Struct, frozen=True, order=True):
    """From `start` on and before `end` (None: without end) something is so."""

    start: datetime
    end: datetime | None = None

    def covers(self, moment: datetime) -> bool:
        return self.start <= moment and (self.end is None or moment < self.end)


Spans: TypeAlias = tuple[Span, ...]
"""In order, and apart from each other: between two of them is a time at which it is not so."""


def covering(spans: Iterable[Span], moment: datetime) -> Span | None:
    """The one of `spans` in which `moment` lies."""
    for span in spans:
        if span.covers(moment):
            return span
    return None


def last_end(spans: Iterable[Span], moment: datetime) -> datetime | None:
    """When the last of `spans` that was over by `moment` ended."""
    return max((span.end for span in spans if span.end is not None and span.end <= moment), default=None)


def next_edge(spans: Iterable[Span], moment: datetime) -> datetime | None:
    """The first moment after `moment` at which one of `spans` starts or ends."""
    edges = (edge for span in spans for edge in (span.start, span.end) if edge is not None and edge > moment)
    return min(edges, default=None)


def joined(spans: Iterable[Span]) -> Spans:
    """When at least one of `spans` is."""
    own = tuple(spans)
    return at_once(1, [(1, own)]) if len(own) > 1 else own


def within(spans: Iterable[Span], bounds: Iterable[Span]) -> Spans:
    """When both are; the spans of each are apart from each other."""
    return at_once(2, [(1, spans), (1, bounds)])


def at_once(least: int, held: Sequence[tuple[int, Iterable[Span]]]) -> Spans:
    """When the weights of those that hold sum up to at least `least`, which is above 0."""
    return tuple(_runs(least, held))


def _runs(least: int, held: Sequence[tuple[int, Iterable[Span]]]) -> Iterator[Span]:
    sum_, start = 0, None
    for moment, edges in groupby(sorted(_edges(held), key=itemgetter(0)), key=itemgetter(0)):
        sum_ += sum(weight for _, weight in edges)
        if start is None and sum_ >= least:
            start = moment
        elif start is not None and sum_ < least:
            yield Span(start, moment)
            start = None
    if start is not None:
        yield Span(start)


def _edges(held: Sequence[tuple[int, Iterable[Span]]]) -> Iterator[tuple[datetime, int]]:
    for weight, spans in held:
        for span in spans:
            yield span.start, weight
            if span.end is not None:
                yield span.end, -weight
