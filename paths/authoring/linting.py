"""What is wrong with a path whose form is sound: it names what there is not, or nobody could complete it."""

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from math import fsum
from typing import TypeAlias

from content import Finishing, MoveOn, Status
from paths.authoring.authored import PathSource
from paths.authoring.composing import Composition, Offer
from paths.authoring.date_linting import date_faults
from paths.tree.requirements import Credits, Group, Leaf, NOf, SignPost, Team, counted, leaves, nodes

Fault: TypeAlias = tuple[str, str, str]
"""Where, the rule that is broken, and the cure."""


def reference_faults(
    source: PathSource, offers: Mapping[str, Offer | None], others: Mapping[str, Composition | None]
) -> Iterator[Fault]:
    """What it names and there is not, or may not stand there."""
    for id_, slugs in source.modules.items():
        for slug in slugs:
            if slug not in offers:
                key = "module" if slug == slugs[0] else "also"
                yield f"tree.{id_}.{key}", f"there is no module {slug}", "Add the module, or correct the name"
        if len(set(slugs)) < len(slugs):
            yield f"tree.{id_}.also", "a module is named twice", "Name each once, beside the requirement's own"
    for id_, slug in source.nested.items():
        yield from _nested_faults(f"tree.{id_}.path", source, slug, others)
    renewing = source.recertification
    if renewing is not None and renewing != source.slug and renewing not in others:
        yield "recertification", f"there is no path {renewing}", "Add the path, or correct the name"


def _nested_faults(
    key: str, source: PathSource, slug: str, others: Mapping[str, Composition | None]
) -> Iterator[Fault]:
    other = others.get(slug)
    if slug == source.slug:
        yield key, "a path cannot be within itself", "Name another path"
    elif slug not in others:
        yield key, f"there is no path {slug}", "Add the path, or correct the name"
    elif other is None:
        return
    elif any(getattr(node, "path", None) == source.activity for node in nodes(other.tree)):
        yield key, f"the path {slug} has this one in it", "Take one out of the other"
    elif isinstance(other.tree, Team):
        yield key, f"the path {slug} is a team's as a whole", "Give it a tree of the kind all, with the team in it"
    elif other.status in {Status.DRAFT, Status.RETIRED} and source.status in {Status.LIVE, Status.PILOT}:
        cure = "Take it out, or make this path a draft until it is ready"
        yield key, f"the path {slug} is {_word(other.status)}, so nobody could finish this one", cure


def composition_faults(
    source: PathSource,
    composition: Composition,
    offers: Mapping[str, Offer | None],
    others: Mapping[str, Composition],
) -> Iterator[Fault]:
    """What makes the tree impossible, or sense impossible to make of it."""
    yield from _count_faults(composition, offers)
    yield from _team_faults(composition.tree)
    yield from _wait_faults(composition.tree)
    yield from _module_faults(composition, offers)
    yield from _asking_faults(composition, offers)
    yield from date_faults(composition.tree)
    yield from _renewal_faults(source, composition, others)


def _count_faults(composition: Composition, offers: Mapping[str, Offer | None]) -> Iterator[Fault]:
    unread = {id_ for id_, slugs in composition.modules.items() if offers.get(slugs[0]) is None}
    for group in _groups(composition.tree):
        count, key = len(counted(group)), f"tree.{group.id}"
        if count == 0:
            yield key, "nothing in it counts", "Add a requirement that is not optional"
        elif isinstance(group, NOf) and group.n > count:
            yield f"{key}.n", f"{group.n} needed, {count} can count", f"Lower n to {count} or add items"
        elif isinstance(group, Credits) and unread.isdisjoint(leaf.id for leaf in leaves(group)):
            yield from _credit_faults(key, group)


def _credit_faults(key: str, group: Credits) -> Iterator[Fault]:
    own = [leaf for leaf in leaves(group) if not leaf.optional]
    for leaf in own:
        if leaf.credits is None:
            cure = "Give credits to it or its module, or make it optional"
            yield f"tree.{leaf.id}.credits", f"it brings no credits to {group.id}", cure
    most = fsum(leaf.credits or 0 for leaf in own)
    if most < group.credits:
        rule = f"{group.credits:g} needed, {most:g} can be had"
        yield f"{key}.credits", rule, f"Lower credits to {most:g} or add items"


def _team_faults(tree: Group) -> Iterator[Fault]:
    teams = [group for group in _groups(tree) if isinstance(group, Team)]
    asked = {node.id for team in teams for node in nodes(team) if node is not team}
    for team in teams:
        if team.id in asked:
            rule = "a team is within a team, whose members are people, so it is never satisfied"
            yield f"tree.{team.id}", rule, "Put it beside the other team, or make it a group of another kind"
    for leaf in leaves(tree) if teams else ():
        if leaf.id not in asked and not leaf.optional:
            rule = "it is in no team, and an organisation does nothing by itself"
            yield f"tree.{leaf.id}", rule, "Put it into a team, or into a path of its own"


