"""What Waymark says of a complete path: an output, which is no fact and satisfies nothing."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid5

import msgspec
from sqlalchemy import Connection

from base import installation_iri
from lrs import Account, Activity, ActivityDefinition, Agent, Context, Statement, Verb, record_statements
from paths.judging.completion import Verdict
from paths.register.catalogue import path
from paths.register.register import Enrolment
from people import person

SATISFIED = "https://w3id.org/xapi/adl/verbs/satisfied"
COURSE = "https://w3id.org/xapi/cmi5/activitytype/course"


class Satisfied(msgspec.Struct, frozen=True):
    """An enrolment whose path is satisfied, by which verdict and which rules."""

    enrolment: Enrolment
    verdict: Verdict
    rule_hash: str


def record_satisfied(conn: Connection, satisfied: Sequence[Satisfied], *, now: datetime) -> None:
    """State that each learner satisfied the path, at the date and by the evidence of the verdict.

    The statement has the verb and the type of object of cmi5 (9.3.9, 9.4), but not cmi5's category: a path is no cmi5
    course, since each of its modules has a registration of its own. Saying the same again adds nothing (9.3.9: not
    twice for one course and registration), because the id follows from what is said.
    """
    if satisfied:
        record_statements(conn, [_statement(conn, each) for each in satisfied], now=now)


def _statement(conn: Connection, said: Satisfied) -> Statement:
    enrolment, verdict = said.enrolment, said.verdict
    learner = person(conn, enrolment.learner_id).opaque
    completed = path(conn, enrolment.path_id)
    ours = installation_iri(conn)
    evidence = [str(statement_id) for statement_id in verdict.evidence]
    return Statement(
        id=uuid5(enrolment.registration, f"satisfied {verdict.since} {said.rule_hash} {evidence}"),
        actor=Agent(account=Account(home_page=learner.home_page, name=learner.name)),
        verb=Verb(id=SATISFIED, display={"en": "satisfied"}),
        object=Activity(id=completed.activity, definition=ActivityDefinition(type=COURSE)),
        context=Context(
            registration=enrolment.registration,
            extensions={f"{ours}/xapi/evidence": evidence, f"{ours}/xapi/rule-hash": said.rule_hash},
        ),
        timestamp=verdict.since,
    )
