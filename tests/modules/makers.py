"""Modules, sessions and statements for tests; each maker takes only what a test is about."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from base import settle_installation
from content import (
    Match,
    ModuleSource,
    MoveOn,
    Multiple,
    Numeric,
    Order,
    Question,
    QuestionText,
    Quiz,
    QuizText,
    Single,
    Skills,
    Status,
    TrueFalse,
)
from modules import open_module, publish_module
from people import Person, add_person
from tests.times import NOW

MODULE_ID = UUID("5a0f6c8e-6f0f-4b7e-9a53-7d9f6a6b0001")
ACTIVITY = "https://ulc.waymark.example/modules/strategy"

SINGLE = Single(id="q1", options=("a", "b", "c"), right=("b",))
MULTIPLE = Multiple(id="q2", options=("a", "b", "c"), right=("a", "c"))
TRUE_FALSE = TrueFalse(id="q3", right=True)
NUMERIC = Numeric(id="q4", right=12.5, tolerance=0.5)
MATCH = Match(id="q5", pairs={"a": "x", "b": "y"})
ORDER = Order(id="q6", options=("a", "b", "c"), right=("c", "a", "b"))
ALL_KINDS: tuple[Question, ...] = (SINGLE, MULTIPLE, TRUE_FALSE, NUMERIC, MATCH, ORDER)

RIGHT_FIELDS = {
    "q1": ["b"],
    "q2": ["a", "c"],
    "q3": ["true"],
    "q4": ["12,4"],
    "q5.a": ["x"],
    "q5.b": ["y"],
    "q6.a": ["2"],
    "q6.b": ["3"],
    "q6.c": ["1"],
}
"""Every question of ALL_KINDS answered rightly."""

WRONG_FIELDS = {**RIGHT_FIELDS, "q1": ["a"], "q2": ["a"]}
"""Four of the six right: 0.67, below the mastery of 0.8."""


def make_source(
    *,
    questions: tuple[Question, ...] | None = ALL_KINDS,
    languages: tuple[str, ...] = ("en",),
    text: str = "# Strategy\n\nWhy a town plans.",
    **changes: Any,
) -> ModuleSource:
    """A module of one text and, unless `questions` is None, a quiz with the mastery of 0.8."""
    fields: dict[str, Any] = {
        "id": MODULE_ID,
        "slug": "strategy",
        "activity": ACTIVITY,
        "status": Status.LIVE,
        "minutes": 7,
        "source_language": "en",
        "mastery": 0.8,
        "move_on": MoveOn.COMPLETED if questions is None else MoveOn.COMPLETED_AND_PASSED,
        "topics": ("planning",),
        "skills": Skills(),
        "sdgs": (11,),
        "audience": ("project-manager",),
        "provider": "Urban Learning Center",
        "licence": "CC-BY-4.0",
        "title": {"en": "Strategy", "az": "Strategiya"},
        "summary": {"en": "Why plan", "az": "Niyə plan"},
        "quiz": None if questions is None else Quiz(questions=questions),
        "texts": dict.fromkeys(languages, text),
        "quiz_texts": {} if questions is None else {language: _words(questions) for language in languages},
    }
    return ModuleSource(**{**fields, **changes})


def _words(questions: tuple[Question, ...]) -> QuizText:
    return QuizText(
        questions={
            question.id: QuestionText(
                text=f"Text of {question.id}",
                feedback=f"Feedback on {question.id}",
                options={each: f"Option {each}" for each in question.option_ids},
                targets={each: f"Target {each}" for each in question.target_ids},
            )
            for question in questions
        }
    )


def make_learner(conn: Connection) -> Person:
    settle_installation(conn, "http://127.0.0.1:8000", now=NOW)
    return add_person(conn, full_name="Aygün", language="az", now=NOW)


def open_published(
    conn: Connection, person: Person, source: ModuleSource | None = None, *, now: datetime = NOW, language: str = "en"
) -> str:
    """The token of a session of `source`, published first."""
    publish_module(conn, source or make_source(), now=now)
    return open_module(conn, person, MODULE_ID, language=language, return_url="http://127.0.0.1:8000/p", now=now)
