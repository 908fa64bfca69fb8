"""Facts and rules as tests of completion write them: one module a requirement, days counted from one day."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from content import Finishing, MoveOn
from modules import Fact, FactKind
from paths.judging.completion import LATEST, Fulfilment, Register, Verdict, evaluate
from paths.tree.requirements import Group

OURS = "account::https://waymark.example::waymark"
LEARNER = "account::https://waymark.example::learner"


def day(n: int) -> datetime:
    return datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(days=n)


def statement(n: int) -> UUID:
    return UUID(int=n)


def fact(kind: FactKind, at: int, *, id_: int = 0, module: str = "a", **changed: Any) -> Fact:
    """A fact dated and known on day `at`, from statement `id_` (if not said, the day's number), of module `module`."""
    values: dict[str, Any] = {
        "agent": LEARNER,
        "activity": module,
        "kind": kind,
        "value": None,
        "at": day(at),
        "known_at": day(at),
        "statement_id": statement(id_ or at),
        "authority": OURS,
    }
    return Fact(**(values | changed))


def passed(at: int, **changed: Any) -> Fact:
    return fact(FactKind.PASSED, at, **changed)


def completed(at: int, **changed: Any) -> Fact:
    return fact(FactKind.COMPLETED, at, **changed)


def scored(at: int, value: float, **changed: Any) -> Fact:
    return fact(FactKind.SCORED, at, value=value, **changed)


def waived(at: int, **changed: Any) -> Fact:
    return fact(FactKind.WAIVED, at, **changed)


def fulfilment(requirement: str, move_on: MoveOn = MoveOn.PASSED, **changed: Any) -> Fulfilment:
    """Finishing the module of the same name fulfils `requirement`, from our own word alone."""
    values: dict[str, Any] = {
        "requirement": requirement,
        "activity": requirement,
        "finishing": Finishing(move_on=move_on),
        "authorities": frozenset({OURS}),
        "recorded_at": day(0),
    }
    return Fulfilment(**(values | changed))


def fulfilments(requirements: Sequence[str], move_on: MoveOn = MoveOn.PASSED) -> list[Fulfilment]:
    return [fulfilment(requirement, move_on) for requirement in requirements]


def evaluated(
    tree: Group,
    rules: Sequence[Fulfilment],
    facts: Iterable[Fact],
    *,
    enrolled_at: datetime,
    as_of: datetime = LATEST,
    known_at: datetime = LATEST,
) -> dict[str, Verdict]:
    """The verdicts where the register holds nothing but these fulfilments."""
    return evaluate(tree, Register(enrolled_at, tuple(rules)), facts, as_of=as_of, known_at=known_at).verdicts


def attended(at: int, minutes: float | None = None, *, place: str | None = None, **changed: Any) -> Fact:
    return fact(FactKind.ATTENDED, at, value=minutes, place=place, **changed)


def signed_off(at: int, by: str = "account::https://waymark.example::mentor", **changed: Any) -> Fact:
    return fact(FactKind.SIGNED_OFF, at, by=by, **changed)
