"""A path as a learner has it before them: every requirement in order, how far they are, and the one next step."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Connection

from content import Status
from modules import Module, modules
from paths.catalogue import Path, current_version, path, version
from paths.completion import Register, State
from paths.explanation import Explanation, Lack, Missing, explain
from paths.facts import agents_of, facts_of_agents
from paths.register import Enrolment, enrolment_of, enrolments_of, fulfilments_of, opened_modules
from paths.requirements import Group, Leaf, NOf, counted, judged
from paths.steps import next_steps
from people import Person


class Step(msgspec.Struct, frozen=True):
    """One node as it is shown: a requirement with its module, or a group with `items`, of which some are to `choose`.

    `opens_after` are the titles of what must be finished before it opens. What is locked or `coming_soon` (its module
    is a draft) cannot be opened. `missing` and `evidence` say why the state is what it is.
    """

    id: str
    title: str
    state: State
    since: datetime | None
    score: float | None
    evidence: tuple[UUID, ...]
    missing: tuple[Missing, ...]
    done: int
    needed: int
    minutes: int
    optional: bool = False
    coming_soon: bool = False
    min_score: float | None = None
    opens_after: tuple[str, ...] = ()
    module_id: UUID | None = None
    choose: int | None = None
    items: tuple["Step", ...] = ()

    @property
    def can_open(self) -> bool:
        return self.module_id is not None and self.state != State.LOCKED and not self.coming_soon


class PathView(msgspec.Struct, frozen=True):
    """One person's path; its dates are in the path's time zone. Without `enrolment`, what it would be if they enrolled.

    `done` of `needed` counts requirements, and those of a choice only as far as the choice needs them.
    """

    id: UUID
    slug: str
    title: str
    summary: str
    is_open: bool
    enrolment: Enrolment | None
    state: State
    done: int
    needed: int
    score: float | None
    completed_at: datetime | None
    next_step: Step | None
    items: tuple[Step, ...]

    @property
    def enrolled(self) -> bool:
        return self.enrolment is not None


def path_view(conn: Connection, person: Person, slug: str, *, language: str, now: datetime) -> PathView:
    """The person's path by the facts that are folded, titles in `language`. Raises Missing for an unknown path."""
    asked = path(conn, slug)
    return _view(conn, person, asked, enrolment_of(conn, person.id, asked.id), language, now)


def path_views(conn: Connection, person: Person, *, language: str, now: datetime) -> list[PathView]:
    """All paths on which the person is enrolled, the oldest enrolment first, each path once."""
    oldest: dict[UUID, Enrolment] = {}
    for enrolled in enrolments_of(conn, person.id):
        oldest.setdefault(enrolled.path_id, enrolled)
    return [_view(conn, person, path(conn, path_id), enrolled, language, now) for path_id, enrolled in oldest.items()]


class _Words(msgspec.Struct, frozen=True):
    """What the texts of a view are made from."""

    path: Path
    language: str
    zone: ZoneInfo
    modules: dict[str, Module]
    """By requirement: the module that is opened for it."""

    def title(self, node: str) -> str:
        module = self.modules.get(node)
        texts = module.title if module else self.path.texts.groups.get(node, self.path.texts.title)
        return _in(texts, self.language)

    def local(self, at: datetime | None) -> datetime | None:
        return at and at.astimezone(self.zone)


def _view(
    conn: Connection, person: Person, asked: Path, enrolled: Enrolment | None, language: str, now: datetime
) -> PathView:
    tree = (version(conn, enrolled.version_id) if enrolled else current_version(conn, asked.id)).tree
    rules = fulfilments_of(conn, asked.id)
    facts = facts_of_agents(conn, agents_of(conn, person.id), {rule.activity for rule in rules})
    zone = ZoneInfo(asked.time_zone)
    why = explain(tree, Register(enrolled.enrolled_at if enrolled else now, tuple(rules), asked.time_zone), facts)
    words = _Words(asked, language, zone, _modules(conn, asked.id))
    steps = _steps(tree, why, words)
    nearest = next_steps(tree, why)
    return PathView(
        id=asked.id,
        slug=asked.slug,
        title=_in(asked.texts.title, language),
        summary=_in(asked.texts.summary, language),
        is_open=asked.is_open,
        enrolment=enrolled,
        state=why.state,
        done=why.done,
        needed=why.needed,
        score=why.score,
        completed_at=words.local(why.since) if why.state == State.SATISFIED else None,
        next_step=next((step for step in flat(steps) if step.id in nearest and step.can_open), None),
        items=steps,
    )


def _steps(group: Group, why: Explanation, words: _Words) -> tuple[Step, ...]:
    return tuple(
        _requirement(item, found, words) if isinstance(item, Leaf) else _group(item, found, words)
        for item, found in zip(judged(group), why.items, strict=True)
    )


def _group(group: Group, why: Explanation, words: _Words) -> Step:
    items = _steps(group, why, words)
    choose = group.n if isinstance(group, NOf) and group.n < len(counted(group)) else None
    return _step(why, words, minutes=sum(item.minutes for item in items), choose=choose, items=items)


def _requirement(leaf: Leaf, why: Explanation, words: _Words) -> Step:
    module = words.modules.get(leaf.id)
    before = [node for missing in why.missing if missing.lack == Lack.BEFORE for node in missing.nodes]
    return _step(
        why,
        words,
        minutes=module.minutes if module else 0,
        optional=leaf.optional,
        coming_soon=module is None or module.status == Status.DRAFT,
        min_score=leaf.min_score,
        opens_after=tuple(map(words.title, before)),
        module_id=module.id if module else None,
    )


def _step(why: Explanation, words: _Words, **rest: Any) -> Step:
    return Step(
        id=why.id,
        title=words.title(why.id),
        state=why.state,
        since=words.local(why.since),
        score=why.score,
        evidence=why.evidence,
        missing=why.missing,
        done=why.done,
        needed=why.needed,
        **rest,
    )


def flat(steps: Iterable[Step]) -> Iterator[Step]:
    """The steps and all that is inside them, in order."""
    for step in steps:
        yield step
        yield from flat(step.items)


def _modules(conn: Connection, path_id: UUID) -> dict[str, Module]:
    opened = opened_modules(conn, path_id)
    known = {each.id: each for each in modules(conn, set(opened.values()))}
    return {requirement: known[module_id] for requirement, module_id in opened.items()}


def _in(texts: Mapping[str, str], language: str) -> str:
    """The text in `language`, or in English where a draft has no other."""
    return texts.get(language) or texts["en"]
