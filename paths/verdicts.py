"""The cache of verdicts: judged anew when something they rest on changes, and written where they changed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from base import RowsIn, upsert
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
    return _judgement([row for row in _find(conn, [enrolment_id]) if row[1] == node]).verdicts.get(node)


def stored_judgements(conn: Connection, enrolments: Collection[Enrolment]) -> list[Judgement]:
    """The newest verdicts of each as they are stored, in their order; none, and an empty hash, before the first."""
    stored: dict[UUID, list[tuple[Any, ...]]] = {each.id: [] for each in enrolments}
    for row in _find(conn, stored):
        stored[row[0]].append(row)
    return [_judgement(stored[each.id]) for each in enrolments]


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


def _judgement(rows: Sequence[tuple[Any, ...]]) -> Judgement:
    """A judgement as `_find` gives its rows."""
    found = {
        node: Verdict(_STATES[state], since, _evidence.decode(evidence), score)
        for _, node, state, since, evidence, score, _ in rows
    }
    return Judgement(rows[0][-1] if rows else "", found)


_STATES = {state.value: state for state in State}
_evidence: msgspec.json.Decoder[tuple[UUID, ...]] = msgspec.json.Decoder(tuple[UUID, ...])
_find = RowsIn(
    verdicts.c.enrolment_id,
    verdicts.c.node,
    verdicts.c.state,
    verdicts.c.since,
    verdicts.c.evidence,
    verdicts.c.score,
    verdicts.c.rule_hash,
)
