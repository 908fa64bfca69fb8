"""One agent made pseudonymous in everything that is kept: statements, documents, facts, and whose account it is.

Statements are the record store's, facts those of paths, accounts those of people: here they change together, in one
transaction for each handful of statements, so that at no moment anything counts for nobody.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from secrets import token_bytes
from typing import Final
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from base import SALT_BYTES, Database, Errand, FileStore, Subscription, commit, publish, record_decision
from lrs import Agent, PseudonymBegun, Replacing, Step, agent_key, begin_replacing, replace_next, replacing_under_way
from modules import FACT_EXTENSIONS
from paths import rename_agent
from people import Account, AccountLinked, add_pseudonym, person_of_account

ACT: Final = "agent.pseudonymise"


class Begun(msgspec.Struct, frozen=True):
    """Work that may be carried on, and the `receipt` of the decision; empty where it had been decided before.

    The log keeps the SHA-256 of the receipt (as bytes) followed by the JSON list of the identifiers, sorted: whoever
    keeps the receipt can show that it was this agent, and nobody else can find out.
    """

    work: Replacing
    receipt: str


def begin(
    conn: Connection, agents: Sequence[Agent], *, by: UUID | None, reason: str, drops: bool, now: datetime
) -> Begun:
    """Decide that the one who has all these identifiers becomes a pseudonym; the worker carries it out.

    What was begun before is gone on with, as it was decided then. Raises Missing and Invalid as `begin_replacing`.
    """
    before = {each.pseudonym for each in replacing_under_way(conn)}
    work = begin_replacing(conn, agents, drops=drops, now=now)
    _share_accounts(conn, work, agents)
    receipt = b"" if work.pseudonym in before else token_bytes(SALT_BYTES)
    if receipt:
        told = msgspec.json.encode(sorted(map(agent_key, agents)))
        subject, decided = f"pseudonym {work.pseudonym.name}", {"agent": commit(receipt, told)}
        after = {"drops": work.drops}
        record_decision(conn, by=by, act=ACT, subject=subject, reason=reason, before=decided, after=after, now=now)
    publish(conn, PseudonymBegun(work.pseudonym.name, UUID(work.pseudonym.name)), now=now)
    return Begun(work, receipt.hex())


def carry_on(conn: Connection, work: Replacing, *, now: datetime) -> Step:
    """Replace the agent in some more statements, and in what was drawn from them."""
    step = replace_next(conn, work, keeps=FACT_EXTENSIONS)
    rename_agent(conn, work.keys, work.pseudonym_key, None if step.is_last else step.ids)
    if step.is_last:
        _tell_owner(conn, work, now=now)
    return step


def replace_at_once(conn: Connection, agents: Sequence[Agent], *, drops: bool, now: datetime) -> tuple[Step, ...]:
    """All of it in one transaction: for whoever decides more with it, of a person who did as much as a person does.

    The caller deletes the files of the steps once this is on disk.
    """
    work = begin_replacing(conn, agents, drops=drops, now=now)
    _share_accounts(conn, work, agents)
    steps = [carry_on(conn, work, now=now)]
    while not steps[-1].is_last:
        steps.append(carry_on(conn, work, now=now))
    return tuple(steps)


async def carry_out(
    db: Database, files: FileStore, work: Replacing, *, clock: Callable[[], datetime], told: Callable[[int], None]
) -> int:
    """Replace the agent everywhere, a transaction for each handful; `told` hears of each, how many statements."""
    number = 0
    while True:
        step = await db.write(carry_on, work, now=clock())
        await asyncio.to_thread(_delete, files, step)
        told(len(step.ids))
        number += len(step.ids)
        if step.is_last:
            return number


def subscriptions(files: FileStore) -> tuple[Subscription, ...]:
    """The worker carries on with what was begun, also after a break."""
    return (Errand("agents.replace", PseudonymBegun, lambda _: True, _next, partial(_delete_files, files), _again),)


def _next(conn: Connection, event: PseudonymBegun, now: datetime) -> Step | None:
    """One step of the work; None once it is done, by whomever."""
    work = next((each for each in replacing_under_way(conn) if each.pseudonym.name == event.subject), None)
    return None if work is None else carry_on(conn, work, now=now)


async def _delete_files(files: FileStore, step: Step) -> Step:
    await asyncio.to_thread(_delete, files, step)
    return step


def _again(conn: Connection, event: PseudonymBegun, step: Step, now: datetime) -> None:
    if not step.is_last:
        publish(conn, event, now=now)


def _delete(files: FileStore, step: Step) -> None:
    for each in step.files:
        files.delete(each)


def _share_accounts(conn: Connection, work: Replacing, agents: Sequence[Agent]) -> None:
    for agent in agents:
        if agent.account is not None:
            add_pseudonym(conn, Account(agent.account.home_page, agent.account.name), _pseudonym(work))


def _tell_owner(conn: Connection, work: Replacing, *, now: datetime) -> None:
    """What counts for the owner may be more now, where they have an identifier that no account was."""
    owner = person_of_account(conn, _pseudonym(work))
    if owner is not None:
        publish(conn, AccountLinked(str(owner.id), _pseudonym(work), owner.id, None), now=now)


def _pseudonym(work: Replacing) -> Account:
    return Account(work.pseudonym.home_page, work.pseudonym.name)
