"""What would become of learners who are judged by other rules: of one by its verdicts, or of very many at once."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeAlias

import msgspec
import numpy as np
import numpy.typing as npt

from paths.changing.bulk import Answer
from paths.judging.states import State, Verdict
from paths.register.register import Enrolment
from paths.tree.requirements import ROOT, Group, leaves


class Outlook(StrEnum):
    """What would become of somebody.

    GAINS: the path is not complete, and would be. LOSES: it is, and would not be. BLOCKED: it would not be complete
    either, and a requirement that they can open now would be locked. UNCHANGED: none of these.
    """

    GAINS = "gains"
    LOSES = "loses"
    BLOCKED = "blocked"
    UNCHANGED = "unchanged"


CHANGING = (Outlook.LOSES, Outlook.BLOCKED, Outlook.GAINS)
"""The outlooks of those for whom something changes, the gravest first."""


class Affected(msgspec.Struct, frozen=True):
    """Somebody for whom it would not be the same: the path's verdict now and then, and what would be `locked`."""

    enrolment: Enrolment
    outlook: Outlook
    before: Verdict
    after: Verdict
    locked: tuple[str, ...] = ()


Judged: TypeAlias = tuple[Group, Mapping[str, Verdict]]
"""A tree, and the verdicts of somebody by it."""


def outlook_of(enrolment: Enrolment, now: Judged, then: Judged) -> Affected:
    """Of one, by how they are judged now and how they would be."""
    (tree, before), (other, after) = now, then
    known = {leaf.id for leaf in leaves(tree)}
    locked = tuple(
        leaf.id
        for leaf in leaves(other)
        if after[leaf.id].state == State.LOCKED and leaf.id in known and before[leaf.id].state != State.LOCKED
    )
    return Affected(enrolment, _outlook(before[ROOT], after[ROOT], locked), before[ROOT], after[ROOT], locked)


Codes: TypeAlias = npt.NDArray[np.int8]
"""For each learner the place of an outlook in OUTLOOKS, or UNDECIDED: to be evaluated one by one."""

OUTLOOKS = tuple(Outlook)
UNDECIDED = -1


def outlooks_of(before: Answer, after: Answer) -> Codes:
    """Of all at once, as far as columns decide it."""
    was, will = before.satisfied[ROOT], after.satisfied[ROOT]
    never = ~was.possibly & ~will.possibly
    surely_blocked, possibly_blocked = np.zeros_like(never), np.zeros_like(never)
    for leaf in before.locked.keys() & after.locked.keys():
        open_, shut = before.locked[leaf], after.locked[leaf]
        surely_blocked |= ~open_.possibly & shut.surely
        possibly_blocked |= ~open_.surely & shut.possibly
    codes = np.full(len(never), UNDECIDED, np.int8)
    for outlook, decided in (
        (Outlook.GAINS, ~was.possibly & will.surely),
        (Outlook.LOSES, was.surely & ~will.possibly),
        (Outlook.BLOCKED, never & surely_blocked),
        (Outlook.UNCHANGED, (was.surely & will.surely) | (never & ~possibly_blocked)),
    ):
        codes[decided] = OUTLOOKS.index(outlook)
    return codes


def _outlook(before: Verdict, after: Verdict, locked: Sequence[str]) -> Outlook:
    match before.state == State.SATISFIED, after.state == State.SATISFIED:
        case False, True:
            return Outlook.GAINS
        case True, False:
            return Outlook.LOSES
        case False, False if locked:
            return Outlook.BLOCKED
        case _:
            return Outlook.UNCHANGED
