import asyncio
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import msgspec
import pytest
import sqlalchemy as sa

from base import Database, Invalid, Missing, settle_installation
from base.audit import audit_rows
from people import (
    Account,
    Person,
    Role,
    accounts_of,
    add_person,
    admit,
    choose_language,
    grant_role,
    person,
    person_of_account,
    persons_with,
    withdraw_role,
)
from people.roles import roles_of
from people.tables import account_links, persons, role_grants
from tests.times import NOW

IRI = "https://learn.example"
MOODLE = Account("https://moodle.example", "42")


@pytest.fixture
def settled(write: Callable[..., Any]) -> None:
    write(settle_installation, IRI, now=NOW)


@pytest.fixture
def aygun(write: Callable[..., Any], settled: None) -> Person:
    found: Person = write(admit, MOODLE, full_name="Aygün Əliyeva", language="az", now=NOW)
    return found


def test_newcomer_gets_an_opaque_account_beside_the_one_they_came_with(aygun: Person, read: Callable[..., Any]) -> None:
    assert aygun.full_name == "Aygün Əliyeva"
    assert aygun.language == "az"
    assert aygun.opaque.home_page == IRI
    assert aygun.opaque.name != str(aygun.id)
    assert read(accounts_of, aygun.id) == [aygun.opaque, MOODLE]
    assert read(person_of_account, MOODLE) == aygun
    assert read(person_of_account, aygun.opaque) == aygun
    assert read(person, aygun.id) == aygun


def test_known_account_brings_back_its_person_unchanged(aygun: Person, write: Callable[..., Any]) -> None:
    assert write(admit, MOODLE, full_name="Somebody Else", language="ru", now=NOW) == aygun


def test_same_name_under_another_home_page_is_another_person(aygun: Person, write: Callable[..., Any]) -> None:
    other = write(admit, Account("https://other.example", "42"), full_name="Aygün Əliyeva", language="az", now=NOW)
    assert other.id != aygun.id


async def test_fifty_arrivals_of_one_account_at_once_add_one_person(db: Database) -> None:
    await db.write(settle_installation, IRI, now=NOW)
    arrivals = [db.write(admit, MOODLE, full_name="Nino", language="ka", now=NOW) for _ in range(50)]
    assert len({found.id for found in await asyncio.gather(*arrivals)}) == 1
    assert await db.read(lambda conn: conn.scalar(sa.select(sa.func.count()).select_from(persons))) == 1


def test_person_known_from_paper_has_an_opaque_account_alone(settled: None, write: Callable[..., Any]) -> None:
    narek = write(add_person, full_name=None, language="hy", now=NOW)
    assert narek.full_name is None
    assert write(accounts_of, narek.id) == [narek.opaque]


def test_account_belongs_to_the_person_of_its_newest_link(aygun: Person, write: Callable[..., Any]) -> None:
    other = write(add_person, full_name="Aygün at home", language="az", now=NOW)

    def link(conn: sa.Connection) -> None:
        linked = sa.select(account_links.c.account_id).where(account_links.c.person_id == aygun.id)
        account_id = conn.scalars(linked.order_by(account_links.c.seq.desc())).first()
        conn.execute(
            sa.insert(account_links).values(
                account_id=account_id, person_id=other.id, at=NOW, by=aygun.id, reason="both are me"
            )
        )

    write(link)
    assert write(person_of_account, MOODLE) == other
    assert write(accounts_of, aygun.id) == [aygun.opaque]
    assert write(accounts_of, other.id) == [other.opaque, MOODLE]


def test_unknown_person_is_missing_and_unknown_account_is_nobodys(settled: None, read: Callable[..., Any]) -> None:
    with pytest.raises(Missing):
        read(person, uuid4())
    assert read(person_of_account, MOODLE) is None
    assert read(person_of_account, Account("https://moodle.example", "\x00")) is None


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("  Aygün \n Əliyeva ", "Aygün Əliyeva"),
        ("Jose\u0301", "José"),
        ("Evil\u202eemaN", "EvilemaN"),
        ("Nul\x00l", "Null"),
        (" \u200b ", None),
        ("", None),
    ],
)
def test_full_name_is_kept_readable(sent: str, kept: str | None, settled: None, write: Callable[..., Any]) -> None:
    assert write(add_person, full_name=sent, language="en", now=NOW).full_name == kept


def test_name_longer_than_255_characters_is_refused(settled: None, write: Callable[..., Any]) -> None:
    assert write(add_person, full_name="a" * 255, language="en", now=NOW).full_name == "a" * 255
    with pytest.raises(Invalid, match="256 characters"):
        write(add_person, full_name="a" * 256, language="en", now=NOW)


