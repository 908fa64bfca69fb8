"""What happened on paths; `subject` is the id of the person or the organisation.

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


class RequirementLost(Event, frozen=True):
    """A node that was satisfied is so no more, and not because it has expired; ROOT is the whole path."""

    enrolment_id: UUID
    person_id: UUID
    path_id: UUID
    requirement: str


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


class TeamCompleted(Event, frozen=True):
    """An organisation completed a path as a team, by what its members did; otherwise as PathCompleted."""

    enrolment_id: UUID
    organisation_id: UUID
    path_id: UUID
    version: int
    completed_at: datetime
    evidence: tuple[UUID, ...]
    rule_hash: str


class TeamLost(Event, frozen=True):
    """A path that an organisation had complete is complete no more."""

    enrolment_id: UUID
    organisation_id: UUID
    path_id: UUID


class AudienceChanged(Event, frozen=True):
    """Whom a path is for is another; `subject` is the path. Those whose ids come behind `after` are yet to be seen."""

    path_id: UUID
    after: UUID | None = None


class RulesChanged(Event, frozen=True):
    """What fulfils the requirements of an enrolment's path changed, so it must be judged anew."""

    enrolment_id: UUID
