"""The cache of facts: what the statements say, by the agent that each statement names."""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import Connection, delete, func, update

from base import RowsIn, upsert
from lrs import account_key
from modules import Fact, FactKind
from paths.keeping.unmatched import rename_unmatched
from paths.tables.paths import facts
from people import accounts_of


def agents_of(conn: Connection, person_id: UUID) -> list[str]:
    """The agent keys of all accounts that are the person's now."""
    return [account_key(account.home_page, account.name) for account in accounts_of(conn, person_id)]


def keep_facts(conn: Connection, heard: Iterable[Fact]) -> None:
    """Keep what is new. To hear a fact again changes nothing but that it may be voided by now, and that stays."""
    rows = [
        {
            "statement_id": fact.statement_id,
            "kind": fact.kind.value,
            "agent": fact.agent,
            "activity": fact.activity,
            "value": fact.value,
            "at": fact.at,
            "known_at": fact.known_at,
            "authority": fact.authority,
            "voided_at": fact.voided_at,
            "by": fact.by,
            "place": fact.place,
            "detail": fact.detail,
        }
        for fact in heard
    ]
    if not rows:
        return
    insert = upsert(conn, facts)
    voided_at = func.coalesce(facts.c.voided_at, insert.excluded.voided_at)
    again = insert.on_conflict_do_update(index_elements=["statement_id", "kind"], set_={"voided_at": voided_at})
    conn.execute(again, rows)


def facts_of_agents(conn: Connection, agents: Collection[str], activities: Collection[str] | None = None) -> list[Fact]:
    """Every fact of the agents, about `activities` only where given, in no order."""
    return [
        Fact(agent, activity, _KINDS[kind], *rest)
        for agent, activity, kind, *rest in _find(conn, agents)
        if activities is None or activity in activities
    ]


def forget_facts(conn: Connection, statement_ids: Collection[UUID]) -> None:
    """Throw away what is cached of the statements."""
    conn.execute(delete(facts).where(facts.c.statement_id.in_(statement_ids)))


def rename_agent(
    conn: Connection, agents: Collection[str], agent: str, said_by: Collection[UUID] | None = None
) -> None:
    """What was cached of `agents`, or under their authority, is of `agent` now: what the statements `said_by` say."""
    which = [] if said_by is None else [facts.c.statement_id.in_(said_by)]
    for column in (facts.c.agent, facts.c.authority, facts.c.by):
        conn.execute(update(facts).where(column.in_(agents), *which).values({column: agent}))
    if said_by is None:
        rename_unmatched(conn, agents, agent)


_KINDS = {kind.value: kind for kind in FactKind}
_find = RowsIn(
    facts.c.agent,
    facts.c.activity,
    facts.c.kind,
    facts.c.value,
    facts.c.at,
    facts.c.known_at,
    facts.c.statement_id,
    facts.c.authority,
    facts.c.voided_at,
    facts.c.by,
    facts.c.place,
    facts.c.detail,
)
"""In the order of the fields of a Fact."""