@pytest.mark.parametrize(
    "account",
    [
        Account("https://lms.example", ""),
        Account("", "42"),
        Account("https://lms.example", "4\x002"),
        Account("https://lms.example", "x" * 256),
        Account("https://lms.example/" + "x" * 400, "42"),
    ],
)
def test_account_that_cannot_be_kept_is_refused(account: Account, settled: None, write: Callable[..., Any]) -> None:
    with pytest.raises(Invalid):
        write(admit, account, full_name=None, language="en", now=NOW)


def test_longest_account_in_the_widest_letters_is_kept(settled: None, write: Callable[..., Any]) -> None:
    widest = Account("𝔴" * 400, "𝔵" * 255)
    assert write(admit, widest, full_name=None, language="en", now=NOW) == write(person_of_account, widest)


def test_everybody_is_a_learner(aygun: Person, write: Callable[..., Any]) -> None:
    assert write(roles_of, aygun.id) == {Role.LEARNER}
    for decide in (grant_role, withdraw_role):
        with pytest.raises(Invalid):
            write(decide, aygun.id, Role.LEARNER, by=None, reason="as all", now=NOW)


def test_newest_decision_about_a_role_counts_and_all_remain(aygun: Person, write: Callable[..., Any]) -> None:
    write(grant_role, aygun.id, Role.MENTOR, by=None, reason="trained", now=NOW)
    write(grant_role, aygun.id, Role.AUDITOR, by=aygun.id, reason="elected", now=NOW)
    assert write(roles_of, aygun.id) == {Role.LEARNER, Role.MENTOR, Role.AUDITOR}
    write(withdraw_role, aygun.id, Role.MENTOR, by=aygun.id, reason="moved away", now=NOW)
    assert write(roles_of, aygun.id) == {Role.LEARNER, Role.AUDITOR}
    kept = write(lambda conn: conn.execute(sa.select(role_grants).order_by(role_grants.c.seq)).all())
    assert [(row.role, row.held, row.by, row.reason) for row in kept] == [
        ("mentor", True, None, "trained"),
        ("auditor", True, aygun.id, "elected"),
        ("mentor", False, aygun.id, "moved away"),
    ]


def test_role_granted_twice_is_held_once(aygun: Person, write: Callable[..., Any]) -> None:
    for _ in range(2):
        write(grant_role, aygun.id, Role.MENTOR, by=None, reason="trained", now=NOW)
    assert write(roles_of, aygun.id) == {Role.LEARNER, Role.MENTOR}


def test_granting_a_role_leaves_an_audit_row(aygun: Person, write: Callable[..., Any]) -> None:
    write(grant_role, aygun.id, Role.ADMINISTRATOR, by=None, reason="first start", now=NOW)
    row = write(lambda conn: conn.execute(sa.select(audit_rows)).one())
    assert (row.at, row.by, row.act, row.reason) == (NOW, None, "role.grant", "first start")
    assert str(aygun.id) in row.subject
    assert msgspec.json.decode(row.before) == []
    assert msgspec.json.decode(row.after) == ["administrator"]


def test_role_for_an_unknown_person_is_missing(settled: None, write: Callable[..., Any]) -> None:
    with pytest.raises(Missing):
        write(grant_role, uuid4(), Role.MENTOR, by=None, reason="trained", now=NOW)


def test_a_person_is_spoken_to_in_the_language_that_they_chose(
    aygun: Person, write: Callable[..., Any], read: Callable[..., Any]
) -> None:
    write(choose_language, aygun.id, "ru")
    assert read(person, aygun.id).language == "ru"


def test_a_language_that_we_lack_is_refused(aygun: Person, write: Callable[..., Any], read: Callable[..., Any]) -> None:
    with pytest.raises(Invalid, match="'de'; it must be one of en, az, hy, ka, ro, ru, uk"):
        write(choose_language, aygun.id, "de")
    assert read(person, aygun.id).language == "az"


def test_the_holders_of_a_role_are_found_the_longest_serving_first(
    write: Callable[..., Any], read: Callable[..., Any], settled: None
) -> None:
    assert read(persons_with, Role.ADMINISTRATOR) == []
    first, second = (write(add_person, full_name=name, language="en", now=NOW) for name in ("Aygün", "Олена"))
    for holder in (first, second):
        write(grant_role, holder.id, Role.ADMINISTRATOR, by=None, reason="test", now=NOW)
    assert read(persons_with, Role.ADMINISTRATOR) == [first, second]
    write(withdraw_role, first.id, Role.ADMINISTRATOR, by=None, reason="left", now=NOW)
    assert read(persons_with, Role.ADMINISTRATOR) == [second]
