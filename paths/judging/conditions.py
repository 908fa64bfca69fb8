"""What finishing a module asks, condition by condition, and which facts show it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum, StrEnum
from functools import lru_cache
from math import fsum
from types import MappingProxyType
from typing import TypeAlias

import msgspec

from content import Finishing, MoveOn
from modules import Fact, FactKind
from paths.judging.spans import Span, covering
from paths.tree.requirements import Leaf


class Lack(StrEnum):
    """What can be missing."""

    PASSED = "passed"
    COMPLETED = "completed"
    PASSED_OR_COMPLETED = "passed or completed"
    SCORE = "score"
    SESSIONS = "sessions"
    MINUTES = "minutes"
    REVIEWS = "reviews"
    SIGNED_OFF = "signed off"
    SUBMITTED = "submitted"
    CONTRIBUTED = "contributed"
    ENROLMENT = "enrolment"
    MODULE = "module"
    BEFORE = "before"
    ITEMS = "items"
    CREDITS = "credits"
    MEMBERS = "members"
    POSITIONS = "positions"
    EXPIRED = "expired"
    LOST = "lost"
    OPENS = "opens"
    CLOSED = "closed"


class Measure(Enum):
    """How facts are counted: any one will do, different places, or the minutes of different places."""

    ONE = "one"
    PLACES = "places"
    MINUTES = "minutes"


class Condition(msgspec.Struct, frozen=True):
    """Facts of one of `kinds` come to at least `needed` by `measure`; without kinds, being enrolled is enough.

    Of a SCORE each fact must reach `needed`. `positions` are those one of which the signer held when signing.
    """

    lack: Lack
    kinds: frozenset[FactKind] = frozenset()
    needed: float = 1
    measure: Measure = Measure.ONE
    positions: tuple[str, ...] = ()


WAIVER = Condition(Lack.SIGNED_OFF, frozenset({FactKind.WAIVED}))
"""What satisfies a requirement by itself, whatever it asks."""


def conditions(leaf: Leaf, finishing: Finishing) -> tuple[Condition, ...]:
    """What must hold together for `leaf` to be satisfied by a module that asks for `finishing`.

    None is not nothing to do: what asks for nothing is never satisfied.
    """
    return _conditions(finishing, leaf.asks or _NOTHING, leaf.min_score)


Signers: TypeAlias = Mapping[str, Mapping[str, Sequence[Span]]]
"""By agent key, the positions that whoever signed something held, and when."""


def relevant(condition: Condition, facts: Iterable[Fact], signers: Signers) -> list[Fact]:
    """Those of `facts` that count towards the condition, in their order."""
    own = [fact for fact in facts if fact.kind in condition.kinds]
    if condition.lack == Lack.SCORE:
        return [fact for fact in own if fact.value is not None and fact.value >= condition.needed]
    if condition.positions:
        return [fact for fact in own if _signed_by_one_of(condition.positions, fact, signers)]
    return own


def showing(condition: Condition, facts: Iterable[Fact]) -> list[Fact] | None:
    """The first of `facts` (relevant ones, in any order) that show it, or None where all of them do not."""
    by_place: dict[str, Fact] = {}
    for fact in facts:
        if condition.measure == Measure.ONE:
            return [fact]
        known = by_place.setdefault(_place(fact), fact)
        if condition.measure == Measure.MINUTES and _minutes(fact) > _minutes(known):
            by_place[_place(fact)] = fact
        if _sum(condition.measure, by_place) >= condition.needed:
            return [each for each in by_place.values() if condition.measure == Measure.PLACES or _minutes(each) > 0]
    return None if condition.kinds else []


def amount(condition: Condition, facts: Sequence[Fact]) -> float:
    """To what relevant facts come: 0 or 1 where any one will do, else places or minutes."""
    if condition.measure == Measure.ONE:
        return min(len(facts), 1)
    longest: dict[str, Fact] = {}
    for fact in sorted(facts, key=_minutes):
        longest[_place(fact)] = fact
    return _sum(condition.measure, longest)


def _sum(measure: Measure, by_place: Mapping[str, Fact]) -> float:
    return len(by_place) if measure == Measure.PLACES else fsum(map(_minutes, by_place.values()))


def _place(fact: Fact) -> str:
    """What it happened in; a statement that does not say it happened on its own."""
    return fact.place or str(fact.statement_id)


def _minutes(fact: Fact) -> float:
    return fact.value or 0


def _signed_by_one_of(positions: Iterable[str], fact: Fact, signers: Signers) -> bool:
    held = signers.get(fact.by or "", {})
    return any(covering(held.get(position, ()), fact.at) for position in positions)


@lru_cache(1000)
def _conditions(module: Finishing, beside: Finishing, min_score: float | None) -> tuple[Condition, ...]:
    """Of two thresholds of score the higher is asked; every other is asked beside the other."""
    scores = [score for score in (module.min_score, beside.min_score, min_score) if score is not None]
    asked = [condition for each in (module, beside) for condition in _by_one(each)]
    if scores:
        asked.append(Condition(Lack.SCORE, frozenset({FactKind.SCORED}), max(scores)))
    return tuple(dict.fromkeys(asked))


def _by_one(finishing: Finishing) -> list[Condition]:
    asked = list(_MOVE_ON[finishing.move_on]) if finishing.move_on else []
    attended = frozenset({FactKind.ATTENDED})
    if finishing.sessions:
        asked.append(Condition(Lack.SESSIONS, attended, finishing.sessions, Measure.PLACES))
    if finishing.minutes:
        asked.append(Condition(Lack.MINUTES, attended, finishing.minutes, Measure.MINUTES))
    if finishing.reviews:
        asked.append(Condition(Lack.REVIEWS, frozenset({FactKind.REVIEWED}), finishing.reviews, Measure.PLACES))
    if finishing.submitted:
        asked.append(Condition(Lack.SUBMITTED, frozenset({FactKind.SUBMITTED})))
    if finishing.signed_off or finishing.signed_off_by:
        asked.append(
            Condition(Lack.SIGNED_OFF, frozenset({FactKind.SIGNED_OFF}), positions=tuple(finishing.signed_off_by))
        )
    if finishing.contributed:
        asked.append(Condition(Lack.CONTRIBUTED, frozenset({FactKind.CONTRIBUTED})))
    return asked


_NOTHING = Finishing()
_PASSED = Condition(Lack.PASSED, frozenset({FactKind.PASSED}))
_COMPLETED = Condition(Lack.COMPLETED, frozenset({FactKind.COMPLETED}))
_MOVE_ON: Mapping[MoveOn, tuple[Condition, ...]] = MappingProxyType(
    {
        MoveOn.PASSED: (_PASSED,),
        MoveOn.COMPLETED: (_COMPLETED,),
        MoveOn.COMPLETED_AND_PASSED: (_COMPLETED, _PASSED),
        MoveOn.COMPLETED_OR_PASSED: (
            Condition(Lack.PASSED_OR_COMPLETED, frozenset({FactKind.COMPLETED, FactKind.PASSED})),
        ),
        # Satisfied from the moment of registration (cmi5 9.6.1); our registration is the enrolment.
        MoveOn.NOT_APPLICABLE: (Condition(Lack.ENROLMENT),),
    }
)
"""What finishes an assignable unit, by cmi5's word for it (13.1.4)."""
