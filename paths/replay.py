"""Replay: the facts and verdicts of a person from the statements alone, which must be what is stored to the byte."""

from uuid import UUID

import msgspec
from sqlalchemy import Connection

from base import lock
from lrs import statements_of_agents
from modules import Fact, facts_of
from paths.enrolment import person_key
from paths.facts import agents_of, facts_of_agents, forget_facts, keep_facts
from paths.judgements import Change, Judgement
from paths.register import enrolments_of
from paths.rules import rules_of
from paths.verdicts import judgement, stored_judgements, write_judgements
from people import holder_of


class FactDifference(msgspec.Struct, frozen=True, tag="fact"):
    """A fact that is stored and not said, or said and not stored, or not as it is said."""

    statement_id: UUID
    stored: Fact | None
    replayed: Fact | None


class VerdictDifference(msgspec.Struct, frozen=True, tag="verdict"):
    """Verdicts of an enrolment that are not stored as the statements and the rules give them."""

    enrolment_id: UUID
    stored: Judgement
    replayed: Judgement


def replay(conn: Connection, person_id: UUID, *, check: bool = False) -> list[FactDifference | VerdictDifference]:
    """What differed between what was stored of the person and what their statements say; none is the rule.

    Of somebody joined to another, their holder is replayed. Unless this is a `check`, what is stored is replaced by
    what was replayed. Nothing is told to anyone.
    """
    holder = holder_of(conn, person_id)
    lock(conn, person_key(holder))
    agents = agents_of(conn, holder)
    said = [fact for stored in statements_of_agents(conn, agents) for fact in facts_of(stored) if fact.agent in agents]
    differences: list[FactDifference | VerdictDifference] = [*_fact_differences(facts_of_agents(conn, agents), said)]
    if differences and not check:
        forget_facts(conn, agents)
        keep_facts(conn, said)
    theirs = enrolments_of(conn, holder)
    rules = rules_of(conn, theirs)
    for enrolment, before in zip(theirs, stored_judgements(conn, theirs), strict=True):
        after = judgement(rules[enrolment.version_id], said, enrolment)
        if before != after:
            differences.append(VerdictDifference(enrolment.id, before, after))
            if not check:
                write_judgements(conn, [Change(enrolment, before, after)])
    return differences


def _fact_differences(stored: list[Fact], said: list[Fact]) -> list[FactDifference]:
    before = {(fact.statement_id, fact.kind): fact for fact in stored}
    after = {(fact.statement_id, fact.kind): fact for fact in said}
    return [
        FactDifference(key[0], before.get(key), after.get(key))
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    ]
