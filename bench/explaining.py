"""Explaining a path of a hundred requirements: all kinds of groups, conditions and dates, by four hundred facts."""

import time
from pathlib import Path
from statistics import median
from typing import Final

from app.serving import keep_what_is_there
from bench.load import SLICE_SECONDS, Caller
from bench.measuring import SLICES, Row
from content import DeliveryMode, Finishing, MoveOn
from modules import Fact
from paths import Register, explain
from paths.tree.requirements import ROOT, All, Credits, Group, Leaf, NOf, When
from tests.paths.facts import attended, completed, day, fulfilment, passed, scored

REQUIREMENTS: Final = 100
IN_EACH_GROUP: Final = 10
LEAST: Final = 100.0
"""Explanations a second: ten milliseconds each is what is asked. There is no faster way to measure it against."""


async def explanation(_call: Caller, _folder: Path) -> Row:
    tree, register, facts = _tree(), _register(), _facts()
    keep_what_is_there()
    rates = [_rate(tree, register, facts) for _ in range(SLICES + 1)][1:]
    return Row(
        name="explain",
        value=median(rates),
        unit="trees/s",
        floor=LEAST,
        ratio=median(rates) / LEAST,
        bar=1.0,
        sizes=f"{REQUIREMENTS} requirements, two ways each, {len(facts)} facts, half of it done",
    )


def _rate(tree: Group, register: Register, facts: list[Fact]) -> float:
    began, done = time.perf_counter(), 0
    while time.perf_counter() < began + SLICE_SECONDS:
        assert explain(tree, register, facts, as_of=day(200)).items
        done += 1
    return done / (time.perf_counter() - began)


def _tree() -> Group:
    """All of ten groups, in turns all, a choice, and credits; each requirement waits for the one before it."""
    groups: list[Group] = []
    for first in range(0, REQUIREMENTS, IN_EACH_GROUP):
        leaves = tuple(_leaf(n, first) for n in range(first, first + IN_EACH_GROUP))
        of_each_kind: tuple[Group, ...] = (
            All(f"g{first}", leaves),
            NOf(f"g{first}", 7, leaves),
            Credits(f"g{first}", 15, leaves),
        )
        groups.append(of_each_kind[first // IN_EACH_GROUP % len(of_each_kind)])
    return All(ROOT, tuple(groups), when=When(valid_for="P2Y", due_after="P1Y"))


def _leaf(n: int, first: int) -> Leaf:
    dates = When(opens_after=f"P{n}D", due_after="P90D", valid_for="P1Y")
    return Leaf(f"r{n}", after=() if n == first else (f"r{n - 1}",), min_score=0.5, credits=2, when=dates)


def _register() -> Register:
    asked = Finishing(sessions=2, minutes=60)
    online = (fulfilment(f"r{n}", MoveOn.COMPLETED_AND_PASSED) for n in range(REQUIREMENTS))
    workshops = (fulfilment(f"r{n}", finishing=asked, delivery=DeliveryMode.WORKSHOP) for n in range(REQUIREMENTS))
    return Register(day(0), (*online, *workshops))


def _facts() -> list[Fact]:
    """Half the modules are done online; of the others one meeting was attended, and a try was not good enough."""
    half = REQUIREMENTS // 2
    done = [make(n + 1, id_=n + 1, module=f"r{n}") for n in range(half) for make in (completed, passed)]
    begun = [attended(n + 1, 45, place="first", module=f"r{n}", id_=1000 + n) for n in range(half, REQUIREMENTS)]
    tries = [
        scored(n + 1, share, module=f"r{n}", id_=2000 + 10 * n + k)
        for n in range(REQUIREMENTS)
        for k, share in enumerate((0.2, 0.9 if n < half else 0.4), start=1)
    ]
    return [*done, *begun, *tries]
