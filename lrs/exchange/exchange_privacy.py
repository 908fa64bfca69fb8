"""Forgetting an agent in what is kept of other record stores, when the agent becomes pseudonymous (decision 15)."""

from collections.abc import Collection

from msgspec import json
from msgspec.structs import replace
from sqlalchemy import Connection, delete, select, update

from lrs.browsing.selection import Selection
from lrs.standard.agents import account_key, account_of_key, agent_key
from lrs.standard.statements import Account, Agent
from lrs.tables.exchange import forwarding_refusals, forwardings, pull_refusals, pulls


def forget_in_exchange(conn: Connection, keys: Collection[str], pseudonym: Account) -> None:
    """Filters name the pseudonym from now on; refused statements that name the agent are gone, answers cut.

    Other stores that got statements of the agent keep them: their operators have to be asked.
    """
    _rename_in_selections(conn, keys, account_key(pseudonym.home_page, pseudonym.name))
    _rename_in_filters(conn, keys, Agent(account=pseudonym))
    marks = [_marks(key) for key in keys]
    for row in conn.execute(select(pull_refusals.c.pull, pull_refusals.c.digest, pull_refusals.c.raw)).all():
        if _names_one(row.raw, marks):
            same = pull_refusals.c.pull == row.pull, pull_refusals.c.digest == row.digest
            conn.execute(delete(pull_refusals).where(*same))
    told = select(forwarding_refusals.c.forwarding, forwarding_refusals.c.seq, forwarding_refusals.c.error)
    for row in conn.execute(told).all():
        if _names_one(row.error.encode(), marks):
            same = forwarding_refusals.c.forwarding == row.forwarding, forwarding_refusals.c.seq == row.seq
            conn.execute(update(forwarding_refusals).where(*same).values(error="(The answer named somebody.)"))


def _rename_in_selections(conn: Connection, keys: Collection[str], new: str) -> None:
    for row in conn.execute(select(forwardings.c.id, forwardings.c.selection)).all():
        before = json.decode(row.selection, type=Selection)
        after = replace(
            before,
            agent=new if before.agent in keys else before.agent,
            authority=new if before.authority in keys else before.authority,
        )
        if after != before:
            change = update(forwardings).where(forwardings.c.id == row.id)
            conn.execute(change.values(selection=json.encode(after)))


def _rename_in_filters(conn: Connection, keys: Collection[str], new: Agent) -> None:
    for row in conn.execute(select(pulls.c.id, pulls.c.filters)).all():
        filters: dict[str, str] = json.decode(row.filters)
        if "agent" in filters and agent_key(json.decode(filters["agent"], type=Agent)) in keys:
            after = {**filters, "agent": json.encode(new).decode()}
            conn.execute(update(pulls).where(pulls.c.id == row.id).values(filters=json.encode(after), more=None))


def _marks(key: str) -> tuple[bytes, ...]:
    """What of a key stands in JSON that names its agent; of an account its home page and its name, both whole."""
    account = account_of_key(key)
    parts = [key.partition("::")[2]] if account is None else [f'"{part}"' for part in account]
    return tuple(part.encode() for part in parts)


def _names_one(text: bytes, marks: Collection[tuple[bytes, ...]]) -> bool:
    return any(all(part in text for part in each) for each in marks)
