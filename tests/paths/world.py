"""A small world on a real database: an installation, modules, paths, and learners of whom statements are stored."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import msgspec
from sqlalchemy import Connection

from base import apply_effects, settle_installation
from content import ModuleSource, MoveOn, Status
from lrs import (
    VOIDED,
    Account,
    Activity,
    Agent,
    Result,
    Score,
    Statement,
    StatementRef,
    Verb,
    agent_key,
    parse_statements,
    record_statement,
    store_statements,
)
from modules import VerbIri, publish_module
from paths import Enrolment, enrol, path, publish_path
from people import Person, add_person
from tests.modules.makers import make_source
from tests.paths.makers import path_file
from tests.times import NOW

SITE = "https://waymark.example"
SLUGS = ("intro", "budget", "data")
NAMES = UUID("0b6f8f3e-3a1e-4c8a-9a55-1d1c2f7f2a10")


def activity(slug: str) -> str:
    return f"https://ulc.waymark.example/modules/{slug}"


def module_source(slug: str, **changes: Any) -> ModuleSource:
    """A module finished by passing its quiz, or else by completing its text."""
    title = {language: f"{slug} ({language})" for language in ("en", "az", "hy", "ka", "ro", "ru", "uk")}
    own: dict[str, Any] = {"id": uuid5(NAMES, slug), "slug": slug, "activity": activity(slug), "title": title}
    return make_source(**(own | {"move_on": MoveOn.PASSED} | changes))


def publish_modules(conn: Connection, drafts: tuple[str, ...] = ()) -> None:
    settle_installation(conn, SITE, now=NOW)
    for slug in SLUGS:
        publish_module(conn, module_source(slug), now=NOW)
    for slug in drafts:
        publish_module(conn, module_source(slug, status=Status.DRAFT), now=NOW)


def publish(conn: Connection, *items: dict[str, Any], now: datetime = NOW, **changed: Any) -> bool:
    return publish_path(conn, path_file(*items, **changed), now=now)


def make_learner(conn: Connection) -> Person:
    return add_person(conn, full_name="Aygün Məmmədova", language="az", now=NOW)


def enrol_self(conn: Connection, learner: Person, *, now: datetime = NOW) -> Enrolment:
    return enrol(conn, learner, path(conn, "growth").id, origin="self", by=learner.id, reason="chose it", now=now)


def agent_of(learner: Person) -> Agent:
    return Agent(account=Account(home_page=learner.opaque.home_page, name=learner.opaque.name))


def statement(
    agent: Agent,
    slug: str,
    verb: VerbIri = VerbIri.PASSED,
    *,
    score: float | None = None,
    at: datetime = NOW,
    id_: UUID | None = None,
) -> Statement:
    return Statement(
        id=id_,
        actor=agent,
        verb=Verb(id=verb.value),
        object=Activity(id=activity(slug)),
        result=None if score is None else Result(score=Score(scaled=score)),
        timestamp=at,
    )


def record(conn: Connection, *statements: Statement, now: datetime) -> list[UUID]:
    """Stored by Waymark itself, each in its order."""
    return [record_statement(conn, one, now=now) for one in statements]


def void(conn: Connection, statement_id: UUID, *, now: datetime) -> UUID:
    """Waymark takes a statement of its own back."""
    manager = Agent(account=Account(home_page=SITE, name="manager"))
    return record_statement(
        conn, Statement(actor=manager, verb=Verb(id=VOIDED), object=StatementRef(id=statement_id)), now=now
    )


def send(conn: Connection, one: Statement, *, now: datetime) -> None:
    """Stored with the credential of a stranger."""
    stranger = Agent(account=Account(home_page="https://lms.example", name="plugin"))
    store_statements(conn, parse_statements(msgspec.json.encode(one)), authority=stranger, now=now)


def fold_all(conn: Connection, *, now: datetime) -> None:
    """Everything that waits is heard, and what that brings about too."""
    while apply_effects(conn, now=now):
        pass


def later(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def key(learner: Person) -> str:
    return agent_key(agent_of(learner))
