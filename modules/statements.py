"""The statements of a session, in the shape of cmi5: pure but for a fresh id. Each function's name is its verb."""

from datetime import datetime, timedelta
from typing import Any

from base import new_uuid
from content import Question
from lrs import Activity, ActivityDefinition, Context, ContextActivities, InteractionComponent, Result, Statement, Verb
from lrs import Score as XapiScore
from modules.cmi5 import (
    CMI5_CATEGORY,
    LAUNCH_MODE,
    LAUNCH_URL,
    MASTERY_SCORE,
    MOVE_ON,
    MOVE_ON_CATEGORY,
    SESSION_ID,
)
from modules.kinds import VerbIri
from modules.marking import Answer, Score, interaction_type
from modules.sessions import Session

_MODULE_TYPE = "http://adlnet.gov/expapi/activities/module"
_INTERACTION_TYPE = "http://adlnet.gov/expapi/activities/cmi.interaction"


def launched(session: Session, *, now: datetime) -> Statement:
    """Made before the unit opens, once a session (9.3.1); here the module is described, for the whole registration."""
    assert session.source.move_on is not None  # what is not taken online has no session
    extensions: dict[str, Any] = {
        LAUNCH_MODE: session.launch_mode.value,
        MOVE_ON: session.source.move_on.value,
        # The address without what belongs to this launch alone, which with us is the token in its path (9.6.3.4).
        LAUNCH_URL: f"{session.person.opaque.home_page}/modules/{session.source.slug}",
        **_mastery(session),
    }
    definition = ActivityDefinition(name=session.source.title, description=session.source.summary, type=_MODULE_TYPE)
    return _defined(session, VerbIri.LAUNCHED, now, extensions=extensions, definition=definition)


def initialized(session: Session, *, now: datetime) -> Statement:
    """The unit is ready for the learner: the first of its statements (9.3.2)."""
    return _defined(session, VerbIri.INITIALIZED, now)


def answered(session: Session, question: Question, answer: Answer, *, now: datetime) -> Statement:
    """A question answered: a cmi5 allowed statement (7.1.3), so without cmi5's categories.

    The pattern of right responses is left out: who may read statements may not therefore know the answers.
    """
    activity = Activity(
        id=f"{session.source.activity}/questions/{question.id}", definition=_interaction(session, question)
    )
    return Statement(
        id=new_uuid(),
        actor=session.learner,
        verb=_verb(VerbIri.ANSWERED),
        object=activity,
        result=Result(response=answer.response, success=answer.correct),
        context=_context(session, parent=(Activity(id=session.source.activity),)),
        timestamp=now,
    )


def completed(session: Session, *, now: datetime) -> Statement:
    """The learner went through all of it (9.3.3)."""
    result = Result(completion=True, duration=_spent(session, now))
    return _defined(session, VerbIri.COMPLETED, now, result=result, satisfying=True)


def judged(session: Session, score: Score, *, now: datetime) -> Statement:
    """`passed` or `failed`, by the mastery score (9.3.4, 9.3.5)."""
    passed = session.mastery is None or score.scaled >= session.mastery
    result = Result(
        score=XapiScore(scaled=score.scaled, raw=score.right, min=0, max=score.of),
        success=passed,
        duration=_spent(session, now),
    )
    verb = VerbIri.PASSED if passed else VerbIri.FAILED
    return _defined(session, verb, now, result=result, satisfying=True, extensions=_mastery(session))


def terminated(session: Session, *, now: datetime) -> Statement:
    """The learner left: the last statement of the session (9.3.8)."""
    return _defined(session, VerbIri.TERMINATED, now, result=Result(duration=_spent(session, now)))


def abandoned(session: Session, *, now: datetime) -> Statement:
    """The session ended without the unit saying so; it lasted until the unit's last statement (9.3.6, 9.5.4.2)."""
    lasted = (session.last_act_at or session.launched_at) - session.launched_at
    return _defined(session, VerbIri.ABANDONED, now, result=Result(duration=duration(lasted)))


def duration(length: timedelta) -> str:
    """ISO 8601, to the hundredth of a second that xAPI lets count (2.4.6, "Duration")."""
    return f"PT{max(length.total_seconds(), 0):.2f}S"


def _defined(
    session: Session,
    verb: VerbIri,
    now: datetime,
    *,
    result: Result | None = None,
    satisfying: bool = False,
    extensions: dict[str, Any] | None = None,
    definition: ActivityDefinition | None = None,
) -> Statement:
    categories = (CMI5_CATEGORY, MOVE_ON_CATEGORY) if satisfying else (CMI5_CATEGORY,)
    return Statement(
        id=new_uuid(),
        actor=session.learner,
        verb=_verb(verb),
        object=Activity(id=session.source.activity, definition=definition),
        result=result,
        context=_context(session, category=tuple(Activity(id=iri) for iri in categories), extensions=extensions),
        timestamp=now,
    )


def _context(
    session: Session,
    *,
    parent: tuple[Activity, ...] | None = None,
    category: tuple[Activity, ...] | None = None,
    extensions: dict[str, Any] | None = None,
) -> Context:
    """The contextTemplate (10.2.1) with what one statement adds to it."""
    return Context(
        registration=session.registration,
        context_activities=ContextActivities(
            parent=parent, grouping=(Activity(id=session.publisher_id),), category=category
        ),
        revision=session.source.version_hash,
        language=session.text_language,
        extensions={SESSION_ID: str(session.id), **(extensions or {})},
    )


def _interaction(session: Session, question: Question) -> ActivityDefinition:
    language = session.text_language
    words = session.source.quiz_texts[language].questions[question.id]

    def components(ids: tuple[str, ...], texts: dict[str, str]) -> tuple[InteractionComponent, ...] | None:
        return tuple(InteractionComponent(id=each, description={language: texts[each]}) for each in ids) or None

    kind = interaction_type(question)
    options = components(question.option_ids, words.options)
    return ActivityDefinition(
        description={language: words.text},
        type=_INTERACTION_TYPE,
        interaction_type=kind,
        choices=options if kind in {"choice", "sequencing"} else None,
        source=options if kind == "matching" else None,
        target=components(question.target_ids, words.targets),
    )


def _mastery(session: Session) -> dict[str, Any]:
    return {} if session.mastery is None else {MASTERY_SCORE: session.mastery}


def _verb(verb: VerbIri) -> Verb:
    return Verb(id=verb.value, display={"en": verb.word})


def _spent(session: Session, now: datetime) -> str:
    return duration(now - session.verbs.get(VerbIri.INITIALIZED, session.launched_at))
