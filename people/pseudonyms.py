"""A pseudonym in the record store is an account of whoever it stands for: what they did goes on to count for them."""

from uuid import UUID

from sqlalchemy import Connection, insert, select

from people.registry import Account, keep_account, person_of_account
from people.tables import account_links, accounts


def add_pseudonym(conn: Connection, account: Account, pseudonym: Account) -> None:
    """The pseudonym is, and was always, whose `account` is and was; nobody's where that is nobody's.

    It is parted from them with the account, for it has the same links. Doing it again changes nothing.
    """
    if person_of_account(conn, account) is None:
        return
    pseudonym_id = keep_account(conn, pseudonym)
    if pseudonym_id is not None:
        _copy_links(conn, account, pseudonym_id)


def _copy_links(conn: Connection, account: Account, pseudonym_id: UUID) -> None:
    copied = ("person_id", "at", "by", "reason", "way", "act")
    columns = [account_links.c[name] for name in copied]
    links = (
        select(*columns)
        .join(accounts, accounts.c.id == account_links.c.account_id)
        .where(accounts.c.home_page == account.home_page, accounts.c.name == account.name)
        .order_by(account_links.c.seq)
    )
    rows = [{"account_id": pseudonym_id, **row} for row in conn.execute(links).mappings()]
    conn.execute(insert(account_links), rows)
