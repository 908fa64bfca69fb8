"""What a new judgement brings: events for whoever waits for a requirement or a path, and Waymark's own statement."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from base import Event, publish_all
from paths.judging.completion import State
from paths.keeping.judgements import Change, Judgement
from paths.keeping.satisfied import Satisfied, record_satisfied
from paths.register.events import (
    PathCompleted,
    PathLost,
    RequirementLost,
    RequirementSatisfied,
    TeamCompleted,
    TeamLost,
)
from paths.register.register import Enrolment
from paths.tree.requirements import ROOT

_ONCE = frozenset({State.SATISFIED, State.EXPIRED})
"""Satisfied, now or for as long as that was valid."""


def tell(conn: Connection, changes: Sequence[Change], *, now: datetime) -> None:
    """Publish what the changes mean, and state which paths are satisfied now."""
    completed = [change for change in changes if change.enrolment.person_id and _completes(change)]
    record_satisfied(
        conn,
        [Satisfied(each.enrolment, each.after.verdicts[ROOT], each.after.rule_hash) for each in completed],
        now=now,
    )
    told = (_team_events(each) if each.enrolment.person_id is None else _events(each) for each in changes)
    publish_all(conn, (event for events in told for event in events), now=now)


def _team_events(change: Change) -> Iterator[Event]:
    """What an organisation showed is told of it alone: it gets no certificate and no grade."""
    enrolment, found = change.enrolment, change.after.verdicts[ROOT]
    assert enrolment.organisation_id is not None  # it is a person's or an organisation's
    whom = str(enrolment.organisation_id), enrolment.id, enrolment.organisation_id, enrolment.path_id
    if _completes(change):
        assert found.since is not None  # what is satisfied is so since a date
        yield TeamCompleted(
            *whom,
            version=enrolment.version,
            completed_at=found.since,
            evidence=found.evidence,
            rule_hash=change.after.rule_hash,
        )
    if _loses(change):
        yield TeamLost(*whom)


def _events(change: Change) -> Iterator[Event]:
    whom = _whom(change.enrolment)
    for node in change.nodes:
        old, new = change.before.verdicts.get(node), change.after.verdicts[node]
        is_news = old is None or old.state != State.SATISFIED or old.score != new.score
        if new.state == State.SATISFIED and is_news:
            assert new.since is not None  # what is satisfied is so since a date
            yield RequirementSatisfied(*whom, requirement=node, satisfied_at=new.since, score=new.score)
        if old is not None and old.state in _ONCE and new.state not in _ONCE:
            yield RequirementLost(*whom, requirement=node)
    if _completes(change):
        yield _completion(change)
    if _loses(change):
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


def _loses(change: Change) -> bool:
    """Whether a complete path is complete no more. One that has only expired was complete for as long as that holds."""
    return _was_satisfied(change.before) and not _was_satisfied(change.after)


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
    return str(enrolment.learner_id), enrolment.id, enrolment.learner_id, enrolment.path_id


def _satisfies(judged: Judgement) -> bool:
    return _root_state(judged) == State.SATISFIED


def _was_satisfied(judged: Judgement) -> bool:
    return _root_state(judged) in _ONCE


def _root_state(judged: Judgement) -> State | None:
    found = judged.verdicts.get(ROOT)
    return None if found is None else found.state
