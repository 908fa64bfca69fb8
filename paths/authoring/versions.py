"""The versions of a path, and what differs between two of them: node by node, known by their ids."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, func, select

from base import Missing
from paths.register.catalogue import PathVersion
from paths.tables.paths import enrolments, path_versions
from paths.tree.requirements import Group, Leaf, Node, SignPost, nodes, read_canonical


class Published(msgspec.Struct, frozen=True):
    """A version, when it was published, and how many enrolments are pinned to it now."""

    version: PathVersion
    published_at: datetime
    enrolled: int


class Change(msgspec.Struct, frozen=True):
    """One thing that a node says otherwise; None where it does not say it.

    `what` is a field of the node ("n", "min_score", "when.due"), its "kind", the "group" that it is in, or the "order"
    of the items that a group keeps.
    """

    what: str
    before: Any
    after: Any


class Changed(msgspec.Struct, frozen=True):
    """A node that is in both trees and not the same. What came or went stands by itself and changes no group."""

    id: str
    changes: tuple[Change, ...]


class Difference(msgspec.Struct, frozen=True):
    """What differs between two trees: nodes by their ids, in the order of the tree that has them."""

    added: tuple[Node, ...]
    removed: tuple[Node, ...]
    changed: tuple[Changed, ...]

    def __bool__(self) -> bool:
        """Whether anything does."""
        return bool(self.added or self.removed or self.changed)


def versions(conn: Connection, path_id: UUID) -> list[Published]:
    """All versions of the path, the newest number first."""
    pinned = select(func.count()).where(enrolments.c.version_id == path_versions.c.id).scalar_subquery()
    query = select(path_versions, pinned.label("enrolled")).where(path_versions.c.path_id == path_id)
    return [
        Published(
            PathVersion(row.id, row.path_id, row.number, row.tree_hash, read_canonical(row.tree)),
            row.published_at,
            row.enrolled,
        )
        for row in conn.execute(query.order_by(path_versions.c.number.desc()))
    ]


def version_numbered(conn: Connection, path_id: UUID, number: int) -> PathVersion:
    """The path's version with this number. Raises Missing."""
    own = path_versions.c.path_id == path_id, path_versions.c.number == number
    row = conn.execute(select(path_versions).where(*own)).one_or_none()
    if row is None:
        raise Missing(f"The path has no version {number}. Its versions count 1, 2, 3, as they were published.")
    return PathVersion(row.id, row.path_id, row.number, row.tree_hash, read_canonical(row.tree))


def difference(before: Group, after: Group) -> Difference:
    """What `after` has, lacks and says otherwise than `before`."""
    old, new = _said(before), _said(after)
    stay = old.keys() & new.keys()
    changed = (
        Changed(id_, (*_changes(old[id_][1], new[id_][1]), *_order(old[id_][0], new[id_][0], stay)))
        for id_ in new
        if id_ in stay
    )
    return Difference(
        added=tuple(node for id_, (node, _) in new.items() if id_ not in stay),
        removed=tuple(node for id_, (node, _) in old.items() if id_ not in stay),
        changed=tuple(each for each in changed if each.changes),
    )


def _said(tree: Group) -> dict[str, tuple[Node, dict[str, Any]]]:
    """By id, every node and all that it says, flat; of what is in it, its items say themselves in which group."""
    groups = {item.id: group.id for group in _groups(tree) for item in group.items}
    return {
        node.id: (node, {"kind": type(node).__struct_config__.tag, "group": groups.get(node.id), **_fields(node)})
        for node in nodes(tree)
    }


def _fields(node: Node) -> dict[str, Any]:
    said = {name: value for name, value in msgspec.structs.asdict(node).items() if name not in {"id", "items"}}
    flat: dict[str, Any] = {}
    for name, value in said.items():
        within = msgspec.structs.asdict(value) if isinstance(value, msgspec.Struct) else None
        flat |= {name: value} if within is None else {f"{name}.{each}": one for each, one in within.items()}
    return {name: value for name, value in flat.items() if value is not None and value is not False and value != ()}


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    for what in sorted(before.keys() | after.keys()):
        if before.get(what) != after.get(what):
            yield Change(what, before.get(what), after.get(what))


def _order(before: Node, after: Node, stay: Collection[str]) -> Iterator[Change]:
    """That a group has those of its items that were in it before, and still are, in another order."""
    if isinstance(before, Leaf | SignPost) or isinstance(after, Leaf | SignPost):
        return
    same = {item.id for item in before.items} & {item.id for item in after.items} & set(stay)
    orders = [tuple(item.id for item in group.items if item.id in same) for group in (before, after)]
    if orders[0] != orders[1]:
        yield Change("order", *orders)


def _groups(tree: Group) -> Iterator[Group]:
    return (node for node in nodes(tree) if not isinstance(node, Leaf | SignPost))
