"""Judging what authors write: a path's form, then the tree that it means, every problem with its place and its cure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any
from zoneinfo import available_timezones

from base import Said, msgid
from content import Inspection, PathFile, Problem, parsed
from paths.authoring.authored import Item, PathSource, Root
from paths.authoring.composing import Composition, Offer, compose, offer
from paths.authoring.linting import Fault, composition_faults, reference_faults
from paths.tree.requirements import ROOT, nodes
from people import COUNTRIES

DEEPEST = 6
MOST_ITEMS = 500


def check_paths(inspection: Inspection) -> list[Problem]:
    """Every problem of a library's paths, beside those that the library itself found."""
    # A broken module is reported once, by the library, and not again by each path that names it.
    offers: dict[str, Offer | None] = dict.fromkeys(inspection.slugs)
    offers |= {module.slug: offer(module) for module in inspection.library.modules}
    read = [(path.file, *read_source(path)) for path in in_order(inspection.library.paths)]
    sources = [(file, source) for file, source, _ in read if source is not None]
    found = [problem for _, _, problems in read for problem in problems]
    found += [*_shared_names(sources), *_circles(sources)]
    # So is a broken path, and not again by each that takes it in.
    others: dict[str, Composition | None] = dict.fromkeys(
        str(path.toml.get("slug")) for path in inspection.library.paths
    )
    for file, source, problems in read:
        if source is not None and not problems:
            others[source.slug], more = judge_source(source, file, offers, others)
            found += more
    return sorted(found)


def in_order(files: Sequence[PathFile]) -> list[PathFile]:
    """The files as they are to be published: a path after those that it names."""
    sources = [source for file in files if (source := parsed(PathSource, file.toml, file.file)[0]) is not None]
    by_slug = {source.slug: file for source in sources for file in files if file.toml.get("slug") == source.slug}
    try:
        names = [slug for slug in TopologicalSorter(_needs(sources)).static_order() if slug in by_slug]
    except CycleError:  # judging tells of it
        names = list(by_slug)
    first = [by_slug[slug] for slug in names]
    return [*first, *(file for file in files if all(file is not each for each in first))]


def read_source(path: PathFile) -> tuple[PathSource | None, list[Problem]]:
    """The file as a value, or None, and every problem of its form."""
    if _is_too_deep(path.toml):
        rule = Said("its groups are nested more than %(deepest)s levels deep", deepest=DEEPEST)
        return None, [Problem(path.file, "tree", rule, msgid("Use fewer levels"))]
    source, problems = parsed(PathSource, path.toml, path.file)
    if source is None:
        return None, problems
    return source, [Problem(path.file, *fault) for fault in (*_header_faults(source), *_item_faults(source))]


def judge_source(
    source: PathSource, file: str, offers: Mapping[str, Offer | None], others: Mapping[str, Composition | None]
) -> tuple[Composition | None, list[Problem]]:
    """What would be published, and every problem of it, of a source whose form is sound.

    By slug, `offers` are the modules and `others` the paths that it may name; None is there and cannot be read. There
    is no composition where a path that is to be taken in is missing, is no such path or cannot be read.
    """
    faults = list(reference_faults(source, offers, others))
    known = {slug: found for slug, found in others.items() if found is not None}
    composition = None
    if not any(place.endswith(".path") for place, _, _ in faults) and known.keys() >= {*source.nested.values()}:
        composition = compose(source, offers, known)
        if (count := sum(1 for _ in nodes(composition.tree)) - 1) > MOST_ITEMS:
            rule = Said("%(count)s items with those of the paths in it", count=count)
            faults.append(("tree", rule, _fewer()))
        faults += composition_faults(source, composition, offers, known)
    return composition, [Problem(file, *fault) for fault in faults]


def read_path(
    path: PathFile, offers: Mapping[str, Offer | None], others: Mapping[str, Composition | None]
) -> tuple[PathSource | None, Composition | None, list[Problem]]:
    """The path that the file describes and what would be published, as far as they can be told, and every problem."""
    source, problems = read_source(path)
    if source is None or problems:
        return source, None, problems
    return source, *judge_source(source, path.file, offers, others)


def _is_too_deep(toml: dict[str, Any]) -> bool:
    """Asked before anything that follows the nesting by calling itself."""
    level: list[Any] = [toml.get("tree")]
    for _ in range(DEEPEST + 1):
        lists = [group["items"] for group in level if isinstance(group, dict) and isinstance(group.get("items"), list)]
        level = [item for items in lists for item in items]
    return bool(level)


