"""What the rules of a session are asked about: the session as it stands, and a proposed statement."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec

from lrs import Activity, Context, ContextActivities, Result, Score, Statement
from modules.cmi5 import CMI5_CATEGORY, LaunchMode


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


class Act(msgspec.Struct, frozen=True):
    """A proposed statement with its optional parts filled in, so that a rule can ask plainly.

    `satisfying` says that it carries success or completion, the marks of what can satisfy (9.6.2.2).
    """

    statement: Statement
    verb: str
    context: Context
    activities: ContextActivities
    extensions: dict[str, Any]
    result: Result
    score: Score
    defined: bool
    satisfying: bool


Broken = Callable[[SessionState, Act], str | None]
"""A rule: what is wrong with the act and what would pass, or None."""


def act_of(statement: Statement) -> Act:
    """The statement as the rules see it."""
    context = statement.context or Context()
    result = statement.result or Result()
    return Act(
        statement=statement,
        verb=statement.verb.id,
        context=context,
        activities=context.context_activities or ContextActivities(),
        extensions=context.extensions or {},
        result=result,
        score=result.score or Score(),
        defined=is_defined(statement),
        satisfying=result.success is not None or result.completion is not None,
    )


def is_defined(statement: Statement) -> bool:
    """Whether it is a cmi5 defined statement, which its category says, or merely a cmi5 allowed one (7.1.3)."""
    context = statement.context or Context()
    return names((context.context_activities or ContextActivities()).category, CMI5_CATEGORY)


def names(activities: tuple[Activity, ...] | None, iri: str) -> bool:
    """Whether one of the activities is `iri`."""
    return any(activity.id == iri for activity in activities or ())


def expected(what: str, sent: object, must_be: object) -> str | None:
    """What is wrong when `what` was sent otherwise than it must be."""
    return None if sent == must_be else f"{what} is {str(sent)[:200]!r}; it must be {str(must_be)!r}."
