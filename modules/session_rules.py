"""What cmi5 lets an assignable unit record in a session: pure, one rule a requirement, the first broken one named.

The same rules judge our own player and foreign content. Requirements are named by their numbers in ADL's list for
cmi5 (`@cmi5/requirements`), which are the section and a running number.
"""

from datetime import timedelta

import msgspec

from lrs import VOIDED, Activity, Statement, agent_key
from modules.cmi5 import MOVE_ON_CATEGORY, SESSION_ID, LaunchMode
from modules.kinds import VerbIri
from modules.result_rules import JUDGED, RESULT_RULES, SATISFYING
from modules.session_state import Act, Broken, SessionState, act_of, expected, names

_OF_THE_UNIT = SATISFYING | {VerbIri.INITIALIZED, VerbIri.TERMINATED}


class Refusal(msgspec.Struct, frozen=True):
    """The requirement that a statement breaks, and what was sent and would pass."""

    requirement: str
    message: str


def refusal(state: SessionState, statement: Statement) -> Refusal | None:
    """The first rule of cmi5 that recording `statement` now would break; None when it may be recorded."""
    act = act_of(statement)
    rules = (*_ANY_STATEMENT, *_DEFINED_STATEMENT, *RESULT_RULES) if act.defined else _ANY_STATEMENT
    for requirement, broken in rules:
        if (message := broken(state, act)) is not None:
            return Refusal(requirement, message)
    return None


def _voids(_: SessionState, act: Act) -> str | None:
    return "A session cannot void statements; ask an administrator." if act.verb == VOIDED else None


def _no_id(_: SessionState, act: Act) -> str | None:
    return "The statement has no id; give it a UUID." if act.statement.id is None else None


def _no_timestamp(_: SessionState, act: Act) -> str | None:
    return "The statement has no timestamp." if act.statement.timestamp is None else None


def _not_utc(_: SessionState, act: Act) -> str | None:
    timestamp = act.statement.timestamp
    if timestamp is None or timestamp.utcoffset() == timedelta(0):
        return None
    return f"timestamp is {timestamp.isoformat()}; it must be in UTC, so end in Z."


def _other_actor(state: SessionState, act: Act) -> str | None:
    return expected("The actor", agent_key(act.statement.actor), state.actor)


def _other_registration(state: SessionState, act: Act) -> str | None:
    return expected("context.registration", act.context.registration, state.registration)


def _other_session(state: SessionState, act: Act) -> str | None:
    return expected("The session id extension", act.extensions.get(SESSION_ID), state.session_id)


def _no_publisher_id(state: SessionState, act: Act) -> str | None:
    if names(act.activities.grouping, state.publisher_id):
        return None
    return f"context.contextActivities.grouping must name {state.publisher_id}, as the contextTemplate does."


def _after(verb: VerbIri) -> Broken:
    def broken(state: SessionState, _: Act) -> str | None:
        return f"The session is {verb.word}; open the module again." if verb in state.session_verbs else None

    return broken


def _not_initialized(state: SessionState, act: Act) -> str | None:
    first = act.defined and act.verb == VerbIri.INITIALIZED
    if first or VerbIri.INITIALIZED in state.session_verbs:
        return None
    return f"The first statement of a session is initialized, not {act.verb[:200]}."


def _stray_move_on(_: SessionState, act: Act) -> str | None:
    if (act.defined and act.satisfying) or not names(act.activities.category, MOVE_ON_CATEGORY):
        return None
    return "The moveon category is only for cmi5 defined statements with success or completion."


def _not_an_agent(_: SessionState, act: Act) -> str | None:
    return expected("actor.objectType", act.statement.actor.object_type, "Agent")


def _no_account(_: SessionState, act: Act) -> str | None:
    return "The actor must be named by its account." if act.statement.actor.account is None else None


def _other_object(state: SessionState, act: Act) -> str | None:
    sent = act.statement.object
    return expected("object.id", sent.id if isinstance(sent, Activity) else None, state.activity)


def _strange_verb(_: SessionState, act: Act) -> str | None:
    words = sorted(VerbIri(iri).word for iri in _OF_THE_UNIT)
    return None if act.verb in _OF_THE_UNIT else f"{act.verb[:200]} is not one of cmi5's verbs {', '.join(words)}."


def _repeated(state: SessionState, act: Act) -> str | None:
    return f"{act.verb} was recorded in this session already." if act.verb in state.session_verbs else None


def _judged_twice(state: SessionState, act: Act) -> str | None:
    twice = act.verb in JUDGED and state.session_verbs & JUDGED
    return "This session was passed or failed already; open the module again for another try." if twice else None


def _already(verb: VerbIri, before: VerbIri) -> Broken:
    def broken(state: SessionState, act: Act) -> str | None:
        late = act.verb == verb and before in state.registration_verbs
        return f"{verb.word} cannot follow {before.word} in one registration." if late else None

    return broken


def _mode(mode: LaunchMode) -> Broken:
    def broken(state: SessionState, act: Act) -> str | None:
        out_of_place = state.launch_mode is mode and act.verb in SATISFYING
        return f"The session was launched to {mode}: nothing in it is judged." if out_of_place else None

    return broken


_ANY_STATEMENT: tuple[tuple[str, Broken], ...] = (
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

_DEFINED_STATEMENT: tuple[tuple[str, Broken], ...] = (
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
)
