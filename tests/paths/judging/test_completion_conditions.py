"""Each kind of rule, by a table that was worked out by hand: which facts, and since which day by which of them."""

from collections.abc import Sequence
from typing import Any

import pytest

from content import DeliveryMode, Finishing, MoveOn
from modules import Fact, FactKind
from paths.judging.completion import Fulfilment, Register, Span, State, Verdict, evaluate
from paths.tree.requirements import ROOT, All, Leaf
from tests.paths.facts import (
    attended,
    completed,
    day,
    fact,
    fulfilment,
    passed,
    scored,
    signed_off,
    statement,
    waived,
)

MENTOR, FRIEND = (f"account::https://waymark.example::{name}" for name in ("mentor", "friend"))
HELD = {MENTOR: {"mentor": (Span(day(2), day(6)),)}}
"""Who signed as mentor from day 2 until before day 6."""


A = Leaf("a")


def judged(facts: Sequence[Fact], *fulfilments: Fulfilment, leaf: Leaf = A, signers: Any = HELD) -> Verdict:
    register = Register(day(0), fulfilments, signers=signers)
    return evaluate(All(ROOT, (leaf,)), register, facts).verdicts["a"]


def by(finishing: Finishing, *facts: Fact) -> tuple[int | None, list[int]]:
    """The day since when it is satisfied, if it is, and the statements."""
    verdict = judged(facts, fulfilment("a", finishing=finishing))
    if verdict.state != State.SATISFIED:
        return None, []
    assert verdict.since is not None
    return (verdict.since - day(0)).days, [each.int for each in verdict.evidence]


def submitted(at: int) -> Fact:
    return fact(FactKind.SUBMITTED, at)


def contributed(at: int) -> Fact:
    return fact(FactKind.CONTRIBUTED, at)


def reviewed(at: int, place: str | None) -> Fact:
    return fact(FactKind.REVIEWED, at, place=place)


TABLE = [
    # sessions: different meetings; without a meeting's name each statement is one
    (Finishing(sessions=2), [attended(3, place="x")], None, []),
    (Finishing(sessions=2), [attended(3, place="x"), attended(5, place="x")], None, []),
    (Finishing(sessions=2), [attended(3, place="x"), attended(5, place="x"), attended(7, place="y")], 7, [3, 7]),
    (Finishing(sessions=2), [attended(9, place="z"), attended(4, place="y"), attended(6, place="x")], 6, [4, 6]),
    (Finishing(sessions=2), [attended(3), attended(5)], 5, [3, 5]),
    (Finishing(sessions=1), [completed(3)], None, []),
    # minutes: of all meetings together, of each the longest stay
    (Finishing(minutes=90), [attended(3, 60, place="x"), attended(5, 60, place="x")], None, []),
    (Finishing(minutes=90), [attended(3, 60, place="x"), attended(5, 30, place="y")], 5, [3, 5]),
    (Finishing(minutes=90), [attended(3, 60, place="x"), attended(5, 89.5, place="x")], None, []),
    (Finishing(minutes=90), [attended(3, 60, place="x"), attended(5, 90, place="x")], 5, [5]),
    (Finishing(minutes=90), [attended(3, place="x"), attended(5, 90, place="y")], 5, [5]),
    (Finishing(minutes=90), [attended(3, 60, place="x"), attended(5, 30, place="x"), attended(7, 30)], 7, [3, 7]),
    (Finishing(minutes=1), [*(attended(n, 1 / 3) for n in (1, 2, 3))], 3, [1, 2, 3]),
    # both of them: at least two meetings and at least 90 minutes
    (Finishing(sessions=2, minutes=90), [attended(3, 120, place="x")], None, []),
    (Finishing(sessions=2, minutes=90), [attended(3, 120, place="x"), attended(5, 5, place="y")], 5, [3, 5]),
    # reviews: different pieces of work
    (Finishing(reviews=2), [reviewed(3, "w"), reviewed(4, "w")], None, []),
    (Finishing(reviews=2), [reviewed(3, "w"), reviewed(4, "v")], 4, [3, 4]),
    # sign-off: anybody's, or that of one who was in the position on that day, to which the last day does not belong
    (Finishing(signed_off=True), [signed_off(9, FRIEND)], 9, [9]),
    (Finishing(signed_off_by=("mentor",)), [signed_off(3, FRIEND)], None, []),
    (Finishing(signed_off_by=("mentor",)), [signed_off(1, MENTOR)], None, []),
    (Finishing(signed_off_by=("mentor",)), [signed_off(2, MENTOR)], 2, [2]),
    (Finishing(signed_off_by=("mentor",)), [signed_off(6, MENTOR)], None, []),
    (Finishing(signed_off_by=("mayor", "mentor")), [signed_off(5, MENTOR)], 5, [5]),
    (Finishing(signed_off=True, signed_off_by=("mentor",)), [signed_off(4, FRIEND), signed_off(5, MENTOR)], 5, [5]),
    # work handed in, and a contribution; together with cmi5's word, in any order
    (Finishing(submitted=True), [completed(2)], None, []),
    (Finishing(submitted=True), [submitted(4), submitted(6)], 4, [4]),
    (Finishing(contributed=True), [contributed(4)], 4, [4]),
    (Finishing(submitted=True, signed_off=True), [signed_off(3), submitted(4)], 4, [3, 4]),
    (Finishing(MoveOn.COMPLETED, submitted=True), [submitted(3), completed(8)], 8, [3, 8]),
    (Finishing(MoveOn.COMPLETED, submitted=True), [completed(8)], None, []),
    # a score that the module asks for
    (Finishing(min_score=0.5), [scored(3, 0.49)], None, []),
    (Finishing(min_score=0.5), [scored(3, 0.49), scored(5, 0.5)], 5, [5]),
    (Finishing(MoveOn.PASSED, min_score=0.5), [scored(3, 0.9), passed(5)], 5, [3, 5]),
    # what asks for nothing is never shown, except by a waiver
    (Finishing(), [passed(3), completed(3), scored(3, 1.0)], None, []),
    (Finishing(), [waived(4)], 4, [4]),
    (Finishing(sessions=3, minutes=300), [attended(2, 90, place="x"), waived(4)], 4, [4]),
]


