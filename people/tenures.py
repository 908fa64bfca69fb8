"""Whose an account is, and was: what links say of any moment."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, Select, select

from people.registry import Account
from people.tables import account_links, accounts, persons


class Tenure(msgspec.Struct, frozen=True):
    """From `start` on and before `end` (None: until now) the account is the person's."""

    account: Account
    person_id: UUID
    start: datetime
    end: datetime | None = None


def tenures_of(
    conn: Connection, person_ids: Collection[UUID], *, known_at: datetime | None = None
) -> dict[UUID, list[Tenure]]:
    """Of each person, every account that is or was theirs by what was known at `known_at` (now), in no order."""
    theirs = select(account_links.c.account_id).where(account_links.c.person_id.in_(person_ids))
    links: dict[UUID, list[Row[Any]]] = defaultdict(list)
    for row in conn.execute(_known(_LINKS, known_at).where(account_links.c.account_id.in_(theirs))).all():
        links[row.account_id].append(row)
    found: dict[UUID, list[Tenure]] = {each: [] for each in person_ids}
    for rows in links.values():
        for tenure in _tenures(sorted(rows, key=lambda row: row.seq)):
            if tenure.person_id in found:
                found[tenure.person_id].append(tenure)
    return found


def holders_then(conn: Connection, person_ids: Collection[UUID], *, known_at: datetime) -> dict[UUID, UUID]:
    """By person, whom they had been joined to by what was known at `known_at`, or themselves."""
    rows = conn.execute(_known(_OPAQUE_LINKS, known_at).where(persons.c.id.in_(person_ids))).all()
    newest = {row.id: row.person_id for row in sorted(rows, key=lambda row: row.seq)}
    return {each: newest.get(each, each) for each in person_ids}


def _tenures(links: Sequence[Row[Any]]) -> Iterator[Tenure]:
    """The spans of one account, by its links in their order; to be given to the same person again changes nothing."""
    changes = [link for before, link in zip((None, *links), links, strict=False) if _changes(before, link)]
    for link, following in zip(changes, (*changes[1:], None), strict=True):
        yield Tenure(
            Account(link.home_page, link.name), link.person_id, link.at, None if following is None else following.at
        )


def _changes(before: Row[Any] | None, link: Row[Any]) -> bool:
    return before is None or before.person_id != link.person_id


def _known(links: Select[Any], known_at: datetime | None) -> Select[Any]:
    return links if known_at is None else links.where(account_links.c.at <= known_at)


# In no order: to ask for one would let SQLite go through everybody's links in the order of their key.
_LINKS: Select[Any] = select(
    account_links.c.seq,
    account_links.c.account_id,
    account_links.c.person_id,
    account_links.c.at,
    accounts.c.home_page,
    accounts.c.name,
).join(accounts, accounts.c.id == account_links.c.account_id)
_OPAQUE_LINKS: Select[Any] = select(persons.c.id, account_links.c.seq, account_links.c.person_id).join(
    account_links, account_links.c.account_id == persons.c.opaque_account_id
)
