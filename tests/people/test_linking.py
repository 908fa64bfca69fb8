import asyncio
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from base import Conflict, Database, Missing, settle_installation
from base.audit import audit_rows
from people import (
    Account,
    Way,
    accounts_of,
    held_accounts,
    held_by,
    holder_of,
    join_persons,
    open_session,
    part_persons,
    person_of_account,
    session_of,
)
from people.linking import link_account
from people.tables import account_links
from tests.people.makers import MOODLE, arrive, on_paper
from tests.times import NOW

Do = Callable[..., Any]
WHY: dict[str, Any] = {"way": Way.STAFF, "by": None, "reason": "both are her", "now": NOW}
BACK: dict[str, Any] = {"by": None, "reason": "two after all", "now": NOW}
SCHOOL = Account("https://school.example", "a.m")


@pytest.fixture(autouse=True)
def _settled(write: Do) -> None:
    write(settle_installation, "https://learn.example", now=NOW)


def test_all_accounts_of_the_one_are_the_others(write: Do, read: Do) -> None:
    known, newcomer = write(on_paper), write(arrive, "42")
    linked = write(join_persons, newcomer.id, known.id, **WHY)
    assert set(linked.accounts) == {newcomer.opaque, Account(MOODLE, "42")}
    assert read(accounts_of, known.id) == [known.opaque, newcomer.opaque, Account(MOODLE, "42")]
    assert read(accounts_of, newcomer.id) == []
    assert read(person_of_account, Account(MOODLE, "42")) == known
    assert (read(held_by, known.id), read(held_by, newcomer.id)) == ([known.id, newcomer.id], [])
    assert read(holder_of, newcomer.id) == known.id
    (shown,) = read(held_accounts, known.id)
    assert (shown.account, shown.way, shown.act) == (Account(MOODLE, "42"), Way.STAFF, linked.act)


def test_parting_gives_each_account_back(write: Do, read: Do) -> None:
    known, newcomer = write(on_paper), write(arrive, "42")
    linked = write(join_persons, newcomer.id, known.id, **WHY)
    back = write(part_persons, known.id, linked.act, **BACK)
    assert (back.person_id, back.before_id) == (newcomer.id, known.id)
    assert read(accounts_of, known.id) == [known.opaque]
    assert read(accounts_of, newcomer.id) == [newcomer.opaque, Account(MOODLE, "42")]
    assert (read(holder_of, known.id), read(holder_of, newcomer.id)) == (known.id, newcomer.id)
    with pytest.raises(Missing, match="unlinked already"):
        write(part_persons, known.id, linked.act, **BACK)


def test_every_link_stays_in_the_register_and_in_the_audit(write: Do, read: Do) -> None:
    known, newcomer = write(on_paper), write(arrive, "42")
    linked = write(join_persons, newcomer.id, known.id, **WHY)
    write(part_persons, known.id, linked.act, **BACK)
    rows = read(lambda conn: conn.execute(sa.select(account_links).order_by(account_links.c.seq)).all())
    assert [row.person_id for row in rows] == [known.id, *[newcomer.id] * 2, *[known.id] * 2, *[newcomer.id] * 2]
    assert [row.reason for row in rows[3:]] == ["both are her"] * 2 + ["two after all"] * 2
    acts = read(lambda conn: conn.execute(sa.select(audit_rows.c.act).order_by(audit_rows.c.at)).scalars().all())
    assert sorted(acts) == ["account.link", "account.unlink"]


def test_chain_of_joins_comes_apart_in_the_opposite_order(write: Do, read: Do) -> None:
    one, two, three = write(arrive, "1"), write(arrive, "2"), write(arrive, "3")
    first = write(join_persons, one.id, two.id, **WHY)
    second = write(join_persons, two.id, three.id, **WHY)
    assert set(read(held_by, three.id)) == {one.id, two.id, three.id}
    with pytest.raises(Missing):
        write(part_persons, three.id, first.act, **BACK)
    write(part_persons, three.id, second.act, **BACK)
    assert read(held_by, two.id) == [two.id, one.id]
    write(part_persons, two.id, first.act, **BACK)
    for name, each in (("1", one), ("2", two), ("3", three)):
        assert read(accounts_of, each.id) == [each.opaque, Account(MOODLE, name)]


