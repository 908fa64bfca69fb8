"""What is wrong with a path whose form is sound: it names what there is not, or nobody could complete it."""

from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from math import fsum
from typing import TypeAlias

from base import Said, msgid
from content import Finishing, MoveOn, Status
from paths.authoring.authored import PathSource
from paths.authoring.composing import Composition, Offer
from paths.authoring.date_linting import date_faults
from paths.tree.requirements import Credits, Group, Leaf, NOf, SignPost, Team, counted, leaves, nodes

Fault: TypeAlias = tuple[str, str, str]
"""Where, the rule that is broken, and the cure: sentences that pages say in the reader's language (`base.Said`)."""


def reference_faults(
    source: PathSource, offers: Mapping[str, Offer | None], others: Mapping[str, Composition | None]
) -> Iterator[Fault]:
    """What it names and there is not, or may not stand there."""
    for id_, slugs in source.modules.items():
        for slug in slugs:
            if slug not in offers:
                key = "module" if slug == slugs[0] else "also"
                rule = Said("there is no module %(slug)s", slug=slug)
                yield f"tree.{id_}.{key}", rule, msgid("Add the module, or correct the name")
        if len(set(slugs)) < len(slugs):
            cure = msgid("Name each once, beside the requirement's own")
            yield f"tree.{id_}.also", msgid("a module is named twice"), cure
    for id_, slug in source.nested.items():
        yield from _nested_faults(f"tree.{id_}.path", source, slug, others)
    renewing = source.recertification
    if renewing is not None and renewing != source.slug and renewing not in others:
        yield "recertification", Said("there is no path %(slug)s", slug=renewing), _ADD_PATH


def _nested_faults(
    key: str, source: PathSource, slug: str, others: Mapping[str, Composition | None]
) -> Iterator[Fault]:
    other = others.get(slug)
    if slug == source.slug:
        yield key, msgid("a path cannot be within itself"), msgid("Name another path")
    elif slug not in others:
        yield key, Said("there is no path %(slug)s", slug=slug), _ADD_PATH
    elif other is None:
        return
    elif any(getattr(node, "path", None) == source.activity for node in nodes(other.tree)):
        yield key, Said("the path %(slug)s has this one in it", slug=slug), msgid("Take one out of the other")
    elif isinstance(other.tree, Team):
        rule = Said("the path %(slug)s is a team's as a whole", slug=slug)
        yield key, rule, msgid("Give it a tree of the kind all, with the team in it")
    elif other.status in {Status.DRAFT, Status.RETIRED} and source.status in {Status.LIVE, Status.PILOT}:
        rule = Said(
            "the path %(slug)s is %(status)s, so nobody could finish this one", slug=slug, status=_said(other.status)
        )
        yield key, rule, msgid("Take it out, or make this path a draft until it is ready")


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
            yield key, msgid("nothing in it counts"), msgid("Add a requirement that is not optional")
        elif isinstance(group, NOf) and group.n > count:
            rule = Said("%(needed)s needed, %(count)s can count", needed=group.n, count=count)
            yield f"{key}.n", rule, Said("Lower n to %(count)s or add items", count=count)
        elif isinstance(group, Credits) and unread.isdisjoint(leaf.id for leaf in leaves(group)):
            yield from _credit_faults(key, group)


def _credit_faults(key: str, group: Credits) -> Iterator[Fault]:
    own = [leaf for leaf in leaves(group) if not leaf.optional]
    for leaf in own:
        if leaf.credits is None:
            rule = Said("it brings no credits to %(group)s", group=group.id)
            yield f"tree.{leaf.id}.credits", rule, msgid("Give credits to it or its module, or make it optional")
    most = fsum(leaf.credits or 0 for leaf in own)
    if most < group.credits:
        rule = Said("%(needed)s needed, %(most)s can be had", needed=float(group.credits), most=most)
        yield f"{key}.credits", rule, Said("Lower credits to %(most)s or add items", most=most)


def _team_faults(tree: Group) -> Iterator[Fault]:
    teams = [group for group in _groups(tree) if isinstance(group, Team)]
    asked = {node.id for team in teams for node in nodes(team) if node is not team}
    for team in teams:
        if team.id in asked:
            rule = msgid("a team is within a team, whose members are people, so it is never satisfied")
            yield f"tree.{team.id}", rule, msgid("Put it beside the other team, or make it a group of another kind")
    for leaf in leaves(tree) if teams else ():
        if leaf.id not in asked and not leaf.optional:
            rule = msgid("it is in no team, and an organisation does nothing by itself")
            yield f"tree.{leaf.id}", rule, msgid("Put it into a team, or into a path of its own")


