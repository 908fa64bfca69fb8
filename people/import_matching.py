"""Rows about people against the registry: who is meant, and what would be new. Nobody is ever found by name alone."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, exists, select

from people.dated import in_force
from people.import_plans import (
    NOT_YOURS,
    OTHER_NAME,
    OTHER_PERSON,
    SEVERAL_ORGANISATIONS,
    UNKNOWN_ORGANISATION,
    Outcome,
    Plan,
)
from people.import_rows import Fault, PersonRow
from people.linking_tables import mail_addresses
from people.names import folded
from people.organisation_tables import memberships
from people.organisations import Organisation, organisations
from people.permissions import Place, Role, ScopeKind, place
from people.registry import Account
from people.tables import account_links, accounts, persons, role_grants
from people.traits import TraitKind, words_of
from people.withdrawing import stands

_ROWS_A_QUERY = 500
_SPOKEN = {"AM": "hy", "AZ": "az", "BY": "ru", "GE": "ka", "MD": "ro", "UA": "uk"}
"""The language that people of a country are spoken to until they choose another."""


class _Owner(NamedTuple):
    """Whom an address or account leads to, and under which name they are known."""

    id: UUID
    full_name: str | None


class _Registry(NamedTuple):
    """What the registry knows about one batch of rows."""

    by_mail: Mapping[str, list[_Owner]]
    by_account: Mapping[Account, _Owner]
    by_name: Mapping[str, list[UUID]]
    organisations_of: Mapping[UUID, set[UUID]]
    roles_in: Mapping[tuple[UUID, UUID], set[Role]]
    positions_of: Mapping[UUID, Collection[str]]


def plan_people(
    conn: Connection, rows: Mapping[int, PersonRow], *, allowed: Callable[[Place], bool], confirmed: Collection[int]
) -> list[Plan[PersonRow]]:
    """What each row would do. Those `confirmed` by a human as new are not held back for having a namesake.

    A person is known by an account, or by a mail address together with the name.
    """
    known = _OrganisationsByName(organisations(conn, limit=None))
    numbers, plans = list(rows), []
    for start in range(0, len(numbers), _ROWS_A_QUERY):
        batch = {number: rows[number] for number in numbers[start : start + _ROWS_A_QUERY]}
        registry = _registry(conn, batch.values())
        plans += [
            _plan(number, row, known, registry, allowed=allowed, confirmed=number in confirmed)
            for number, row in batch.items()
        ]
    return plans


def _plan(
    number: int,
    row: PersonRow,
    known: "_OrganisationsByName",
    registry: _Registry,
    *,
    allowed: Callable[[Place], bool],
    confirmed: bool,
) -> Plan[PersonRow]:
    def fault(column: str, text: str) -> Plan[PersonRow]:
        return Plan(number, row, Outcome.FAULT, fault=Fault(number, column, text))

    found = known.find(row)
    if row.organisation and len(found) != 1:
        return fault("Organisation", SEVERAL_ORGANISATIONS if found else UNKNOWN_ORGANISATION)
    organisation = found[0] if row.organisation else None
    if not allowed(organisation.place if organisation else place()):
        return fault("Organisation", NOT_YOURS)
    owner = registry.by_account.get(row.account) if row.account else None
    addressed = registry.by_mail.get(row.mail, []) if row.mail else []
    if owner is None and addressed:
        owner = next((each for each in addressed if folded(each.full_name or "") == folded(row.full_name)), None)
        if owner is None:
            return fault("Mail", OTHER_NAME)
    if owner and addressed and owner.id not in {each.id for each in addressed}:
        return fault("Mail", OTHER_PERSON)
    if owner is None:
        return _plan_newcomer(number, row, organisation, registry, confirmed=confirmed)
    return _plan_known(number, row, owner.id, organisation, registry)


def _plan_known(
    number: int, row: PersonRow, person_id: UUID, organisation: Organisation | None, registry: _Registry
) -> Plan[PersonRow]:
    positions = tuple(each for each in row.positions if each not in registry.positions_of.get(person_id, ()))
    if organisation is None:
        outcome = Outcome.CHANGE if positions else Outcome.UNCHANGED
        return Plan(number, row, outcome, person_id, positions=positions)
    joins = organisation.id not in registry.organisations_of.get(person_id, ())
    held = registry.roles_in.get((person_id, organisation.id), set())
    roles = tuple(role for role in row.roles if role not in held)
    outcome = Outcome.CHANGE if joins or roles or positions else Outcome.UNCHANGED
    return Plan(number, row, outcome, person_id, organisation.id, joins, roles, positions)


def _plan_newcomer(
    number: int, row: PersonRow, organisation: Organisation | None, registry: _Registry, *, confirmed: bool
) -> Plan[PersonRow]:
    country = organisation.country if organisation else row.country
    language = row.language or _SPOKEN.get(country or "", "en")
    namesake = None if confirmed else _namesake(row, organisation, registry)
    return Plan(
        number,
        row,
        Outcome.CONFIRMED if confirmed else Outcome.PERHAPS if namesake else Outcome.ADD,
        namesake,
        organisation.id if organisation else None,
        joins=organisation is not None,
        roles=row.roles if organisation else (),
        positions=row.positions,
        language=language,
    )


def _namesake(row: PersonRow, organisation: Organisation | None, registry: _Registry) -> UUID | None:
    """Somebody of this name who is of the same organisation, or whose organisation, or the row's, nobody knows."""
    for person_id in registry.by_name.get(folded(row.full_name), ()):
        theirs = registry.organisations_of.get(person_id)
        if organisation is None or not theirs or organisation.id in theirs:
            return person_id
    return None


