"""From what authors write to the tree that is published: nested paths are taken in whole, with all they are made of."""

from collections.abc import Iterator, Mapping
from typing import TypeVar

import msgspec
from msgspec.structs import asdict, replace

from content import ModuleSource, Status
from modules import Module
from paths.authoring.authored import Item, PathSource, Texts
from paths.tree.requirements import ROOT, All, Credits, Group, Leaf, Node, NOf, SignPost, Team, nodes

SEPARATOR = "."
"""Between the id of an item that is a path, and the ids within that path; no author's id has one."""

N = TypeVar("N", bound=Node)


class Offer(msgspec.Struct, frozen=True):
    """What a module has that a path may ask for. `scored`: a score, or that it was passed, can come of it."""

    status: Status
    credits: float | None = None
    scored: bool = True


class Composition(msgspec.Struct, frozen=True):
    """A path as it is published. `titles` are those of its groups and sign-posts, `modules` slugs by requirement."""

    slug: str
    activity: str
    status: Status
    title: Texts
    tree: Group
    titles: dict[str, Texts]
    modules: dict[str, tuple[str, ...]]


def offer(module: ModuleSource | Module) -> Offer:
    """What the module has, from its files or from the catalogue."""
    elsewhere = len(module.ways) > (module.move_on is not None) or bool(module.trusted)
    return Offer(module.status, module.credits, scored=module.has_quiz or elsewhere)


def compose(source: PathSource, offers: Mapping[str, Offer | None], others: Mapping[str, Composition]) -> Composition:
    """The path that a source means, whose form is sound; the paths it names are all in `others`."""
    taken = {id_: _within(others[slug], id_) for id_, slug in source.nested.items()}
    titles, modules = dict(source.titles), dict(source.modules)
    for each in taken.values():
        titles |= each.titles
        modules |= each.modules
    tree = _group(Item(ROOT, **asdict(source.tree)), tuple(_node(item, taken) for item in source.tree.items))
    return Composition(
        slug=source.slug,
        activity=source.activity,
        status=source.status,
        title=source.title,
        tree=_with_credits(tree, {id_: offers.get(slugs[0]) for id_, slugs in modules.items()}),
        titles=titles,
        modules=modules,
    )


def _node(item: Item, taken: Mapping[str, Composition]) -> Node:
    if item.module is not None:
        after = tuple(sorted(set(item.after)))
        return Leaf(item.id, item.optional, after, item.min_score, item.asks, item.credits, item.when)
    if item.url is not None:
        return SignPost(item.id, item.url)
    if item.path is not None:
        inner = taken[item.id].tree
        return replace(inner, when=item.when) if item.when is not None else inner
    return _group(item, tuple(_node(each, taken) for each in item.items))


def _group(item: Item, items: tuple[Node, ...]) -> Group:
    match item.kind:
        case "n-of":
            return NOf(item.id, item.n or 1, items, when=item.when)
        case "credits":
            return Credits(item.id, item.credits or 0, items, when=item.when)
        case "team":
            return Team(item.id, item.at_least or 1, items, tuple(sorted(set(item.positions))), when=item.when)
        case _:
            return All(item.id, items, when=item.when)


def _within(other: Composition, id_: str) -> Composition:
    """`other` as it stands at the item `id_` of another path."""
    tree = _moved(other.tree, id_)
    assert not isinstance(tree, Leaf | SignPost)  # it is the root of a path
    return replace(
        other,
        tree=tree if isinstance(tree, Team) else replace(tree, path=other.activity),
        titles={id_: other.title, **{_under(id_, node): texts for node, texts in other.titles.items()}},
        modules={_under(id_, requirement): slugs for requirement, slugs in other.modules.items()},
    )


def _under(prefix: str, node: str) -> str:
    return prefix if node == ROOT else f"{prefix}{SEPARATOR}{node}"


def _moved(node: N, prefix: str) -> N:
    id_ = _under(prefix, node.id)
    if isinstance(node, Leaf):
        return replace(node, id=id_, after=tuple(_under(prefix, each) for each in node.after))
    if isinstance(node, SignPost):
        return replace(node, id=id_)
    return replace(node, id=id_, items=tuple(_moved(item, prefix) for item in node.items))


def _with_credits(node: N, offers: Mapping[str, Offer | None], *, asked: bool = False) -> N:
    """What a group that counts credits needs to know is written into the tree: a module's credits may change."""
    if isinstance(node, Leaf):
        found = offers.get(node.id)
        mute = not asked or node.credits is not None or found is None
        return node if mute or found is None else replace(node, credits=found.credits)
    if isinstance(node, SignPost):
        return node
    asked = asked or isinstance(node, Credits)
    return replace(node, items=tuple(_with_credits(item, offers, asked=asked) for item in node.items))


def own_nodes(tree: Group) -> Iterator[Node]:
    """The nodes that the path's author wrote; of a nested path, its outermost."""
    return (node for node in nodes(tree) if SEPARATOR not in node.id)
