"""Numbers for names: agents' keys, IRIs and registrations, each kept once."""

import hashlib
from collections.abc import Collection

from sqlalchemy import Connection, select

from base import RowInsert, RowsIn
from lrs.tables.statements import names

_add = RowInsert(names, names.c.digest, names.c.name, passing_over=True)
_find = RowsIn(names.c.digest, names.c.id)


def name_digest(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


def number_of(conn: Connection, name: str) -> int | None:
    """The number of a name; None when no statement is found by it."""
    return conn.scalar(select(names.c.id).where(names.c.digest == name_digest(name)))


def known_numbers(conn: Connection, wanted: Collection[str]) -> dict[str, int]:
    """The numbers of those names that have one."""
    by_digest = {name_digest(name): name for name in wanted}
    return {by_digest[digest]: number for digest, number in _find(conn, by_digest)}


def numbers_of(conn: Connection, wanted: Collection[str]) -> dict[str, int]:
    """The number of each name, given now to those that had none.

    They are read from the database each time: a number remembered in the process could outlive the savepoint that
    gave it.
    """
    found = known_numbers(conn, wanted)
    missing = set(wanted) - found.keys()
    if missing:
        # In one order everywhere, so that two who give the same numbers at once wait for each other only once.
        _add(conn, sorted((name_digest(name), name) for name in missing))
        found.update(known_numbers(conn, missing))
    return found