@pytest.mark.parametrize(("finishing", "facts", "since", "evidence"), TABLE)
def test_a_requirement_is_satisfied_once_all_that_is_asked_is_shown(
    finishing: Finishing, facts: list[Fact], since: int | None, evidence: list[int]
) -> None:
    assert by(finishing, *facts) == (since, evidence)


BESIDE = [
    row for row in TABLE if row[0].move_on is None and row[0] != Finishing() and row[1][-1].kind != FactKind.WAIVED
]


@pytest.mark.parametrize(("finishing", "facts", "since", "evidence"), BESIDE)
def test_the_path_may_ask_the_same_beside_what_the_module_asks(
    finishing: Finishing, facts: list[Fact], since: int | None, evidence: list[int]
) -> None:
    asked = Leaf("a", asks=finishing)
    verdict = judged([completed(0, id_=999), *facts], fulfilment("a", MoveOn.COMPLETED), leaf=asked)
    if since is None:
        assert verdict.state == State.IN_PROGRESS
    else:
        assert (verdict.since, verdict.evidence) == (day(since), (statement(999), *map(statement, evidence)))


def test_of_two_thresholds_the_higher_is_asked() -> None:
    tries = [passed(3), scored(3, 0.6), scored(5, 0.7), scored(7, 0.8)]
    assert judged(tries, fulfilment("a", finishing=Finishing(MoveOn.PASSED, min_score=0.5))).since == day(3)
    asked = Leaf("a", min_score=0.8, asks=Finishing(min_score=0.7))
    lenient = fulfilment("a", finishing=Finishing(MoveOn.PASSED, min_score=0.5))
    assert judged(tries, lenient, leaf=asked).since == day(7)


def test_each_way_of_taking_a_module_fulfils_it_by_its_own_rule_and_none_by_halves() -> None:
    online = fulfilment("a", MoveOn.COMPLETED)
    workshop = fulfilment("a", finishing=Finishing(sessions=2), delivery=DeliveryMode.WORKSHOP)
    assert judged([attended(3, place="x")], online, workshop).state == State.IN_PROGRESS
    assert judged([attended(3, place="x"), completed(6)], online, workshop).since == day(6)
    assert judged([attended(3, place="x"), attended(5, place="y"), completed(6)], online, workshop).since == day(5)


def test_a_signer_whom_nobody_knows_signs_for_no_position() -> None:
    asked = fulfilment("a", finishing=Finishing(signed_off_by=("mentor",)))
    assert judged([signed_off(3, MENTOR)], asked, signers={}).state == State.IN_PROGRESS
    assert judged([signed_off(3)], asked).since == day(3)
    nobody = fact(FactKind.SIGNED_OFF, 3, by=None)
    assert judged([nobody], asked).state == State.IN_PROGRESS


def test_what_needs_nothing_still_waits_for_what_the_path_asks_beside_it() -> None:
    asked = Leaf("a", asks=Finishing(signed_off=True))
    assert judged([], fulfilment("a", MoveOn.NOT_APPLICABLE), leaf=asked).state == State.OPEN
    assert judged([signed_off(7)], fulfilment("a", MoveOn.NOT_APPLICABLE), leaf=asked).since == day(7)
    assert judged([signed_off(-3, id_=7)], fulfilment("a", MoveOn.NOT_APPLICABLE), leaf=asked).since == day(0)
