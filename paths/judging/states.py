"""What is found of a node: its state, and the verdict that holds it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

import msgspec

from base import msgid


class State(StrEnum):
    """The states of a verdict, in the order in which they are asked for: the first that is true is the state."""

    SATISFIED = "satisfied"
    EXPIRED = "expired"
    LOST = "lost"
    LOCKED = "locked"
    IN_PROGRESS = "in-progress"
    OPEN = "open"


STATES: Mapping[State, str] = MappingProxyType(
    {
        State.SATISFIED: msgid("What it asks is shown."),
        State.EXPIRED: msgid(
            "It was satisfied, for as long as that was valid; it stays expired until it is shown anew."
        ),
        State.LOST: msgid(
            "It would be satisfied by records that were taken back by now, or of an account that is no longer theirs."
        ),
        State.LOCKED: msgid(
            "It cannot be opened: something else must be satisfied first, its day has not come, or its days are over. "
            "What is done elsewhere counts all the same."
        ),
        State.IN_PROGRESS: msgid("Something that counts is there, and not yet enough."),
        State.OPEN: msgid("Nothing that counts is there, and it may be opened."),
    }
)
"""What each state means. A group is in progress when an item that counts is satisfied or in progress, and locked when
its own days have not come or are over, or all its items that count are locked."""


class Verdict(msgspec.Struct, frozen=True):
    """The state of one node; `since` is the date of the evidence that brought it there, where any did.

    `evidence` names the statements by which it is satisfied; of an expired one those by which it last was, and of a
    lost one those by which it would be. An expired one is so `since` its end, a lost one since it would be satisfied.
    `score` is a leaf's best, and a group's mean over its satisfied items that count; it decides nothing. `until` is
    when a satisfied one ends by itself, `due` when one that is not satisfied is to be.
    """

    state: State
    since: datetime | None = None
    evidence: tuple[UUID, ...] = ()
    score: float | None = None
    until: datetime | None = None
    due: datetime | None = None

    def overdue(self, as_of: datetime) -> bool:
        """Whether it was to be satisfied by then, and is not."""
        return self.due is not None and self.due <= as_of


class Evaluation(msgspec.Struct, frozen=True):
    """The verdict of every node by its id; before `changes_at` time alone changes none of them (None: never)."""

    verdicts: dict[str, Verdict]
    changes_at: datetime | None = None
