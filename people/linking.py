"""Joining two persons who are one, and parting them again.

To join is to link every account of one person, the opaque one too, to the other. Nothing else moves: enrolments,
attempts, certificates, addresses, roles and memberships stay recorded of whom they were recorded of. Enrolments,
certificates and addresses are read as the holder's (`held_by`). Roles and memberships are not: they were granted to
somebody known, and whoever grants them knows whom.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, func, insert, select

from base import Conflict, Missing, installation_iri, lock, new_uuid, publish, record_decision
from people.events import AccountLinked
from people.holding import holder_of, links_now
from people.registry import Account, add_person, keep_account, person, person_of_account
from people.tables import account_links


class Way(StrEnum):
    """How it was confirmed that an account is somebody's; RENAMED, that its home page is called otherwise now."""

    CODE = "code"
    BROWSER = "browser"
    SIGN_IN = "sign-in"
    CLAIM = "claim"
    INVITATION = "invitation"
    STAFF = "staff"
    RENAMED = "renamed"


class Linked(msgspec.Struct, frozen=True):
    """One act, by which `accounts` are `person_id`'s; before, they were `before_id`'s, None for one never seen."""

    act: UUID
    person_id: UUID
    before_id: UUID | None
    accounts: tuple[Account, ...]


class HeldAccount(msgspec.Struct, frozen=True):
    """An account as its person sees it; what was linked by one `act` parts together, None for what they came with."""

    account: Account
    linked_at: datetime
    way: Way | None
    act: UUID | None


def join_persons(
    conn: Connection, former_id: UUID, person_id: UUID, *, way: Way, by: UUID | None, reason: str, now: datetime
) -> Linked:
    """All accounts of `former_id` are `person_id`'s from now on, until they are parted.

    Raises Missing for somebody unknown, Conflict when the two are one already or either was joined to a third.
    """
    _hold(conn, former_id, person_id)
    if holder_of(conn, person(conn, former_id).id) == holder_of(conn, person(conn, person_id).id):
        raise Conflict("These accounts are one person's already; nothing is left to link.", rule="linking")
    if holder_of(conn, former_id) != former_id or holder_of(conn, person_id) != person_id:
        raise Conflict(
            "One of the two is linked to somebody else already. Unlink those accounts first.", rule="linking"
        )
    linked = Linked(new_uuid(), person_id, former_id, tuple(map(_account, moved := links_now(conn, former_id))))
    _give(conn, [row.account_id for row in moved], linked, way=way, by=by, reason=reason, now=now)
    return _decide(conn, "account.link", linked, by=by, reason=reason, now=now)


def link_account(
    conn: Connection, person_id: UUID, account: Account, *, way: Way, by: UUID | None, reason: str, now: datetime
) -> Linked | None:
    """The account, proven by `way`, is the person's from now on; if it was somebody's, so is all that they have.

    None when it was the person's before. Raises Invalid for an account that cannot be kept, and as `join_persons`.
    """
    account_id = keep_account(conn, account)
    if account_id is not None:
        linked = Linked(new_uuid(), person(conn, person_id).id, None, (account,))
        _give(conn, [account_id], linked, way=way, by=by, reason=reason, now=now)
        return _decide(conn, "account.link", linked, by=by, reason=reason, now=now)
    owner = person_of_account(conn, account)
    assert owner is not None  # an account is linked in the transaction that adds it
    return (
        None
        if owner.id == person_id
        else join_persons(conn, owner.id, person_id, way=way, by=by, reason=reason, now=now)
    )


def part_persons(
    conn: Connection, person_id: UUID, act: UUID, *, by: UUID | None, reason: str, now: datetime
) -> Linked:
    """What `act` linked to the person is again whose it was before, or a fresh person's if it had been nobody's.

    Raises Missing when nothing of it is the person's now: it was unlinked already, or linked onwards since.
    """
    _hold(conn, person_id)
    mine = [row for row in links_now(conn, person_id) if row.act == act and row.way != Way.RENAMED]
    if not mine:
        raise Missing("These accounts are not linked to this person now; they may have been unlinked already.")
    before = [_before(conn, row.account_id, act) for row in mine]
    first = before[0]
    home = first.person_id if first else _fresh(conn, person_id, now=now)
    linked = Linked(act, home, person_id, tuple(map(_account, mine)))
    for row, link in zip(mine, before, strict=True):
        again = {"way": link.way, "act": link.act} if link else {"way": None, "act": None}
        values = {"account_id": row.account_id, "person_id": home, "at": now, "by": by, "reason": reason}
        conn.execute(insert(account_links).values(values | again))
    return _decide(conn, "account.unlink", linked, by=by, reason=reason, now=now)


def held_accounts(conn: Connection, person_id: UUID) -> list[HeldAccount]:
    """The accounts by which the person arrives, in the order in which they became theirs.

    Those that Waymark made up are left out: opaque ones and pseudonyms.
    """
    ours = installation_iri(conn)
    return [
        HeldAccount(_account(row), row.at, row.way and Way(row.way), row.act)
        for row in links_now(conn, person_id)
        if row.home_page != ours
    ]


def _hold(conn: Connection, *person_ids: UUID) -> None:
    """Two acts about one person never run at once; the order keeps two of them from waiting for each other."""
    for person_id in sorted(person_ids):
        lock(conn, f"accounts of {person_id}")


def _give(
    conn: Connection,
    account_ids: Sequence[UUID],
    linked: Linked,
    *,
    way: Way,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> None:
    same = {"person_id": linked.person_id, "at": now, "by": by, "reason": reason, "way": way.value, "act": linked.act}
    conn.execute(insert(account_links), [{"account_id": account_id, **same} for account_id in account_ids])


def _decide(conn: Connection, done: str, linked: Linked, *, by: UUID | None, reason: str, now: datetime) -> Linked:
    """Tell of each account that changed hands, and keep who decided it."""
    for account in linked.accounts:
        publish(conn, AccountLinked(str(linked.person_id), account, linked.person_id, linked.before_id), now=now)
    record_decision(
        conn,
        by=by,
        act=done,
        subject=f"person {linked.person_id}",
        reason=reason,
        before={"person": linked.before_id},
        after={"person": linked.person_id, "act": linked.act, "accounts": len(linked.accounts)},
        now=now,
    )
    return linked


def _before(conn: Connection, account_id: UUID, act: UUID) -> Row[Any] | None:
    """The account's link before the act, if it had any."""
    mine = account_links.c.account_id == account_id
    began = select(func.min(account_links.c.seq)).where(mine, account_links.c.act == act).scalar_subquery()
    earlier = select(account_links).where(mine, account_links.c.seq < began)
    return conn.execute(earlier.order_by(account_links.c.seq.desc()).limit(1)).one_or_none()


def _fresh(conn: Connection, person_id: UUID, *, now: datetime) -> UUID:
    return add_person(conn, full_name=None, language=person(conn, person_id).language, now=now).id


def _account(row: Row[Any]) -> Account:
    return Account(row.home_page, row.name)
