"""What authors write: a path's TOML file, judged whole, and the tree that it means."""

from collections import Counter
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Annotated, Any, Literal
from uuid import UUID
from zoneinfo import available_timezones

import msgspec
from msgspec import Meta

from base import LANGUAGES
from content import Id, Inspection, Iri, Language, Line, PathFile, Problem, Slug, Status, parsed
from paths.requirements import ROOT, All, Group, Leaf, Node, NOf, SignPost, counted, leaves, nodes

DEEPEST = 6
MOST_ITEMS = 500

Threshold = Annotated[float, Meta(gt=0, le=1, description="a number above 0 and up to 1")]


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One `[[tree.items]]`: a requirement where it names a `module`, a group where it names a `kind`."""

    id: Id
    module: Slug | None = None
    optional: bool = False
    after: tuple[Id, ...] = ()
    min_score: Threshold | None = None
    kind: Literal["all", "n-of"] | None = None
    n: Annotated[int, Meta(ge=1, description="how many of the items are needed, 1 or more")] | None = None
    title: dict[Language, Line] = {}
    items: tuple["Item", ...] = ()


class Root(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[tree]`: what the whole path asks for."""

    kind: Literal["all", "n-of"]
    n: Annotated[int, Meta(ge=1, description="how many of the items are needed, 1 or more")] | None = None
    items: tuple[Item, ...] = ()


