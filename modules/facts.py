"""What statements say that a rule can use: pure, and only by the table of kinds."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

import msgspec

from lrs import Activity, Context, Result, Stored, agent_key
from modules.cmi5 import PROGRESS, REASON
from modules.kinds import KINDS, FactKind, Kind, Value

FACT_EXTENSIONS = frozenset({PROGRESS, REASON})
"""The extensions of a result that facts are drawn from."""

_FULL_PROGRESS = 100
_NUMBER = r"([0-9]+(?:[.,][0-9]+)?)"
_DURATION = re.compile(f"P(?:{_NUMBER}W)?(?:{_NUMBER}D)?(?:T(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?")
_MINUTES_IN_EACH = (7 * 24 * 60, 24 * 60, 60, 1, 1 / 60)


class Fact(msgspec.Struct, frozen=True):
    """What one statement says of one learner and one module.

    `agent` and `authority` are agent keys, `activity` an IRI; what `value` measures stands in the table of kinds.
    `at` is when it happened, `known_at` when we heard of it, and `voided_at` when we heard that it is not so. `by` is
    the agent key of the instructor: who took the attendance, signed, reviewed or decided. `place` is the activity that
    it happened in, the first parent: the meeting, the piece of work. `detail` is the reason of a waiver.
    """

    agent: str
    activity: str
    kind: FactKind
    value: float | None
    at: datetime
    known_at: datetime
    statement_id: UUID
    authority: str
    voided_at: datetime | None = None
    by: str | None = None
    place: str | None = None
    detail: str | None = None

    @property
    def voided(self) -> bool:
        """Whether it counts for nothing by now."""
        return self.voided_at is not None


def facts_of(stored: Stored) -> list[Fact]:
    """The facts in one statement, in the order of the table of kinds; most statements hold none or one.

    A judged quiz holds two: passed or failed, and its score. Nothing is a fact that happened to a group or to
    something other than an activity. A timestamp after the time of storing counts as the time of storing.
    """
    statement = stored.statement
    agent = agent_key(statement.actor)
    if agent is None or statement.actor.object_type != "Agent" or not isinstance(statement.object, Activity):
        return []
    result, context = statement.result or Result(), statement.context or Context()
    return [
        Fact(
            agent=agent,
            activity=statement.object.id,
            kind=kind,
            value=_VALUES[row.value](result),
            at=min(stored.timestamp, stored.stored),
            known_at=stored.stored,
            statement_id=stored.id,
            authority=stored.authority,
            voided_at=stored.voided_at,
            by=None if context.instructor is None else agent_key(context.instructor),
            place=_place(context),
            detail=_reason(result) if kind == FactKind.WAIVED else None,
        )
        for kind, row in _BY_VERB.get(statement.verb.id, ())
        if _NEEDS.get(kind, _nothing_more)(result, context)
    ]


def _place(context: Context) -> str | None:
    parents = context.context_activities and context.context_activities.parent
    return parents[0].id if parents else None


def _reason(result: Result) -> str | None:
    reason = (result.extensions or {}).get(REASON)
    return reason if isinstance(reason, str) else None


def _scaled(result: Result) -> float | None:
    return None if result.score is None else result.score.scaled


def _progress(result: Result) -> float | None:
    progress = (result.extensions or {}).get(PROGRESS)
    if isinstance(progress, int) and not isinstance(progress, bool) and 0 <= progress <= _FULL_PROGRESS:
        return float(progress)
    return None


def _minutes(result: Result) -> float | None:
    """The minutes of an ISO 8601 duration; None without one, or in years and months, whose length is not fixed."""
    if (match := _DURATION.fullmatch(result.duration or "")) is None:
        return None
    numbers = (float(number.replace(",", ".")) for number in match.groups("0"))
    return sum(number * minutes for number, minutes in zip(numbers, _MINUTES_IN_EACH, strict=True))


def _nothing_more(_: Result, __: Context) -> bool:
    return True


_BY_VERB: Mapping[str, tuple[tuple[FactKind, Kind], ...]] = MappingProxyType(
    {
        verb: tuple((kind, row) for kind, row in KINDS.items() if verb in row.verbs)
        for verb in {each.value for row in KINDS.values() for each in row.verbs}
    }
)
"""The rows of the table of kinds that a verb may stand for: most statements are looked up here and hold no fact."""

FACT_VERBS = frozenset(_BY_VERB)
"""The verbs whose statements may hold a fact; most statements have another."""

_NEEDS: Mapping[FactKind, Callable[[Result, Context], bool]] = MappingProxyType(
    {
        FactKind.COMPLETED: lambda result, _: result.completion is not False,
        FactKind.PASSED: lambda result, _: result.success is not False,
        FactKind.FAILED: lambda result, _: result.success is not True,
        FactKind.SCORED: lambda result, _: _scaled(result) is not None,
        FactKind.PROGRESSED: lambda result, _: _progress(result) is not None,
        FactKind.SIGNED_OFF: lambda _, context: context.instructor is not None,
        FactKind.CONTRIBUTED: lambda _, context: context.instructor is not None,
        FactKind.WAIVED: lambda result, _: bool((result.extensions or {}).get(REASON)),
    }
)
"""What a statement must hold besides its verb: the column `needs` of the table of kinds."""

_VALUES: Mapping[Value, Callable[[Result], float | None]] = MappingProxyType(
    {Value.NONE: lambda _: None, Value.SCALED: _scaled, Value.PERCENT: _progress, Value.MINUTES: _minutes}
)
