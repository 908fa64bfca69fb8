"""Who there is, and which accounts are whose."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from operator import itemgetter
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, bindparam, exists, func, insert, select, update

from base import LANGUAGES, Invalid, Missing, installation_iri, msgid, new_uuid, upsert
from people.names import LONGEST_NAME, folded, readable
from people.tables import account_links, accounts, persons

# Both columns of an account share an index, and a PostgreSQL index row holds some 2,700 bytes. An LTI subject has at
# most 255 ASCII characters (OpenID Connect Core 1.0, section 2).
LONGEST_HOME_PAGE = 400


class Account(msgspec.Struct, frozen=True):
    """An account as xAPI has it (Data 2.4.2.4), which is also an LTI platform's (issuer, subject)."""

    home_page: str
    name: str


class Person(msgspec.Struct, frozen=True):
    """Somebody we know. `opaque` is how Waymark's own statements name them; it tells nothing about them."""

    id: UUID
    full_name: str | None
    language: str
    opaque: Account


def add_person(conn: Connection, *, full_name: str | None, language: str, now: datetime) -> Person:
    """A new person with an opaque account and no other. Raises Invalid for a name that nobody can have."""
    opaque = Account(installation_iri(conn), str(new_uuid()))
    person = Person(new_uuid(), readable(full_name), language, opaque)
    opaque_account_id = keep_account(conn, opaque)
    assert opaque_account_id is not None  # its name is a fresh UUID
    conn.execute(
        insert(persons).values(
            id=person.id,
            full_name=person.full_name,
            folded_name=person.full_name and folded(person.full_name),
            language=language,
            opaque_account_id=opaque_account_id,
            created_at=now,
        )
    )
    _link(conn, opaque_account_id, person.id, reason=msgid("opaque account from birth"), now=now)
    return person


def admit(conn: Connection, account: Account, *, full_name: str | None, language: str, now: datetime) -> Person:
    """The person whose account it is: the one we know, unchanged, or else a new one of this name and language.

    People are told apart by their accounts and nothing else, never by name or mail address. When many bring the same
    new account at once, one adds the person and the others wait for it and get the same. Raises Invalid for an
    account that cannot be kept.
    """
    known = person_of_account(conn, account)
    if known is not None:  # the usual case, spared a write; that two may miss it at once is settled by the unique rule
        return known
    account_id = keep_account(conn, account)
    if account_id is None:
        owner = person_of_account(conn, account)
        assert owner is not None  # whoever added the account linked it in the same transaction
        return owner
    newcomer = add_person(conn, full_name=full_name, language=language, now=now)
    _link(conn, account_id, newcomer.id, reason=msgid("arrived with this account"), now=now)
    return newcomer


def count_accounts(conn: Connection, home_page: str) -> int:
    """How many accounts at this home page anybody has, or has had."""
    return conn.execute(select(func.count()).where(accounts.c.home_page == home_page)).scalar_one()


def person(conn: Connection, person_id: UUID) -> Person:
    """The person with this id. Raises Missing."""
    row = conn.execute(_PERSONS.where(persons.c.id == person_id)).first()
    if row is None:
        raise Missing(f"There is no person {person_id}.")
    return _person(row)


def person_of_account(conn: Connection, account: Account) -> Person | None:
    """The person whose account it is now, if anybody's; one that could never be stored is nobody's."""
    if _flaw(account):
        return None
    row = conn.execute(
        _PERSONS.join(account_links, account_links.c.person_id == persons.c.id)
        .join(_named, _named.c.id == account_links.c.account_id)
        .where(_named.c.home_page == account.home_page, _named.c.name == account.name)
        .order_by(account_links.c.seq.desc())
        .limit(1)
    ).first()
    return None if row is None else _person(row)


