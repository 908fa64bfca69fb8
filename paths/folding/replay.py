"""Replay: facts and verdicts from the statements alone, which must be what is stored to the byte."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from base import lock
from lrs import account_key, statements_of_agents
from modules import FACT_VERBS, Fact, facts_of
from paths.keeping.cases import Case, Reader, cases_now, judged, newest_known
from paths.keeping.facts import facts_of_agents, forget_facts, keep_facts
from paths.keeping.judgements import Change, Judgement
from paths.keeping.telling import tell
from paths.keeping.verdicts import stored_judgements, write_judgements
from paths.register.locks import judgement_key
from paths.register.register import Enrolment, enrolments_of_each, enrolments_of_organisations
from paths.register.whose import by_agent
from people import held_by_each, holders_of, tenures_of

_MOMENT = timedelta(microseconds=1)


class FactDifference(msgspec.Struct, frozen=True, tag="fact"):
    """A fact of somebody that is stored and not said, or said and not stored, or not as it is said."""

    person_id: UUID
    statement_id: UUID
    stored: Fact | None
    replayed: Fact | None


class VerdictDifference(msgspec.Struct, frozen=True, tag="verdict"):
    """Verdicts of an enrolment that are not stored as the statements and the rules give them."""

    person_id: UUID | None
    enrolment_id: UUID
    stored: Judgement
    replayed: Judgement


ReplayDifference: TypeAlias = FactDifference | VerdictDifference


def replay(
    conn: Connection, person_ids: Collection[UUID], *, now: datetime, check: bool = False, publish: bool = False
) -> list[ReplayDifference]:
    """What differed between what was stored of the persons and what their statements say; none is the rule.

    Of somebody joined to another, their holder is replayed. Unless this is a `check`, what is stored is replaced by
    what was replayed; nothing is told to anyone but with `publish`. What time alone has changed is left to the next
    tick, and differs from nothing.
    """
    holders = set(holders_of(conn, person_ids).values())
    lock(conn, *map(judgement_key, holders))
    agents = _agents(conn, holders)
    told = statements_of_agents(conn, agents, verbs=FACT_VERBS)
    said = [fact for stored in told for fact in facts_of(stored) if fact.agent in agents]
    facts = _fact_differences(agents, facts_of_agents(conn, agents), said)
    if facts and not check:
        _mend(conn, {each.statement_id for each in facts}, said)
    theirs = enrolments_of_each(conn, holders)
    return [*facts, *_judged_anew(conn, theirs, _reader(agents, said), now=now, check=check, publish=publish)]


def replay_teams(
    conn: Connection, organisation_ids: Collection[UUID], *, now: datetime, check: bool = False, publish: bool = False
) -> list[ReplayDifference]:
    """As `replay`, the verdicts of organisations by the facts that are stored of their members."""
    lock(conn, *map(judgement_key, organisation_ids))
    theirs = enrolments_of_organisations(conn, organisation_ids)
    return [*_judged_anew(conn, theirs, facts_of_agents, now=now, check=check, publish=publish)]


def _agents(conn: Connection, holders: Collection[UUID]) -> dict[str, UUID]:
    """By agent key, whose of them it is or was: the accounts of the holders, and of all who were joined to them."""
    held = held_by_each(conn, holders)
    tenures = [each for own in tenures_of(conn, {*holders, *held}).values() for each in own]
    return {
        account_key(each.account.home_page, each.account.name): held.get(each.person_id, each.person_id)
        for each in sorted(tenures, key=lambda each: each.start)
    }


def _reader(replayed: Collection[str], said: Iterable[Fact]) -> Reader:
    """Facts as they are said; of agents who were not replayed, as they are stored."""
    theirs = by_agent(said)

    def read(conn: Connection, agents: Collection[str], activities: Collection[str]) -> Iterable[Fact]:
        others = [agent for agent in agents if agent not in replayed]
        stored = facts_of_agents(conn, others, activities) if others else []
        return [*stored, *(fact for agent in agents for fact in theirs.get(agent, ()))]

    return read


def _judged_anew(
    conn: Connection, enrolments: Collection[Enrolment], read: Reader, *, now: datetime, check: bool, publish: bool
) -> list[VerdictDifference]:
    cases = cases_now(conn, enrolments, now=now, read=read)
    changes = [
        Change(case.enrolment, before, after)
        for before, case in zip(stored_judgements(conn, enrolments), cases, strict=True)
        if before != (after := judged(_before_next_tick(case, before)))
    ]
    if not check:
        write_judgements(conn, changes)
    if publish:
        tell(conn, changes, now=now)
    return [VerdictDifference(one.enrolment.person_id, one.enrolment.id, one.before, one.after) for one in changes]


def _before_next_tick(case: Case, stored: Judgement) -> Case:
    """The case at a moment at which what is stored stands, if it is right: before time changed it, if it has by now."""
    if stored.changes_at is None or stored.changes_at > case.as_of:
        return case
    return msgspec.structs.replace(case, as_of=max(newest_known(case), stored.changes_at - _MOMENT))


def _mend(conn: Connection, statement_ids: Collection[UUID], said: Iterable[Fact]) -> None:
    forget_facts(conn, statement_ids)
    keep_facts(conn, [fact for fact in said if fact.statement_id in statement_ids])


def _fact_differences(agents: Mapping[str, UUID], stored: Iterable[Fact], said: Iterable[Fact]) -> list[FactDifference]:
    # By number, since Python compares numbers several times as fast as UUIDs.
    before = {(fact.statement_id.int, fact.kind): fact for fact in stored}
    after = {(fact.statement_id.int, fact.kind): fact for fact in said}
    differing = {key for key, fact in before.items() if after.get(key) != fact} | (after.keys() - before.keys())
    return [_difference(agents, before.get(key), after.get(key)) for key in sorted(differing)]


def _difference(agents: Mapping[str, UUID], stored: Fact | None, said: Fact | None) -> FactDifference:
    known = said or stored
    assert known is not None  # one of the two is there
    return FactDifference(agents[known.agent], known.statement_id, stored, said)
