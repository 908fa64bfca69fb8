"""What is wrong with the dates of a tree: such as are nothing, and such as contradict each other."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from base import Period, Said, msgid
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
        yield "", msgid("it says nothing"), msgid("Remove it, or give a date")
    for name in ("opens_after", "due_after", "recency", "valid_for", "renew_within"):
        period = getattr(when, name)
        if period is not None and _length(period) <= _length("P0D") and name != "opens_after":
            yield (
                name,
                Said("%(period)s is no time", period=Period(period)),
                msgid("Give a longer period, or remove it"),
            )
    for first, last, words, cure in _IN_ORDER:
        before, then = getattr(when, first), getattr(when, last)
        if _later(before, then):
            yield last, Said(words, first=before, last=then), cure
    if when.opens_after and when.due_after and _length(when.due_after) < _length(when.opens_after):
        rule = Said(
            "due %(due)s after the enrolment and opened only %(opens)s after it",
            due=Period(when.due_after),
            opens=Period(when.opens_after),
        )
        yield "due_after", rule, msgid("Let it be due later than it opens")
    if when.renew_within is not None:
        if when.valid_for is None:
            endless = msgid("it never runs out, so it is never renewed")
            yield "renew_within", endless, msgid("Give valid_for too, or remove it")
        elif _length(when.renew_within) > _length(when.valid_for):
            rule = Said(
                "it can be renewed %(before)s before it ends and is valid only %(valid)s",
                before=Period(when.renew_within),
                valid=Period(when.valid_for),
            )
            yield "renew_within", rule, msgid("Give a period that is not longer than valid_for")


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
                rule = Said(_AROUND[name], opens=opens, end=getattr(ends, name))
                yield f"tree.{item.id}.when.opens", rule, msgid("Let it open earlier, or the group last longer")
        if not isinstance(item, Leaf):
            yield from _enclosed_faults(item, ends)


_IN_ORDER = (
    (
        "opens",
        "closes",
        msgid("closes %(last)s is before opens %(first)s"),
        msgid("Let it be on the day of opens or later"),
    ),
    ("opens", "due", msgid("due %(last)s is before opens %(first)s"), msgid("Let it be on the day of opens or later")),
    ("due", "closes", msgid("closes %(last)s is before due %(first)s"), msgid("Let it be on the day of due or later")),
)
_AROUND = {
    "closes": msgid("it opens on %(opens)s, and what it is in closes on %(end)s"),
    "due": msgid("it opens on %(opens)s, and what it is in is due on %(end)s"),
}


def _wait_faults(tree: Group) -> Iterator[tuple[str, str, str]]:
    """What closes before that opens for which it waits can never be opened."""
    opens = {node.id: node.when.opens for node in nodes(tree) if not isinstance(node, SignPost) and node.when}
    for leaf in nodes(tree):
        if isinstance(leaf, Leaf) and leaf.when is not None:
            for before in leaf.after:
                if _later(opens.get(before), leaf.when.closes):
                    rule = Said(
                        "it closes on %(closes)s and waits for %(id)s, which opens on %(opens)s",
                        closes=leaf.when.closes,
                        id=before,
                        opens=opens[before],
                    )
                    yield f"tree.{leaf.id}.when.closes", rule, msgid("Let it close later")


def _later(one: date | None, other: date | None) -> bool:
    return one is not None and other is not None and one > other


def _length(period: str) -> datetime:
    return after(_SOME_DAY, period, _UTC)
