"""A platform is called otherwise: everybody it knows is known by both names from then on."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import Connection, insert, select

from base import Invalid, lock, new_uuid, publish, record_decision
from people.events import AccountLinked
from people.holding import IS_NEWEST_LINK, links_now
from people.linking import Way, join_persons
from people.registry import LONGEST_HOME_PAGE, Account, keep_account, person_of_account
from people.tables import account_links, accounts


class Renamed(msgspec.Struct, frozen=True):
    """How many accounts have a twin under the new home page now, and which twins somebody else holds."""

    accounts: int
    held_by_others: tuple[Account, ...]


def rename_home_page(conn: Connection, old: str, new: str, *, by: UUID | None, reason: str, now: datetime) -> Renamed:
    """Every account of `old` has a twin of the same name under `new`, which is the same person's.

    The old accounts stay, since statements name them for ever. Somebody who came under the new home page already and
    has nothing else is joined to whom they were; where a twin is held by somebody who has other accounts too, that is
    left as it is and told. Running it again changes nothing more. Raises Invalid for a home page that cannot be kept.
    """
    if not 0 < len(new) <= LONGEST_HOME_PAGE or not new.isprintable() or old == new:
        raise Invalid(
            f"The new home page is {new[:80]!r}; it must be another than {old!r}, of 1 to {LONGEST_HOME_PAGE} "
            "characters, none of them a control character.",
            rule="account",
        )
    lock(conn, f"home page {old}")
    renaming = _Renaming(new, new_uuid(), by, reason, now)
    changed, held_by_others = 0, []
    for row in conn.execute(_OF_HOME_PAGE.where(accounts.c.home_page == old)).all():
        twin = Account(new, row.name)
        if (account_id := keep_account(conn, twin)) is not None:
            _link_twin(conn, twin, account_id, row.person_id, renaming)
        elif (owner := _other_owner(conn, twin, row.person_id)) is None:
            continue
        elif _came_by_it_alone(conn, owner, twin):
            join_persons(conn, owner, row.person_id, way=Way.STAFF, by=by, reason=reason, now=now)
        else:
            held_by_others.append(twin)
            continue
        changed += 1
    after = {"home_page": new, "accounts": changed, "act": renaming.act}
    record_decision(
        conn, by=by, act="account.rename-home-page", subject=f"home page {old}", reason=reason, after=after, now=now
    )
    return Renamed(changed, tuple(held_by_others))


class _Renaming(msgspec.Struct, frozen=True):
    """What is alike for all accounts that are renamed at once."""

    new: str
    act: UUID
    by: UUID | None
    reason: str
    now: datetime


_OF_HOME_PAGE = (
    select(accounts.c.name, account_links.c.person_id)
    .join(account_links, account_links.c.account_id == accounts.c.id)
    .where(IS_NEWEST_LINK)
    .order_by(accounts.c.id)
)


def _link_twin(conn: Connection, twin: Account, account_id: UUID, person_id: UUID, renaming: _Renaming) -> None:
    conn.execute(
        insert(account_links).values(
            account_id=account_id,
            person_id=person_id,
            at=renaming.now,
            by=renaming.by,
            reason=renaming.reason,
            way=Way.RENAMED.value,
            act=renaming.act,
        )
    )
    # Statements may have named the twin before: its facts count from now on.
    publish(conn, AccountLinked(str(person_id), twin, person_id, None), now=renaming.now)


def _other_owner(conn: Connection, twin: Account, person_id: UUID) -> UUID | None:
    owner = person_of_account(conn, twin)
    assert owner is not None  # an account is linked in the transaction that adds it
    return None if owner.id == person_id else owner.id


def _came_by_it_alone(conn: Connection, owner_id: UUID, twin: Account) -> bool:
    """Whether the owner is themselves, and the twin is all that they have."""
    links = links_now(conn, owner_id)
    arrived_by = [Account(row.home_page, row.name) for row in links if row.opaque_of is None]
    return arrived_by == [twin] and [row.opaque_of for row in links if row.opaque_of] == [owner_id]
