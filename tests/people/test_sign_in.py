import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from base import (
    Database,
    Effect,
    Invalid,
    Missing,
    TooMany,
    Unauthenticated,
    apply_effects,
    settle_installation,
)
from people import (
    FIRST_LINK_LIFETIME,
    SIGN_IN_SUBSCRIPTIONS,
    Person,
    SignInLinkAsked,
    add_address,
    add_person,
    ask_sign_in_link,
    forget_expired,
    make_sign_in_link,
    open_session,
    session_of,
    use_sign_in_link,
    verify_address,
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


def test_link_or_session_for_an_unknown_person_is_missing(ana: Person, write: Callable[..., Any]) -> None:
    with pytest.raises(Missing):
        write(make_sign_in_link, uuid4(), now=NOW)
    with pytest.raises(Missing):
        write(open_session, uuid4(), frame=None, now=NOW)


def test_expired_links_and_sessions_are_forgotten_in_small_batches(ana: Person, write: Callable[..., Any]) -> None:
    for _ in range(3):
        write(make_sign_in_link, ana.id, now=NOW)
        write(open_session, ana.id, frame=None, now=NOW)
    fresh = write(open_session, ana.id, frame=None, now=NOW + 9 * HOUR)
    later = NOW + 12 * HOUR
    assert [write(forget_expired, now=later, limit=2) for _ in range(3)] == [4, 2, 0]
    assert write(session_of, fresh, frame=None, now=later) == ana


@pytest.fixture
def asked() -> list[SignInLinkAsked]:
    """Whose links were asked for, as whoever sends the mail hears it."""
    return []


@pytest.fixture
def db(runner: asyncio.Runner, database_url: str, asked: list[SignInLinkAsked]) -> Iterator[Database]:
    sender = Effect("test.send", SignInLinkAsked, lambda _: True, lambda _conn, event, _now: asked.append(event))
    opened = runner.run(Database.open(database_url, subscriptions=(*SIGN_IN_SUBSCRIPTIONS, sender)))
    yield opened
    runner.run(opened.close())


def hear(write: Callable[..., Any], *, now: datetime = NOW) -> None:
    for _ in range(2):  # the address is looked up, then the link is asked for
        write(apply_effects, now=now)


def test_proven_address_is_sent_a_link_however_it_is_spelled(
    ana: Person, asked: list[SignInLinkAsked], write: Callable[..., Any]
) -> None:
    kept = write(add_address, ana.id, "ana@town.example", now=NOW)
    write(verify_address, kept.id, now=NOW)
    write(ask_sign_in_link, " Ana@Town.Example ", client="192.0.2.1", now=NOW)
    hear(write)
    assert asked == [SignInLinkAsked(str(ana.id), ana.id, kept.id)]


def test_unknown_and_unproven_addresses_are_answered_alike_and_sent_nothing(
    ana: Person, asked: list[SignInLinkAsked], write: Callable[..., Any]
) -> None:
    write(add_address, ana.id, "ana@town.example", now=NOW)
    for address in ("ana@town.example", "nobody@town.example"):
        write(ask_sign_in_link, address, client="192.0.2.1", now=NOW)
    hear(write)
    assert asked == []


def test_asking_does_the_same_work_whoever_is_known(ana: Person, write: Callable[..., Any]) -> None:
    kept = write(add_address, ana.id, "ana@town.example", now=NOW)
    write(verify_address, kept.id, now=NOW)

    def statements(address: str) -> list[str]:
        done: list[str] = []

        def ask(conn: sa.Connection) -> None:
            listener = lambda *args: done.append(args[2])  # noqa: E731 (it is taken off again by its name)
            sa.event.listen(conn, "before_cursor_execute", listener)
            ask_sign_in_link(conn, address, client="192.0.2.1", now=NOW)
            sa.event.remove(conn, "before_cursor_execute", listener)

        write(ask)
        return done

    known = statements("ana@town.example")
    assert len(known) == 3
    assert statements("nobody@town.example") == known


def test_asking_again_and_again_is_slowed_down_for_known_and_unknown_addresses_alike(
    ana: Person, write: Callable[..., Any]
) -> None:
    kept = write(add_address, ana.id, "ana@town.example", now=NOW)
    write(verify_address, kept.id, now=NOW)
    for address in ("ana@town.example", "nobody@town.example"):
        for n in range(3):
            write(ask_sign_in_link, address, client=f"192.0.2.{n}", now=NOW)
        with pytest.raises(TooMany) as refused:
            write(ask_sign_in_link, address, client="192.0.2.9", now=NOW)
        assert refused.value.retry_after_seconds == 600


def test_client_that_tries_many_addresses_is_slowed_down(ana: Person, write: Callable[..., Any]) -> None:
    for n in range(20):
        write(ask_sign_in_link, f"{n}@town.example", client="192.0.2.1", now=NOW)
    with pytest.raises(TooMany) as refused:
        write(ask_sign_in_link, "20@town.example", client="192.0.2.1", now=NOW)
    assert refused.value.retry_after_seconds == 60
    write(ask_sign_in_link, "20@town.example", client="192.0.2.2", now=NOW)


def test_what_is_no_address_is_refused_and_costs_no_try(write: Callable[..., Any]) -> None:
    for _ in range(30):
        with pytest.raises(Invalid):
            write(ask_sign_in_link, "ana", client="192.0.2.1", now=NOW)