def _header_faults(source: PathSource) -> Iterator[Fault]:
    if source.time_zone not in available_timezones():
        unknown = Said("%(name)s is no time zone", name=source.time_zone)
        yield "time_zone", unknown, msgid("Give a name of the IANA list, such as Asia/Baku")
    titles = {f"tree.{id_}.title": texts for id_, texts in source.titles.items()}
    for key, texts in {"title": source.title, "summary": source.summary, **titles}.items():
        for language in sorted(source.languages_needed - texts.keys()):
            missing = Said("%(name)s is missing", name=language)
            yield f"{key}.{language}", missing, msgid("Add it: what is not a draft speaks all languages")
    for index, rule in enumerate(source.audience):
        if rule.is_everybody:
            nobody = msgid("it names nobody, so it would be everybody")
            yield f"audience[{index}]", nobody, msgid("Name a position or something else")
        if rule.country is not None and rule.country not in COUNTRIES:
            unknown = Said("%(code)s is no country", code=rule.country)
            yield f"audience[{index}].country", unknown, msgid("Give a code of ISO 3166-1 alpha-2")


def _fewer() -> Said:
    return Said("Use at most %(most)s", most=MOST_ITEMS)


def _item_faults(source: PathSource) -> Iterator[Fault]:
    """What makes the items no tree."""
    if len(source.items) > MOST_ITEMS:
        yield "tree", Said("%(count)s items", count=len(source.items)), _fewer()
    yield from _number_faults("tree", source.tree)
    counts = Counter(item.id for item in source.items)
    for id_, count in counts.items():
        if count > 1 or id_ == ROOT:
            rule = Said("the id %(id)s is used %(times)s times", id=id_, times=count + (id_ == ROOT))
            yield f"tree.{id_}", rule, Said("Give each item an id of its own; %(root)s is the tree's", root=ROOT)
    for item in source.items:
        yield from _kind_faults(f"tree.{item.id}", item)


_OWN = {"id", "title"}
_ALLOWED = {
    "module": {"module", "also", "optional", "after", "min_score", "asks", "credits", "when"},
    "kind": {"kind", "n", "credits", "at_least", "positions", "title", "items", "when"},
    "path": {"path", "when"},
    "url": {"url", "title"},
}
_CALLED = {
    "module": Said("a requirement"),
    "kind": Said("a group"),
    "path": Said("a path within a path"),
    "url": Said("a sign-post"),
}


def _kind_faults(key: str, item: Item) -> Iterator[Fault]:
    """An item is one thing, and says nothing that only another thing could."""
    given = {name for name in item.__struct_fields__ if getattr(item, name) not in (None, (), {}, False)} - {"id"}
    kinds = [name for name in _ALLOWED if name in given]
    if len(kinds) != 1:
        rule = msgid("it must be one of a requirement, a group, a path or a sign-post")
        yield key, rule, msgid("Give it a module, or a kind and items, or a path, or a url")
        return
    called, allowed = _CALLED[kinds[0]], _ALLOWED[kinds[0]]
    if strange := [name for name in item.__struct_fields__ if name in given - allowed]:
        strangely = Said("%(called)s has no %(names)s", called=called, names=", ".join(strange))
        yield key, strangely, Said("Remove them; it may have %(names)s", names=", ".join(sorted(allowed)))
    elif item.kind is not None:
        yield from _number_faults(key, item)


def _number_faults(key: str, group: Root | Item) -> Iterator[Fault]:
    """Each kind of group is told by its own numbers."""
    for name, kind in (("n", "n-of"), ("credits", "credits"), ("at_least", "team")):
        given = getattr(group, name)
        if (group.kind == kind) != (given is not None):
            rule = Said("kind %(kind)s with %(name)s = %(value)s", kind=group.kind, name=name, value=given)
            cure = Said("Give %(name)s to a group of the kind %(kind)s, and to no other", name=name, kind=kind)
            yield f"{key}.{name}", rule, cure
    if group.positions and group.kind != "team":
        rule = Said("kind %(kind)s with positions", kind=group.kind)
        yield f"{key}.positions", rule, msgid("Give positions to a team only")


def _needs(sources: Sequence[PathSource]) -> dict[str, set[str]]:
    """By path, those that must be there before it."""
    renewing = {source.slug: {source.recertification or source.slug} - {source.slug} for source in sources}
    return {source.slug: {*source.nested.values(), *renewing[source.slug]} for source in sources}


def _circles(sources: Sequence[tuple[str, PathSource]]) -> Iterator[Problem]:
    """No path may be within itself, by whatever way round."""
    needs = _needs([source for _, source in sources])
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        circle = error.args[1]
        file = next(file for file, source in sources if source.slug == circle[0])
        rule = Said("these paths need each other: %(circle)s", circle=" ← ".join(circle))
        yield Problem(file, "tree", rule, msgid("Take one out of the other"))


def _shared_names(sources: list[tuple[str, PathSource]]) -> Iterator[Problem]:
    """Two paths of one id, slug or activity would be one path to everyone who records."""
    for key in ("id", "slug", "activity"):
        counts = Counter(str(getattr(source, key)) for _, source in sources)
        for file, source in sources:
            if counts[value := str(getattr(source, key))] > 1:
                rule = Said("another path has the %(key)s %(value)s too", key=key, value=value)
                yield Problem(file, key, rule, msgid("Give each path its own"))
