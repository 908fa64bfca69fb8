from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from modules import attempts_at
from modules import module as module_called
from paths import All, Leaf, State, Verdict, open_for
from paths.learning.renewal import renewals
from paths.tree.requirements import ROOT, When
from people import Person
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

ZONE = ZoneInfo("Asia/Tbilisi")
YEARLY = When(valid_for="P1Y", renew_within="P30D")
ENDS = datetime(2026, 6, 30, 10, tzinfo=UTC)
OPENS = datetime(2026, 5, 31, 10, tzinfo=UTC)
AFTER = datetime(2026, 9, 1, tzinfo=UTC)
SINCE = datetime(2025, 6, 30, 10, tzinfo=UTC)
VALID = Verdict(State.SATISFIED, SINCE, until=ENDS)
OVER = Verdict(State.EXPIRED, ENDS)
OPEN = Verdict(State.OPEN)


def anew(when: When | None, verdict: Verdict, now: datetime) -> dict[str, datetime]:
    tree = All(ROOT, (Leaf("a", when=when), Leaf("b")))
    return renewals(tree, {ROOT: OPEN, "a": verdict, "b": OPEN}, ZONE, now=now)


def test_it_opens_anew_within_the_window_before_its_end_and_no_earlier() -> None:
    assert anew(YEARLY, VALID, OPENS) == {"a": OPENS}
    assert anew(YEARLY, VALID, datetime(2026, 5, 31, 9, 59, tzinfo=UTC)) == {}


def test_a_try_begun_in_the_window_is_the_one_that_goes_on_after_the_end() -> None:
    assert anew(YEARLY, OVER, AFTER) == {"a": OPENS}


def test_without_a_window_it_opens_anew_when_it_is_over() -> None:
    yearly = When(valid_for="P1Y")
    assert anew(yearly, VALID, ENDS) == {}
    assert anew(yearly, OVER, AFTER) == {"a": ENDS}


def test_what_never_ends_or_was_never_shown_never_opens_anew() -> None:
    assert anew(None, Verdict(State.SATISFIED, SINCE), AFTER) == {}
    assert anew(YEARLY, OPEN, AFTER) == {}
    assert renewals(All(ROOT, (Leaf("a", when=YEARLY),)), {}, ZONE, now=AFTER) == {}


def test_all_requirements_of_an_expired_group_open_anew_the_latest_end_holds() -> None:
    tree = All(ROOT, (All("g", (Leaf("a", when=YEARLY), Leaf("b")), when=When(valid_for="P6M")), Leaf("c")))
    group_over = Verdict(State.EXPIRED, datetime(2026, 8, 1, tzinfo=UTC))
    verdicts = {ROOT: OPEN, "g": group_over, "a": OVER, "b": Verdict(State.SATISFIED, SINCE), "c": OPEN}
    assert renewals(tree, verdicts, ZONE, now=AFTER) == {"a": group_over.since, "b": group_over.since}


def tries(conn: Connection, learner: Person, *, now: datetime) -> int:
    """How many tries there are once the learner has opened the module."""
    intro = module_called(conn, "intro").id
    open_for(conn, learner, intro, language="en", return_url="/", now=now)
    return len(attempts_at(conn, learner.id, intro))


def test_opening_a_module_that_is_to_be_shown_anew_begins_another_try(write: Callable[..., Any]) -> None:
    write(publish_modules)
    write(publish, leaf("a", "intro", when={"valid_for": "P1Y", "renew_within": "P30D"}))
    learner = write(make_learner)
    write(enrol_self, learner)
    assert write(tries, learner, now=NOW) == 1
    write(record, statement(agent_of(learner), "intro", at=later(5)), now=later(5))
    write(fold_all, now=later(5))
    assert write(tries, learner, now=NOW + timedelta(days=300)) == 1
    in_the_window = NOW + timedelta(days=350)
    assert write(tries, learner, now=in_the_window) == 2
    assert write(tries, learner, now=in_the_window + timedelta(days=1)) == 2
    shown = in_the_window + timedelta(days=2)
    write(record, statement(agent_of(learner), "intro", at=shown), now=shown)
    write(fold_all, now=shown)
    assert write(tries, learner, now=shown + timedelta(days=30)) == 2
    assert write(tries, learner, now=shown + timedelta(days=350)) == 3