def _wait_faults(tree: Group) -> Iterator[Fault]:
    known = {node.id for node in nodes(tree)}
    for leaf in leaves(tree):
        for before in sorted(set(leaf.after) - known):
            rule = Said("%(id)s is not in this path", id=before)
            yield f"tree.{leaf.id}.after", rule, msgid("Name the id of a requirement or group")
        for before in sorted(set(leaf.after) & {node.id for node in nodes(tree) if isinstance(node, SignPost)}):
            rule = Said("%(id)s is a sign-post and opens nothing", id=before)
            yield f"tree.{leaf.id}.after", rule, Said("Remove %(id)s", id=before)
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
        rule = Said("these wait for each other: %(circle)s", circle=circle)
        yield f"tree.{error.args[1][0]}", rule, msgid("Remove one of their `after`")


def _module_faults(composition: Composition, offers: Mapping[str, Offer | None]) -> Iterator[Fault]:
    """A requirement that counts needs a module that can be begun; what nobody can begin opens nothing."""
    closed = {leaf.id: word for leaf in leaves(composition.tree) if (word := _closed(composition, leaf, offers))}
    for leaf in leaves(composition.tree):
        slug = composition.modules[leaf.id][0]
        if leaf.id in closed and not leaf.optional and composition.status in {Status.LIVE, Status.PILOT}:
            status = closed[leaf.id]
            rule = Said("the module %(slug)s is %(status)s, so nobody could finish the path", slug=slug, status=status)
            yield f"tree.{leaf.id}", rule, _CURES[status]
        for before in sorted(closed.keys() & set(leaf.after) - {leaf.id}):
            if leaf.id not in closed:
                rule = Said("%(id)s is %(status)s and opens nothing", id=before, status=closed[before])
                yield f"tree.{leaf.id}.after", rule, Said("Remove %(id)s", id=before)


_ADD_PATH = msgid("Add the path, or correct the name")
_DRAFT, _RETIRED = Said("a draft"), Said("retired")
_CURES = {
    _DRAFT: msgid("Make the requirement optional until the module is ready, or the path a draft"),
    _RETIRED: msgid("Name a module in its place or in `also`, make the requirement optional, or retire the path"),
}


def _closed(composition: Composition, leaf: Leaf, offers: Mapping[str, Offer | None]) -> Said | None:
    """Why nobody can begin any of its modules, or None where somebody can, or nobody can tell."""
    found = [offers.get(slug) for slug in composition.modules[leaf.id]]
    statuses = [each.status for each in found if each is not None]
    if len(statuses) < len(found) or {Status.LIVE, Status.PILOT} & {*statuses}:
        return None
    return _said(statuses[0])


def _said(status: Status) -> Said:
    return _DRAFT if status is Status.DRAFT else _RETIRED


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
            slug = composition.modules[leaf.id][0]
            rule = Said("no score can come of the module %(slug)s: it has no quiz", slug=slug)
            yield (
                f"{key}.min_score" if asks_score else f"{key}.asks",
                rule,
                msgid("Remove it, or give the module a quiz"),
            )


def _finishing_faults(key: str, asks: Finishing | None) -> Iterator[Fault]:
    if asks is None:
        return
    if asks.signed_off_by and not asks.signed_off:
        rule = msgid("it says by whom, and asks for no sign-off")
        yield f"{key}.signed_off_by", rule, msgid("Add signed_off = true")
    elif asks.move_on is MoveOn.NOT_APPLICABLE or not asks.asks_something:
        yield key, msgid("it asks for nothing"), msgid("Remove it, or say what is to be shown")


def _renewal_faults(source: PathSource, composition: Composition, others: Mapping[str, Composition]) -> Iterator[Fault]:
    """Whoever takes the path of recertification must have shown something anew by it."""
    if source.recertification is None:
        return
    expiring = {leaf.id for leaf in _expiring(composition.tree, within=False)}
    if not expiring:
        rule = msgid("nothing in this path runs out")
        yield "recertification", rule, msgid("Give something valid_for, or remove it")
        return
    renewing = composition if source.recertification == source.slug else others.get(source.recertification)
    if renewing is None:
        return
    shown = {slug for slugs in renewing.modules.values() for slug in slugs}
    if not any(shown.intersection(composition.modules[id_]) for id_ in expiring):
        rule = Said("what runs out here is not shown anew by the path %(slug)s", slug=source.recertification)
        yield "recertification", rule, msgid("Name one of its modules in `also` of what runs out")


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
