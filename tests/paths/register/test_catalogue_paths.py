"""The short path of the catalogue: completed in either of its ways, by what people enter as by what is done online."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection

import content
from base import settle_installation
from content import read_library
from lrs import Activity, Statement, Verb
from modules import (
    Decided,
    VerbIri,
    module,
    publish_module,
    record_attendance,
    record_contribution,
    record_submission,
    sign_off,
)
from paths import Enrolment, State, enrol, path, publish_path, verdict
from people import Person
from tests.paths.world import SITE, agent_of, fold_all, make_learner, record
from tests.times import NOW

Do = Callable[..., Any]
CIRCLE, MENTOR, SHARING = "city-learning-circle", "a-step-with-a-mentor", "share-what-you-learned"
ONLINE = ("pathway-for-economic-growth", "local-economy-in-data")


def day(number: int) -> datetime:
    return NOW + timedelta(days=number)


def publish_all(conn: Connection) -> None:
    library = read_library(Path(content.__file__).parent / "library")
    settle_installation(conn, SITE, now=NOW)
    for source in library.modules:
        publish_module(conn, source, now=NOW)
    for file in library.paths:
        publish_path(conn, file, now=NOW)


@pytest.fixture
def begun(write: Do) -> tuple[Person, Enrolment]:
    """A mayor on the path, with its two modules passed on the first days."""
    write(publish_all)
    mayor = write(make_learner)

    def begin(conn: Connection) -> Enrolment:
        on = path(conn, "leading-local-growth").id
        return enrol(conn, mayor, on, origin="self", by=mayor.id, reason="wants to", now=NOW)

    enrolled = write(begin)
    for number, slug in enumerate(ONLINE, start=1):
        for verb in (VerbIri.COMPLETED, VerbIri.PASSED):
            write(do_online, mayor, slug, verb, at=day(number))
    return mayor, enrolled


def do_online(conn: Connection, learner: Person, slug: str, verb: VerbIri, *, at: datetime) -> None:
    activity = Activity(id=module(conn, slug).activity)
    record(conn, Statement(actor=agent_of(learner), verb=Verb(id=verb), object=activity, timestamp=at), now=at)


def decide(
    conn: Connection, call: Callable[..., object], whom: UUID | list[UUID], slug: str, at: datetime, **said: Any
) -> None:
    facilitator = make_learner(conn)
    call(conn, whom, module(conn, slug).id, Decided(by=facilitator.id, reason="was there", at=at, now=at), **said)


def test_two_meetings_of_two_hours_in_all_bring_both_credits(
    begun: tuple[Person, Enrolment], write: Do, read: Do
) -> None:
    mayor, enrolled = begun
    for number in (20, 30):
        write(fold_all, now=day(number))
        assert read(verdict, enrolled.id).state == State.IN_PROGRESS
        meeting = f"https://ulc.waymark.example/meetings/{number}"
        write(decide, record_attendance, [mayor.id], CIRCLE, day(number), meeting=meeting, minutes=60)
    write(fold_all, now=day(31))
    found = read(verdict, enrolled.id)
    assert (found.state, found.since) == (State.SATISFIED, day(30))


def test_a_mentor_s_word_and_a_story_bring_them_too(begun: tuple[Person, Enrolment], write: Do, read: Do) -> None:
    mayor, enrolled = begun
    write(decide, record_submission, mayor.id, MENTOR, day(20), work="https://ulc.waymark.example/works/1")
    write(decide, sign_off, mayor.id, MENTOR, day(21))
    write(fold_all, now=day(22))
    assert read(verdict, enrolled.id).state == State.IN_PROGRESS
    write(decide, record_contribution, mayor.id, SHARING, day(25), work="https://ulc.waymark.example/stories/1")
    write(fold_all, now=day(26))
    found = read(verdict, enrolled.id)
    assert (found.state, found.since) == (State.SATISFIED, day(25))
