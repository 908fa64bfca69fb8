"""Which path is for somebody, and why: by what they do, what they want to learn, and what they have shown already.

Choosing is pure: a wish and the paths as the learner has them in, proposals with a reason for each step out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from math import ceil
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from content import DeliveryMode
from modules import Module, modules
from paths.judging.completion import State
from paths.learning.path_view import PathView, path_view
from paths.learning.step_view import Step, Steps
from paths.register.audience import is_for
from paths.register.catalogue import Path, paths
from people import Person, needs, positions_of, profiles


class Manner(StrEnum):
    """How somebody likes to learn: by themselves, with others, or either."""

    ALONE = "alone"
    TOGETHER = "together"
    EITHER = "either"


class Wish(msgspec.Struct, frozen=True):
    """What somebody does, what they want to learn about (in small letters), and how; `minutes` are those of a week."""

    positions: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    minutes: int | None = None
    manner: Manner = Manner.EITHER


class Because(StrEnum):
    """Why a step, or a path, is proposed.

    POSITION: it is for what they do. TOPIC: it is about what they chose. BELONGS: a rule of the path is about them.
    MANNER: it can be taken as they like to learn. NEEDED: the path asks for it. SHORTEST: of those that one may choose
    from it takes least time.
    """

    POSITION = "position"
    TOPIC = "topic"
    BELONGS = "belongs"
    MANNER = "manner"
    NEEDED = "needed"
    SHORTEST = "shortest"


class Reason(msgspec.Struct, frozen=True):
    """A reason and the words that fill it: positions or topics."""

    because: Because
    words: tuple[str, ...] = ()


class ProposedStep(msgspec.Struct, frozen=True):
    """A requirement that is still to be done, and why this one."""

    id: str
    title: str
    minutes: int
    reasons: tuple[Reason, ...]


class Proposal(msgspec.Struct, frozen=True):
    """A path for somebody: why, what is to be done, and the titles of what is skipped since it is shown already.

    `weeks` is how long it takes with the time that they have; None where they did not say.
    """

    slug: str
    title: str
    summary: str
    enrolled: bool
    reasons: tuple[Reason, ...]
    steps: tuple[ProposedStep, ...]
    skipped: tuple[str, ...]
    minutes: int
    weeks: int | None


def recommend(
    conn: Connection, person: Person, *, minutes: int | None, manner: Manner, language: str, now: datetime
) -> list[Proposal]:
    """The paths that are for the person by what they said, the best first; none that they have completed."""
    wish = wish_of(conn, person.id, minutes=minutes, manner=manner)
    profile = profiles.profiles_of(conn, [person.id])[person.id]
    said = profiles.Profile(wish.positions, profile.needs, profile.belongings)
    known = {module.id: module for module in modules(conn)}
    found = [
        Candidate(each, path_view(conn, person, each.slug, language=language, now=now), is_for(each.audience, said))
        for each in paths(conn)
        if each.is_open
    ]
    return propose(wish, found, known)


def wish_of(conn: Connection, person_id: UUID, *, minutes: int | None, manner: Manner) -> Wish:
    """What the person said that they do and want to learn, and what staff entered that they do."""
    does = positions_of(conn, person_id) | needs.calling_of(conn, person_id)
    return Wish(does, needs.needs_of(conn, person_id), minutes, manner)


def topics_offered(conn: Connection) -> list[str]:
    """What one can learn about on the open paths, in order of letters."""
    return sorted({topic.casefold() for module in modules(conn) if module.can_begin for topic in module.topics})


class Candidate(msgspec.Struct, frozen=True):
    """A path, as the learner has it, and whether a rule of it is about them."""

    path: Path
    view: PathView
    belongs: bool


def propose(wish: Wish, found: Iterable[Candidate], known: Mapping[UUID, Module]) -> list[Proposal]:
    """Those of the paths for which something speaks, the best first; of equals the one that takes less time."""
    ranked = []
    for each in found:
        if each.view.state is State.SATISFIED or each.view.for_teams:
            continue
        proposal = _proposal(wish, each, known)
        if proposal.steps and proposal.reasons:
            ranked.append((-_weight(proposal.reasons), proposal.minutes, proposal.slug, proposal))
    return [proposal for *_, proposal in sorted(ranked, key=lambda rank: rank[:3])]


def _weight(reasons: Sequence[Reason]) -> int:
    """A rule or a position outweighs one topic, and two topics outweigh a position."""
    weights = {Because.BELONGS: 3, Because.POSITION: 3}
    return sum(weights.get(each.because, 2 * len(each.words)) for each in reasons)


def _proposal(wish: Wish, found: Candidate, known: Mapping[UUID, Module]) -> Proposal:
    chosen = list(_chosen(wish, found.view.items, known))
    steps = tuple(ProposedStep(step.id, step.title, step.minutes, reasons) for step, reasons in chosen)
    minutes = sum(step.minutes for step in steps)
    topics = {word for step in steps for each in step.reasons if each.because is Because.TOPIC for word in each.words}
    reasons = [Reason(Because.POSITION, (found.path.role,))] if found.path.role in wish.positions else []
    reasons += [Reason(Because.BELONGS)] if found.belongs else []
    reasons += [Reason(Because.TOPIC, tuple(sorted(topics)))] if topics else []
    return Proposal(
        slug=found.view.slug,
        title=found.view.title,
        summary=found.view.summary,
        enrolled=found.view.enrolled,
        reasons=tuple(reasons),
        steps=steps,
        skipped=tuple(step.title for step in _shown_already(found.view.items)),
        minutes=minutes,
        weeks=ceil(minutes / wish.minutes) if wish.minutes else None,
    )


def _shown_already(items: Steps) -> Iterator[Step]:
    for step in items:
        if isinstance(step, Step):
            if not step.items and step.state is State.SATISFIED:
                yield step
            yield from _shown_already(step.items)


def _chosen(wish: Wish, items: Steps, known: Mapping[UUID, Module]) -> Iterator[tuple[Step, tuple[Reason, ...]]]:
    """What of the items is to be done, in the author's order: all that is needed, and what is optional if it is wished.

    Where there is a choice, what speaks to the wish comes before what does not, and the short before the long.
    """
    for step in items:
        if not isinstance(step, Step) or step.state is State.SATISFIED:
            continue
        if step.items:
            yield from _of_group(wish, step, known)
        elif not step.coming_soon:
            reasons = _speaks(wish, step, known)
            if not step.optional:
                yield step, reasons or (Reason(Because.NEEDED),)
            elif any(each.because is Because.TOPIC for each in reasons):
                yield step, reasons


def _of_group(wish: Wish, group: Step, known: Mapping[UUID, Module]) -> Iterator[tuple[Step, tuple[Reason, ...]]]:
    inside = [(item, list(_chosen(wish, (item,), known))) for item in group.items if isinstance(item, Step)]
    open_ones = [(item, own) for item, own in inside if own]
    if group.choose is None and group.credits is None:
        for _, own in open_ones:
            yield from own
        return
    ranked = sorted(open_ones, key=lambda pair: _rank(pair[1]))
    taken = {item.id for item in _enough(group, [item for item, _ in ranked])}
    for item, own in open_ones:
        if item.id in taken:
            shortest = (Reason(Because.SHORTEST),)
            yield from ((step, shortest if each == (Reason(Because.NEEDED),) else each) for step, each in own)


def _rank(own: Sequence[tuple[Step, tuple[Reason, ...]]]) -> tuple[int, int]:
    speaking = sum(each.because not in {Because.NEEDED, Because.SHORTEST} for _, reasons in own for each in reasons)
    return -speaking, sum(step.minutes for step, _ in own)


def _enough(group: Step, ranked: Sequence[Step]) -> list[Step]:
    """As many of the items, the best first, as the group still asks for."""
    done = [item for item in group.items if isinstance(item, Step) and item.state is State.SATISFIED]
    if group.choose is not None:
        return list(ranked[: max(group.choose - len(done), 0)])
    left = (group.credits or 0) - sum(item.brings or 0 for item in done)
    taken: list[Step] = []
    for item in ranked:
        if left > 0:
            taken.append(item)
            left -= item.brings or 0
    return taken


def _speaks(wish: Wish, step: Step, known: Mapping[UUID, Module]) -> tuple[Reason, ...]:
    """What speaks for the step by itself."""
    module = known.get(step.module_id) if step.module_id else None
    if module is None:
        return ()
    topics = tuple(topic.casefold() for topic in module.topics if topic.casefold() in wish.topics)
    positions = tuple(each for each in module.audience if each in wish.positions)
    reasons = [Reason(Because.TOPIC, topics)] if topics else []
    reasons += [Reason(Because.POSITION, positions)] if positions else []
    return (*reasons, Reason(Because.MANNER)) if _suits(wish.manner, module) else tuple(reasons)


def _suits(manner: Manner, module: Module) -> bool:
    online = {way.mode is DeliveryMode.ONLINE for way in module.ways}
    return (manner is Manner.ALONE and True in online) or (manner is Manner.TOGETHER and False in online)
