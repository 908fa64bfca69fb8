"""Scores as the grade book of a platform takes them (AGS 2.0, "Score publish service")."""

from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit, urlunsplit

import msgspec

from base import Outward, Response
from lti.registering.platforms import Platform
from lti.services.access_tokens import AccessTokens
from lti.services.calls import call
from lti.standard.claims import SCORE_SCOPE

SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"
SCORE_MAXIMUM = 100
SCORING = frozenset({SCORE_SCOPE})


class Submission(msgspec.Struct, frozen=True, rename="camel"):
    submitted_at: datetime


class Score(msgspec.Struct, frozen=True, rename="camel"):
    """A final score: Moodle erases a grade when a later score is anything but FullyGraded, so nothing else is sent.

    `submission` is when the learner was done; without it Canvas takes the time of sending, and marks late.
    """

    user_id: str
    timestamp: datetime
    score_given: float
    submission: Submission
    score_maximum: float = SCORE_MAXIMUM
    activity_progress: str = "Completed"
    grading_progress: str = "FullyGraded"


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
    outcome: Outcome
    answer_status: int


async def post_score(
    outward: Outward, tokens: AccessTokens, platform: Platform, line_item_url: str, score: Score
) -> Delivery:
    """What the platform made of the score. Raises what `call` does."""
    url, body = scores_url(line_item_url), msgspec.json.encode(score)
    response = await call(outward, tokens, platform, "POST", url, scopes=SCORING, body=body, content_type=SCORE_TYPE)
    return _delivery(response)


def scores_url(line_item_url: str) -> str:
    """`/scores` goes to the end of the line item's path, before its query (Moodle has one)."""
    parts = urlsplit(line_item_url)
    return urlunsplit(parts._replace(path=f"{parts.path}/scores"))


def _delivery(response: Response) -> Delivery:
    match response.status:
        case 200 | 201 | 202 | 204:
            return Delivery(Outcome.DELIVERED, response.status)
        case 409:
            return Delivery(Outcome.SUPERSEDED, response.status)
        case 404 | 410:
            return Delivery(Outcome.GONE, response.status)
        case status:
            return Delivery(Outcome.REFUSED, status)