def owners_of(conn: Connection, wanted: Iterable[Account]) -> dict[Account, UUID]:
    """By account, the id of the person whose it is now; those that are nobody's are left out."""
    named: dict[str, list[str]] = defaultdict(list)
    for account in wanted:
        if not _flaw(account):
            named[account.home_page].append(account.name)
    links = [
        (seq, Account(home_page, name), person_id)
        for home_page, names in named.items()
        for seq, name, person_id in conn.execute(_OWNERS, {"home_page": home_page, "names": names}).all()
    ]
    return {account: person_id for _, account, person_id in sorted(links, key=itemgetter(0))}  # the newest link is last


def choose_language(conn: Connection, person_id: UUID, language: str) -> None:
    """Pages, modules and certificates speak `language` to the person from now on. Raises Invalid for one we lack."""
    _require_language(language)
    chosen = {"language": language, "language_chosen": True}
    conn.execute(update(persons).where(persons.c.id == person_id).values(chosen))


def follow_language(conn: Connection, known: Person, language: str) -> Person:
    """The person, spoken to in `language` from now on unless they chose one themselves. Raises as `choose_language`."""
    if language == known.language:
        return known
    _require_language(language)
    followed = update(persons).where(persons.c.id == known.id, ~persons.c.language_chosen).values(language=language)
    return msgspec.structs.replace(known, language=language) if conn.execute(followed).rowcount else known


def keep_account(conn: Connection, account: Account) -> UUID | None:
    """The id of the new account; None when there is one already, after waiting for whoever is just adding it.

    Whoever adds an account links it in the same transaction. Raises Invalid for one that cannot be kept.
    """
    if flaw := _flaw(account):
        raise Invalid(flaw, rule="account")
    account_id: UUID | None = conn.scalar(
        upsert(conn, accounts)
        .values(id=new_uuid(), home_page=account.home_page, name=account.name)
        .on_conflict_do_nothing(index_elements=["home_page", "name"])
        .returning(accounts.c.id)
    )
    return account_id


def accounts_of(conn: Connection, person_id: UUID) -> list[Account]:
    """The accounts that are this person's now, the opaque one first and then in the order in which they came."""
    rows = conn.execute(_ACCOUNTS_NOW.where(account_links.c.person_id == person_id))
    return [Account(row.home_page, row.name) for row in rows]


def _require_language(language: str) -> None:
    if language not in LANGUAGES:
        raise Invalid(f"language is {language[:20]!r}; it must be one of {', '.join(LANGUAGES)}.", where="language")


def _link(conn: Connection, account_id: UUID, person_id: UUID, *, reason: str, now: datetime) -> None:
    conn.execute(
        insert(account_links).values(account_id=account_id, person_id=person_id, at=now, by=None, reason=reason)
    )


def _flaw(account: Account) -> str | None:
    """What keeps the account from being stored, if anything does."""
    for field, value, longest in (
        ("home page", account.home_page, LONGEST_HOME_PAGE),
        ("name", account.name, LONGEST_NAME),
    ):
        if not 0 < len(value) <= longest or not value.isprintable():
            return (
                f"The account's {field} has {len(value)} characters; "
                f"it must have 1 to {longest}, and none of them a control character."
            )
    return None


def _person(row: Row[Any]) -> Person:
    return Person(row.id, row.full_name, row.language, Account(row.home_page, row.name))


_named = accounts.alias("named")
_PERSONS = select(persons.c.id, persons.c.full_name, persons.c.language, accounts.c.home_page, accounts.c.name).join(
    accounts, accounts.c.id == persons.c.opaque_account_id
)
# Made once: SQLAlchemy takes longer to build the alias than the database to find the rows.
_later = account_links.alias("later")
_OWNERS = (
    select(account_links.c.seq, accounts.c.name, account_links.c.person_id)
    .join(account_links, account_links.c.account_id == accounts.c.id)
    .where(accounts.c.home_page == bindparam("home_page"), accounts.c.name.in_(bindparam("names", expanding=True)))
)
_ACCOUNTS_NOW = (
    select(account_links.c.person_id, accounts.c.home_page, accounts.c.name)
    .join(account_links, account_links.c.account_id == accounts.c.id)
    .where(~exists().where(_later.c.account_id == account_links.c.account_id, _later.c.seq > account_links.c.seq))
    .order_by(account_links.c.seq)
)
