"""The cache of verdicts: judged anew when something they rest on changes, and written where they changed."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, select

from base import publish, upsert
from modules import Fact
from paths.catalogue import PathVersion, version
from paths.completion import Fulfilment, State, Verdict, evaluate, in_force
from paths.events import PathCompleted, PathLost, RequirementSatisfied
from paths.facts import agents_of, facts_of_agents
from paths.register import Enrolment, fulfilments_of
from paths.requirements import ROOT, leaves
from paths.satisfied import record_satisfied
from paths.tables import verdicts
from people import holder_of


class Judgement(msgspec.Struct, frozen=True):
    """The verdict of each node by its id, and the hash of the rules that it was judged by."""

    rule_hash: str
    verdicts: dict[str, Verdict]


def judge(conn: Connection, enrolment: Enrolment, *, now: datetime) -> None:
    """Bring the enrolment's verdicts up to date, and tell what changed. The caller holds the person's lock.

    Judging again what has not changed writes nothing and tells nothing.
    """
    before = stored_judgement(conn, enrolment.id)
    after = judgement(conn, enrolment)
    write_judgement(conn, enrolment.id, before, after)
    _tell(conn, enrolment, before, after, now=now)


def judgement(conn: Connection, enrolment: Enrolment, facts: Sequence[Fact] | None = None) -> Judgement:
    """What the rules say of the enrolment, by `facts`, or else by those in the cache."""
    pinned = version(conn, enrolment.version_id)
    rules = fulfilments_of(conn, enrolment.path_id)
    if facts is None:
        activities = {rule.activity for rule in rules}
        facts = facts_of_agents(conn, agents_of(conn, holder_of(conn, enrolment.person_id)), activities)
    found = evaluate(pinned.tree, rules, facts, enrolled_at=enrolment.enrolled_at)
    return Judgement(rule_hash(pinned, rules), found)


def rule_hash(pinned: PathVersion, fulfilments: Sequence[Fulfilment]) -> str:
    """The SHA-256, in hex, of all that the verdicts are judged by: the tree, what fulfils its leaves, and how."""
    rules = in_force(fulfilments)
    read = [
        (rule.requirement, rule.activity, rule.move_on, sorted(rule.authorities), rule.counts_from, rule.counts_until)
        for leaf in leaves(pinned.tree)
        for rule in rules.get(leaf.id, ())
    ]
    return hashlib.sha256(msgspec.json.encode((pinned.tree_hash, read))).hexdigest()


def verdict(conn: Connection, enrolment_id: UUID, node: str = ROOT) -> Verdict | None:
    """The newest verdict of one node, of the whole path if not said; None where there is no such node."""
    key = (verdicts.c.enrolment_id == enrolment_id) & (verdicts.c.node == node)
    row = conn.execute(select(verdicts).where(key)).one_or_none()
    return None if row is None else _verdict(row)


def stored_judgement(conn: Connection, enrolment_id: UUID) -> Judgement:
    """The newest verdicts as they are stored; none, and an empty hash, before the first."""
    rows = conn.execute(select(verdicts).where(verdicts.c.enrolment_id == enrolment_id)).all()
    return Judgement(rows[0].rule_hash if rows else "", {row.node: _verdict(row) for row in rows})


def write_judgement(conn: Connection, enrolment_id: UUID, before: Judgement, after: Judgement) -> None:
    """Store what differs."""
    same_rules = before.rule_hash == after.rule_hash
    changed = changed_nodes(before, after) if same_rules else list(after.verdicts)
    rows = [_row(enrolment_id, node, after) for node in changed]
    if rows:
        insert = upsert(conn, verdicts)
        new = {name: insert.excluded[name] for name in ("state", "since", "evidence", "score", "rule_hash")}
        conn.execute(insert.on_conflict_do_update(index_elements=["enrolment_id", "node"], set_=new), rows)


def changed_nodes(before: Judgement, after: Judgement) -> list[str]:
    """The nodes whose verdict is another."""
    return [node for node, found in after.verdicts.items() if before.verdicts.get(node) != found]


def _tell(conn: Connection, enrolment: Enrolment, before: Judgement, after: Judgement, *, now: datetime) -> None:
    for node in changed_nodes(before, after):
        old, new = before.verdicts.get(node), after.verdicts[node]
        is_news = old is None or old.state != State.SATISFIED or old.score != new.score
        if new.state == State.SATISFIED and is_news:
            assert new.since is not None  # what is satisfied is so since a date
            event = RequirementSatisfied(*_whom(enrolment), requirement=node, satisfied_at=new.since, score=new.score)
            publish(conn, event, now=now)
    was, is_now = _is_satisfied(before.verdicts.get(ROOT)), _is_satisfied(after.verdicts[ROOT])
    if is_now and not was:
        _tell_of_completion(conn, enrolment, after, now=now)
    if was and not is_now:
        publish(conn, PathLost(*_whom(enrolment)), now=now)


def _tell_of_completion(conn: Connection, enrolment: Enrolment, after: Judgement, *, now: datetime) -> None:
    found = after.verdicts[ROOT]
    assert found.since is not None  # what is satisfied is so since a date
    record_satisfied(conn, enrolment, found, after.rule_hash, now=now)
    event = PathCompleted(
        *_whom(enrolment),
        version=enrolment.version,
        completed_at=found.since,
        score=found.score,
        evidence=found.evidence,
        rule_hash=after.rule_hash,
    )
    publish(conn, event, now=now)


def _whom(enrolment: Enrolment) -> tuple[str, UUID, UUID, UUID]:
    """What every event on an enrolment begins with."""
    return str(enrolment.person_id), enrolment.id, enrolment.person_id, enrolment.path_id


def _is_satisfied(verdict: Verdict | None) -> bool:
    return verdict is not None and verdict.state == State.SATISFIED


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
