"""What-if for a million learners: who would gain, lose or be blocked by another version, once the facts are loaded."""

import time
from pathlib import Path

import numpy as np

from bench.load import Caller
from bench.measuring import Row, measure
from content import Finishing, MoveOn
from modules import FactKind
from paths.changing.bulk import answer
from paths.changing.outlook import outlooks_of
from paths.changing.records import Records, Rows
from paths.judging.counting import Fulfilment
from paths.tree.requirements import ROOT, All, Credits, Group, Leaf, NOf, leaves
from tests.times import NOW

LEARNERS = 1_000_000
MODULES = 20
DONE = 0.6
OURS = "account::https://waymark.example::waymark"
_DAY = 24 * 3600 * 10**6


async def what_if_a_million(_call: Caller, _folder: Path) -> Row:
    """Both versions are counted from the facts; the floor reads every column of every fact once."""
    records = _records()
    before, after = _tree(min_score=0.5, n=3, least=4.0), _tree(min_score=0.6, n=4, least=5.0)
    facts = sum(len(rows.at) for rows in records.rows.values())

    async def ours() -> float:
        started = time.perf_counter()
        outlooks_of(*(answer(tree, _fulfilments(tree), "UTC", records) for tree in (before, after)))
        return LEARNERS / (time.perf_counter() - started)

    async def floor() -> float:
        started = time.perf_counter()
        for rows in records.rows.values():
            for column in rows:
                np.max(column)
        return LEARNERS / (time.perf_counter() - started)

    sizes = f"{LEARNERS:,} learners, {facts:,} facts, 2 trees of {MODULES} requirements; 500,000/s is 2 s"
    return await measure("what-if", ours, floor, unit="learners/s", bar=None, sizes=sizes, slices=3)


def _tree(*, min_score: float, n: int, least: float) -> Group:
    """Eight in order, some of six, and credits from six."""
    own = [
        Leaf(f"m{i}", after=(f"m{i - 1}",) if 0 < i < 8 else (), min_score=min_score, credits=1.0)
        for i in range(MODULES)
    ]
    groups = All("core", tuple(own[:8])), NOf("some", n, tuple(own[8:14])), Credits("rest", least, tuple(own[14:]))
    return All(ROOT, groups)


def _fulfilments(tree: Group) -> list[Fulfilment]:
    finishing = Finishing(move_on=MoveOn.PASSED)
    return [Fulfilment(leaf.id, leaf.id, finishing, frozenset({OURS}), recorded_at=NOW) for leaf in leaves(tree)]


def _records() -> Records:
    """Each has passed any three of five modules, with any score."""
    chance = np.random.default_rng(7)
    rows: dict[tuple[str, FactKind], Rows] = {}
    for module in range(MODULES):
        learner = np.flatnonzero(chance.random(LEARNERS) < DONE).astype(np.int32)
        at = chance.integers(0, 300 * _DAY, len(learner))
        nothing = np.broadcast_to(np.int32(0), len(learner))
        none = np.broadcast_to(np.float64("nan"), len(learner))
        rows[f"m{module}", FactKind.PASSED] = Rows(learner, at, none, nothing, nothing, nothing)
        rows[f"m{module}", FactKind.SCORED] = Rows(
            learner, at, 0.5 + chance.random(len(learner)) / 2, nothing, nothing, nothing
        )
    return Records(
        size=LEARNERS,
        enrolled_at=np.zeros(LEARNERS, np.int64),
        as_of=np.full(LEARNERS, 400 * _DAY),
        first_at=np.zeros(LEARNERS, np.int64),
        doubtful=np.zeros(LEARNERS, np.bool_),
        rows=rows,
        names=(OURS,),
        authorities=frozenset({OURS}),
        signers={},
    )
