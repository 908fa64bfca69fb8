"""What the player's pages are filled with: a module of all kinds of questions, before and after."""

from typing import Any

import msgspec

from app.visit import Visit
from content import render_markdown
from modules import Fault
from modules.player_page import Option, PlayerPage, PlayerState, QuestionView, QuizResult
from tests.app.visits import visit

_QUESTIONS = (
    QuestionView(
        id="q1",
        kind="single",
        text="Which of these belongs into the first paragraph of a project note?",
        options=(
            Option("a", "The history of the municipality"),
            Option("b", "Who will be better off, and how you will know"),
            Option("c", "The list of all partners and their addresses, with the dates on which they agreed"),
        ),
        targets=(),
        given=(),
        correct=None,
        feedback=None,
    ),
    QuestionView(
        "q2",
        "multiple",
        "Which costs does a budget of operation hold?",
        (Option("a", "Energy"), Option("b", "Repairs"), Option("c", "The building permit")),
        (),
        (),
        None,
        None,
    ),
    QuestionView("q3", "true-false", "A risk register is written once, at the start.", (), (), (), None, None),
    QuestionView(
        "q4",
        "numeric",
        "A grant covers 80 % of 250,000. How much must the municipality pay itself?",
        (),
        (),
        (),
        None,
        None,
    ),
    QuestionView(
        "q5",
        "match",
        "Who answers for what?",
        (Option("a", "Mayor"), Option("b", "Project manager")),
        (Option("x", "Decides on the aim"), Option("y", "Keeps the schedule")),
        (),
        None,
        None,
    ),
    QuestionView(
        "q6",
        "order",
        "Put the steps into their order.",
        (Option("a", "Tender"), Option("b", "Need"), Option("c", "Hand-over")),
        (),
        (),
        None,
        None,
    ),
)
_TEXT = """# From an idea to a one-page project note

Most good projects begin as a sentence that somebody says in a corridor. Before anybody can decide on it, it needs one
page.

## Five questions

1. Who has the problem?
2. What will be different?
3. What does it cost to build, and to keep?

> A page that nobody has to explain is a page that can travel.

Keep the numbers rough and honest.
"""
PLAYER = PlayerPage(
    slug="first-project-note",
    title="From an idea to a one-page project note",
    summary="Write down an idea so that others can decide on it.",
    minutes=7,
    language="en",
    text_language="en",
    html=render_markdown(_TEXT),
    questions=_QUESTIONS,
    mastery=0.8,
    state=PlayerState.OPEN,
    practice=False,
    passed_before=False,
    result=None,
    return_url="http://127.0.0.1:8000/paths/pathways",
)
_GIVEN = ("Who will be better off, and how you will know",)
_ANSWERED = tuple(
    msgspec.structs.replace(
        question,
        given=("true",) if question.kind == "true-false" else _GIVEN,
        correct=question.id != "q3",
        feedback="A reader decides in the first lines whether to go on.",
    )
    for question in _QUESTIONS
)
PASSED = msgspec.structs.replace(
    PLAYER, questions=_ANSWERED, state=PlayerState.FINISHED, result=QuizResult(5, 6, 5 / 6, 0.8, passed=True)
)
FAILED = msgspec.structs.replace(
    PLAYER, questions=_ANSWERED, state=PlayerState.FINISHED, result=QuizResult(3, 6, 0.5, 0.8, passed=False)
)


def _player(language: str, view: PlayerPage, **values: object) -> dict[str, Any]:
    return {
        "token": "AAAAAAAAAAAAAAAAAAAAAA",
        "view": msgspec.structs.replace(view, language=language),
        "text_language": "English",
        "Fault": Fault,
        **values,
    }


def player_samples(language: str) -> dict[str, tuple[str, Visit, dict[str, Any]]]:
    """Name of the sample → template, visit, values."""
    nobody = visit(language)
    fields = {"q1": ["b"], "q2": ["a", "b"], "q4": ["50000"], "q5.a": ["x"]}
    wrong = {"q4": ["1,500"], "q6.a": ["1"], "q6.b": ["1"]}
    faults = {
        "q1": Fault.UNANSWERED,
        "q3": Fault.NOT_A_NUMBER,
        "q4": Fault.TWO_READINGS,
        "q6": Fault.PLACE_TAKEN_TWICE,
    }
    practice = msgspec.structs.replace(PLAYER, practice=True, questions=())
    finished = msgspec.structs.replace(PLAYER, state=PlayerState.FINISHED, questions=())
    again = msgspec.structs.replace(FAILED, passed_before=True)
    return {
        "reading": ("reading.html", nobody, _player(language, PLAYER)),
        "reading-practice": ("reading.html", nobody, _player(language, practice)),
        "quiz": ("quiz.html", nobody, _player(language, PLAYER, faults={}, fields=fields)),
        "quiz-faults": ("quiz.html", nobody, _player(language, PLAYER, faults=faults, fields=wrong)),
        "passed": ("result.html", nobody, _player(language, PASSED)),
        "failed": ("result.html", nobody, _player(language, FAILED)),
        "failed-after-passing": ("result.html", nobody, _player(language, again)),
        "finished": ("result.html", nobody, _player(language, finished)),
    }
