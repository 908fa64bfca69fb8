"""The requirement tree: what a path asks for, in a form that never changes once it is published.

What fulfils a leaf is not here but in a dated list beside the tree (tables.py, `fulfilments`), so that accepting one
more module needs no new version. Titles are not here either: a better wording is not another rule.
"""

import hashlib
from collections.abc import Iterator
from typing import TypeAlias

import msgspec

ROOT = "path"
"""The id of every tree's outermost node; its verdict is the path's."""


class Leaf(msgspec.Struct, frozen=True, tag_field="kind", tag="leaf", omit_defaults=True):
    """One requirement.

    `optional` keeps it out of every count. `after` names the nodes that must be satisfied before it may be opened; what
    a learner did earlier or elsewhere counts all the same. `min_score` (0 to 1) is asked beside what the module asks.
    """

    id: str
    optional: bool = False
    after: tuple[str, ...] = ()
    min_score: float | None = None


class All(msgspec.Struct, frozen=True, tag_field="kind", tag="all"):
    """Satisfied when all its items that count are."""

    id: str
    items: tuple["Leaf | All | NOf", ...]


class NOf(msgspec.Struct, frozen=True, tag_field="kind", tag="n-of"):
    """Satisfied when `n` of its items that count are."""

    id: str
    n: int
    items: tuple["Leaf | All | NOf", ...]


Group: TypeAlias = All | NOf
Node: TypeAlias = Leaf | All | NOf

_GROUPS: msgspec.json.Decoder[Group] = msgspec.json.Decoder(All | NOf)


def canonical(tree: Group) -> bytes:
    """The one JSON form of `tree`; `read_canonical` gives the tree back."""
    return msgspec.json.encode(tree, order="sorted")


def read_canonical(data: bytes) -> Group:
    return _GROUPS.decode(data)


def tree_hash(tree: Group) -> str:
    """The SHA-256 of the canonical form in hex: the name of a path version."""
    return hashlib.sha256(canonical(tree)).hexdigest()


def counted(group: Group) -> tuple[Node, ...]:
    """The items that can satisfy `group`: all but optional leaves."""
    return tuple(item for item in group.items if not (isinstance(item, Leaf) and item.optional))


def nodes(node: Node) -> Iterator[Node]:
    """`node` and everything below it, in the author's order, a group before its items."""
    yield node
    if not isinstance(node, Leaf):
        for item in node.items:
            yield from nodes(item)


def leaves(node: Node) -> tuple[Leaf, ...]:
    """The requirements of `node` in the author's order."""
    return tuple(found for found in nodes(node) if isinstance(found, Leaf))
