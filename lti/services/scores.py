"""Scores as the grade book of a platform takes them (AGS 2.0, "Score publish service")."""

from datetime import datetime
from enum import StrEnum

import msgspec

from base import Outward, Response
from lti.registering.platforms import Platform
from lti.services.access_tokens import AccessTokens, ScopesDenied
from lti.services.calls import below, call, said
from lti.standard.claims import SCORE_SCOPE

SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"
SCORE_MAXIMUM = 100.0
_SCORING = frozenset({SCORE_SCOPE})
_FORBIDDEN = 403


class ActivityProgress(StrEnum):
    """How far a learner is (AGS 2.0, "activityProgress"); of its words, those that we use."""

    IN_PROGRESS = "InProgress"
    COMPLETED = "Completed"


class GradingProgress(StrEnum):
    """Whether a score is final (AGS 2.0, "gradingProgress"); of its words, those that we use."""

    NOT_READY = "NotReady"
    FULLY_GRADED = "FullyGraded"


class Submission(msgspec.Struct, frozen=True, rename="camel"):
    submitted_at: datetime


class Score(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """A message about a score. One that was given is FullyGraded always: Moodle erases the grade at anything else.

    Our maximum stays ours, and the platform rescales. `submission` is when the learner was done; without it Canvas
    takes the time of sending, and marks late.
    """

    user_id: str
    timestamp: datetime
    activity_progress: ActivityProgress
    grading_progress: GradingProgress
    score_given: float | None = None
    score_maximum: float | None = None
    comment: str | None = None
    submission: Submission | None = None


class Outcome(StrEnum):
    """What became of a score; none of these is tried again by itself.

    SUPERSEDED: the platform holds a newer one for this user. GONE: the line item was deleted. REFUSED: the platform
    will not have it, for instance because the user is not graded there.
    """

    DELIVERED = "delivered"
    SUPERSEDED = "superseded"
    GONE = "gone"
    REFUSED = "refused"


HEARD = frozenset({Outcome.DELIVERED, Outcome.SUPERSEDED})
"""After these the platform has a score that is ours or newer; sending ours again would overwrite a teacher's own."""


class Delivery(msgspec.Struct, frozen=True):
    """The platform's answer; `said` are its own words, of a refusal."""

    outcome: Outcome
    answer_status: int
    said: str = ""


async def post_score(
    outward: Outward, tokens: AccessTokens, platform: Platform, line_item_url: str, score: Score
) -> Delivery:
    """What the platform made of the score. Raises RetryLater or Unavailable where it may take it another time."""
    url, body = below(line_item_url, "scores"), msgspec.json.encode(score)
    try:
        response = await call(
            outward, tokens, platform, "POST", url, scopes=_SCORING, body=body, content_type=SCORE_TYPE
        )
    except ScopesDenied as denied:
        return Delivery(Outcome.REFUSED, _FORBIDDEN, denied.message)
    return _delivery(response)


def _delivery(response: Response) -> Delivery:
    match response.status:
        case 200 | 201 | 202 | 204:
            return Delivery(Outcome.DELIVERED, response.status)
        case 409:
            return Delivery(Outcome.SUPERSEDED, response.status)
        case 404 | 410:
            return Delivery(Outcome.GONE, response.status)
        case status:
            return Delivery(Outcome.REFUSED, status, said(response))
