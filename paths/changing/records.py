"""Facts of very many learners as columns of numbers, one array a column: what the second evaluator counts with.

A fact of the first evaluator (completion.py) is an object; a million learners have tens of millions. Here each fact is
an entry at one place of a few arrays, and a learner is a number.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

from base import to_microseconds
from modules import Fact, FactKind
from paths.judging.counting import LATEST, Register
from paths.judging.spans import Span
from paths.keeping.cases import Case

Bools: TypeAlias = npt.NDArray[np.bool_]
Instants: TypeAlias = npt.NDArray[np.int64]
"""Microseconds since 1970, as the database keeps them."""

Numbers: TypeAlias = npt.NDArray[np.int32]


class Rows(NamedTuple):
    """Facts of one kind about one activity, one at each place; `authority`, `place` and `by` are numbers for names."""

    learner: Numbers
    at: Instants
    value: npt.NDArray[np.float64]
    authority: Numbers
    place: Numbers
    by: Numbers

    def where(self, kept: Bools) -> "Rows":
        """Those that are kept."""
        return Rows(
            self.learner[kept],
            self.at[kept],
            self.value[kept],
            self.authority[kept],
            self.place[kept],
            self.by[kept],
        )


class Records(msgspec.Struct, frozen=True):
    """What is known of `size` learners; each array has one entry a learner.

    `rows` are the facts that nobody took back, and `first_at` is the date of each one's first. `doubtful` are learners
    of whom the numbers do not tell all: facts were voided or parted from them, or the learner is an organisation.
    `names` are what numbers for names stand for, `authorities` those who vouch for any fact, and `signers` what
    positions each held.
    """

    size: int
    enrolled_at: Instants
    as_of: Instants
    first_at: Instants
    doubtful: Bools
    rows: Mapping[tuple[str, FactKind], Rows]
    names: tuple[str, ...]
    authorities: frozenset[str]
    signers: Mapping[str, Mapping[str, tuple[Span, ...]]]

    def one_of(self, names: Collection[str], numbers: Numbers) -> Bools:
        """Which of the numbers stand for one of the names."""
        named = np.array([name in names for name in self.names], np.bool_)
        return named[numbers]


def records_of(cases: Iterable[Case]) -> Records:
    """The cases as columns, each learner by its place among them."""
    gathering = _Gathering()
    for case in cases:
        gathering.add(case)
    return gathering.done()


class _Gathering:
    """Columns while they grow."""

    def __init__(self) -> None:
        self._learners: list[tuple[int, int, int, bool]] = []
        self._rows: dict[tuple[str, FactKind], list[tuple[Any, ...]]] = defaultdict(list)
        self._numbers: dict[str, int] = {}
        self._authorities: set[str] = set()
        self._signers: dict[str, Mapping[str, tuple[Span, ...]]] = {}

    def add(self, case: Case) -> None:
        learner, doubtful = len(self._learners), _is_doubtful(case.register)
        heard = [fact for fact in case.facts if fact.at <= case.as_of]
        for fact in heard:
            if fact.voided_at is None:
                self._rows[fact.activity, fact.kind].append(self._row(learner, fact))
            else:
                doubtful = True
        first_at = min((fact.at for fact in heard), default=LATEST)
        enrolled_at, as_of = to_microseconds(case.register.enrolled_at), to_microseconds(case.as_of)
        self._learners.append((enrolled_at, as_of, to_microseconds(first_at), doubtful))
        self._signers.update(case.register.signers)

    def done(self) -> Records:
        enrolled_at, as_of, first_at, doubtful = zip(*self._learners, strict=True) if self._learners else ((),) * 4
        return Records(
            len(self._learners),
            np.array(enrolled_at, np.int64),
            np.array(as_of, np.int64),
            np.array(first_at, np.int64),
            np.array(doubtful, np.bool_),
            {key: _rows(rows) for key, rows in self._rows.items()},
            tuple(self._numbers),
            frozenset(self._authorities),
            self._signers,
        )

    def _row(self, learner: int, fact: Fact) -> tuple[Any, ...]:
        value = np.nan if fact.value is None else fact.value
        self._authorities.add(fact.authority)
        # A statement that names no place happened in one of its own.
        names = fact.authority, fact.place or str(fact.statement_id), fact.by or ""
        return learner, to_microseconds(fact.at), value, *map(self._number, names)

    def _number(self, name: str) -> int:
        return self._numbers.setdefault(name, len(self._numbers))


def _is_doubtful(register: Register) -> bool:
    return bool(register.parted or register.members)


def _rows(rows: list[tuple[Any, ...]]) -> Rows:
    learner, at, value, authority, place, by = zip(*rows, strict=True)
    return Rows(
        np.array(learner, np.int32),
        np.array(at, np.int64),
        np.array(value, np.float64),
        np.array(authority, np.int32),
        np.array(place, np.int32),
        np.array(by, np.int32),
    )
