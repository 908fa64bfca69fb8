"""What a new judgement brings: events for whoever waits for a requirement or a path, and Waymark's own statement."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from base import Event, publish_all
from paths.completion import State
from paths.events import PathCompleted, PathLost, RequirementSatisfied
from paths.judgements import Change, Judgement
from paths.register import Enrolment
from paths.requirements import ROOT
from paths.satisfied import Satisfied, record_satisfied


def tell(conn: Connection, changes: Sequence[Change], *, now: datetime) -> None:
    """Publish what the changes mean, and state which paths are satisfied now."""
    completed = [change for change in changes if _completes(change)]
    record_satisfied(
        conn,
        [Satisfied(each.enrolment, each.after.verdicts[ROOT], each.after.rule_hash) for each in completed],
        now=now,
    )
    publish_all(conn, (event for change in changes for event in _events(change)), now=now)


def _events(change: Change) -> Iterator[Event]:
    whom = _whom(change.enrolment)
    for node in change.nodes:
        old, new = change.before.verdicts.get(node), change.after.verdicts[node]
        is_news = old is None or old.state != State.SATISFIED or old.score != new.score
        if new.state == State.SATISFIED and is_news:
            assert new.since is not None  # what is satisfied is so since a date
            yield RequirementSatisfied(*whom, requirement=node, satisfied_at=new.since, score=new.score)
    if _completes(change):
        yield _completion(change)
    if _satisfies(change.before) and not _satisfies(change.after):
        yield PathLost(*whom)


def _completes(change: Change) -> bool:
    """Whether the path is complete anew: it was not, or what completed it first was lost and something later does.

    Evidence of an earlier date that comes late tells nobody: what was certified is so.
    """
    if not _satisfies(change.after):
        return False
    before, after = change.before.verdicts.get(ROOT), change.after.verdicts[ROOT]
    assert after.since is not None  # what is satisfied is so since a date
    return not _satisfies(change.before) or before is None or before.since is None or after.since > before.since


def _completion(change: Change) -> PathCompleted:
    found = change.after.verdicts[ROOT]
    assert found.since is not None  # what is satisfied is so since a date
    return PathCompleted(
        *_whom(change.enrolment),
        version=change.enrolment.version,
        completed_at=found.since,
        score=found.score,
        evidence=found.evidence,
        rule_hash=change.after.rule_hash,
    )


def _whom(enrolment: Enrolment) -> tuple[str, UUID, UUID, UUID]:
    """What every event on an enrolment begins with."""
    return str(enrolment.person_id), enrolment.id, enrolment.person_id, enrolment.path_id


def _satisfies(judged: Judgement) -> bool:
    found = judged.verdicts.get(ROOT)
    return found is not None and found.state == State.SATISFIED
