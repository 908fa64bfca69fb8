"""Mail addresses: whose they are, which are proven, which bounce."""

import unicodedata
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, select, update

from base import Conflict, Invalid, Missing, lock, new_uuid, upsert
from people.holding import held_by
from people.linking_tables import mail_addresses

LONGEST_ADDRESS = 254
"""RFC 5321, section 4.5.3.1.3, less the angle brackets."""


class MailAddress(msgspec.Struct, frozen=True):
    """An address of a person: written down for them until `verified_at`, proven theirs from then on."""

    id: UUID
    person_id: UUID
    address: str
    added_at: datetime
    verified_at: datetime | None
    bounced_at: datetime | None


def clean_address(text: str) -> str:
    """The address as it is kept: casefolded, without spaces around. Raises Invalid for what is no mail address.

    RFC 5321 lets a mailbox tell upper from lower case; none that people use does, and two persons told apart by it
    would be one mistake waiting.
    """
    address = unicodedata.normalize("NFC", text.strip()).casefold()
    local, _, domain = address.rpartition("@")
    if (
        not local
        or "." not in domain.strip(".")
        or not 0 < len(address) <= LONGEST_ADDRESS
        or not address.isprintable()
        or any(character in _FORBIDDEN for character in address)
        or address.count("@") != 1
    ):
        raise Invalid(
            "That is no mail address; one looks like name@town.example.", rule="mail address", where="address"
        )
    return address


def add_address(conn: Connection, person_id: UUID, address: str, *, now: datetime) -> MailAddress:
    """The address, written down for the person and not proven yet; writing it down again changes nothing.

    Several persons may have the same unproven address. Raises Invalid for what is no mail address.
    """
    cleaned = clean_address(address)
    row = upsert(conn, mail_addresses).values(id=new_uuid(), person_id=person_id, address=cleaned, added_at=now)
    kept = row.on_conflict_do_nothing(
        index_elements=["person_id", "address"], index_where=mail_addresses.c.removed_at.is_(None)
    )
    conn.execute(kept)
    (added,) = _addresses(conn, mail_addresses.c.person_id == person_id, mail_addresses.c.address == cleaned)
    return added


def mail_address(conn: Connection, address_id: UUID) -> MailAddress:
    """The address with this id. Raises Missing when there is none, or it was removed."""
    found = _addresses(conn, mail_addresses.c.id == address_id)
    if not found:
        raise Missing(f"There is no mail address {address_id}; it may have been removed.")
    return found[0]


def addresses_of(conn: Connection, person_id: UUID) -> list[MailAddress]:
    """The person's addresses, those of persons joined to them too: proven ones first, then the oldest."""
    return _addresses(conn, mail_addresses.c.person_id.in_(held_by(conn, person_id)))


def address_of(conn: Connection, person_id: UUID) -> MailAddress | None:
    """Where mail for the person goes: the first of their addresses from which none came back."""
    return next((each for each in addresses_of(conn, person_id) if each.bounced_at is None), None)


def known_with(conn: Connection, address: str) -> list[MailAddress]:
    """Who is known with the address: the one person who has proven it, or else all for whom it is written down."""
    found = _addresses(conn, mail_addresses.c.address == clean_address(address))
    proven = [each for each in found if each.verified_at is not None]
    return proven or found


def verify_address(conn: Connection, address_id: UUID, *, now: datetime) -> None:
    """The address is proven the person's from now on. Raises Missing; Conflict when it is proven another's."""
    proven = mail_address(conn, address_id)
    lock(conn, f"mail address {proven.address}")
    if any(each.verified_at and each.person_id != proven.person_id for each in known_with(conn, proven.address)):
        raise Conflict(
            "This mail address is another person's. If both are you, link the two accounts; "
            "otherwise they must remove it first.",
            rule="one proven address, one person",
        )
    changed = {"verified_at": proven.verified_at or now, "bounced_at": None}
    conn.execute(update(mail_addresses).where(mail_addresses.c.id == address_id).values(changed))


def note_bounce(conn: Connection, address_id: UUID, *, now: datetime) -> None:
    """Mail came back from the address: none is sent there until it is proven again or written down anew."""
    conn.execute(update(mail_addresses).where(mail_addresses.c.id == address_id).values(bounced_at=now))


def remove_address(conn: Connection, person_id: UUID, address_id: UUID, *, now: datetime) -> None:
    """The address is the person's no more, nor of those joined to them. Raises Missing when it is not theirs."""
    theirs = mail_addresses.c.person_id.in_(held_by(conn, person_id)), mail_addresses.c.removed_at.is_(None)
    address = select(mail_addresses.c.address).where(mail_addresses.c.id == address_id, *theirs).scalar_subquery()
    removed = update(mail_addresses).where(mail_addresses.c.address == address, *theirs).values(removed_at=now)
    if conn.execute(removed).rowcount == 0:
        raise Missing("This mail address is not one of yours; it may have been removed already.")


def _addresses(conn: Connection, *where: ColumnElement[bool]) -> list[MailAddress]:
    order = mail_addresses.c.verified_at.is_(None), mail_addresses.c.added_at, mail_addresses.c.id
    live = select(mail_addresses).where(*where, mail_addresses.c.removed_at.is_(None)).order_by(*order)
    return [_address(row) for row in conn.execute(live)]


def _address(row: Row[Any]) -> MailAddress:
    return MailAddress(row.id, row.person_id, row.address, row.added_at, row.verified_at, row.bounced_at)


_FORBIDDEN: Collection[str] = frozenset(' <>()[],;:\\"')
