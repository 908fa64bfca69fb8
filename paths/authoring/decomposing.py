"""From what is published back to what its author wrote: for the editor, for an export, and to be taken in by others."""

from collections.abc import Mapping

import msgspec
from sqlalchemy import Connection

from modules import modules
from paths.authoring.authored import GroupKind, Item, PathSource, Root
from paths.authoring.composing import Composition
from paths.register.catalogue import Path, current_version, paths
from paths.register.fulfilling import fulfilling_modules
from paths.tree.requirements import All, Credits, Group, Leaf, Node, NOf, SignPost, Team, When, leaves, nodes


def composition_of(conn: Connection, path: Path) -> Composition:
    """The path at its current version, as another path takes it in."""
    tree = current_version(conn, path.id).tree
    named = fulfilling_modules(conn, path.id)
    ids = {module_id for leaf in leaves(tree) for module_id in named[leaf.id]}
    slugs = {module.id: module.slug for module in modules(conn, ids)}
    known = {node.id for node in nodes(tree)}
    return Composition(
        slug=path.slug,
        activity=path.activity,
        status=path.status,
        title=path.texts.title,
        tree=tree,
        titles={id_: texts for id_, texts in path.texts.groups.items() if id_ in known},
        modules={leaf.id: tuple(slugs[module_id] for module_id in named[leaf.id]) for leaf in leaves(tree)},
    )


def path_source(conn: Connection, path: Path) -> PathSource:
    """The path at its current version as its author wrote it: published again, it changes nothing.

    A path that was taken in is named, so it is taken in as it is by then.
    """
    composition = composition_of(conn, path)
    named = {getattr(node, "path", None) for node in nodes(composition.tree)}
    taken = {
        each.activity: Taken(each.slug, current_version(conn, each.id).tree.when)
        for each in paths(conn)
        if each.activity in named
    }
    return decompose(path, composition, taken)


class Taken(msgspec.Struct, frozen=True):
    """A path that another takes in, and its own dates."""

    slug: str
    when: When | None


def decompose(path: Path, composition: Composition, taken: Mapping[str, Taken]) -> PathSource:
    """What its author wrote; `taken` are the paths in it by their activities."""
    tree = _group(composition.tree, composition, taken)
    return PathSource(
        id=path.id,
        slug=path.slug,
        activity=path.activity,
        status=path.status,
        role=path.role,
        time_zone=path.time_zone,
        title=path.texts.title,
        summary=path.texts.summary,
        recertification=path.recertification,
        audience=path.audience,
        tree=Root(**{name: getattr(tree, name) for name in Root.__struct_fields__}),
    )


def _item(node: Node, composition: Composition, taken: Mapping[str, Taken]) -> Item:
    match node:
        case Leaf():
            module, *also = composition.modules[node.id]
            said = {name: getattr(node, name) for name in ("optional", "after", "min_score", "asks", "credits", "when")}
            return Item(node.id, module=module, also=tuple(also), **said)
        case SignPost():
            return Item(node.id, url=node.url, title=composition.titles[node.id])
        case All(path=str(activity)) | NOf(path=str(activity)) | Credits(path=str(activity)):
            other = taken[activity]
            return Item(node.id, path=other.slug, when=None if node.when == other.when else node.when)
    return _group(node, composition, taken)


def _group(group: Group, composition: Composition, taken: Mapping[str, Taken]) -> Item:
    return Item(
        group.id,
        kind=_KINDS[type(group)],
        n=group.n if isinstance(group, NOf) else None,
        credits=group.credits if isinstance(group, Credits) else None,
        at_least=group.at_least if isinstance(group, Team) else None,
        positions=group.positions if isinstance(group, Team) else (),
        title=composition.titles.get(group.id, {}),
        items=tuple(_item(item, composition, taken) for item in group.items),
        when=group.when,
    )


_KINDS: Mapping[type[Group], GroupKind] = {All: "all", NOf: "n-of", Credits: "credits", Team: "team"}
