"""The days that count on somebody's paths: until when something is due, and how long it is valid. Pure."""

from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum

import msgspec

from paths.judging.completion import State
from paths.learning.path_view import PathView
from paths.learning.step_view import flat
from paths.tree.requirements import ROOT


class DayKind(StrEnum):
    """What a day means: the last one to do something in time, or the last one on which it is valid."""

    DUE = "due"
    ENDS = "ends"


class DayAhead(msgspec.Struct, frozen=True):
    """One day of a path, of its node with this title; of the whole path, the titles are the same."""

    day: date
    kind: DayKind
    slug: str
    path: str
    node: str
    title: str
    overdue: bool = False

    @property
    def whole_path(self) -> bool:
        return self.node == ROOT


def days_ahead(views: Iterable[PathView]) -> list[DayAhead]:
    """The days of those paths that are not paused, the first day first; also those that are overdue."""
    found = [day for view in views if view.enrolled and not view.paused for day in _of_path(view)]
    return sorted(found, key=lambda each: (each.day, each.path, each.title, each.kind))


def _of_path(view: PathView) -> Iterator[DayAhead]:
    own: list[tuple[str, str, State, date | None, date | None, bool]] = [
        (ROOT, view.title, view.state, view.due, view.until, view.overdue),
        *((each.id, each.title, each.state, each.due, each.until, each.overdue) for each in flat(view.items)),
    ]
    for node, title, state, due, until, overdue in own:
        if due is not None and state != State.SATISFIED:
            yield DayAhead(due, DayKind.DUE, view.slug, view.title, node, title, overdue)
        if until is not None and state == State.SATISFIED:
            yield DayAhead(until, DayKind.ENDS, view.slug, view.title, node, title)
