"""The dates of each node, as the tree, the register and the path's time zone give them. Pure."""

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from paths.judging.counting import LATEST, Register
from paths.tree.periods import after, end_of, start_of
from paths.tree.requirements import Group, Leaf, When, judged


class Dates(msgspec.Struct, frozen=True):
    """When a node may be opened, `opens` on and before `closes`, as the groups around it allow; and when it is due."""

    opens: datetime | None = None
    closes: datetime | None = None
    due: datetime | None = None

    def is_open(self, moment: datetime) -> bool:
        return (self.opens is None or self.opens <= moment) and (self.closes is None or moment < self.closes)


ANY_TIME = Dates()


@lru_cache(20_000)
def has_dates(node: Leaf | Group) -> bool:
    """Whether time means anything to `node` or to what is below it."""
    return node.when is not None or (not isinstance(node, Leaf) and any(map(has_dates, judged(node))))


def dates(tree: Group, register: Register, *, known_at: datetime = LATEST) -> dict[str, Dates]:
    """By node, its dates, where it has any. A node is due at the earlier of its two dates, or as it was extended."""
    extended = {each.node: each.due for each in register.extensions if each.recorded_at <= known_at}
    zone = ZoneInfo(register.time_zone)
    found: dict[str, Dates] = {}

    def look(node: Leaf | Group, around: Dates) -> None:
        own = node.when or When()
        opens = [around.opens, *_opening(own, register.enrolled_at, zone)]
        closes = [around.closes, end_of(own.closes, zone) if own.closes else None]
        due = extended.get(node.id) or min(_due(own, register.enrolled_at, zone), default=None)
        here = Dates(
            max((each for each in opens if each), default=None),
            min((each for each in closes if each), default=None),
            due,
        )
        if here != ANY_TIME:
            found[node.id] = here
        if not isinstance(node, Leaf):
            for item in judged(node):
                look(item, here)

    look(tree, ANY_TIME)
    return found


def _opening(when: When, enrolled_at: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    if when.opens:
        yield start_of(when.opens, zone)
    if when.opens_after:
        yield after(enrolled_at, when.opens_after, zone)


def _due(when: When, enrolled_at: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    if when.due:
        yield end_of(when.due, zone)
    if when.due_after:
        yield after(enrolled_at, when.due_after, zone)
