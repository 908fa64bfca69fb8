from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from base import settle_installation
from people import Account, Person, Tenure, Way, holders_then, join_persons, part_persons, tenures_of
from people.linking import link_account
from tests.people.makers import on_paper
from tests.times import NOW

Do = Callable[..., Any]
MOODLE = Account("https://moodle.example", "42")
T = [NOW + timedelta(minutes=minute) for minute in range(10)]


@pytest.fixture(autouse=True)
def _settled(write: Do) -> None:
    write(settle_installation, "https://learn.example", now=NOW)


def lent(conn: Connection) -> tuple[Person, Person]:
    """An account that came to Aygün at minute 1, went with her to Leyla at minute 3, and back at minute 5."""
    aygun, leyla = on_paper(conn), on_paper(conn)
    link_account(conn, aygun.id, MOODLE, way=Way.SIGN_IN, by=aygun.id, reason="signed in", now=T[1])
    joined = join_persons(conn, aygun.id, leyla.id, way=Way.STAFF, by=None, reason="one person", now=T[3])
    part_persons(conn, leyla.id, joined.act, by=None, reason="two after all", now=T[5])
    return aygun, leyla


def of_moodle(tenures: list[Tenure]) -> list[tuple[Any, Any]]:
    return sorted((each.start, each.end) for each in tenures if each.account == MOODLE)


def test_an_account_is_somebodys_from_when_it_was_linked_to_when_it_parted(write: Do, read: Do) -> None:
    aygun, leyla = write(lent)
    found = read(tenures_of, {aygun.id, leyla.id})
    assert of_moodle(found[aygun.id]) == [(T[1], T[3]), (T[5], None)]
    assert of_moodle(found[leyla.id]) == [(T[3], T[5])]


def test_what_was_not_known_yet_is_left_out(write: Do, read: Do) -> None:
    aygun, leyla = write(lent)
    assert of_moodle(read(tenures_of, {aygun.id}, known_at=T[0])[aygun.id]) == []
    assert of_moodle(read(tenures_of, {aygun.id}, known_at=T[2])[aygun.id]) == [(T[1], None)]
    assert of_moodle(read(tenures_of, {leyla.id}, known_at=T[3])[leyla.id]) == [(T[3], None)]


def test_a_person_was_whom_they_were_joined_to_then(write: Do, read: Do) -> None:
    aygun, leyla = write(lent)
    holders = [read(holders_then, {aygun.id}, known_at=moment)[aygun.id] for moment in T[:7]]
    assert holders == [aygun.id] * 3 + [leyla.id] * 2 + [aygun.id] * 2