class PathSource(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A path as its file says it."""

    id: UUID
    slug: Slug
    activity: Iri
    status: Status
    role: Slug
    time_zone: Line
    title: dict[Language, Line]
    summary: dict[Language, Line]
    tree: Root

    @property
    def modules(self) -> dict[str, str]:
        """The slug of each requirement's module."""
        return {item.id: item.module for item in _items(self.tree) if item.module is not None}

    @property
    def group_titles(self) -> dict[str, dict[Language, Line]]:
        return {item.id: item.title for item in _items(self.tree) if item.kind is not None}


def requirement_tree(source: PathSource) -> Group:
    """The tree that a sound source means."""
    tree = _node(Item(ROOT, kind=source.tree.kind, n=source.tree.n, items=source.tree.items))
    assert not isinstance(tree, Leaf | SignPost)  # the root has a kind and no module
    return tree


def check_paths(inspection: Inspection) -> list[Problem]:
    """Every problem of a library's paths, beside those that the library itself found."""
    statuses = {module.slug: module.status for module in inspection.library.modules}
    # A broken module is reported once, by the library, and not again by each path that names it.
    known: dict[str, Status | None] = {**dict.fromkeys(inspection.slugs), **statuses}
    sources = [(path.file, *read_path(path, known)) for path in inspection.library.paths]
    read = [(file, source) for file, source, _ in sources if source is not None]
    return sorted([problem for _, _, problems in sources for problem in problems] + list(_shared_names(read)))


def read_path(path: PathFile, modules: Mapping[str, Status | None]) -> tuple[PathSource | None, list[Problem]]:
    """The path that the file describes, or None, and every problem in it.

    `modules` are the statuses by slug, None where a module is there but cannot be read.
    """
    if _is_too_deep(path.toml):
        rule = f"its groups are nested more than {DEEPEST} levels deep"
        return None, [Problem(path.file, "tree", rule, "Use fewer levels")]
    source, problems = parsed(PathSource, path.toml, path.file)
    if source is None:
        return None, problems
    found = [*_header_faults(source), *_item_faults(source.tree)]
    if not found:
        found = [*_tree_faults(requirement_tree(source)), *_module_faults(source, modules)]
    return source, [Problem(path.file, *fault) for fault in found]


def _is_too_deep(toml: dict[str, Any]) -> bool:
    """Asked before anything that follows the nesting by calling itself."""
    level: list[Any] = [toml.get("tree")]
    for _ in range(DEEPEST + 1):
        lists = [group["items"] for group in level if isinstance(group, dict) and isinstance(group.get("items"), list)]
        level = [item for items in lists for item in items]
    return bool(level)


Fault = tuple[str, str, str]
"""Where, the rule that is broken, and the cure."""


def _header_faults(source: PathSource) -> Iterator[Fault]:
    if source.time_zone not in available_timezones():
        yield "time_zone", f"{source.time_zone} is no time zone", "Give a name of the IANA list, such as Asia/Baku"
    wanted = {"en"} if source.status == Status.DRAFT else {*LANGUAGES}
    groups = {f"tree.{id_}.title": texts for id_, texts in source.group_titles.items()}
    for key, texts in {"title": source.title, "summary": source.summary, **groups}.items():
        for language in sorted(wanted - texts.keys()):
            yield f"{key}.{language}", f"{language} is missing", "Add it: what is not a draft speaks all languages"


def _item_faults(root: Root) -> Iterator[Fault]:
    """What makes the items no tree."""
    found = list(_items(root))
    if len(found) > MOST_ITEMS:
        yield "tree", f"{len(found)} items", f"Use at most {MOST_ITEMS}"
    yield from _n_faults("tree", root)
    counts = Counter(item.id for item in found)
    for id_, count in counts.items():
        if count > 1 or id_ == ROOT:
            rule = f"the id {id_} is used {count + (id_ == ROOT)} times"
            yield f"tree.{id_}", rule, f"Give each item an id of its own; {ROOT} is the tree's"
    for item in found:
        key = f"tree.{item.id}"
        if (item.module is None) == (item.kind is None):
            yield key, "it must be either a requirement or a group", "Give it a module, or a kind and items"
        elif item.kind is None and (item.items or item.n is not None or item.title):
            yield key, "a requirement has no items, n or title", "Remove them, or give a kind in place of the module"
        elif item.kind is not None:
            yield from _group_faults(key, item)


def _group_faults(key: str, item: Item) -> Iterator[Fault]:
    if item.optional or item.after or item.min_score is not None:
        yield key, "a group has no optional, after or min_score", "Put them on the requirements in it"
    yield from _n_faults(key, item)


def _n_faults(key: str, group: Root | Item) -> Iterator[Fault]:
    if (group.kind == "n-of") != (group.n is not None):
        yield f"{key}.n", f"kind {group.kind} with n = {group.n}", "Give n to an n-of, and to nothing else"


def _tree_faults(tree: Group) -> Iterator[Fault]:
    """What makes the tree impossible to complete."""
    known = {node.id for node in nodes(tree)}
    for group in (node for node in nodes(tree) if not isinstance(node, Leaf | SignPost)):
        count = len(counted(group))
        if count == 0:
            yield f"tree.{group.id}", "nothing in it counts", "Add an item that is not optional, or remove the group"
        elif isinstance(group, NOf) and group.n > count:
            yield f"tree.{group.id}.n", f"{group.n} needed, {count} can count", f"Lower n to {count} or add items"
    for leaf in leaves(tree):
        for before in sorted(set(leaf.after) - known):
            yield f"tree.{leaf.id}.after", f"{before} is not in this path", "Name the id of a requirement or group"
    yield from _cycle_faults(tree)


def _cycle_faults(tree: Group) -> Iterator[Fault]:
    """A group waits for what counts in it, and a requirement for what it names: nothing may wait for itself."""
    waits = {
        node.id: set(node.after) if isinstance(node, Leaf) else {item.id for item in counted(node)}
        for node in nodes(tree)
        if not isinstance(node, SignPost)
    }
    try:
        TopologicalSorter(waits).prepare()
    except CycleError as error:
        circle = " ← ".join(error.args[1])
        yield f"tree.{error.args[1][0]}", f"these wait for each other: {circle}", "Remove one of their `after`"


def _module_faults(source: PathSource, modules: Mapping[str, Status | None]) -> Iterator[Fault]:
    tree = requirement_tree(source)
    drafts = {id_ for id_, slug in source.modules.items() if modules.get(slug) == Status.DRAFT}
    for leaf in leaves(tree):
        slug = source.modules[leaf.id]
        if slug not in modules:
            yield f"tree.{leaf.id}.module", f"there is no module {slug}", "Add the module, or correct the name"
        if leaf.id in drafts and not leaf.optional and source.status != Status.DRAFT:
            cure = "Make the requirement optional until the module is ready, or the path a draft"
            yield f"tree.{leaf.id}", f"the module {slug} is a draft, so nobody could finish the path", cure
        for draft in sorted(drafts.intersection(leaf.after) - {leaf.id}):
            if leaf.id not in drafts:
                yield f"tree.{leaf.id}.after", f"{draft} is a draft and opens nothing", f"Remove {draft}"


def _shared_names(sources: list[tuple[str, PathSource]]) -> Iterator[Problem]:
    """Two paths of one id, slug or activity would be one path to everyone who records."""
    for key in ("id", "slug", "activity"):
        counts = Counter(str(getattr(source, key)) for _, source in sources)
        for file, source in sources:
            if counts[value := str(getattr(source, key))] > 1:
                yield Problem(file, key, f"another path has the {key} {value} too", "Give each path its own")


def _items(group: Root | Item) -> Iterator[Item]:
    """Every item, in the author's order, a group before its items."""
    for item in group.items:
        yield item
        yield from _items(item)


def _node(item: Item) -> Node:
    if item.kind is None:
        return Leaf(item.id, item.optional, tuple(sorted(set(item.after))), item.min_score)
    items = tuple(map(_node, item.items))
    return All(item.id, items) if item.n is None else NOf(item.id, item.n, items)
