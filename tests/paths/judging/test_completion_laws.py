"""Completion against a definition that says when something holds, and knows nothing of how to find its date."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeAlias

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from modules import Fact
from paths.judging.completion import Register, State, Verdict, evaluate
from paths.tree.requirements import Group, Leaf, SignPost, Team, nodes
from tests.paths.drawn import ENROLLED, FACTS, registers, trees
from tests.paths.facts import day
from tests.paths.plain import holds

AS_OF = st.sampled_from([10, 20, 20, 30])
KNOWN_AT = st.sampled_from([20, 40, 40])
Expected: TypeAlias = tuple[State | None, datetime | None, datetime | None]
SOME = settings(max_examples=60, deadline=None)


def stands(fact: Fact, known_at: datetime) -> bool:
    return fact.known_at <= known_at and not (fact.voided_at and fact.voided_at <= known_at)


def as_known(register: Register, known_at: datetime, *, lost_too: bool = False) -> Register:
    """The register with only those facts of members that count by then."""
    members = (
        msgspec.structs.replace(each, facts=tuple(known(each.facts, known_at, lost_too=lost_too)))
        for each in register.members
    )
    return msgspec.structs.replace(register, members=tuple(members))


def known(facts: Iterable[Fact], known_at: datetime, *, lost_too: bool = False) -> list[Fact]:
    return [each for each in facts if stands(each, known_at) or (lost_too and each.known_at <= known_at)]


def before(register: Register, moment: datetime) -> Register:
    """The register with only those facts of members that are dated by then."""
    members = (
        msgspec.structs.replace(each, facts=tuple(fact for fact in each.facts if fact.at <= moment))
        for each in register.members
    )
    return msgspec.structs.replace(register, members=tuple(members))


def expected(tree: Group, register: Register, facts: list[Fact], as_of: int, known_at: datetime) -> dict[str, Expected]:
    """By node: satisfied, expired or lost (or neither), since when, and when it ends."""
    found: dict[str, Expected] = {}
    now, lost = before(as_known(register, known_at), day(as_of)), as_known(register, known_at, lost_too=True)
    own = [each for each in known(facts, known_at) if each.at <= day(as_of)]
    with_lost = known(facts, known_at, lost_too=True)
    recency = recencies(tree)
    for node in (each for each in nodes(tree) if not isinstance(each, SignPost)):
        team = team_of(tree).get(node.id)
        asked = (
            node if team is None else msgspec.structs.replace(team, items=(required(node),), positions=(), when=None)
        )

        def at(n: int, of: Register, by: list[Fact], asked: Group | Leaf = asked, node: str = node.id) -> bool:
            return holds(asked, of, by, day(n), recency[node])

        run = [n for n in range(-5, as_of + 1) if at(n, now, own)]
        if run and run[-1] == as_of:
            start = next(n for n in reversed(range(-6, as_of + 1)) if not at(n, now, own)) + 1
            end = next((n for n in range(as_of + 1, 45) if not at(n, now, own)), None)
            found[node.id] = (State.SATISFIED, day(start), None if end is None else day(end))
        elif run:
            found[node.id] = (State.EXPIRED, day(run[-1] + 1), None)
        elif at(as_of, lost, with_lost):
            found[node.id] = (State.LOST, None, None)
        else:
            found[node.id] = (None, None, None)
    return found


def required(node: Group | Leaf) -> Group | Leaf:
    """The node as one that counts, whether or not it is optional where it stands."""
    return msgspec.structs.replace(node, optional=False) if isinstance(node, Leaf) else node


def recencies(tree: Group) -> dict[str, tuple[str, ...]]:
    """By node, the `recency` of each group around it."""
    found: dict[str, tuple[str, ...]] = {tree.id: ()}
    for node in nodes(tree):
        if not isinstance(node, Leaf | SignPost):
            own = (node.when.recency,) if node.when and node.when.recency else ()
            found |= {item.id: (*found[node.id], *own) for item in node.items}
    return found


def team_of(tree: Group) -> dict[str, Team]:
    """By node, the Team of the outermost ones that it is in."""
    return {
        below.id: item for item in tree.items if isinstance(item, Team) for below in nodes(item) if below is not item
    }


def agrees(tree: Group, register: Register, facts: list[Fact], as_of: int, known_at: datetime) -> None:
    verdicts = evaluate(tree, register, facts, as_of=day(as_of), known_at=known_at).verdicts
    for node, (state, since, until) in expected(tree, register, facts, as_of, known_at).items():
        got = verdicts[node]
        assert (got.state if got.state in {State.SATISFIED, State.EXPIRED, State.LOST} else None) == state, node
        if since is not None:
            assert (got.since, got.until) == (since, until), node


@SOME
@given(st.data(), trees(), FACTS, AS_OF, KNOWN_AT)
def test_a_node_is_satisfied_while_it_holds_and_since_it_did(
    data: st.DataObject, tree: Group, facts: list[Fact], as_of: int, known_at: int
) -> None:
    agrees(tree, data.draw(registers(tree)), facts, as_of, day(known_at))


@SOME
@given(st.data(), trees(teams=True), AS_OF, KNOWN_AT)
def test_a_team_has_what_enough_of_its_members_have(
    data: st.DataObject, tree: Group, as_of: int, known_at: int
) -> None:
    agrees(tree, data.draw(registers(tree, teams=True)), [], as_of, day(known_at))


@SOME
@given(st.data(), trees(), FACTS, AS_OF)
def test_order_and_repetition_change_nothing(data: st.DataObject, tree: Group, facts: list[Fact], as_of: int) -> None:
    register = data.draw(registers(tree))
    repeated = facts + data.draw(st.lists(st.sampled_from(facts), max_size=5))
    shuffled = data.draw(st.permutations(repeated))
    moment = day(as_of)
    assert evaluate(tree, register, facts, as_of=moment) == evaluate(tree, register, shuffled, as_of=moment)


@SOME
@given(st.data(), trees(lasting=False), FACTS)
def test_the_evidence_alone_gives_the_same_date(data: st.DataObject, tree: Group, facts: list[Fact]) -> None:
    register = data.draw(registers(tree))
    for id_, verdict in evaluate(tree, register, facts).verdicts.items():
        if verdict.state == State.SATISFIED:
            again = evaluate(tree, register, named_by(verdict, facts)).verdicts[id_]
            assert (again.state, again.since, again.evidence) == (verdict.state, verdict.since, verdict.evidence)


@SOME
@given(st.data(), trees(), FACTS, AS_OF)
def test_the_evidence_alone_lasts_until_the_same_date(
    data: st.DataObject, tree: Group, facts: list[Fact], as_of: int
) -> None:
    register = data.draw(registers(tree))
    for leaf in (node for node in nodes(tree) if isinstance(node, Leaf)):
        verdict = evaluate(tree, register, facts, as_of=day(as_of)).verdicts[leaf.id]
        if verdict.state == State.SATISFIED:
            again = evaluate(tree, register, named_by(verdict, facts), as_of=day(as_of)).verdicts[leaf.id]
            assert (again.state, again.until, again.evidence) == (verdict.state, verdict.until, verdict.evidence)


def named_by(verdict: Verdict, facts: list[Fact]) -> list[Fact]:
    return [each for each in facts if each.statement_id in verdict.evidence]


@SOME
@given(st.data(), trees(lasting=False), FACTS, AS_OF)
def test_a_verdict_is_dated_by_its_evidence_and_never_by_the_question(
    data: st.DataObject, tree: Group, facts: list[Fact], as_of: int
) -> None:
    register = data.draw(registers(tree))
    for verdict in evaluate(tree, register, facts, as_of=day(as_of) + timedelta(hours=5)).verdicts.values():
        if verdict.state == State.SATISFIED:
            dates = {each.at for each in named_by(verdict, facts)}
            assert verdict.since in {*dates, ENROLLED}


@SOME
@given(st.data(), trees(lasting=False), FACTS, AS_OF)
def test_what_does_not_run_out_stays_as_it_is(data: st.DataObject, tree: Group, facts: list[Fact], as_of: int) -> None:
    register = data.draw(registers(tree))
    later = evaluate(tree, register, facts).verdicts
    for id_, verdict in evaluate(tree, register, facts, as_of=day(as_of)).verdicts.items():
        if verdict.state == State.SATISFIED:
            assert (later[id_].since, later[id_].evidence) == (verdict.since, verdict.evidence)


@SOME
@given(st.data(), trees(), FACTS, AS_OF, KNOWN_AT)
def test_what_was_voided_is_as_if_it_had_not_been_said_but_for_what_is_lost_by_it(
    data: st.DataObject, tree: Group, facts: list[Fact], as_of: int, known_at: int
) -> None:
    register = data.draw(registers(tree))
    moment = {"as_of": day(as_of), "known_at": day(known_at)}
    unsaid = evaluate(tree, register, known(facts, day(known_at)), **moment).verdicts
    for id_, verdict in evaluate(tree, register, facts, **moment).verdicts.items():
        if verdict.state == State.LOST:
            assert unsaid[id_].state not in {State.SATISFIED, State.EXPIRED}
        elif verdict.state in {State.SATISFIED, State.EXPIRED}:
            assert unsaid[id_] == verdict


@SOME
@given(st.data(), trees(), FACTS, AS_OF, KNOWN_AT)
def test_what_is_heard_later_does_not_change_what_was_known(
    data: st.DataObject, tree: Group, facts: list[Fact], as_of: int, known_at: int
) -> None:
    register = data.draw(registers(tree))
    moment = {"as_of": day(as_of), "known_at": day(known_at)}
    heard = [each for each in facts if each.known_at <= day(known_at)]
    assert evaluate(tree, register, heard, **moment) == evaluate(tree, register, facts, **moment)


@SOME
@given(st.data(), trees(), FACTS, st.sampled_from([5, 10, 20]))
def test_before_the_next_change_time_alone_changes_nothing(
    data: st.DataObject, tree: Group, facts: list[Fact], as_of: int
) -> None:
    changes_nothing_before_it_says(tree, data.draw(registers(tree)), facts, as_of)


@SOME
@given(st.data(), trees(teams=True), st.sampled_from([5, 10, 20]))
def test_before_the_next_change_time_alone_changes_nothing_of_a_team(
    data: st.DataObject, tree: Group, as_of: int
) -> None:
    changes_nothing_before_it_says(tree, data.draw(registers(tree, teams=True)), [], as_of)


def changes_nothing_before_it_says(tree: Group, register: Register, facts: list[Fact], as_of: int) -> None:
    found = evaluate(tree, register, facts, as_of=day(as_of))
    for hours in range(6, 24 * 40, 6):
        moment = day(as_of) + timedelta(hours=hours)
        if found.changes_at is not None and found.changes_at <= moment:
            break
        later = evaluate(tree, register, facts, as_of=moment).verdicts
        assert later == found.verdicts
        assert [each.overdue(moment) for each in later.values()] == [
            each.overdue(day(as_of)) for each in found.verdicts.values()
        ]
