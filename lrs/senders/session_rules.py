"""What content may do with a session token: one learner, one registration, one activity. Pure.

A token stands in the learner's browser, so whatever it allows the learner can do by hand.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NoReturn
from uuid import UUID

from msgspec import Struct

from base import Forbidden
from lrs.documents.documents import Kind
from lrs.standard.agents import agent_key
from lrs.standard.statements import VOIDED, Activity, Agent, Context, Statement


class Session(Struct, frozen=True):
    """What a session token is for."""

    actor: Agent
    registration: UUID
    activity: str


def check_session_statements(session: Session, statements: Iterable[Statement]) -> None:
    """Raise Forbidden for a statement that is not the session's to make."""
    for index, statement in enumerate(statements):
        _check_statement(session, statement, f"$[{index}]")


def _check_statement(session: Session, statement: Statement, at: str) -> None:
    if statement.verb.id == VOIDED:
        _refuse(f"{at}.verb", "voids; content may void nothing", "cmi5 6.3")
    if agent_key(statement.actor) != agent_key(session.actor):
        _refuse(f"{at}.actor", f"must be the learner of this session, {agent_key(session.actor)}", "cmi5 9.2")
    if statement.context is None or statement.context.registration != session.registration:
        where = f"{at}.context.registration"
        _refuse(where, f"must be that of this session, {session.registration}", "cmi5 9.6.1")
    if not any(_belongs(activity, session.activity) for activity in _activities(statement)):
        must = f"must be {session.activity}, lie under it, or have it among its contextActivities"
        _refuse(f"{at}.object", must, "cmi5 9.4")


def _activities(statement: Statement) -> Iterator[str]:
    if isinstance(statement.object, Activity):
        yield statement.object.id
    if statement.context is not None:
        yield from _context_activities(statement.context)


def _context_activities(context: Context) -> Iterator[str]:
    listed = context.context_activities
    if listed is not None:
        for activities in (listed.parent, listed.grouping, listed.category, listed.other):
            for activity in activities or ():
                yield activity.id


def _belongs(activity: str, whole: str) -> bool:
    """Whether it is the session's activity or a part of it: authoring tools name slides by a path below."""
    return activity == whole or activity.startswith((f"{whole}/", f"{whole}#", f"{whole}?"))


def check_session_document(
    session: Session, *, activity: str | None = None, agent: Agent | None = None, registration: UUID | None = None
) -> None:
    """Raise Forbidden for a document that is not the session's: a state, a profile of its learner or its activity.

    What a document is not named by is None; one of an activity and an agent is a state, and that has a registration.
    """
    if activity is not None and activity != session.activity:
        _refuse("activityId", f"must be that of this session, {session.activity}", "cmi5 10.1")
    if agent is not None and agent_key(agent) != agent_key(session.actor):
        _refuse("agent", f"must be the learner of this session, {agent_key(session.actor)}", "cmi5 10.1, 11")
    is_state = activity is not None and agent is not None
    if (is_state or registration is not None) and registration != session.registration:
        _refuse("registration", f"must be that of this session, {session.registration}", "cmi5 10.1")


LAUNCH_DATA: Final = "LMS.LaunchData"
"""The state in which the launching side tells content what it is launched for (cmi5 10.1)."""


def check_session_writing(kind: Kind, name: str | None) -> None:
    """Raise Forbidden for a document that content may only read; no name stands for all states of the session.

    Its launch data content must not modify or delete (cmi5 10.2.1). The profile of an activity is shared by all its
    learners: cmi5 12 lets content use it as far as xAPI does, and xAPI lets the store refuse (Communication 4.0).
    """
    if kind is Kind.ACTIVITY_PROFILE:
        _refuse("activityId", "names a profile that all learners share; content may read it", "Communication 4.0")
    if kind is Kind.STATE and name in {None, LAUNCH_DATA}:
        told = f"must be another than {LAUNCH_DATA}, which content may read; delete its own states one by one"
        _refuse("stateId", told, "cmi5 10.2.1")


def _refuse(where: str, must: str, rule: str) -> NoReturn:
    raise Forbidden(f"{where} {must} ({rule}).", rule=rule, where=where)
