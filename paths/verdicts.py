"""The cache of verdicts: judged anew when something they rest on changes, and written where they changed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, select

from base import upsert
from modules import Fact
from paths.completion import Register, State, Verdict, evaluate
from paths.facts import agents_of_each, facts_of_agents
from paths.judgements import Change, Judgement
from paths.register import Enrolment
from paths.requirements import ROOT
from paths.rules import Rules, rules_of
from paths.tables import verdicts
from paths.telling import tell
from people import holders_of


def judge(conn: Connection, enrolments: Collection[Enrolment], *, now: datetime) -> None:
    """Bring the enrolments' verdicts up to date, and tell what changed. The caller holds the locks of their persons.

    Judging again what has not changed writes nothing and tells nothing. The work is done for all of them at once:
    what each step reads or writes is one query.
    """
    if not enrolments:
        return
    changes = [
        Change(enrolment, before, after)
        for enrolment, before, after in zip(
            enrolments, stored_judgements(conn, enrolments), judgements(conn, enrolments), strict=True
        )
        if before != after
    ]
    write_judgements(conn, changes)
    tell(conn, changes, now=now)


def judgements(conn: Connection, enrolments: Collection[Enrolment]) -> list[Judgement]:
    """What the rules say of each enrolment by the facts in the cache, in their order."""
    rules = rules_of(conn, enrolments)
    holders = holders_of(conn, {each.person_id for each in enrolments})
    agents = agents_of_each(conn, set(holders.values()))
    facts: dict[UUID, list[Fact]] = defaultdict(list)
    for fact in facts_of_agents(conn, agents, set().union(*(each.activities for each in rules.values()))):
        facts[agents[fact.agent]].append(fact)
    return [judgement(rules[each.version_id], facts[holders[each.person_id]], each) for each in enrolments]


def judgement(rules: Rules, facts: Sequence[Fact], enrolment: Enrolment) -> Judgement:
    """What the rules say of the enrolment by these facts."""
    register = Register(enrolment.enrolled_at, tuple(rules.fulfilments))
    return Judgement(rules.hash, evaluate(rules.tree, register, facts).verdicts)


def verdict(conn: Connection, enrolment_id: UUID, node: str = ROOT) -> Verdict | None:
    """The newest verdict of one node, of the whole path if not said; None where there is no such node."""
    key = (verdicts.c.enrolment_id == enrolment_id) & (verdicts.c.node == node)
    row = conn.execute(select(verdicts).where(key)).one_or_none()
    return None if row is None else _verdict(row)


def stored_judgements(conn: Connection, enrolments: Collection[Enrolment]) -> list[Judgement]:
    """The newest verdicts of each as they are stored, in their order; none, and an empty hash, before the first."""
    stored: dict[UUID, dict[str, Verdict]] = {each.id: {} for each in enrolments}
    hashes: dict[UUID, str] = {}
    for row in conn.execute(select(verdicts).where(verdicts.c.enrolment_id.in_(stored))).all():
        stored[row.enrolment_id][row.node] = _verdict(row)
        hashes[row.enrolment_id] = row.rule_hash
    return [Judgement(hashes.get(each.id, ""), stored[each.id]) for each in enrolments]


def write_judgements(conn: Connection, changes: Iterable[Change]) -> None:
    """Store what differs."""
    rows = [
        _row(change.enrolment.id, node, change.after)
        for change in changes
        for node in (change.nodes if change.before.rule_hash == change.after.rule_hash else change.after.verdicts)
    ]
    if rows:
        insert = upsert(conn, verdicts)
        new = {name: insert.excluded[name] for name in ("state", "since", "evidence", "score", "rule_hash")}
        conn.execute(insert.on_conflict_do_update(index_elements=["enrolment_id", "node"], set_=new), rows)


def _row(enrolment_id: UUID, node: str, found: Judgement) -> dict[str, Any]:
    verdict = found.verdicts[node]
    return {
        "enrolment_id": enrolment_id,
        "node": node,
        "state": verdict.state.value,
        "since": verdict.since,
        "evidence": msgspec.json.encode(verdict.evidence),
        "score": verdict.score,
        "rule_hash": found.rule_hash,
    }


def _verdict(row: Row[Any]) -> Verdict:
    evidence = msgspec.json.decode(row.evidence, type=tuple[UUID, ...])
    return Verdict(State(row.state), row.since, evidence, row.score)
