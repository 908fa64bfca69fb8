"""All that was heard of somebody about one module, whether it counts or not: what staff see before they decide."""

from uuid import UUID

import msgspec
from sqlalchemy import Connection

from lrs import account_of_key
from modules import DECIDED_KINDS, Fact, Module, modules
from paths.judging.counting import believed
from paths.keeping.facts import agents_of, facts_of_agents
from paths.register.fulfilling import fulfilling_modules
from paths.register.register import own_authority
from people import Account, owners_of


class Heard(msgspec.Struct, frozen=True):
    """A fact, and whether its authority is `believed` about it; a voided one counts for nothing all the same.

    `by` is the person who decided, where they are known. A decision that was recorded here is `revocable` until it is.
    """

    fact: Fact
    believed: bool
    revocable: bool
    by: UUID | None


def heard_about(conn: Connection, person_id: UUID, module: Module) -> list[Heard]:
    """What is kept of the person about the module by any name that its ways go by, the newest first."""
    activities = {module.activity, *(way.activity for way in module.ways if way.activity)}
    facts = facts_of_agents(conn, agents_of(conn, person_id), activities)
    ours = own_authority(conn)
    deciders = _persons(conn, {fact.by for fact in facts if fact.by})
    return [
        Heard(
            fact=fact,
            believed=believed(fact, {ours}, module.trusted),
            revocable=not fact.voided and fact.authority == ours and fact.by is not None and fact.kind in DECIDED_KINDS,
            by=deciders.get(fact.by or ""),
        )
        for fact in sorted(facts, key=lambda fact: (fact.at, fact.known_at, fact.statement_id), reverse=True)
    ]


def modules_for(conn: Connection, path_id: UUID) -> dict[str, list[Module]]:
    """By requirement of the path, the modules that fulfil it, first the one that is opened."""
    fulfilling = fulfilling_modules(conn, path_id)
    known = {each.id: each for each in modules(conn, set().union(*fulfilling.values()))}
    return {requirement: [known[module_id] for module_id in ids] for requirement, ids in fulfilling.items()}


def _persons(conn: Connection, agents: set[str]) -> dict[str, UUID]:
    """By agent key, whose it is now."""
    accounts = {Account(*found): agent for agent in agents if (found := account_of_key(agent))}
    return {accounts[account]: person_id for account, person_id in owners_of(conn, accounts).items()}
