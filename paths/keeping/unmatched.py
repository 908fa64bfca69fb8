"""Facts that count for nobody: of agents whom nobody owns, or about activities that no module has.

They are kept like all others, and count as soon as the account is linked or the module is published: whoever is
enrolled is judged by all facts of their accounts.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Select, and_, delete, or_, select

from base import upsert
from lrs import account_of_key
from modules import Fact, module_activities
from paths.tables.paths import fulfilments
from paths.tables.paths import paths as paths_table
from paths.tables.unmatched import unmatched
from people import Account, owners_of

_AT_ONCE = 500


class Unknown(StrEnum):
    """What is not known: whose an agent is, or what an activity is."""

    AGENT = "agent"
    ACTIVITY = "activity"


class Unmatched(msgspec.Struct, frozen=True):
    """A name by which facts were heard that count for nobody, and the statement that brought it first.

    `account` is the agent's, None where it is known by something else (a mail address): only accounts are matched.
    """

    kind: Unknown
    name: str
    statement_id: UUID
    known_at: datetime
    account: Account | None = None


def note_unmatched(conn: Connection, facts: Iterable[Fact]) -> None:
    """Keep which of the names in `facts` are not known. To hear them again changes nothing."""
    newest_first = sorted(facts, key=lambda fact: (fact.known_at, fact.statement_id), reverse=True)
    _note(conn, Unknown.AGENT, {fact.agent: fact for fact in newest_first})
    _note(conn, Unknown.ACTIVITY, {fact.activity: fact for fact in newest_first})


def find_unmatched(
    conn: Connection, kind: Unknown, *, before: tuple[datetime, str] | None = None, limit: int
) -> list[Unmatched]:
    """Up to `limit` names that are not known now, the last heard first; those heard `before` a moment and name."""
    found: list[Unmatched] = []
    while len(found) < limit:
        rows = conn.execute(_page(kind, before)).all()
        unknown = _unknown(conn, kind, [row.name for row in rows])
        found += [
            Unmatched(kind, row.name, row.statement_id, row.known_at, _account(kind, row.name))
            for row in rows
            if row.name in unknown
        ]
        if len(rows) < _AT_ONCE:
            break
        before = rows[-1].known_at, rows[-1].name
    return found[:limit]


def forget_known(conn: Connection, kind: Unknown, names: Collection[str]) -> None:
    """The names are known by now: an account was linked, a module published."""
    conn.execute(delete(unmatched).where(unmatched.c.kind == kind.value, unmatched.c.name.in_(names)))


def rename_unmatched(conn: Connection, agents: Collection[str], agent: str) -> None:
    """What stood under the names of `agents` stands under that of `agent`: they are a pseudonym's now."""
    theirs = unmatched.c.kind == Unknown.AGENT.value, unmatched.c.name.in_(agents)
    first = conn.execute(select(unmatched).where(*theirs).order_by(unmatched.c.known_at).limit(1)).one_or_none()
    if first is not None:
        forget_known(conn, Unknown.AGENT, agents)
        row = {"kind": first.kind, "name": agent, "statement_id": first.statement_id, "known_at": first.known_at}
        conn.execute(upsert(conn, unmatched).values(row).on_conflict_do_nothing(index_elements=["kind", "name"]))


def _note(conn: Connection, kind: Unknown, first: Mapping[str, Fact]) -> None:
    rows = [
        {"kind": kind.value, "name": name, "statement_id": first[name].statement_id, "known_at": first[name].known_at}
        for name in sorted(_unknown(conn, kind, first))
    ]
    if rows:
        conn.execute(upsert(conn, unmatched).on_conflict_do_nothing(index_elements=["kind", "name"]), rows)


def _unknown(conn: Connection, kind: Unknown, names: Collection[str]) -> set[str]:
    """Those of the names that are nobody's, or no module's and no path's."""
    if kind is Unknown.AGENT:
        accounts = {_account(kind, name): name for name in names}
        owned = owners_of(conn, [account for account in accounts if account])
        return set(names) - {accounts[account] for account in owned}
    named = select(fulfilments.c.activity).where(fulfilments.c.activity.in_(names))
    whole = select(paths_table.c.activity).where(paths_table.c.activity.in_(names))
    return set(names) - module_activities(conn, names) - {*conn.scalars(named), *conn.scalars(whole)}


def _account(kind: Unknown, name: str) -> Account | None:
    found = account_of_key(name) if kind is Unknown.AGENT else None
    return None if found is None else Account(*found)


def _page(kind: Unknown, before: tuple[datetime, str] | None) -> Select[Any]:
    """The next rows by the index, newest first."""
    at, name = unmatched.c.known_at, unmatched.c.name
    query = select(unmatched).where(unmatched.c.kind == kind.value).order_by(at.desc(), name.desc()).limit(_AT_ONCE)
    return query if before is None else query.where(or_(at < before[0], and_(at == before[0], name < before[1])))
