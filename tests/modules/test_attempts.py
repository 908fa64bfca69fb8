from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, select

from content import Status
from modules import VerbIri, attempts_at, begin, finish, open_module, publish_module
from modules.tables import session_acts
from people import Person
from tests.modules.makers import MODULE_ID, make_learner, make_source
from tests.times import NOW

Run = Callable[..., Any]
A_YEAR = timedelta(days=365)


@pytest.fixture
def learner(write: Run) -> Person:
    person: Person = write(make_learner)
    write(publish_module, make_source(questions=None), now=NOW)
    return person


def opened(conn: Connection, learner: Person, *, now: datetime, anew_from: datetime | None = None) -> str:
    where: dict[str, Any] = {"language": "en", "return_url": "/"}
    return open_module(conn, learner, MODULE_ID, anew_from=anew_from, now=now, **where)


def read_through(conn: Connection, token: str, now: datetime) -> None:
    begin(conn, token, now=now)
    finish(conn, token, now=now)


def tries(conn: Connection, learner: Person) -> list[int]:
    return [attempt.try_number for attempt in attempts_at(conn, learner.id, MODULE_ID)]


def completions(conn: Connection) -> set[UUID]:
    """The registrations under which the module was completed."""
    completed = session_acts.c.verb == VerbIri.COMPLETED.word
    return set(conn.scalars(select(session_acts.c.registration).where(completed)))


def test_a_try_goes_on_until_it_is_valid_no_more(write: Run, read: Run, learner: Person) -> None:
    write(read_through, write(opened, learner, now=NOW), NOW)
    write(opened, learner, now=NOW + A_YEAR)
    assert read(tries, learner) == [1]
    write(opened, learner, now=NOW + A_YEAR, anew_from=NOW + A_YEAR)
    assert read(tries, learner) == [1, 2]
    first, second = read(attempts_at, learner.id, MODULE_ID)
    assert first.registration != second.registration


def test_the_second_try_is_opened_once_and_judged_like_the_first(write: Run, read: Run, learner: Person) -> None:
    write(read_through, write(opened, learner, now=NOW), NOW)
    for days in (0, 1):
        token = write(opened, learner, now=NOW + A_YEAR + timedelta(days=days), anew_from=NOW + A_YEAR)
    assert read(tries, learner) == [1, 2]
    write(read_through, token, NOW + A_YEAR + timedelta(days=1))
    assert read(completions) == {attempt.registration for attempt in read(attempts_at, learner.id, MODULE_ID)}


def test_another_try_has_the_newest_version(write: Run, read: Run, learner: Person) -> None:
    write(opened, learner, now=NOW)
    newer = write(publish_module, make_source(questions=None, text="# Strategy\n\nNew."), now=NOW)
    write(opened, learner, now=NOW + A_YEAR, anew_from=NOW + A_YEAR)
    first, second = read(attempts_at, learner.id, MODULE_ID)
    assert (first.version == newer, second.version == newer) == (False, True)


def test_no_other_try_begins_at_a_retired_module(write: Run, read: Run, learner: Person) -> None:
    write(opened, learner, now=NOW)
    write(publish_module, make_source(questions=None, status=Status.RETIRED), now=NOW)
    write(opened, learner, now=NOW + A_YEAR, anew_from=NOW + A_YEAR)
    assert read(tries, learner) == [1]
