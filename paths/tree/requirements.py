"""The requirement tree: what a path asks for, in a form that never changes once it is published.

What fulfils a leaf is not here but in a dated list beside the tree (tables.py, `fulfilments`), so that accepting one
more module needs no new version. Titles are not here either: a better wording is not another rule.
"""

import hashlib
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import TypeAlias

import msgspec

from content import Finishing
from paths.tree.periods import Period

ROOT = "path"
"""The id of every tree's outermost node; its verdict is the path's."""


class When(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The dates of a node, in the path's time zone; periods are ISO 8601 (periods.py).

    It may be opened from the day `opens` and `opens_after` the enrolment (drip), until the end of the day `closes`;
    what is done at other times counts all the same. It is due by the end of the day `due`, or `due_after` the
    enrolment. Evidence counts that is at most `recency` older than the enrolment. What is satisfied stays so for
    `valid_for`, and may be shown anew from `renew_within` before that ends.
    """

    opens: date | None = None
    opens_after: Period | None = None
    closes: date | None = None
    due: date | None = None
    due_after: Period | None = None
    recency: Period | None = None
    valid_for: Period | None = None
    renew_within: Period | None = None


class Leaf(msgspec.Struct, frozen=True, cache_hash=True, tag_field="kind", tag="leaf", omit_defaults=True):
    """One requirement.

    `optional` keeps it out of every count. `after` names the nodes that must be satisfied before it may be opened; what
    a learner did earlier or elsewhere counts all the same. `min_score` (0 to 1) and `asks` are asked beside what the
    module asks. `credits` is what it brings to a group that counts them.
    """

    id: str
    optional: bool = False
    after: tuple[str, ...] = ()
    min_score: float | None = None
    asks: Finishing | None = None
    credits: float | None = None
    when: When | None = None


class SignPost(msgspec.Struct, frozen=True, cache_hash=True, tag_field="kind", tag="sign-post", omit_defaults=True):
    """A link to something elsewhere: shown at its place, never counted, never judged."""

    id: str
    url: str


class All(msgspec.Struct, frozen=True, cache_hash=True, tag_field="kind", tag="all", omit_defaults=True):
    """Satisfied when all its items that count are. `path` is the activity of the path that it was taken from."""

    id: str
    items: tuple["Node", ...]
    path: str | None = None
    when: When | None = None


class NOf(msgspec.Struct, frozen=True, cache_hash=True, tag_field="kind", tag="n-of", omit_defaults=True):
    """Satisfied when `n` of its items that count are."""

    id: str
    n: int
    items: tuple["Node", ...]
    path: str | None = None
    when: When | None = None


class Credits(msgspec.Struct, frozen=True, cache_hash=True, tag_field="kind", tag="credits", omit_defaults=True):
    """Satisfied when the satisfied leaves in it that count bring at least `credits` together."""

    id: str
    credits: float
    items: tuple["Node", ...]
    path: str | None = None
    when: When | None = None


class Team(msgspec.Struct, frozen=True, cache_hash=True, tag_field="kind", tag="team", omit_defaults=True):
    """Satisfied when `at_least` members of the enrolled organisation have all its items that count satisfied.

    Among them is, for each of `positions`, one who holds it; one member may hold several.
    """

    id: str
    at_least: int
    items: tuple["Node", ...]
    positions: tuple[str, ...] = ()
    when: When | None = None


Group: TypeAlias = All | NOf | Credits | Team
Node: TypeAlias = Leaf | SignPost | All | NOf | Credits | Team

_TREES_AT_HAND = 500
_AT_HAND = 20_000
"""Of so many nodes it is remembered what is in them: a batch of facts asks thousands of times about one tree."""

_GROUPS: msgspec.json.Decoder[Group] = msgspec.json.Decoder(Group)


def canonical(tree: Group) -> bytes:
    """The one JSON form of `tree`; `read_canonical` gives the tree back."""
    return msgspec.json.encode(tree, order="sorted")


@lru_cache(_TREES_AT_HAND)
def read_canonical(data: bytes) -> Group:
    """The same tree each time: what was worked out of it once is found by it at once."""
    return _GROUPS.decode(data)


def tree_hash(tree: Group) -> str:
    """The SHA-256 of the canonical form in hex: the name of a path version."""
    return hashlib.sha256(canonical(tree)).hexdigest()


@lru_cache(_AT_HAND)
def counted(group: Group) -> tuple[Leaf | Group, ...]:
    """The items that can satisfy `group`: all but optional leaves and sign-posts."""
    return tuple(item for item in judged(group) if not (isinstance(item, Leaf) and item.optional))


@lru_cache(_AT_HAND)
def judged(group: Group) -> tuple[Leaf | Group, ...]:
    """The items that have a verdict: all but sign-posts."""
    return tuple(item for item in group.items if not isinstance(item, SignPost))


def nodes(node: Node) -> Iterator[Node]:
    """`node` and everything below it, in the author's order, a group before its items."""
    yield node
    if not isinstance(node, Leaf | SignPost):
        for item in node.items:
            yield from nodes(item)


@lru_cache(_AT_HAND)
def leaves(node: Node) -> tuple[Leaf, ...]:
    """The requirements of `node` in the author's order."""
    return tuple(found for found in nodes(node) if isinstance(found, Leaf))
