"""What is kept up statement by statement is what replay makes of all of them, and what was told at any time stands."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from random import Random
from typing import Any, NamedTuple

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import Connection

from lrs import (
    Account,
    Activity,
    Agent,
    Context,
    ContextActivities,
    Result,
    Score,
    Statement,
    StatementsStored,
    Verb,
)
from modules import KINDS, Fact, FactKind
from modules.cmi5 import PROGRESS, REASON
from paths import Enrolment, enrol, path
from paths import replay as replayed
from paths.folding.progress import fold
from paths.folding.ticking import tick
from paths.judging.completion import Fulfilment
from paths.keeping.cases import case_then, judged
from paths.keeping.judgements import Judgement
from paths.keeping.verdicts import stored_judgements
from paths.tables.paths import facts, next_changes, verdicts
from paths.tree.requirements import Group
from people import Account as PersonAccount
from people import Person, Way, add_person, part_persons, positions
from people.linking import link_account
from tests.paths.drawn import ENROLLED, MENTOR, fulfilments_for, trees
from tests.paths.drawn import facts as drawn_facts
from tests.paths.facts import OURS, day
from tests.paths.trees import publish_rules
from tests.paths.world import activity, agent_of, fold_all, key, publish_modules, record, send, void

Do = Callable[..., Any]
ELSEWHERE = PersonAccount("https://moodle.example", "42")
LINKED, PARTED, END = day(9), day(25), day(60)
SOME = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Heard(NamedTuple):
    """A fact that a statement says, `elsewhere`: of an account that is the learner's from day 9 to day 25."""

    fact: Fact
    elsewhere: bool


class World(NamedTuple):
    """A learner on a path, and who signs things off."""

    learner: Person
    enrolled: Enrolment
    mentor: Person


@pytest.fixture(autouse=True)
def _modules(write: Do) -> None:
    write(publish_modules)


@contextmanager
def undone(conn: Connection) -> Iterator[None]:
    """Each example begins with the same database."""
    trial = conn.begin_nested()
    try:
        yield
    finally:
        trial.rollback()


def world(conn: Connection, tree: Group, rules: Iterable[Fulfilment]) -> World:
    publish_rules(conn, tree, [replace(rule, activity=activity(rule.activity)) for rule in rules])
    learner, mentor = (add_person(conn, full_name=None, language="az", now=day(-1)) for _ in range(2))
    positions.hold_position(conn, mentor.id, "mentor", since=day(4), by=None, reason="elected", now=day(4))
    fold_all(conn, now=day(0))
    enrolled = enrol(
        conn, learner, path(conn, "growth").id, origin="self", by=learner.id, reason="chose it", now=ENROLLED
    )
    return World(learner, enrolled, mentor)


def said(heard: Heard, of: World) -> Statement:
    """A statement that says the fact."""
    fact = heard.fact
    elsewhere = Agent(account=Account(home_page=ELSEWHERE.home_page, name=ELSEWHERE.name))
    extensions: dict[str, Any] = {}
    if fact.kind == FactKind.WAIVED:
        extensions[REASON] = "Administrative"
    if fact.kind == FactKind.PROGRESSED:
        extensions[PROGRESS] = 50
    is_score = fact.kind == FactKind.SCORED and fact.value is not None
    return Statement(
        actor=elsewhere if heard.elsewhere else agent_of(of.learner),
        verb=Verb(id=min(KINDS[fact.kind].verbs)),
        object=Activity(id=activity(fact.activity)),
        result=Result(
            score=Score(scaled=fact.value) if is_score else None,
            duration=f"PT{fact.value:.0f}M" if fact.kind == FactKind.ATTENDED and fact.value else None,
            extensions=extensions or None,
        ),
        context=Context(
            instructor=agent_of(of.mentor) if fact.by == MENTOR else None,
            context_activities=None if fact.place is None else _place(fact.place),
        ),
        timestamp=fact.at,
    )


def _place(place: str) -> ContextActivities:
    return ContextActivities(parent=(Activity(id=f"https://ulc.waymark.example/places/{place}"),))


def deeds(of: World, heard: Sequence[Heard]) -> list[tuple[datetime, Callable[[Connection], Any]]]:
    """All that happens, in the order in which it comes to us."""
    linked: list[Any] = []
    done: list[tuple[datetime, Callable[[Connection], Any]]] = [
        (
            LINKED,
            lambda conn: linked.append(
                link_account(conn, of.learner.id, ELSEWHERE, way=Way.SIGN_IN, by=None, reason="x", now=LINKED)
            ),
        ),
        (
            PARTED,
            lambda conn: part_persons(conn, of.learner.id, linked[0].act, by=None, reason="x", now=PARTED),
        ),
    ]
    for each in heard:
        done += _comes(each, of)
    return sorted(done, key=lambda deed: deed[0])


