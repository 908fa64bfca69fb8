"""What is known of an agent: its identifier, and the names under which statements speak of it (Communication 2.4)."""

from collections.abc import Iterator

from msgspec import Struct, field
from sqlalchemy import Connection

from lrs.log.parameters import Query
from lrs.log.query import find_statements
from lrs.standard.agents import agent_key
from lrs.standard.decoding import decode_stored
from lrs.standard.statements import Account, Agent

_LATEST_STATEMENTS = 50
"""How many are looked into for names: enough for one that changed, and as quick for who has a million."""


class Person(Struct, frozen=True, omit_defaults=True):
    """An agent with a list in place of each of its members."""

    object_type: str = field(default_factory=lambda: "Person", name="objectType")  # a factory, so that it is written
    name: tuple[str, ...] = ()
    mbox: tuple[str, ...] = ()
    mbox_sha1sum: tuple[str, ...] = ()
    openid: tuple[str, ...] = ()
    account: tuple[Account, ...] = ()


def person_of(conn: Connection, agent: Agent, *, authority: str | None = None) -> Person:
    """The agent as a Person: the name it is given, and those in its latest statements, newest first.

    With an `authority`, an agent's key, only in those that it vouches for. Who is not known is a Person too. There is
    one identifier in it, the one that was asked for: which others are the same person's is not for every reader.
    """
    names = [agent.name, *_names_in_statements(conn, agent, authority)]
    return Person(
        name=tuple(dict.fromkeys(name for name in names if name is not None)),
        mbox=() if agent.mbox is None else (agent.mbox,),
        mbox_sha1sum=() if agent.mbox_sha1sum is None else (agent.mbox_sha1sum,),
        openid=() if agent.openid is None else (agent.openid,),
        account=() if agent.account is None else (agent.account,),
    )


def _names_in_statements(conn: Connection, agent: Agent, authority: str | None) -> Iterator[str | None]:
    key = agent_key(agent)
    query = Query(agent=key, related_agents=True, limit=_LATEST_STATEMENTS)
    for payload in find_statements(conn, query, authority=authority).statements:
        yield from (one.name for one in agents_in(decode_stored(payload)) if agent_key(one) == key)


def agents_in(part: object) -> Iterator[Agent]:
    """Every agent and group that a statement, or a part of it, speaks of."""
    if isinstance(part, Agent):
        yield part
    if isinstance(part, Struct):
        for name in part.__struct_fields__:
            yield from agents_in(getattr(part, name))
    elif isinstance(part, tuple):
        for each in part:
            yield from agents_in(each)
