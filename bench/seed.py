"""What is put into a database before posts are measured: a credential, and every name that occurs."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar
from uuid import uuid4

import msgspec
from sqlalchemy import Connection, func, select

from base import Database
from bench.bare import Names
from bench.place import Place
from bench.statements import ANY_ID, bodies
from lrs import Credential, add_credential, agent_key, parse_statements, sender_of, store_statements
from lrs.tables.statements import names, statements

T = TypeVar("T")


class Seed(msgspec.Struct, frozen=True):
    """Who may post, and every name that occurs."""

    credential: Credential
    names: Names
    last_seq: int


async def in_database(place: Place, fn: Callable[[Connection], T]) -> T:
    """What `fn` does in the database of a place, where nothing runs or something does."""
    db = await Database.open(place.settings.database_url)
    try:
        return await db.write(fn)
    finally:
        await db.close()


def seed(conn: Connection) -> Seed:
    """Each statement once, so that all names have their numbers. Nobody hears of them."""
    now = datetime.now(UTC)
    credential = add_credential(conn, "bench", ["statements/write"], now=now)
    authority = sender_of(conn, credential.key, credential.secret).authority
    each = [body.replace(ANY_ID, str(uuid4()).encode()) for body in bodies()]
    store_statements(conn, parse_statements(b"[%b]" % b",".join(each)), authority=authority, now=now)
    numbers = {row.name: row.id for row in conn.execute(select(names))}
    return Seed(
        credential, Names(numbers, agent_key(authority)), conn.scalars(select(func.max(statements.c.seq))).one()
    )
