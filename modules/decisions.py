"""What people decide about a learner, as Waymark's own statements: each is a fact by the table of kinds, and audited.

The learner is the actor, the module's activity the object, and who decided the instructor; why is in the audit row.
Nobody decides about themselves. What was decided is taken back by voiding its statement, and counts no more.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from base import Conflict, Forbidden, Invalid, Missing, lock, new_uuid, record_decision
from lrs import (
    VOIDED,
    Activity,
    Agent,
    Context,
    ContextActivities,
    Result,
    Statement,
    StatementRef,
    Stored,
    Verb,
    agent_key,
    record_statement,
    statements_with_ids,
    waymark_authority,
)
from modules.attempts import attempt_to_decide_on, attempts_key
from modules.cmi5 import CMI5_CATEGORY, MOVE_ON_CATEGORY, REASON, SESSION_ID
from modules.kinds import KINDS, VerbIri
from modules.publishing import Module, module
from modules.sessions import opaque_agent
from modules.statements import duration
from people import holder_of, person

RECOGNISED = "Recognised prior learning"
"""The reason of a waiver for what was learned elsewhere, reviewed by the decider; cmi5 9.5.5.2 allows own reasons."""


class WaiverReason(StrEnum):
    """The reasons of cmi5 (9.5.5.2) for which a module need not be done."""

    TESTED_OUT = "Tested Out"
    EQUIVALENT_UNIT = "Equivalent AU"
    EQUIVALENT_OUTSIDE = "Equivalent Outside Activity"
    ADMINISTRATIVE = "Administrative"


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """Who decided, why, and when it happened (`at`, not after `now`)."""

    by: UUID
    reason: str
    at: datetime
    now: datetime


def waive(conn: Connection, person_id: UUID, module_id: UUID, reason: WaiverReason, decided: Decided) -> UUID:
    """The statement by which the person need not do the module."""
    return _waive(conn, "module.waive", person_id, module_id, reason.value, None, decided)


def recognise(
    conn: Connection, person_id: UUID, module_id: UUID, decided: Decided, *, evidence: str | None = None
) -> UUID:
    """The statement by which what the person learned elsewhere stands for the module; `evidence` is its IRI."""
    return _waive(conn, "module.recognise", person_id, module_id, RECOGNISED, evidence, decided)


def sign_off(conn: Connection, person_id: UUID, module_id: UUID, decided: Decided) -> UUID:
    """The statement by which the decider vouches that the person can do what the module asks."""
    result = Result(success=True)
    return _decide(conn, "module.sign-off", person_id, module_id, VerbIri.ASSERTED, decided, result=result)


def record_attendance(
    conn: Connection,
    person_ids: Sequence[UUID],
    module_id: UUID,
    decided: Decided,
    *,
    meeting: str,
    minutes: int | None = None,
) -> list[UUID]:
    """The statements by which each of the persons was at the meeting (an IRI), in their order.

    Said twice of one meeting it counts once, with the longer time.
    """
    result = None if minutes is None else Result(duration=duration(timedelta(minutes=minutes)))
    return [
        _decide(conn, "module.attendance", each, module_id, VerbIri.ATTENDED, decided, parent=meeting, result=result)
        for each in dict.fromkeys(person_ids)
    ]


def record_submission(conn: Connection, person_id: UUID, module_id: UUID, decided: Decided, *, work: str) -> UUID:
    """The statement by which the person handed in a piece of work (an IRI)."""
    return _decide(conn, "module.submission", person_id, module_id, VerbIri.SUBMITTED, decided, parent=work)


def record_review(conn: Connection, person_id: UUID, module_id: UUID, decided: Decided, *, work: str) -> UUID:
    """The statement by which the person reviewed a peer's piece of work (an IRI)."""
    return _decide(conn, "module.review", person_id, module_id, VerbIri.REVIEWED, decided, parent=work)


def record_contribution(conn: Connection, person_id: UUID, module_id: UUID, decided: Decided, *, work: str) -> UUID:
    """The statement by which the person contributed something (an IRI) to the network, as the decider confirms."""
    return _decide(conn, "module.contribution", person_id, module_id, VerbIri.SHARED, decided, parent=work)


