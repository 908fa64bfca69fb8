"""What somebody can begin: the open paths, and the modules that can be taken by themselves; searched and filtered."""

from collections.abc import Mapping, Sequence
from math import inf
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from modules import Module, modules
from paths.learning.step_view import in_language
from paths.register.catalogue import Path, current_version, paths, paths_alone
from paths.register.fulfilling import fulfilling_modules
from paths.tree.requirements import Credits, Group, Leaf, NOf, counted, leaves


class Offer(msgspec.Struct, frozen=True):
    """A path, or a module taken `alone`. `minutes` is how long it takes at the least, of `modules` modules.

    `positions` are whom it is for. `languages` are those in which all that it needs can be taken.
    """

    slug: str
    title: str
    summary: str
    alone: bool
    positions: tuple[str, ...]
    topics: tuple[str, ...]
    languages: tuple[str, ...]
    minutes: int
    modules: int


class Wanted(msgspec.Struct, frozen=True):
    """What is looked for; what is empty is not asked. `minutes` is the longest that it may take."""

    text: str = ""
    position: str = ""
    topic: str = ""
    language: str = ""
    minutes: int | None = None


class Offers(msgspec.Struct, frozen=True):
    """The offers that are wanted, paths before modules, and by what else one may look through all of them."""

    offers: tuple[Offer, ...]
    positions: tuple[str, ...]
    topics: tuple[str, ...]
    languages: tuple[str, ...]


def find_offers(conn: Connection, wanted: Wanted, *, language: str) -> Offers:
    """The offers that are wanted, with titles in `language`."""
    offers = _offers(conn, language)
    return Offers(
        tuple(offer for offer in offers if fits(offer, wanted)),
        positions=tuple(sorted({each for offer in offers for each in offer.positions})),
        topics=tuple(sorted({each for offer in offers for each in offer.topics}, key=str.casefold)),
        languages=tuple(sorted({each for offer in offers for each in offer.languages})),
    )


def fits(offer: Offer, wanted: Wanted) -> bool:
    """Whether the offer has all that is wanted; each word of the text stands somewhere in its texts."""
    said = " ".join((offer.title, offer.summary, *offer.topics)).casefold()
    return (
        all(word in said for word in wanted.text.casefold().split())
        and wanted.position in {"", *offer.positions}
        and wanted.topic in {"", *offer.topics}
        and wanted.language in {"", *offer.languages}
        and offer.minutes <= (inf if wanted.minutes is None else wanted.minutes)
    )


def least_minutes(node: Leaf | Group, minutes: Mapping[str, int]) -> int:
    """How long it takes at the least, choices made for the shortest; `minutes` is by requirement.

    Where credits are asked for, what brings most of them a minute is taken first: close to the least, not always it.
    """
    if isinstance(node, Leaf):
        return minutes.get(node.id, 0)
    if isinstance(node, Credits):
        return _minutes_for(node, minutes)
    shortest = sorted(least_minutes(item, minutes) for item in counted(node))
    return sum(shortest[: node.n] if isinstance(node, NOf) else shortest)


def _minutes_for(group: Credits, minutes: Mapping[str, int]) -> int:
    left, taken = group.credits, 0
    bringing = [leaf for leaf in leaves(group) if leaf.credits and not leaf.optional]
    for leaf in sorted(bringing, key=lambda leaf: minutes.get(leaf.id, 0) / (leaf.credits or 1)):
        if left > 0:
            left, taken = left - (leaf.credits or 0), taken + minutes.get(leaf.id, 0)
    return taken


def _offers(conn: Connection, language: str) -> list[Offer]:
    """All there are: paths by their titles, then modules by theirs."""
    known = {module.id: module for module in modules(conn)}
    authored = [_path_offer(conn, each, known, language) for each in paths(conn) if each.is_open]
    alone = [
        _module_offer(each, known[each.alone], language)
        for each in paths_alone(conn)
        if each.is_open and each.alone is not None
    ]
    return [*sorted(authored, key=_by_title), *sorted(alone, key=_by_title)]


def _by_title(offer: Offer) -> tuple[str, str]:
    return offer.title.casefold(), offer.slug


def _path_offer(conn: Connection, each: Path, known: Mapping[UUID, Module], language: str) -> Offer:
    tree = current_version(conn, each.id).tree
    fulfilling = {id_: [known[one] for one in ids] for id_, ids in fulfilling_modules(conn, each.id).items()}
    needed = {leaf.id: fulfilling[leaf.id] for leaf in leaves(tree) if not leaf.optional and leaf.id in fulfilling}
    topics = dict.fromkeys(topic for own in needed.values() for module in own for topic in module.topics)
    asked = (rule.position for rule in each.audience if rule.position is not None)
    return Offer(
        slug=each.slug,
        title=in_language(each.texts.title, language),
        summary=in_language(each.texts.summary, language),
        alone=False,
        positions=tuple(dict.fromkeys((each.role, *asked))),
        topics=tuple(topics),
        languages=_languages(list(needed.values())),
        minutes=least_minutes(tree, {id_: own[0].minutes for id_, own in fulfilling.items()}),
        modules=len(needed),
    )


def _languages(needed: Sequence[Sequence[Module]]) -> tuple[str, ...]:
    """Those in which there is a module for each requirement."""
    each = [{language for module in own for language in module.languages} for own in needed]
    return tuple(sorted(set.intersection(*each))) if each else ()


def _module_offer(each: Path, module: Module, language: str) -> Offer:
    return Offer(
        slug=each.slug,
        title=in_language(module.title, language),
        summary=in_language(module.summary, language),
        alone=True,
        positions=module.audience,
        topics=module.topics,
        languages=module.languages,
        minutes=module.minutes,
        modules=1,
    )
