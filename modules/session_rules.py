"""What cmi5 lets an assignable unit record in a session: pure, one rule a requirement, the first broken one named.

The same rules judge our own player and, later, foreign content. Requirements are named by their numbers in
ADL's list for cmi5 (`@cmi5/requirements`), which are the section and a running number.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from lrs import VOIDED as VOIDED_VERB
from lrs import Activity, Context, ContextActivities, Result, Score, Statement, agent_key
from modules.cmi5 import CMI5_CATEGORY, MASTERY_SCORE, MOVE_ON_CATEGORY, SESSION_ID, LaunchMode
from modules.kinds import VerbIri

_JUDGED = frozenset({VerbIri.PASSED, VerbIri.FAILED})
_SATISFYING = _JUDGED | {VerbIri.COMPLETED}
_OF_THE_UNIT = _SATISFYING | {VerbIri.INITIALIZED, VerbIri.TERMINATED}


class SessionState(msgspec.Struct, frozen=True):
    """What the rules need to know: who and what was launched how, and what was recorded already.

    `session_verbs` and `registration_verbs` are the verbs of the cmi5 defined statements of this session, and of all
    sessions of the registration. `mastery` is None where nothing is judged by a score.
    """

    actor: str
    activity: str
    publisher_id: str
    registration: UUID
    session_id: str
    launch_mode: LaunchMode
    mastery: float | None
    session_verbs: frozenset[str]
    registration_verbs: frozenset[str]


class Refusal(msgspec.Struct, frozen=True):
    """The requirement that a statement breaks, and what was sent and would pass."""

    requirement: str
    message: str


class _Act(msgspec.Struct, frozen=True):
    """A proposed statement with its optional parts filled in, so that a rule can ask plainly."""

    statement: Statement
    verb: str
    context: Context
    activities: ContextActivities
    extensions: dict[str, Any]
    result: Result
    score: Score
    defined: bool
    satisfying: bool
    """Whether it carries success or completion, the marks of what can satisfy (9.6.2.2)."""


def refusal(state: SessionState, statement: Statement) -> Refusal | None:
    """The first rule of cmi5 that recording `statement` now would break; None when it may be recorded."""
    act = _act(statement)
    rules = (*_ANY_STATEMENT, *_DEFINED_STATEMENT) if act.defined else _ANY_STATEMENT
    for requirement, broken in rules:
        if (message := broken(state, act)) is not None:
            return Refusal(requirement, message)
    return None


def is_defined(statement: Statement) -> bool:
    """Whether it is a cmi5 defined statement, which its category says, or merely a cmi5 allowed one (7.1.3)."""
    context = statement.context or Context()
    return _names((context.context_activities or ContextActivities()).category, CMI5_CATEGORY)


def _act(statement: Statement) -> _Act:
    context = statement.context or Context()
    activities = context.context_activities or ContextActivities()
    result = statement.result or Result()
    return _Act(
        statement=statement,
        verb=statement.verb.id,
        context=context,
        activities=activities,
        extensions=context.extensions or {},
        result=result,
        score=result.score or Score(),
        defined=is_defined(statement),
        satisfying=result.success is not None or result.completion is not None,
    )


def _names(activities: tuple[Activity, ...] | None, iri: str) -> bool:
    return any(activity.id == iri for activity in activities or ())


def _expected(what: str, sent: object, expected: object) -> str | None:
    return None if sent == expected else f"{what} is {str(sent)[:200]!r}; it must be {str(expected)!r}."


def _voids(_: SessionState, act: _Act) -> str | None:
    return "A session cannot void statements; ask an administrator." if act.verb == VOIDED_VERB else None


def _no_id(_: SessionState, act: _Act) -> str | None:
    return "The statement has no id; give it a UUID." if act.statement.id is None else None


def _no_timestamp(_: SessionState, act: _Act) -> str | None:
    return "The statement has no timestamp." if act.statement.timestamp is None else None


def _not_utc(_: SessionState, act: _Act) -> str | None:
    timestamp = act.statement.timestamp
    if timestamp is None or timestamp.utcoffset() == timedelta(0):
        return None
    return f"timestamp is {timestamp.isoformat()}; it must be in UTC, so end in Z."


def _other_actor(state: SessionState, act: _Act) -> str | None:
    return _expected("The actor", agent_key(act.statement.actor), state.actor)


def _other_registration(state: SessionState, act: _Act) -> str | None:
    return _expected("context.registration", act.context.registration, state.registration)


def _other_session(state: SessionState, act: _Act) -> str | None:
    return _expected("The session id extension", act.extensions.get(SESSION_ID), state.session_id)


def _no_publisher_id(state: SessionState, act: _Act) -> str | None:
    if _names(act.activities.grouping, state.publisher_id):
        return None
    return f"context.contextActivities.grouping must name {state.publisher_id}, as the contextTemplate does."


def _after(verb: VerbIri) -> "_Broken":
    def broken(state: SessionState, _: _Act) -> str | None:
        return f"The session is {verb.word}; open the module again." if verb in state.session_verbs else None

    return broken


def _not_initialized(state: SessionState, act: _Act) -> str | None:
    first = act.defined and act.verb == VerbIri.INITIALIZED
    if first or VerbIri.INITIALIZED in state.session_verbs:
        return None
    return f"The first statement of a session is initialized, not {act.verb}."


def _stray_move_on(_: SessionState, act: _Act) -> str | None:
    if (act.defined and act.satisfying) or not _names(act.activities.category, MOVE_ON_CATEGORY):
        return None
    return "The moveon category is only for cmi5 defined statements with success or completion."


def _no_move_on(_: SessionState, act: _Act) -> str | None:
    if not act.satisfying or _names(act.activities.category, MOVE_ON_CATEGORY):
        return None
    return f"A statement with success or completion needs the category {MOVE_ON_CATEGORY}."


def _not_an_agent(_: SessionState, act: _Act) -> str | None:
    return _expected("actor.objectType", act.statement.actor.object_type, "Agent")


def _no_account(_: SessionState, act: _Act) -> str | None:
    return "The actor must be named by its account." if act.statement.actor.account is None else None


def _other_object(state: SessionState, act: _Act) -> str | None:
    sent = act.statement.object
    return _expected("object.id", sent.id if isinstance(sent, Activity) else None, state.activity)


def _strange_verb(_: SessionState, act: _Act) -> str | None:
    words = sorted(VerbIri(iri).word for iri in _OF_THE_UNIT)
    return None if act.verb in _OF_THE_UNIT else f"{act.verb} is not one of cmi5's verbs {', '.join(words)}."


def _repeated(state: SessionState, act: _Act) -> str | None:
    return f"{act.verb} was recorded in this session already." if act.verb in state.session_verbs else None


def _judged_twice(state: SessionState, act: _Act) -> str | None:
    twice = act.verb in _JUDGED and state.session_verbs & _JUDGED
    return "This session was passed or failed already; open the module again for another try." if twice else None


def _already(verb: VerbIri, before: VerbIri) -> "_Broken":
    def broken(state: SessionState, act: _Act) -> str | None:
        late = act.verb == verb and before in state.registration_verbs
        return f"{verb.word} cannot follow {before.word} in one registration." if late else None

    return broken


def _mode(mode: LaunchMode) -> "_Broken":
    def broken(state: SessionState, act: _Act) -> str | None:
        out_of_place = state.launch_mode is mode and act.verb in _SATISFYING
        return f"The session was launched to {mode}: nothing in it is judged." if out_of_place else None

    return broken


def _stray_score(_: SessionState, act: _Act) -> str | None:
    stray = act.result.score is not None and act.verb not in _JUDGED
    return "Only passed and failed carry a score." if stray else None


def _raw_alone(_: SessionState, act: _Act) -> str | None:
    alone = act.score.raw is not None and (act.score.min is None or act.score.max is None)
    return "score.raw needs score.min and score.max beside it." if alone else None


def _success(verb: VerbIri, *, expected: bool) -> "_Broken":
    def broken(_: SessionState, act: _Act) -> str | None:
        return _expected("result.success", act.result.success, expected) if act.verb == verb else None

    return broken


def _stray_success(_: SessionState, act: _Act) -> str | None:
    stray = act.result.success is not None and act.verb not in _JUDGED
    return "Only passed and failed carry result.success." if stray else None


def _incomplete(_: SessionState, act: _Act) -> str | None:
    completed = act.verb == VerbIri.COMPLETED
    return _expected("result.completion", act.result.completion, expected=True) if completed else None


def _stray_completion(_: SessionState, act: _Act) -> str | None:
    stray = act.result.completion is not None and act.verb != VerbIri.COMPLETED
    return "Only completed carries result.completion." if stray else None


def _no_duration(verb: VerbIri) -> "_Broken":
    def broken(_: SessionState, act: _Act) -> str | None:
        missing = act.verb == verb and act.result.duration is None
        return f"A {verb.word} statement needs result.duration." if missing else None

    return broken


def _no_mastery(state: SessionState, act: _Act) -> str | None:
    if state.mastery is None or act.verb not in _JUDGED or act.result.score is None:
        return None
    return _expected("The masteryscore extension", act.extensions.get(MASTERY_SCORE), state.mastery)


def _passed_below(state: SessionState, act: _Act) -> str | None:
    if state.mastery is None or act.verb != VerbIri.PASSED or act.score.scaled is None:
        return None
    below = act.score.scaled < state.mastery
    return f"score.scaled is {act.score.scaled}; to pass it must be at least {state.mastery}." if below else None


def _failed_above(state: SessionState, act: _Act) -> str | None:
    if state.mastery is None or act.verb != VerbIri.FAILED or act.score.scaled is None:
        return None
    above = act.score.scaled >= state.mastery
    return f"score.scaled is {act.score.scaled}; to fail it must be below {state.mastery}." if above else None


_Broken = Callable[[SessionState, _Act], str | None]

_ANY_STATEMENT: tuple[tuple[str, _Broken], ...] = (
    ("6.3.0.0-1", _voids),
    ("9.1.0.0-1", _no_id),
    ("9.7.0.0-1", _no_timestamp),
    ("9.7.0.0-2", _not_utc),
    ("8.1.3.0-3", _other_actor),
    ("9.6.1.0-1", _other_registration),
    ("9.6.3.1-4", _other_session),
    ("10.2.1.0-6", _no_publisher_id),
    ("9.3.6.0-2", _after(VerbIri.ABANDONED)),
    ("9.3.0.0-5", _after(VerbIri.TERMINATED)),
    ("9.3.0.0-4", _not_initialized),
    ("9.6.2.2-2", _stray_move_on),
)

_DEFINED_STATEMENT: tuple[tuple[str, _Broken], ...] = (
    ("9.2.0.0-2", _not_an_agent),
    ("9.2.0.0-3", _no_account),
    ("8.1.5.0-6", _other_object),
    ("9.3.0.0-1", _strange_verb),
    ("9.3.0.0-2", _repeated),
    ("9.3.0.0-3", _judged_twice),
    ("9.3.0.0-6", _already(VerbIri.COMPLETED, VerbIri.COMPLETED)),
    ("9.3.0.0-7", _already(VerbIri.PASSED, VerbIri.PASSED)),
    ("9.3.0.0-8", _already(VerbIri.FAILED, VerbIri.PASSED)),
    ("10.2.2.0-2", _mode(LaunchMode.BROWSE)),
    ("10.2.2.0-3", _mode(LaunchMode.REVIEW)),
    ("9.5.1.0-2", _stray_score),
    ("9.5.1.0-3", _raw_alone),
    ("9.5.2.0-1", _success(VerbIri.PASSED, expected=True)),
    ("9.5.2.0-2", _success(VerbIri.FAILED, expected=False)),
    ("9.5.2.0-3", _stray_success),
    ("9.5.3.0-1", _incomplete),
    ("9.5.3.0-2", _stray_completion),
    ("9.5.4.1-1", _no_duration(VerbIri.TERMINATED)),
    ("9.5.4.1-2", _no_duration(VerbIri.COMPLETED)),
    ("9.5.4.1-3", _no_duration(VerbIri.PASSED)),
    ("9.5.4.1-4", _no_duration(VerbIri.FAILED)),
    ("9.6.2.2-1", _no_move_on),
    ("9.6.3.2-2", _no_mastery),
    ("9.3.4.0-2", _passed_below),
    ("9.3.5.0-2", _failed_above),
)
