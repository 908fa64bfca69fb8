"""Changing what an author wrote, one item at a time. Pure: a source in, a source out."""

import re
from collections.abc import Callable, Iterator
from typing import Literal, TypeAlias

import msgspec
from msgspec.structs import replace

from base import Missing
from paths.authoring.authored import Item, PathSource, Root
from paths.tree.requirements import ROOT

_LONGEST_ID = 40

Parent: TypeAlias = Item | Root
Change: TypeAlias = Callable[[tuple[Item, ...]], tuple[Item, ...]]


class Placed(msgspec.Struct, frozen=True):
    """An item, the id of the group that it is in, and where it stands there, of how many."""

    item: Item
    group: str
    place: int
    among: int


def placed(source: PathSource) -> Iterator[Placed]:
    """Every item with its place, in the author's order, a group before its items."""
    return _placed(ROOT, source.tree)


def place_of(source: PathSource, id_: str) -> Placed:
    """One item and its place. Raises Missing."""
    found = next((each for each in placed(source) if each.item.id == id_), None)
    if found is None:
        raise Missing(f"There is no {id_[:80]!r} in this draft. Somebody removed it, or it is named otherwise.")
    return found


def groups_for(source: PathSource, id_: str | None = None) -> list[str]:
    """The ids of the groups that the item may stand in: all that are not the item, or in it."""
    within = {id_} if id_ else set()
    found = [ROOT]
    for each in placed(source):
        if each.group in within or each.item.id in within:
            within.add(each.item.id)
        elif each.item.kind is not None:
            found.append(each.item.id)
    return found


def free_id(source: PathSource, wanted: str) -> str:
    """An id made of the words of `wanted` that no item of the path has."""
    words = re.sub(r"[^a-z0-9]+", "-", wanted.lower()).strip("-")[: _LONGEST_ID - 4].strip("-") or "item"
    taken = {ROOT, *(each.item.id for each in placed(source))}
    return next(each for each in (words, *(f"{words}-{n}" for n in range(2, 600))) if each not in taken)


def with_item(source: PathSource, group: str, item: Item) -> PathSource:
    """`item` is the last in `group`. Raises Missing."""
    return _in_group(source, group, lambda items: (*items, item))


def without_item(source: PathSource, id_: str) -> PathSource:
    """The item is gone, with all that is in it. Raises Missing."""
    found = place_of(source, id_)
    return _in_group(source, found.group, lambda items: tuple(each for each in items if each is not found.item))


def with_changed(source: PathSource, id_: str, changed: Item) -> PathSource:
    """The item is as `changed` says, with the items in it that it has. Raises Missing."""
    found = place_of(source, id_)
    whole = replace(changed, id=id_, items=found.item.items)
    return _in_group(source, found.group, lambda items: tuple(whole if each is found.item else each for each in items))


def with_moved(source: PathSource, id_: str, way: Literal["up", "down"]) -> PathSource:
    """The item and its neighbour have changed places; at the end of its group nothing moves. Raises Missing."""
    found = place_of(source, id_)
    other = found.place + (-1 if way == "up" else 1)
    if not 0 <= other < found.among:
        return source

    def swapped(items: tuple[Item, ...]) -> tuple[Item, ...]:
        order = list(items)
        order[found.place], order[other] = order[other], order[found.place]
        return tuple(order)

    return _in_group(source, found.group, swapped)


def with_regrouped(source: PathSource, id_: str, group: str) -> PathSource:
    """The item is the last in `group`, where it was in another. Raises Missing where it cannot be in that group."""
    found = place_of(source, id_)
    if group == found.group:
        return source
    if group not in groups_for(source, id_):
        raise Missing(f"There is no group {group[:80]!r} in this draft that {id_} could be in.")
    return with_item(without_item(source, id_), group, found.item)


def _placed(group: str, parent: Parent) -> Iterator[Placed]:
    for place, item in enumerate(parent.items):
        yield Placed(item, group, place, len(parent.items))
        yield from _placed(item.id, item)


def _in_group(source: PathSource, group: str, change: Change) -> PathSource:
    if group == ROOT:
        return replace(source, tree=replace(source.tree, items=change(source.tree.items)))
    found = place_of(source, group).item
    if found.kind is None:
        raise Missing(f"{group} is no group, so nothing can be in it.")
    return replace(source, tree=replace(source.tree, items=_swapped(source.tree.items, found, change)))


def _swapped(items: tuple[Item, ...], group: Item, change: Change) -> tuple[Item, ...]:
    return tuple(
        replace(each, items=change(each.items) if each is group else _swapped(each.items, group, change))
        if each.items or each is group
        else each
        for each in items
    )