def test_joined_parted_and_joined_again(write: Do, read: Do) -> None:
    known, newcomer = write(on_paper), write(arrive, "42")
    for _ in range(2):
        linked = write(join_persons, newcomer.id, known.id, **WHY)
        write(part_persons, known.id, linked.act, **BACK)
    assert read(accounts_of, newcomer.id) == [newcomer.opaque, Account(MOODLE, "42")]


def test_persons_who_are_one_or_joined_elsewhere_are_not_joined(write: Do) -> None:
    one, two, three = write(arrive, "1"), write(arrive, "2"), write(arrive, "3")
    write(join_persons, one.id, two.id, **WHY)
    for former, kept in ((one, two), (two, one), (two, two), (one, one)):
        with pytest.raises(Conflict, match="already"):
            write(join_persons, former.id, kept.id, **WHY)
    for former, kept in ((one, three), (three, one)):
        with pytest.raises(Conflict, match="Unlink"):
            write(join_persons, former.id, kept.id, **WHY)
    with pytest.raises(Missing):
        write(join_persons, uuid4(), three.id, **WHY)


def test_nobody_unlinks_what_is_linked_to_another(write: Do, read: Do) -> None:
    known, newcomer, stranger = write(on_paper), write(arrive, "42"), write(arrive, "13")
    linked = write(join_persons, newcomer.id, known.id, **WHY)
    with pytest.raises(Missing):
        write(part_persons, stranger.id, linked.act, **BACK)
    assert read(holder_of, newcomer.id) == known.id


async def test_two_who_join_each_other_at_once_end_as_one(db: Database) -> None:
    await db.write(settle_installation, "https://learn.example", now=NOW)
    one, two = await db.write(arrive, "1"), await db.write(arrive, "2")
    joins = [db.write(join_persons, a.id, b.id, **WHY) for a, b in ((one, two), (two, one)) * 3]
    outcomes = await asyncio.gather(*joins, return_exceptions=True)
    assert sum(isinstance(each, Conflict) for each in outcomes) == 5
    assert await db.read(holder_of, one.id) == await db.read(holder_of, two.id)


def test_new_account_is_linked_and_unlinked_to_a_fresh_person(write: Do, read: Do) -> None:
    known = write(on_paper)
    linked = write(link_account, known.id, SCHOOL, **WHY)
    assert read(person_of_account, SCHOOL) == known
    assert write(link_account, known.id, SCHOOL, **WHY) is None
    back = write(part_persons, known.id, linked.act, **BACK)
    owner = read(person_of_account, SCHOOL)
    assert owner.id == back.person_id not in {known.id}
    assert (owner.full_name, owner.language) == (None, "az")


def test_account_of_somebody_brings_all_that_they_have(write: Do, read: Do) -> None:
    known, other = write(on_paper), write(arrive, "a.m", SCHOOL.home_page)
    linked = write(link_account, known.id, SCHOOL, **WHY)
    assert linked.before_id == other.id
    assert read(holder_of, other.id) == known.id


def test_session_is_the_holders_while_joined_and_ones_own_again(write: Do, read: Do) -> None:
    known, newcomer = write(on_paper), write(arrive, "42")
    token = write(open_session, newcomer.id, frame=None, now=NOW)
    linked = write(join_persons, newcomer.id, known.id, **WHY)
    assert read(session_of, token, frame=None, now=NOW) == known
    write(part_persons, known.id, linked.act, **BACK)
    assert read(session_of, token, frame=None, now=NOW) == newcomer
