"""The cache of verdicts: judged anew when something they rest on changes, and written where they changed."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, delete

from base import RowsIn, upsert
from paths.judging.completion import LATEST, State, Verdict
from paths.keeping.cases import case_then, cases_now, judged
from paths.keeping.judgements import Change, Judgement
from paths.keeping.rules import Rules
from paths.keeping.telling import tell
from paths.register.register import Enrolment
from paths.tables.paths import next_changes, verdicts
from paths.tree.requirements import ROOT


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
            enrolments, stored_judgements(conn, enrolments), judgements(conn, enrolments, now=now), strict=True
        )
        if before != after
    ]
    write_judgements(conn, changes)
    tell(conn, changes, now=now)


def judgements(
    conn: Connection, enrolments: Collection[Enrolment], *, now: datetime, by: Rules | None = None
) -> list[Judgement]:
    """What the rules, or those that are given, say of each enrolment by the facts in the cache, in their order."""
    return [judged(case) for case in cases_now(conn, enrolments, now=now, by=by)]


def verdict(conn: Connection, enrolment_id: UUID, node: str = ROOT) -> Verdict | None:
    """The newest verdict of one node, of the whole path if not said; None where there is no such node."""
    return _verdicts([row for row in _find(conn, [enrolment_id]) if row[1] == node]).get(node)


def verdict_at(
    conn: Connection, enrolment: Enrolment, *, as_of: datetime, known_at: datetime = LATEST, node: str = ROOT
) -> Verdict | None:
    """The verdict of one node by the evidence up to `as_of` and by what was known at `known_at`.

    It is worked out from the facts, under the version and what fulfilled it then; None where there was no such node.
    """
    return judged(case_then(conn, enrolment, as_of=as_of, known_at=known_at)).verdicts.get(node)


def stored_judgements(conn: Connection, enrolments: Collection[Enrolment]) -> list[Judgement]:
    """The newest verdicts of each as they are stored, in their order; none, and an empty hash, before the first."""
    stored: dict[UUID, list[tuple[Any, ...]]] = {each.id: [] for each in enrolments}
    for row in _find(conn, stored):
        stored[row[0]].append(row)
    changes = {enrolment_id: at for enrolment_id, at, *_ in _find_changes(conn, stored)}
    return [
        Judgement(rows[0][-1] if rows else "", _verdicts(rows), changes.get(enrolment_id))
        for enrolment_id, rows in ((each.id, stored[each.id]) for each in enrolments)
    ]


def write_judgements(conn: Connection, changes: Iterable[Change]) -> None:
    """Store what differs."""
    changed = list(changes)
    rows = [
        _row(change.enrolment.id, node, change.after)
        for change in changed
        for node in (change.nodes if change.before.rule_hash == change.after.rule_hash else change.after.verdicts)
    ]
    if rows:
        insert = upsert(conn, verdicts)
        new = {name: insert.excluded[name] for name in _VALUES}
        conn.execute(insert.on_conflict_do_update(index_elements=["enrolment_id", "node"], set_=new), rows)
    for change in changed:
        if gone := change.before.verdicts.keys() - change.after.verdicts.keys():
            theirs = verdicts.c.enrolment_id == change.enrolment.id
            conn.execute(delete(verdicts).where(theirs, verdicts.c.node.in_(gone)))
    _write_next_changes(conn, changed)


def _write_next_changes(conn: Connection, changes: Sequence[Change]) -> None:
    moved = [change for change in changes if change.before.changes_at != change.after.changes_at]
    rows = [{"enrolment_id": each.enrolment.id, "at": at} for each in moved if (at := each.after.changes_at)]
    if rows:
        insert = upsert(conn, next_changes)
        again = insert.on_conflict_do_update(index_elements=["enrolment_id"], set_={"at": insert.excluded.at})
        conn.execute(again, rows)
    if settled := [each.enrolment.id for each in moved if each.after.changes_at is None]:
        conn.execute(delete(next_changes).where(next_changes.c.enrolment_id.in_(settled)))


def _row(enrolment_id: UUID, node: str, found: Judgement) -> dict[str, Any]:
    verdict = found.verdicts[node]
    return {
        "enrolment_id": enrolment_id,
        "node": node,
        "state": verdict.state.value,
        "since": verdict.since,
        "evidence": msgspec.json.encode(verdict.evidence),
        "score": verdict.score,
        "until": verdict.until,
        "due": verdict.due,
        "rule_hash": found.rule_hash,
    }


def _verdicts(rows: Sequence[tuple[Any, ...]]) -> dict[str, Verdict]:
    """By node, the verdicts as `_find` gives their rows."""
    return {
        node: Verdict(_STATES[state], since, _evidence.decode(evidence), score, until, due)
        for _, node, state, since, evidence, score, until, due, _ in rows
    }


_VALUES = ("state", "since", "evidence", "score", "until", "due", "rule_hash")
_STATES = {state.value: state for state in State}
_evidence: msgspec.json.Decoder[tuple[UUID, ...]] = msgspec.json.Decoder(tuple[UUID, ...])
_find = RowsIn(
    verdicts.c.enrolment_id,
    verdicts.c.node,
    verdicts.c.state,
    verdicts.c.since,
    verdicts.c.evidence,
    verdicts.c.score,
    verdicts.c.until,
    verdicts.c.due,
    verdicts.c.rule_hash,
)
_find_changes = RowsIn(next_changes.c.enrolment_id, next_changes.c.at)
