import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from base import Database, Missing, Unauthenticated, settle_installation
from people import (
    FIRST_LINK_LIFETIME,
    Person,
    add_person,
    close_session,
    forget_expired,
    make_sign_in_link,
    open_session,
    session_of,
    use_sign_in_link,
)
from people.tables import sessions, sign_in_links
from tests.times import NOW

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def ana(write: Callable[..., Any]) -> Person:
    write(settle_installation, "https://learn.example", now=NOW)
    made: Person = write(add_person, full_name="Ana", language="ro", now=NOW)
    return made


def test_link_signs_its_person_in_once(ana: Person, write: Callable[..., Any]) -> None:
    token = write(make_sign_in_link, ana.id, now=NOW)
    assert write(use_sign_in_link, token, now=NOW + HOUR - SECOND) == ana
    with pytest.raises(Unauthenticated):
        write(use_sign_in_link, token, now=NOW + HOUR - SECOND)


async def test_link_used_by_ten_at_once_lets_one_in(db: Database) -> None:
    await db.write(settle_installation, "https://learn.example", now=NOW)
    ana = await db.write(add_person, full_name="Ana", language="ro", now=NOW)
    token = await db.write(make_sign_in_link, ana.id, now=NOW)
    uses = [db.write(use_sign_in_link, token, now=NOW) for _ in range(10)]
    outcomes = await asyncio.gather(*uses, return_exceptions=True)
    assert outcomes.count(ana) == 1
    assert sum(isinstance(outcome, Unauthenticated) for outcome in outcomes) == 9


def test_link_ends_after_an_hour(ana: Person, write: Callable[..., Any]) -> None:
    token = write(make_sign_in_link, ana.id, now=NOW)
    with pytest.raises(Unauthenticated):
        write(use_sign_in_link, token, now=NOW + HOUR)


def test_first_administrators_link_lasts_a_day(ana: Person, write: Callable[..., Any]) -> None:
    token = write(make_sign_in_link, ana.id, now=NOW, lifetime=FIRST_LINK_LIFETIME)
    assert write(use_sign_in_link, token, now=NOW + 24 * HOUR - SECOND) == ana


def test_unknown_link_is_refused_in_the_words_for_a_spent_one(ana: Person, write: Callable[..., Any]) -> None:
    token = write(make_sign_in_link, ana.id, now=NOW)
    write(use_sign_in_link, token, now=NOW)
    with pytest.raises(Unauthenticated) as spent:
        write(use_sign_in_link, token, now=NOW)
    with pytest.raises(Unauthenticated) as unknown:
        write(use_sign_in_link, "made-up", now=NOW)
    assert spent.value.message == unknown.value.message


def test_tokens_themselves_are_not_stored(ana: Person, write: Callable[..., Any]) -> None:
    tokens = {write(make_sign_in_link, ana.id, now=NOW), write(open_session, ana.id, frame=None, now=NOW)}
    kept = write(
        lambda conn: [str(tuple(row)) for table in (sign_in_links, sessions) for row in conn.execute(sa.select(table))]
    )
    assert len(kept) == 2
    assert not any(token in row for token in tokens for row in kept)


def test_session_lasts_twelve_hours(ana: Person, write: Callable[..., Any]) -> None:
    token = write(open_session, ana.id, frame=None, now=NOW)
    assert write(session_of, token, frame=None, now=NOW + 12 * HOUR - SECOND) == ana
    assert write(session_of, token, frame=None, now=NOW + 12 * HOUR) is None


def test_session_of_a_frame_is_valid_in_that_frame_alone(ana: Person, write: Callable[..., Any]) -> None:
    framed = write(open_session, ana.id, frame="f1", now=NOW)
    assert write(session_of, framed, frame="f1", now=NOW) == ana
    assert write(session_of, framed, frame="f2", now=NOW) is None
    assert write(session_of, framed, frame=None, now=NOW) is None
    assert write(session_of, framed, frame="f1\x00", now=NOW) is None
    unframed = write(open_session, ana.id, frame=None, now=NOW)
    assert write(session_of, unframed, frame="f1", now=NOW) is None


def test_closed_session_is_nobodys_and_others_stay(ana: Person, write: Callable[..., Any]) -> None:
    closed, other = (write(open_session, ana.id, frame=None, now=NOW) for _ in range(2))
    for _ in range(2):
        write(close_session, closed, now=NOW + HOUR)
    assert write(session_of, closed, frame=None, now=NOW + HOUR) is None
    assert write(session_of, other, frame=None, now=NOW + HOUR) == ana


def test_unknown_token_is_nobodys(ana: Person, read: Callable[..., Any]) -> None:
    assert read(session_of, "made-up", frame=None, now=NOW) is None


def test_link_or_session_for_an_unknown_person_is_missing(ana: Person, write: Callable[..., Any]) -> None:
    with pytest.raises(Missing):
        write(make_sign_in_link, uuid4(), now=NOW)
    with pytest.raises(Missing):
        write(open_session, uuid4(), frame=None, now=NOW)


def test_expired_links_and_sessions_are_forgotten_in_small_batches(ana: Person, write: Callable[..., Any]) -> None:
    for _ in range(3):
        write(make_sign_in_link, ana.id, now=NOW)
        write(open_session, ana.id, frame=None, now=NOW)
    fresh = write(open_session, ana.id, frame=None, now=NOW + HOUR)
    later = NOW + 12 * HOUR
    assert [write(forget_expired, now=later, limit=2) for _ in range(3)] == [4, 2, 0]
    assert write(session_of, fresh, frame=None, now=later) == ana
