"""The grade book: AGS 2.0 as Moodle 4.5 keeps it, strictness and traps included."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import msgspec

from tests.demo_lms.cast import LEARNERS
from tests.demo_lms.course import Link


class LineItem(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    label: str
    resource_link_id: str | None = None
    score_maximum: float = 100
    resource_id: str | None = None
    tag: str | None = None


class Submission(msgspec.Struct, frozen=True, rename="camel"):
    started_at: datetime | None = None
    submitted_at: datetime | None = None


class Score(msgspec.Struct, frozen=True, rename="camel"):
    """What a tool posts (AGS 2.0, "Score service")."""

    timestamp: datetime
    activity_progress: str
    grading_progress: str
    user_id: str
    score_given: float | None = None
    score_maximum: float | None = None
    comment: str | None = None
    submission: Submission | None = None


class Entry(msgspec.Struct, frozen=True):
    """One cell: the score on the column's own scale, or None where a later post has erased it."""

    score: float | None
    posted: Score


class GradeBook:
    """Columns by link id, cells by (link id, person id), and every post in the order of arrival.

    `learners` are the ids of those who are graded: the cast's, until a larger class is enrolled. It `erases` a grade
    at any score that is not final, as Moodle does; others keep it.
    """

    erases = True

    def __init__(self, links: tuple[Link, ...]) -> None:
        self.learners = {learner.id for learner in LEARNERS}
        self.columns = {
            link.id: LineItem(link.id, link.title, resource_link_id=link.id) for link in links if link.graded
        }
        self.cells: dict[tuple[str, str], Entry] = {}
        self.posts: list[Score] = []

    def add(self, **said: Any) -> LineItem:
        """A new column, as a tool wants it."""
        column = LineItem(f"made-{len(self.columns) + 1}", **said)
        self.columns[column.id] = column
        return column

    def post(self, link_id: str, body: bytes) -> HTTPStatus:
        """What Moodle answers: 404 without the column, 400 for somebody not graded, 409 for a timestamp not newer."""
        column = self.columns.get(link_id)
        if column is None:
            return HTTPStatus.NOT_FOUND
        try:
            score = msgspec.json.decode(body, type=Score)
        except msgspec.MsgspecError:
            return HTTPStatus.BAD_REQUEST
        self.posts.append(score)
        return self._take(column, score)

    def _take(self, column: LineItem, score: Score) -> HTTPStatus:
        if score.user_id not in self.learners or score.timestamp.tzinfo is None:
            return HTTPStatus.BAD_REQUEST
        before = self.cells.get((column.id, score.user_id))
        if before is not None and _second(score.timestamp) <= _second(before.posted.timestamp):
            return HTTPStatus.CONFLICT
        scaled = _scaled(column, score)
        if scaled is None and before is not None and not self.erases:
            scaled = before.score
        self.cells[column.id, score.user_id] = Entry(scaled, score)
        return HTTPStatus.OK


def _second(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)


def _scaled(column: LineItem, score: Score) -> float | None:
    # Moodle erases the grade when a score is anything but fully graded.
    if score.grading_progress != "FullyGraded" or score.score_given is None or not score.score_maximum:
        return None
    return min(score.score_given / score.score_maximum, 1) * column.score_maximum