def _wait_faults(tree: Group) -> Iterator[Fault]:
    known = {node.id for node in nodes(tree)}
    for leaf in leaves(tree):
        for before in sorted(set(leaf.after) - known):
            yield f"tree.{leaf.id}.after", f"{before} is not in this path", "Name the id of a requirement or group"
        for before in sorted(set(leaf.after) & {node.id for node in nodes(tree) if isinstance(node, SignPost)}):
            yield f"tree.{leaf.id}.after", f"{before} is a sign-post and opens nothing", f"Remove {before}"
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


def _module_faults(composition: Composition, offers: Mapping[str, Offer | None]) -> Iterator[Fault]:
    """A requirement that counts needs a module that can be begun; what nobody can begin opens nothing."""
    closed = {leaf.id: word for leaf in leaves(composition.tree) if (word := _closed(composition, leaf, offers))}
    for leaf in leaves(composition.tree):
        slug = composition.modules[leaf.id][0]
        if leaf.id in closed and not leaf.optional and composition.status in {Status.LIVE, Status.PILOT}:
            rule = f"the module {slug} is {closed[leaf.id]}, so nobody could finish the path"
            yield f"tree.{leaf.id}", rule, _CURES[closed[leaf.id]]
        for before in sorted(closed.keys() & set(leaf.after) - {leaf.id}):
            if leaf.id not in closed:
                yield f"tree.{leaf.id}.after", f"{before} is {closed[before]} and opens nothing", f"Remove {before}"


_CURES = {
    "a draft": "Make the requirement optional until the module is ready, or the path a draft",
    "retired": "Name a module in its place or in `also`, make the requirement optional, or retire the path",
}


def _closed(composition: Composition, leaf: Leaf, offers: Mapping[str, Offer | None]) -> str | None:
    """Why nobody can begin any of its modules, or None where somebody can, or nobody can tell."""
    found = [offers.get(slug) for slug in composition.modules[leaf.id]]
    statuses = [each.status for each in found if each is not None]
    if len(statuses) < len(found) or {Status.LIVE, Status.PILOT} & {*statuses}:
        return None
    return _word(statuses[0])


def _word(status: Status) -> str:
    return "a draft" if status is Status.DRAFT else status.value


def _asking_faults(composition: Composition, offers: Mapping[str, Offer | None]) -> Iterator[Fault]:
    """What a requirement asks beside its module must be something, and something that can come of the module."""
    for leaf in leaves(composition.tree):
        key = f"tree.{leaf.id}"
        yield from _finishing_faults(f"{key}.asks", leaf.asks)
        found = [offers.get(slug) for slug in composition.modules[leaf.id]]
        scored = any(each is None or each.scored for each in found)
        asks_score = leaf.min_score is not None or (leaf.asks is not None and leaf.asks.min_score is not None)
        asks_passing = leaf.asks is not None and leaf.asks.move_on in {MoveOn.PASSED, MoveOn.COMPLETED_AND_PASSED}
        if (asks_score or asks_passing) and not scored:
            rule = f"no score can come of the module {composition.modules[leaf.id][0]}: it has no quiz"
            yield f"{key}.min_score" if asks_score else f"{key}.asks", rule, "Remove it, or give the module a quiz"


def _finishing_faults(key: str, asks: Finishing | None) -> Iterator[Fault]:
    if asks is None:
        return
    if asks.signed_off_by and not asks.signed_off:
        yield f"{key}.signed_off_by", "it says by whom, and asks for no sign-off", "Add signed_off = true"
    elif asks.move_on is MoveOn.NOT_APPLICABLE or not asks.asks_something:
        yield key, "it asks for nothing", "Remove it, or say what is to be shown"


def _renewal_faults(source: PathSource, composition: Composition, others: Mapping[str, Composition]) -> Iterator[Fault]:
    """Whoever takes the path of recertification must have shown something anew by it."""
    if source.recertification is None:
        return
    expiring = {leaf.id for leaf in _expiring(composition.tree, within=False)}
    if not expiring:
        yield "recertification", "nothing in this path runs out", "Give something valid_for, or remove it"
        return
    renewing = composition if source.recertification == source.slug else others.get(source.recertification)
    if renewing is None:
        return
    shown = {slug for slugs in renewing.modules.values() for slug in slugs}
    if not any(shown.intersection(composition.modules[id_]) for id_ in expiring):
        rule = f"what runs out here is not shown anew by the path {source.recertification}"
        yield "recertification", rule, "Name one of its modules in `also` of what runs out"


def _expiring(group: Group, *, within: bool) -> Iterator[Leaf]:
    """The requirements that run out, by themselves or with a group that they are in."""
    within = within or (group.when is not None and group.when.valid_for is not None)
    for item in group.items:
        if isinstance(item, Leaf):
            if within or (item.when is not None and item.when.valid_for is not None):
                yield item
        elif not isinstance(item, SignPost):
            yield from _expiring(item, within=within)


def _groups(tree: Group) -> Iterable[Group]:
    return (node for node in nodes(tree) if not isinstance(node, Leaf | SignPost))
