"""What a learner is shown of a module: never the right answers, which the structs below have no room for."""

from collections.abc import Mapping
from enum import StrEnum
from hashlib import sha256

import msgspec

from content import Match, Multiple, Numeric, Order, Question, QuestionText, Single, TrueFalse, render_markdown
from modules.cmi5 import LaunchMode
from modules.kinds import VerbIri
from modules.marking import ITEM_DELIMITER, PAIR_DELIMITER, Answer, Score
from modules.sessions import Session


class PlayerState(StrEnum):
    """Where the session stands."""

    OPEN = "open"
    LEFT = "left"
    FINISHED = "finished"


class Option(msgspec.Struct, frozen=True):
    id: str
    text: str


class QuestionView(msgspec.Struct, frozen=True):
    """A question as it is asked. `kind` is the library format's word; `targets` are those of a match.

    `given` is what the learner answered in this session, in words, one for each part; empty while unanswered.
    `correct` and `feedback` are None until then.
    """

    id: str
    kind: str
    text: str
    options: tuple[Option, ...]
    targets: tuple[Option, ...]
    given: tuple[str, ...]
    correct: bool | None
    feedback: str | None


class QuizResult(msgspec.Struct, frozen=True):
    """How the quiz went in this session; `scaled` and `mastery` are from 0 to 1."""

    right: int
    of: int
    scaled: float
    mastery: float
    passed: bool


class PlayerPage(msgspec.Struct, frozen=True):
    """One address of the player, as it stands.

    `language` is the learner's, `text_language` that of `html` and the questions: they differ where a translation is
    missing, and the page says so. In `practice` nothing is judged any more. `result` is there once a quiz is finished;
    `passed_before` says that the module was passed in this or an earlier session.
    """

    slug: str
    title: str
    summary: str
    minutes: int
    language: str
    text_language: str
    html: str
    questions: tuple[QuestionView, ...]
    mastery: float | None
    state: PlayerState
    practice: bool
    passed_before: bool
    result: QuizResult | None
    return_url: str


def page_of(session: Session, answers: Mapping[str, Answer]) -> PlayerPage:
    """The page of `session`, given what was answered in it."""
    source = session.source
    state = _state(session, answers)
    return PlayerPage(
        slug=source.slug,
        title=_own(source.title, session),
        summary=_own(source.summary, session),
        minutes=source.minutes,
        language=session.language,
        text_language=session.text_language,
        html=render_markdown(source.texts[session.text_language]),
        questions=_questions(session, answers),
        mastery=session.mastery,
        state=state,
        practice=session.launch_mode is not LaunchMode.NORMAL,
        passed_before=VerbIri.PASSED in session.registration_verbs,
        result=_result(session, answers) if state is PlayerState.FINISHED else None,
        return_url=session.return_url,
    )


def _own(words: Mapping[str, str], session: Session) -> str:
    """Titles and summaries are in all languages, also where the text is not."""
    return words.get(session.language) or words[session.text_language]


def _state(session: Session, answers: Mapping[str, Answer]) -> PlayerState:
    if not session.terminated:
        return PlayerState.OPEN
    judged = {VerbIri.PASSED, VerbIri.FAILED, VerbIri.COMPLETED} & session.verbs.keys()
    practised = session.launch_mode is not LaunchMode.NORMAL and answers
    return PlayerState.FINISHED if judged or practised else PlayerState.LEFT


def _result(session: Session, answers: Mapping[str, Answer]) -> QuizResult | None:
    if session.source.quiz is None or session.mastery is None:
        return None
    score = Score(sum(answer.correct for answer in answers.values()), len(session.source.quiz.questions))
    return QuizResult(score.right, score.of, score.scaled, session.mastery, score.scaled >= session.mastery)


def _questions(session: Session, answers: Mapping[str, Answer]) -> tuple[QuestionView, ...]:
    if session.source.quiz is None:
        return ()
    words = session.source.quiz_texts[session.text_language].questions
    return tuple(
        _view(question, words[question.id], answers.get(question.id), seed=str(session.id))
        for question in session.source.quiz.questions
    )


def _view(question: Question, words: QuestionText, answer: Answer | None, *, seed: str) -> QuestionView:
    options, targets = question.option_ids, question.target_ids
    if isinstance(question, Order):
        options = _mixed(options, seed=seed + question.id)
    if isinstance(question, Match):
        targets = _mixed(targets, seed=seed + question.id)
    return QuestionView(
        id=question.id,
        kind=_kind(question),
        text=words.text,
        options=tuple(Option(each, words.options[each]) for each in options),
        targets=tuple(Option(each, words.targets[each]) for each in targets),
        given=() if answer is None else _in_words(question, words, answer.response),
        correct=None if answer is None else answer.correct,
        feedback=None if answer is None else words.feedback,
    )


def _mixed(ids: tuple[str, ...], *, seed: str) -> tuple[str, ...]:
    """The ids in an order that says nothing of the right one, and stays the same while a session lasts."""
    return tuple(sorted(ids, key=lambda each: sha256(f"{seed}:{each}".encode()).digest()))


def _kind(question: Question) -> str:
    return str(type(question).__struct_config__.tag)


def _in_words(question: Question, words: QuestionText, response: str) -> tuple[str, ...]:
    match question:
        case Single() | Multiple() | Order():
            return tuple(words.options[each] for each in response.split(ITEM_DELIMITER))
        case Match():
            pairs = (item.split(PAIR_DELIMITER) for item in response.split(ITEM_DELIMITER))
            return tuple(f"{words.options[option]} → {words.targets[target]}" for option, target in pairs)
        case TrueFalse() | Numeric():
            return (response,)
