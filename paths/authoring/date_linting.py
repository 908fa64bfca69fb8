"""What is wrong with the dates of a tree: such as are nothing, and such as contradict each other."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from paths.tree.periods import after
from paths.tree.requirements import Group, Leaf, SignPost, When, nodes

_SOME_DAY = datetime(2024, 3, 1, tzinfo=UTC)
_UTC = ZoneInfo("UTC")
_NEVER = When()


def date_faults(tree: Group) -> Iterator[tuple[str, str, str]]:
    """Where, the rule that is broken, and the cure, of every node's dates."""
    for node in nodes(tree):
        if not isinstance(node, SignPost) and node.when is not None:
            for name, rule, cure in _own_faults(node.when):
                yield f"tree.{node.id}.when{name and '.'}{name}", rule, cure
    yield from _enclosed_faults(tree, _NEVER)
    yield from _wait_faults(tree)


def _own_faults(when: When) -> Iterator[tuple[str, str, str]]:
    if when == _NEVER:
        yield "", "it says nothing", "Remove it, or give a date"
    for name in ("opens_after", "due_after", "recency", "valid_for", "renew_within"):
        period = getattr(when, name)
        if period is not None and _length(period) <= _length("P0D") and name != "opens_after":
            yield name, f"{period} is no time", "Give a longer period, or remove it"
    for first, last in (("opens", "closes"), ("opens", "due"), ("due", "closes")):
        if _later(getattr(when, first), getattr(when, last)):
            rule = f"{last} {getattr(when, last)} is before {first} {getattr(when, first)}"
            yield last, rule, f"Let it be on the day of {first} or later"
    if when.opens_after and when.due_after and _length(when.due_after) < _length(when.opens_after):
        rule = f"due {when.due_after} after the enrolment and opened only {when.opens_after} after it"
        yield "due_after", rule, "Let it be due later than it opens"
    if when.renew_within is not None:
        if when.valid_for is None:
            yield "renew_within", "it never runs out, so it is never renewed", "Give valid_for too, or remove it"
        elif _length(when.renew_within) > _length(when.valid_for):
            rule = f"it can be renewed {when.renew_within} before it ends and is valid only {when.valid_for}"
            yield "renew_within", rule, "Give a period that is not longer than valid_for"


def _enclosed_faults(group: Group, around: When) -> Iterator[tuple[str, str, str]]:
    """What opens only when the group around it is over or due could not be done in time."""
    ends = group.when or _NEVER
    for name in ("closes", "due"):
        own, outer = getattr(ends, name), getattr(around, name)
        if own is None or _later(own, outer):
            ends = replace(ends, **{name: outer})
    for item in group.items:
        if isinstance(item, SignPost):
            continue
        opens = item.when.opens if item.when is not None else None
        for name in ("closes", "due"):
            if _later(opens, getattr(ends, name)):
                rule = f"it opens on {opens}, and what it is in {_WORDS[name]} {getattr(ends, name)}"
                yield f"tree.{item.id}.when.opens", rule, "Let it open earlier, or the group last longer"
        if not isinstance(item, Leaf):
            yield from _enclosed_faults(item, ends)


_WORDS = {"closes": "closes on", "due": "is due on"}


def _wait_faults(tree: Group) -> Iterator[tuple[str, str, str]]:
    """What closes before that opens for which it waits can never be opened."""
    opens = {node.id: node.when.opens for node in nodes(tree) if not isinstance(node, SignPost) and node.when}
    for leaf in nodes(tree):
        if isinstance(leaf, Leaf) and leaf.when is not None:
            for before in leaf.after:
                if _later(opens.get(before), leaf.when.closes):
                    rule = f"it closes on {leaf.when.closes} and waits for {before}, which opens on {opens[before]}"
                    yield f"tree.{leaf.id}.when.closes", rule, "Let it close later"


def _later(one: date | None, other: date | None) -> bool:
    return one is not None and other is not None and one > other


def _length(period: str) -> datetime:
    return after(_SOME_DAY, period, _UTC)
