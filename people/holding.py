"""Who is whom: persons are joined by their opaque accounts, and what is recorded of one is read as the holder's."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, exists, select

from people.tables import account_links, accounts, persons

_AT_ONCE = 10_000


def holder_of(conn: Connection, person_id: UUID) -> UUID:
    """Who the person is now: themselves, or whoever they were joined to."""
    held: UUID | None = conn.scalar(
        _HELD_NOW.with_only_columns(account_links.c.person_id).where(persons.c.id == person_id)
    )
    return held or person_id


def holders_of(conn: Connection, person_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """As `holder_of`, of many at once."""
    holders = {each: each for each in person_ids}
    ids = list(holders)
    for start in range(0, len(ids), _AT_ONCE):  # a query has no room for everybody
        some = persons.c.id.in_(ids[start : start + _AT_ONCE])
        holders |= {row.id: row.person_id for row in conn.execute(_HOLDERS.where(some))}
    return holders


def held_by(conn: Connection, person_id: UUID) -> list[UUID]:
    """The persons who are this person now: themselves and all who were joined to them; nobody, once joined to another.

    What was recorded of a person before they were joined (enrolments, certificates, addresses) stays recorded of
    them, so that parting them again gives everything back as it was.
    """
    return list(conn.scalars(_HELD_NOW.where(account_links.c.person_id == person_id)))


def held_by_each(conn: Connection, person_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """As `held_by`, of many at once: by person who is held, which of `person_ids` they are now."""
    rows = conn.execute(_HOLDERS.where(account_links.c.person_id.in_(person_ids))).all()
    return {row.id: row.person_id for row in rows}


def links_now(conn: Connection, person_id: UUID) -> list[Row[Any]]:
    """The newest link of each account that is the person's now, with the account, in the order in which they came."""
    return list(conn.execute(_LINKS_NOW.where(account_links.c.person_id == person_id)))


_later = account_links.alias("later_link")
IS_NEWEST_LINK = ~exists().where(_later.c.account_id == account_links.c.account_id, _later.c.seq > account_links.c.seq)
_HELD_NOW: Select[Any] = (
    select(persons.c.id)
    .join(account_links, account_links.c.account_id == persons.c.opaque_account_id)
    .where(IS_NEWEST_LINK)
    .order_by(account_links.c.seq)
)
_HOLDERS: Select[Any] = _HELD_NOW.with_only_columns(persons.c.id, account_links.c.person_id).order_by(None)
_LINKS_NOW: Select[Any] = (
    select(account_links, accounts.c.home_page, accounts.c.name, persons.c.id.label("opaque_of"))
    .join(accounts, accounts.c.id == account_links.c.account_id)
    .outerjoin(persons, persons.c.opaque_account_id == account_links.c.account_id)
    .where(IS_NEWEST_LINK)
    .order_by(account_links.c.seq)
)