def void_decision(conn: Connection, statement_id: UUID, *, by: UUID, reason: str, now: datetime) -> UUID:
    """The statement that takes a decision back.

    Raises Missing for one that is not stored, Invalid without a reason, Conflict for one that is voided already,
    Forbidden for a statement that is no decision recorded here: what learners did is not taken back by this.
    """
    decided = next(iter(statements_with_ids(conn, [statement_id])), None)
    if decided is None:
        raise Missing(f"There is no statement {statement_id} here.")
    if not is_decision(decided, agent_key(waymark_authority(conn))):
        raise Forbidden(
            f"Statement {statement_id} is not a decision that was recorded here; only those are taken back.",
            rule="decisions",
        )
    if decided.voided_at is not None:
        raise Conflict(f"Statement {statement_id} was taken back already; nothing was changed.", rule="decisions")
    _require_reason(reason)
    voiding = Statement(
        id=new_uuid(),
        actor=opaque_agent(person(conn, by)),
        verb=Verb(id=VOIDED, display={"en": "voided"}),
        object=StatementRef(id=statement_id),
        timestamp=now,
    )
    voiding_id = record_statement(conn, voiding, now=now)
    after = {"voided": statement_id, "by": voiding_id}
    subject = f"statement {statement_id}"
    record_decision(conn, by=by, act="module.void", subject=subject, reason=reason.strip(), after=after, now=now)
    return voiding_id


def is_decision(stored: Stored, ours: str) -> bool:
    """Whether it is a decision by these functions; `ours` is the key of Waymark's own authority."""
    context = stored.statement.context
    decided = context is not None and context.instructor is not None
    return stored.authority == ours and decided and stored.statement.verb.id in _DECIDED


def _waive(
    conn: Connection, act: str, person_id: UUID, module_id: UUID, why: str, parent: str | None, decided: Decided
) -> UUID:
    """A waiver: a cmi5 defined statement, in a session of its own (9.3.7), with success and completion (9.5.2, 9.5.3).

    It belongs to the latest registration, or to a first one that nobody has opened yet.
    """
    lock(conn, attempts_key(person_id))
    registration = attempt_to_decide_on(conn, person_id, module(conn, module_id), now=decided.now)
    result = Result(success=True, completion=True, extensions={REASON: why})
    return _decide(
        conn,
        act,
        person_id,
        module_id,
        VerbIri.WAIVED,
        decided,
        parent=parent,
        result=result,
        registration=registration,
    )


def _decide(
    conn: Connection,
    act: str,
    person_id: UUID,
    module_id: UUID,
    verb: VerbIri,
    decided: Decided,
    *,
    parent: str | None = None,
    result: Result | None = None,
    registration: UUID | None = None,
) -> UUID:
    """Record the statement and who decided it. Raises Missing, Invalid, and Forbidden for oneself."""
    about = module(conn, module_id)
    _require_sound(conn, person_id, decided)
    statement = Statement(
        id=new_uuid(),
        actor=opaque_agent(person(conn, person_id)),
        verb=Verb(id=verb.value, display={"en": _DECIDED[verb]}),
        object=Activity(id=about.activity),
        result=result,
        context=_context(about, opaque_agent(person(conn, decided.by)), parent, registration),
        timestamp=decided.at,
    )
    statement_id = record_statement(conn, statement, now=decided.now)
    told = {"module": about.slug, "statement": statement_id, "at": decided.at, "in": parent}
    record_decision(
        conn,
        by=decided.by,
        act=act,
        subject=f"person {person_id}",
        reason=decided.reason.strip(),
        after={name: value for name, value in told.items() if value is not None},
        now=decided.now,
    )
    return statement_id


def _context(about: Module, by: Agent, parent: str | None, registration: UUID | None) -> Context:
    """With a registration as cmi5 has it; without one, only what the table of kinds asks."""
    within = None if parent is None else (Activity(id=parent),)
    if registration is None:
        return Context(instructor=by, context_activities=None if within is None else ContextActivities(parent=within))
    return Context(
        registration=registration,
        instructor=by,
        context_activities=ContextActivities(
            parent=within,
            grouping=(Activity(id=about.id.urn),),
            category=(Activity(id=CMI5_CATEGORY), Activity(id=MOVE_ON_CATEGORY)),
        ),
        extensions={SESSION_ID: str(new_uuid())},
    )


def _require_sound(conn: Connection, person_id: UUID, decided: Decided) -> None:
    if holder_of(conn, person_id) == holder_of(conn, decided.by):
        raise Forbidden("Nobody decides about their own learning; ask a colleague.", rule="decisions")
    if decided.at > decided.now:
        raise Invalid("The day lies ahead; enter a day until today.", rule="decisions", where="at")
    _require_reason(decided.reason)


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid("The reason is empty; say why, for it is kept with the decision.", where="reason")


_DECIDED: Mapping[str, str] = MappingProxyType(
    {
        VerbIri.WAIVED: "waived",
        VerbIri.ASSERTED: "signed off",
        VerbIri.ATTENDED: "attended",
        VerbIri.SUBMITTED: "submitted",
        VerbIri.REVIEWED: "reviewed",
        VerbIri.SHARED: "contributed",
    }
)
"""The verbs of decisions, and how each is displayed."""

DECIDED_KINDS = frozenset(kind for kind, row in KINDS.items() if _DECIDED.keys() & set(row.verbs))
"""The kinds of facts that decisions are."""
