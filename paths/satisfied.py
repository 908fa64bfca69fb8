"""What Waymark says of a complete path: an output, which is no fact and satisfies nothing."""

from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import Connection

from base import installation_iri
from lrs import Account, Activity, ActivityDefinition, Agent, Context, Statement, Verb, record_statement
from paths.catalogue import path
from paths.completion import Verdict
from paths.register import Enrolment
from people import person

SATISFIED = "https://w3id.org/xapi/adl/verbs/satisfied"
COURSE = "https://w3id.org/xapi/cmi5/activitytype/course"


def record_satisfied(
    conn: Connection, enrolment: Enrolment, verdict: Verdict, rule_hash: str, *, now: datetime
) -> UUID:
    """The id of the statement that the learner satisfied the path, at the date and by the evidence of `verdict`.

    It has the verb and the type of object of cmi5 (9.3.9, 9.4), but not cmi5's category: a path is no cmi5 course,
    since each of its modules has a registration of its own. Saying the same again adds nothing (9.3.9: not twice
    for one course and registration), because the id follows from what is said.
    """
    learner = person(conn, enrolment.person_id).opaque
    completed = path(conn, enrolment.path_id)
    ours = installation_iri(conn)
    evidence = [str(statement_id) for statement_id in verdict.evidence]
    statement = Statement(
        id=uuid5(enrolment.registration, f"satisfied {verdict.since} {rule_hash} {evidence}"),
        actor=Agent(account=Account(home_page=learner.home_page, name=learner.name)),
        verb=Verb(id=SATISFIED, display={"en": "satisfied"}),
        object=Activity(id=completed.activity, definition=ActivityDefinition(type=COURSE)),
        context=Context(
            registration=enrolment.registration,
            extensions={f"{ours}/xapi/evidence": evidence, f"{ours}/xapi/rule-hash": rule_hash},
        ),
        timestamp=verdict.since,
    )
    return record_statement(conn, statement, now=now)
