"""What an LMS is to hear, by what was reached and what it was told before (docs/decisions/0026)."""

from types import SimpleNamespace
from typing import Any

import pytest

from base import words_for
from lti.grading.news import News, Steps, Told, news, still_reached, told
from lti.services.products import GradeBook, grade_book_of
from lti.services.scores import ActivityProgress
from paths import State, Verdict
from tests.times import NOW

ENGLISH = words_for("en")
COMPLETED, IN_PROGRESS = ActivityProgress.COMPLETED, ActivityProgress.IN_PROGRESS


def sent(score: float | None, outcome: str = "delivered", activity: str = "Completed", done: int = 0) -> Any:
    """One row of what was sent."""
    return SimpleNamespace(score_scaled=score, outcome=outcome, activity_progress=activity, steps_done=done)


@pytest.mark.parametrize(
    ("rows", "known"),
    [
        ([], Told()),
        ([sent(0.9)], Told((0.9, COMPLETED), graded=True)),
        ([sent(0.9, "superseded")], Told((0.9, COMPLETED), graded=True)),
        ([sent(0.9, "refused")], Told()),
        ([sent(0.9), sent(1.0, "refused")], Told(None, graded=True)),
        ([sent(0.9), sent(0.9, "gone")], Told()),
        ([sent(None, activity="InProgress", done=3)], Told(steps_done=3)),
        ([sent(None, activity="InProgress", done=3), sent(None, "refused", "InProgress", 4)], Told(steps_done=3)),
        ([sent(None, activity="InProgress", done=3), sent(0.9)], Told((0.9, COMPLETED), True, 3)),
        ([sent(0.9), sent(0.4, activity="InProgress")], Told((0.4, IN_PROGRESS), graded=True)),
    ],
)
def test_what_an_lms_knows_is_what_got_through_to_it(rows: list[Any], known: Told) -> None:
    assert told(rows) == known


def test_completion_is_a_final_score_with_the_date_of_its_evidence() -> None:
    found = news(Verdict(State.SATISFIED, NOW, score=0.95), Steps(8, 8), Told(steps_done=7), ENGLISH)
    assert found == News(0.95, COMPLETED, 8, "8 of 8 steps done.", NOW)


@pytest.mark.parametrize(("score", "given"), [(None, 1.0), (-0.5, 0.0), (0.0, 0.0)])
def test_what_has_no_score_is_worth_all_and_nothing_is_below_zero(score: float | None, given: float) -> None:
    found = news(Verdict(State.SATISFIED, NOW, score=score), Steps(1, 1), Told(), ENGLISH)
    assert found is not None
    assert (found.score_scaled, found.comment) == (given, "1 of 1 step done.")


def test_progress_is_told_without_a_score_and_once_for_each_step() -> None:
    begun = Verdict(State.IN_PROGRESS, score=0.9)
    found = news(begun, Steps(3, 8), Told(steps_done=2), ENGLISH)
    assert found == News(None, IN_PROGRESS, 3, "3 of 8 steps done.")
    assert news(begun, Steps(3, 8), Told(steps_done=3), ENGLISH) is None
    assert news(Verdict(State.OPEN), Steps(0, 8), Told(), ENGLISH) is None


def test_what_is_lost_leaves_the_share_that_is_still_reached() -> None:
    lost = Verdict(State.IN_PROGRESS, score=0.8)
    found = news(lost, Steps(3, 4), Told((0.9, COMPLETED), graded=True), ENGLISH)
    assert found is not None
    assert found.score_scaled == pytest.approx(0.6)
    assert (found.activity, found.reached_at) == (IN_PROGRESS, None)
    assert found.comment.startswith("This was complete and is so no more")
    assert found.comment.endswith("3 of 4 steps done.")


def test_what_is_lost_is_told_once() -> None:
    known = Told((0.5, IN_PROGRESS), graded=True)
    assert news(Verdict(State.LOST, score=1.0), Steps(1, 2), known, ENGLISH) is None


def test_lost_grade_is_told_although_the_last_message_was_refused() -> None:
    assert news(Verdict(State.LOST), Steps(0, 1), Told(None, graded=True), ENGLISH) is not None


@pytest.mark.parametrize(
    ("score", "steps", "share"),
    [(None, Steps(1, 2), 0.5), (1.0, Steps(0, 1), 0.0), (-1.0, Steps(1, 2), 0.0), (1.0, Steps(0, 0), 0.0)],
)
def test_nothing_done_is_nothing_reached(score: float | None, steps: Steps, share: float) -> None:
    assert still_reached(Verdict(State.LOST, score=score), steps) == share


@pytest.mark.parametrize(
    ("product", "book"),
    [
        ("moodle", GradeBook(takes_progress=False, makes_columns=False)),
        ("Moodle", GradeBook(takes_progress=False, makes_columns=False)),
        ("canvas", GradeBook(takes_progress=False, makes_columns=True)),
        ("BlackboardLearn", GradeBook(takes_progress=True, makes_columns=True)),
        (None, GradeBook(takes_progress=False, makes_columns=True)),
    ],
)
def test_products_are_told_what_they_can_bear(product: str | None, book: GradeBook) -> None:
    assert grade_book_of(product) == book
