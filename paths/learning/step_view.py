"""The steps of a path as they are shown: each node with its title, its dates as days, what there is to do. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from content import Delivery, DeliveryMode, Status
from modules import Module
from paths.judging.completion import State, Verdict
from paths.judging.explanation import Explanation, Lack, Missing
from paths.learning.renewal import renewals
from paths.register.catalogue import Path
from paths.tree.requirements import Credits, Group, Leaf, NOf, SignPost, Team, counted


class Elsewhere(msgspec.Struct, frozen=True):
    """A sign-post: something at `url`, shown at its place and never counted."""

    id: str
    title: str
    url: str


class Step(msgspec.Struct, frozen=True):
    """One node as it is shown: a requirement with its module, or a group with `items`, of which some are to `choose`.

    `opens_after` are the titles of what must be finished before it opens. What cannot be opened is locked, or
    `coming_soon` (its module is a draft), `retired`, or taken in other `ways` only. `missing` and `evidence` say why
    the state is what it is. `due` and `until` are the last days in time, and on which it is valid; `renews` says that
    it may be shown anew. It opens in `language`, and what is finished of `also` (titles) fulfils it too. A requirement
    `brings` credits, and a group may want some (`credits`), or a team.
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
    can_open: bool = False
    due: date | None = None
    overdue: bool = False
    until: date | None = None
    renews: bool = False
    optional: bool = False
    coming_soon: bool = False
    retired: bool = False
    min_score: float | None = None
    opens_after: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    module_id: UUID | None = None
    language: str | None = None
    also: tuple[str, ...] = ()
    ways: tuple[Delivery, ...] = ()
    brings: float | None = None
    choose: int | None = None
    credits: float | None = None
    team: bool = False
    items: tuple["Step | Elsewhere", ...] = ()


Steps: TypeAlias = tuple[Step | Elsewhere, ...]


class Wording(msgspec.Struct, frozen=True):
    """What the steps of a path are worded by: its texts, its days, and by requirement the modules that fulfil it."""

    path: Path
    language: str
    zone: ZoneInfo
    modules: Mapping[str, Sequence[Module]]

    def title(self, node: str) -> str:
        fulfilling = self.modules.get(node)
        texts = fulfilling[0].title if fulfilling else self.path.texts.groups.get(node, self.path.texts.title)
        return in_language(texts, self.language)

    def local(self, at: datetime | None) -> datetime | None:
        return at and at.astimezone(self.zone)

    def last(self, end: datetime | None) -> datetime | None:
        """The last moment before `end`: what is due by midnight is due on the day before."""
        return self.local(end and end - datetime.resolution)

    def last_day(self, end: datetime | None) -> date | None:
        last = self.last(end)
        return last and last.date()


def steps(tree: Group, why: Explanation, wording: Wording, *, now: datetime) -> Steps:
    """The steps of the path in the author's order, as they are explained."""
    verdicts = {each.id: Verdict(each.state, each.since, until=each.until) for each in _all(why)}
    return _Showing(wording, frozenset(renewals(tree, verdicts, wording.zone, now=now))).items(tree, why)


def flat(shown: Iterable[Step | Elsewhere]) -> Iterator[Step]:
    """The steps and all that is inside them, in order."""
    for step in shown:
        if isinstance(step, Step):
            yield step
            yield from flat(step.items)


def in_language(texts: Mapping[str, str], language: str) -> str:
    """The text in `language`, or in English where a draft has no other."""
    return texts.get(language) or texts["en"]


class _Showing(msgspec.Struct, frozen=True):
    """By what steps are made: the words, and the requirements that may be shown anew."""

    wording: Wording
    renewed: frozenset[str]

    def items(self, group: Group, why: Explanation) -> Steps:
        explained = {each.id: each for each in why.items}
        return tuple(
            Elsewhere(item.id, self.wording.title(item.id), item.url)
            if isinstance(item, SignPost)
            else self._requirement(item, explained[item.id])
            if isinstance(item, Leaf)
            else self._group(item, explained[item.id])
            for item in group.items
        )

    def _group(self, group: Group, why: Explanation) -> Step:
        items = self.items(group, why)
        choose = group.n if isinstance(group, NOf) and group.n < len(counted(group)) else None
        return self._step(
            why,
            minutes=sum(step.minutes for step in items if isinstance(step, Step)),
            can_open=False,
            choose=choose,
            credits=group.credits if isinstance(group, Credits) else None,
            team=isinstance(group, Team),
            items=items,
        )

    def _requirement(self, leaf: Leaf, why: Explanation) -> Step:
        before = [node for missing in why.missing if missing.lack == Lack.BEFORE for node in missing.nodes]
        own: dict[str, Any] = {
            "optional": leaf.optional,
            "min_score": leaf.min_score,
            "opens_after": tuple(map(self.wording.title, before)),
            "after": leaf.after,
            "brings": leaf.credits,
        }
        module, others = _opened(self.wording.modules.get(leaf.id, ()), why)
        if module is None:
            return self._step(why, minutes=0, can_open=False, coming_soon=True, **own)
        language, retired = self.wording.language, module.status == Status.RETIRED
        return self._step(
            why,
            minutes=module.minutes,
            can_open=why.can_open and module.move_on is not None and (module.can_begin or (retired and _begun(why))),
            coming_soon=module.status == Status.DRAFT,
            retired=retired and not _begun(why),
            module_id=module.id,
            language=language if language in module.languages else next(iter(module.languages), None),
            also=tuple(in_language(each.title, language) for each in others),
            ways=tuple(way for way in module.ways if way.mode != DeliveryMode.ONLINE),
            **own,
        )

    def _step(self, why: Explanation, *, minutes: int, can_open: bool, **rest: Any) -> Step:
        wording = self.wording
        return Step(
            id=why.id,
            title=wording.title(why.id),
            state=why.state,
            since=wording.local(why.since),
            score=why.score,
            evidence=why.evidence,
            missing=tuple(local_missing(each, wording) for each in why.missing),
            done=why.done,
            needed=why.needed,
            minutes=minutes,
            can_open=can_open,
            due=wording.last_day(why.due),
            overdue=why.overdue,
            until=wording.last_day(why.until),
            renews=why.id in self.renewed,
            **rest,
        )


def local_missing(missing: Missing, wording: Wording) -> Missing:
    """The same with its moment in the path's time zone; of what has ended, the last one before the end."""
    ended = missing.lack in {Lack.CLOSED, Lack.EXPIRED}
    return msgspec.structs.replace(missing, at=wording.last(missing.at) if ended else wording.local(missing.at))


def _opened(fulfilling: Sequence[Module], why: Explanation) -> tuple[Module | None, list[Module]]:
    """The module that is opened, and the others: the author's first, or the first that one can begin."""
    if not fulfilling:
        return None, []
    able = fulfilling if _begun(why) else [module for module in fulfilling if module.can_begin]
    opened = next(iter(able), fulfilling[0])
    return opened, [module for module in fulfilling if module.id != opened.id and module.can_begin]


def _begun(why: Explanation) -> bool:
    """Whether something was done for it that counts: such a module goes on, also when it is retired."""
    return why.state in {State.IN_PROGRESS, State.SATISFIED}


def _all(why: Explanation) -> Iterator[Explanation]:
    yield why
    for item in why.items:
        yield from _all(item)
