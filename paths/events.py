"""What happened to learners on paths; `subject` is always the person's id.

Events tell of changes of the newest verdicts. A completion that was lost and comes back is told again.
"""

from datetime import datetime
from uuid import UUID

from base import Event


class RequirementSatisfied(Event, frozen=True):
    """A node of the tree became satisfied, or the score of a satisfied one changed.

    `requirement` is the id of a leaf, of a group, or ROOT for the whole path, of which PathCompleted tells too.
    """

    enrolment_id: UUID
    person_id: UUID
    path_id: UUID
    requirement: str
    satisfied_at: datetime
    score: float | None


class PathCompleted(Event, frozen=True):
    """A path became complete, by the statements in `evidence`, under the rules of `rule_hash`.

    `completed_at` is the earliest moment at which its tree was satisfied, `version` the number of the pinned version.
    """

    enrolment_id: UUID
    person_id: UUID
    path_id: UUID
    version: int
    completed_at: datetime
    score: float | None
    evidence: tuple[UUID, ...]
    rule_hash: str


class PathLost(Event, frozen=True):
    """A complete path is complete no more: a statement behind it was voided, or an account was unlinked."""

    enrolment_id: UUID
    person_id: UUID
    path_id: UUID


class RulesChanged(Event, frozen=True):
    """What fulfils the requirements of an enrolment's path changed, so it must be judged anew."""

    enrolment_id: UUID
