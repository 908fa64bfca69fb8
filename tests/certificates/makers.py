"""Learners who complete a path of one module, as in life: by statements."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from base import settle_installation
from lrs import (
    VOIDED,
    Account,
    Activity,
    Agent,
    Result,
    Statement,
    StatementRef,
    Verb,
    record_statement,
    waymark_authority,
)
from modules import VerbIri, publish_module
from paths import enrol, publish_path
from people import Person, add_person
from tests.modules.makers import ACTIVITY, make_source
from tests.paths.makers import PATH_ID, leaf, path_file
from tests.times import NOW

PATH = UUID(PATH_ID)


def make_learner_on_path(
    conn: Connection, *, full_name: str | None = "Aygün Əliyeva", language: str = "az", now: datetime = NOW
) -> Person:
    """A new learner, enrolled on the path of one module of seven minutes, which is published first."""
    settle_installation(conn, "http://127.0.0.1:8000", now=now)
    publish_module(conn, make_source(questions=None), now=now)
    publish_path(conn, path_file(leaf("r-strategy", "strategy")), now=now)
    learner = add_person(conn, full_name=full_name, language=language, now=now)
    enrol(conn, learner, PATH, origin="self", by=learner.id, reason="wants to learn", now=now)
    return learner


def complete(conn: Connection, learner: Person, *, now: datetime = NOW) -> UUID:
    """The statement by which the learner completed the module."""
    account = Account(home_page=learner.opaque.home_page, name=learner.opaque.name)
    statement = Statement(
        actor=Agent(account=account),
        verb=Verb(id=VerbIri.COMPLETED),
        object=Activity(id=ACTIVITY),
        result=Result(completion=True),
        timestamp=now,
    )
    return record_statement(conn, statement, now=now)


def void(conn: Connection, statement_id: UUID, *, now: datetime = NOW) -> UUID:
    statement = Statement(
        actor=waymark_authority(conn),
        verb=Verb(id=VOIDED),
        object=StatementRef(id=statement_id),
        timestamp=now,
    )
    return record_statement(conn, statement, now=now)