def _comes(heard: Heard, of: World) -> list[tuple[datetime, Callable[[Connection], Any]]]:
    known_at, voided_at = heard.fact.known_at, heard.fact.voided_at
    if heard.fact.authority != OURS:
        return [(known_at, lambda conn: send(conn, said(heard, of), now=known_at))]
    ids: list[Any] = []
    comes: list[tuple[datetime, Callable[[Connection], Any]]] = [
        (known_at, lambda conn: ids.extend(record(conn, said(heard, of), now=known_at)))
    ]
    if voided_at is not None:
        later = max(voided_at, known_at)
        comes.append((later, lambda conn: void(conn, ids[0], now=later)))
    return comes


def in_any_order(conn: Connection, of: World, now: datetime, chance: Random) -> None:
    """Some statements are folded again or early, by chance."""
    ids = list(conn.scalars(sa.select(facts.c.statement_id).distinct().order_by(facts.c.statement_id)))
    again = chance.sample(ids, min(3, len(ids)))
    fold(conn, [StatementsStored(key(of.learner), statement_ids=(each,), activities=()) for each in again], now)


def cached(conn: Connection) -> list[list[Any]]:
    ordered = (
        sa.select(facts).order_by(facts.c.statement_id, facts.c.kind),
        sa.select(verdicts).order_by(verdicts.c.enrolment_id, verdicts.c.node),
        sa.select(next_changes),
    )
    return [[tuple(row) for row in conn.execute(query)] for query in ordered]


def newest(conn: Connection, moment: datetime) -> datetime:
    """When the last was heard: of statements that come at once, each is stored a moment after the one before."""
    heard: list[datetime] = [
        at for row in conn.execute(sa.select(facts.c.known_at, facts.c.voided_at)) for at in row if at
    ]
    return max([moment, *heard])


def lived(
    conn: Connection, drawn: tuple[Group, tuple[Fulfilment, ...]], heard: Sequence[Heard], chance: Random
) -> tuple[World, list[tuple[datetime, Judgement]]]:
    """The world after all that happened, folded and ticked now and then; and what was stored when nothing waited."""
    of = world(conn, *drawn)
    told: list[tuple[datetime, Judgement]] = []
    happens = deeds(of, heard)
    for number, (moment, deed) in enumerate(happens):
        deed(conn)
        is_last = number + 1 == len(happens) or happens[number + 1][0] > moment
        if chance.random() < 0.2:
            in_any_order(conn, of, moment, chance)
        if is_last and moment >= ENROLLED and chance.random() < 0.4:
            fold_all(conn, now=moment)
            tick(conn, now=moment)
            told += [(newest(conn, moment), each) for each in stored_judgements(conn, [of.enrolled])]
    fold_all(conn, now=END)
    tick(conn, now=END)
    return of, told


HEARD = st.lists(st.builds(Heard, drawn_facts(), st.sampled_from([False, False, True])), max_size=10)
TREES = trees().flatmap(lambda tree: st.tuples(st.just(tree), fulfilments_for(tree)))


@SOME
@given(drawn=TREES, heard=HEARD, seed=st.integers(min_value=0, max_value=1000))
def test_replay_comes_to_the_same_bytes(write: Do, drawn: Any, heard: list[Heard], seed: int) -> None:
    def tried(conn: Connection) -> None:
        with undone(conn):
            of, _ = lived(conn, drawn, heard, Random(seed))
            assert replayed(conn, [of.learner.id], now=END, check=True) == []
            before = cached(conn)
            for table in (facts, verdicts, next_changes):
                conn.execute(sa.delete(table))
            replayed(conn, [of.learner.id], now=END)
            assert cached(conn) == before

    write(tried)


@SOME
@given(drawn=TREES, heard=HEARD, seed=st.integers(min_value=0, max_value=1000))
def test_what_was_told_then_is_what_is_said_of_then_now(write: Do, drawn: Any, heard: list[Heard], seed: int) -> None:
    def tried(conn: Connection) -> None:
        with undone(conn):
            of, told = lived(conn, drawn, heard, Random(seed))
            for moment, judgement in told:
                then = judged(case_then(conn, of.enrolled, as_of=moment, known_at=moment))
                assert differing(then, judgement) == {}

    write(tried)


def differing(one: Judgement, other: Judgement) -> dict[str, Any]:
    """By node, both verdicts where they are not the same."""
    nodes = one.verdicts.keys() | other.verdicts.keys()
    pairs: dict[str, tuple[Any, Any]] = {
        node: (one.verdicts.get(node), other.verdicts.get(node)) for node in sorted(nodes)
    }
    pairs["changes at"] = (one.changes_at, other.changes_at)
    pairs["rules"] = (one.rule_hash, other.rule_hash)
    return {node: pair for node, pair in pairs.items() if pair[0] != pair[1]}
