from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from base import Invalid, Missing, new_uuid
from base.audit import audit_rows
from paths import (
    EnrolmentStatus,
    State,
    change_status,
    enrol,
    enrolments_of,
    history_of,
    path,
    standing_of,
    standings_of,
    verdict,
)
from tests.paths.makers import leaf
from tests.paths.world import (
    agent_of,
    enrol_self,
    fold_all,
    later,
    make_learner,
    publish,
    publish_modules,
    record,
    statement,
)
from tests.times import NOW

Do = Callable[..., Any]
ACTIVE, PAUSED, WITHDRAWN = EnrolmentStatus


@pytest.fixture(autouse=True)
def _path(write: Do) -> None:
    write(publish_modules)
    write(publish, leaf("a", "intro"))


def test_each_change_of_an_enrolment_is_dated_with_who_and_why(write: Do, read: Do) -> None:
    learner, clerk = write(make_learner), write(make_learner)
    enrolled = write(enrol_self, learner)
    for minutes, status, why in ((1, PAUSED, "on leave"), (2, ACTIVE, "is back"), (3, WITHDRAWN, "moved away")):
        write(change_status, enrolled.id, status, by=clerk.id, reason=why, now=later(minutes))
    told = [(each.status, each.origin, each.at, each.by, each.reason) for each in read(history_of, enrolled.id)]
    assert told == [
        (ACTIVE, "self", NOW, learner.id, "chose it"),
        (PAUSED, "self", later(1), clerk.id, "on leave"),
        (ACTIVE, "self", later(2), clerk.id, "is back"),
        (WITHDRAWN, "self", later(3), clerk.id, "moved away"),
    ]
    assert read(standing_of, enrolled.id).status is WITHDRAWN
    assert read(standings_of, [enrolled.id], as_of=later(1))[enrolled.id].status is PAUSED
    assert read(standings_of, [enrolled.id], as_of=later(-1)) == {}
    acts = sa.select(audit_rows.c.act).where(audit_rows.c.act.startswith("path.")).order_by(audit_rows.c.at)
    assert read(lambda conn: list(conn.scalars(acts))) == [
        "path.enrol",
        "path.pause",
        "path.resume",
        "path.withdraw",
    ]


def test_to_say_what_is_so_changes_nothing_and_a_reason_is_needed(write: Do, read: Do) -> None:
    enrolled = write(enrol_self, write(make_learner))
    write(change_status, enrolled.id, ACTIVE, by=None, reason="again", now=later(1))
    assert len(read(history_of, enrolled.id)) == 1
    with pytest.raises(Invalid, match="reason is empty"):
        write(change_status, enrolled.id, PAUSED, by=None, reason=" ", now=later(1))
    with pytest.raises(Missing):
        write(change_status, new_uuid(), PAUSED, by=None, reason="x", now=later(1))


def test_whoever_left_may_come_back_and_whom_staff_withdrew_only_by_staff(write: Do, read: Do) -> None:
    own, removed, clerk = write(make_learner), write(make_learner), write(make_learner)
    for learner, by in ((own, own), (removed, clerk)):
        enrolled = write(enrol_self, learner)
        write(change_status, enrolled.id, WITHDRAWN, by=by.id, reason="enough", now=later(1))
        assert write(enrol_self, learner, now=later(2)) == enrolled
    (mine,), (theirs,) = read(enrolments_of, own.id), read(enrolments_of, removed.id)
    assert read(standing_of, mine.id).status is ACTIVE
    assert read(standing_of, theirs.id).status is WITHDRAWN
    growth = read(path, "growth")
    for origin, status in (("lti", WITHDRAWN), ("audience", WITHDRAWN), ("cohort", ACTIVE)):
        write(enrol, removed, growth.id, origin=origin, by=clerk.id, reason="x", now=later(3))
        assert read(standing_of, theirs.id).status is status
    assert read(standing_of, theirs.id).origin == "cohort"


@pytest.mark.parametrize("status", [PAUSED, WITHDRAWN])
def test_what_is_shown_counts_whatever_the_status(write: Do, read: Do, status: EnrolmentStatus) -> None:
    learner = write(make_learner)
    enrolled = write(enrol_self, learner)
    write(change_status, enrolled.id, status, by=None, reason="a test", now=later(1))
    write(record, statement(agent_of(learner), "intro", at=later(2)), now=later(2))
    write(fold_all, now=later(3))
    found = read(verdict, enrolled.id)
    assert (found.state, found.since) == (State.SATISFIED, later(2))