class _OrganisationsByName:
    def __init__(self, known: Iterable[Organisation]) -> None:
        self._known = defaultdict(list)
        for each in known:
            self._known[each.name.casefold()].append(each)

    def find(self, row: PersonRow) -> list[Organisation]:
        """The organisations of the row's name, of its country where it names one."""
        named = self._known.get((row.organisation or "").casefold(), [])
        return [each for each in named if row.country in {None, each.country}]


def _registry(conn: Connection, rows: Collection[PersonRow]) -> _Registry:
    by_mail = _owners_of_mail(conn, {row.mail for row in rows if row.mail})
    by_account = _owners_of_accounts(conn, {row.account for row in rows if row.account})
    by_name = _namesakes(conn, {folded(row.full_name) for row in rows})
    people = {owner.id for owners in by_mail.values() for owner in owners}
    people |= {owner.id for owner in by_account.values()} | {each for ids in by_name.values() for each in ids}
    positions = words_of(conn, people, TraitKind.POSITION)
    belongs, roles = _organisations_of(conn, people), _roles_in(conn, people)
    return _Registry(by_mail, by_account, by_name, belongs, roles, positions)


_later = account_links.alias("later_link")
_newest = ~exists().where(_later.c.account_id == account_links.c.account_id, _later.c.seq > account_links.c.seq)
_holder = persons.alias("holder")


def _owners_of_mail(conn: Connection, addresses: Collection[str]) -> dict[str, list[_Owner]]:
    """By address all who have it, as the persons who they were joined to."""
    owned = (
        select(mail_addresses.c.address, _holder.c.id, _holder.c.full_name)
        .join(persons, persons.c.id == mail_addresses.c.person_id)
        .join(account_links, account_links.c.account_id == persons.c.opaque_account_id)
        .join(_holder, _holder.c.id == account_links.c.person_id)
        .where(mail_addresses.c.address.in_(addresses), mail_addresses.c.removed_at.is_(None), _newest)
    )
    owners = defaultdict(list)
    for row in conn.execute(owned):
        owners[row.address].append(_Owner(row.id, row.full_name))
    return owners


def _owners_of_accounts(conn: Connection, sought: Collection[Account]) -> dict[Account, _Owner]:
    owned = (
        select(accounts.c.home_page, accounts.c.name, persons.c.id, persons.c.full_name)
        .join(account_links, account_links.c.account_id == accounts.c.id)
        .join(persons, persons.c.id == account_links.c.person_id)
        .where(
            accounts.c.home_page.in_({account.home_page for account in sought}),
            accounts.c.name.in_({account.name for account in sought}),
            _newest,
        )
    )
    return {Account(row.home_page, row.name): _Owner(row.id, row.full_name) for row in conn.execute(owned)}


def _namesakes(conn: Connection, names: Collection[str]) -> dict[str, list[UUID]]:
    named = select(persons.c.id, persons.c.folded_name).where(persons.c.folded_name.in_(names), stands(persons.c.id))
    found = defaultdict(list)
    for row in conn.execute(named):
        found[row.folded_name].append(row.id)
    return found


def _organisations_of(conn: Connection, people: Collection[UUID]) -> dict[UUID, set[UUID]]:
    belonging = select(memberships.c.person_id, memberships.c.organisation_id).where(
        memberships.c.person_id.in_(people),
        memberships.c.held,
        in_force(memberships, "person_id", "organisation_id"),
    )
    found = defaultdict(set)
    for row in conn.execute(belonging):
        found[row.person_id].add(row.organisation_id)
    return found


def _roles_in(conn: Connection, people: Collection[UUID]) -> dict[tuple[UUID, UUID], set[Role]]:
    """Roles held in organisations, by person and organisation."""
    granted = (
        select(role_grants)
        .where(role_grants.c.person_id.in_(people), role_grants.c.scope_kind == ScopeKind.ORGANISATION.value)
        .order_by(role_grants.c.since, role_grants.c.seq)
    )
    newest = {(row.person_id, UUID(row.scope_id), Role(row.role)): row.held for row in conn.execute(granted)}
    found = defaultdict(set)
    for (person_id, organisation_id, role), held in newest.items():
        if held:
            found[person_id, organisation_id].add(role)
    return found
