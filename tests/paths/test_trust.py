from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection

from base import settle_installation
from content import EVERY_KIND, Trusted, TrustTable
from modules import Fact, publish_module
from paths import verdict
from paths.judging.completion import State
from paths.tree.requirements import ROOT, All, Leaf
from people import Person
from tests.paths.facts import day, evaluated, fulfilment, passed, waived
from tests.paths.makers import leaf
from tests.paths.world import (
    SITE,
    agent_of,
    enrol_self,
    fold_all,
    later,
    make_learner,
    module_source,
    publish,
    publish_modules,
    send,
    statement,
)
from tests.times import NOW

LMS = "account::https://lms.example::lms"
STRANGER = "account::https://lms.example::plugin"
"""Under whose credential `send` stores."""
OTHER = "account::https://other.example::other"


def state(heard: Fact, *trusted: Trusted) -> State:
    tree = All(ROOT, (Leaf("a"),))
    return evaluated(tree, [fulfilment("a", trusted=trusted)], [heard], enrolled_at=day(0))["a"].state


@pytest.mark.parametrize(
    ("kinds", "learned", "decided"),
    [
        ((EVERY_KIND,), State.SATISFIED, State.OPEN),
        (("passed",), State.SATISFIED, State.OPEN),
        (("completed",), State.OPEN, State.OPEN),
        (("waived",), State.OPEN, State.SATISFIED),
        (("waived", EVERY_KIND), State.SATISFIED, State.SATISFIED),
    ],
)
def test_an_authority_is_believed_about_the_kinds_that_the_module_says(
    kinds: tuple[str, ...], learned: State, decided: State
) -> None:
    trusted = Trusted(LMS, kinds)
    assert state(passed(4, authority=LMS), trusted) == learned
    assert state(waived(4, authority=LMS), trusted) == decided


def test_trust_in_one_authority_is_none_in_another() -> None:
    trusted = Trusted(LMS, (EVERY_KIND, "waived"))
    assert state(passed(4, authority=OTHER), trusted) == State.OPEN
    assert state(waived(4, authority=OTHER), trusted) == State.OPEN


def test_waymarks_own_word_is_enough_for_what_people_decide() -> None:
    assert state(waived(4)) == State.SATISFIED


def told_by_the_lms(conn: Connection, learner: Person, *, trusted: TrustTable) -> State:
    """The state of the one requirement once the LMS said that its module is passed."""
    publish_modules(conn)
    publish_module(conn, module_source("intro", trusted=trusted), now=NOW)
    publish(conn, leaf("a", "intro"))
    enrolled = enrol_self(conn, learner)
    send(conn, statement(agent_of(learner), "intro", at=later(1)), now=later(1))
    fold_all(conn, now=later(1))
    found = verdict(conn, enrolled.id, "a")
    assert found is not None
    return found.state


@pytest.mark.parametrize(
    ("trusted", "expected"),
    [
        ({}, State.OPEN),
        ({STRANGER: (EVERY_KIND,)}, State.SATISFIED),
        ({STRANGER: ("completed",)}, State.OPEN),
        ({LMS: (EVERY_KIND,)}, State.OPEN),
    ],
)
def test_whom_a_published_module_trusts_is_believed(
    write: Callable[..., Any], trusted: TrustTable, expected: State
) -> None:
    write(settle_installation, SITE, now=NOW)
    assert write(told_by_the_lms, write(make_learner), trusted=trusted) == expected
