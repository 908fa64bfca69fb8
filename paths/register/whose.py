"""Whose facts are whose: those of the accounts that are somebody's, and of those that were and have parted."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from lrs import account_key
from modules import Fact
from people import Tenure, holders_of, holders_then, tenures_of


class Accounts(msgspec.Struct, frozen=True):
    """Of persons: by agent key, when it ceased to be theirs, or None for one that is theirs."""

    of: Mapping[UUID, Mapping[str, datetime | None]]

    @property
    def agents(self) -> set[str]:
        """All of them."""
        return {agent for whose in self.of.values() for agent in whose}


class Heard(msgspec.Struct, frozen=True):
    """Facts of somebody, and facts that were theirs until their account parted, voided from then on."""

    own: tuple[Fact, ...]
    parted: tuple[Fact, ...]


NOTHING = Heard((), ())


def accounts_of_persons(
    conn: Connection, person_ids: Collection[UUID], *, known_at: datetime | None = None
) -> Accounts:
    """The accounts that are or were the persons', or are those of whom they were joined to, as far as was known."""
    holders = holders_of(conn, person_ids) if known_at is None else holders_then(conn, person_ids, known_at=known_at)
    tenures = tenures_of(conn, {*holders, *holders.values()}, known_at=known_at)
    return Accounts({each: _whose(holder, {*tenures[holder], *tenures[each]}) for each, holder in holders.items()})


def by_agent(facts: Iterable[Fact]) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        found[fact.agent].append(fact)
    return found


def heard_of(
    whose: Mapping[str, datetime | None], facts: Mapping[str, Sequence[Fact]], activities: Collection[str]
) -> Heard:
    """The facts about `activities` of somebody's accounts; of one that has parted, what was known before."""
    own: list[Fact] = []
    parted: list[Fact] = []
    for agent, parted_at in whose.items():
        of_use = [fact for fact in facts.get(agent, ()) if fact.activity in activities]
        if parted_at is None:
            own.extend(of_use)
        else:
            parted.extend(_voided(fact, parted_at) for fact in of_use if fact.known_at < parted_at)
    return Heard(tuple(own), tuple(parted))


def _whose(holder: UUID, tenures: Iterable[Tenure]) -> dict[str, datetime | None]:
    found: dict[str, datetime | None] = {}
    for tenure in tenures:
        agent = account_key(tenure.account.home_page, tenure.account.name)
        if tenure.end is None and tenure.person_id == holder:
            found[agent] = None
        elif tenure.end is not None and (known := found.get(agent, tenure.end)) is not None:
            found[agent] = max(known, tenure.end)
    return found


def _voided(fact: Fact, parted_at: datetime) -> Fact:
    return msgspec.structs.replace(fact, voided_at=min(parted_at, fact.voided_at or parted_at))
