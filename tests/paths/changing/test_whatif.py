from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from base import Conflict, metadata
from content import LibraryBroken
from modules import VerbIri
from paths import (
    ROOT,
    All,
    Enrolment,
    Group,
    Leaf,
    NOf,
    Outlook,
    State,
    Verdict,
    WhatIf,
    Whom,
    migrate_learners,
    path,
    verdict,
    version_numbered,
    what_if,
    what_if_published,
)
from paths.register.register import enrolments_on
from tests.paths.makers import group, leaf, path_file
from tests.paths.world import (
    SLUGS,
    agent_of,
    enrol_self,
    fold_all,
    later,
    make_learner,
    publish,
    publish_modules,
    record,
    statement,
    void,
)

Do = Callable[..., Any]

FIRST = All(ROOT, (Leaf("a"), Leaf("b")))


@pytest.fixture(autouse=True)
def _path(write: Do) -> None:
    write(publish_modules)
    write(publish, leaf("a", "intro"), leaf("b", "budget"))


def learner_with(conn: Connection, *passed: str) -> Enrolment:
    learner = make_learner(conn)
    enrolled = enrol_self(conn, learner)
    for minute, slug in enumerate(passed, start=1):
        record(conn, statement(agent_of(learner), slug, score=0.7, at=later(minute)), now=later(minute))
    fold_all(conn, now=later(9))
    return enrolled


def asked(conn: Connection, tree: Group, **changed: Any) -> WhatIf:
    return what_if(conn, path(conn, "growth").id, tree, now=later(10), **changed)


def counted(found: WhatIf) -> dict[str, int]:
    return {outlook.value: count for outlook, count in found.counts.items() if count}


def test_who_gains_who_loses_and_who_is_blocked_is_counted_and_named(write: Do, read: Do) -> None:
    complete = write(learner_with, "intro", "budget")
    halfway = write(learner_with, "intro")
    nothing = write(learner_with)
    either = read(asked, NOf(ROOT, 1, (Leaf("a"), Leaf("b"))))
    assert counted(either) == {"gains": 1, "unchanged": 2}
    assert [(each.enrolment.id, each.after.since) for each in either.affected] == [(halfway.id, later(1))]
    stricter = read(asked, All(ROOT, (Leaf("a", min_score=0.8), Leaf("b", after=("a",)))))
    assert (counted(stricter), stricter.learners) == ({"loses": 1, "blocked": 2}, 3)
    loses, *blocked = stricter.affected
    assert (loses.enrolment.id, loses.before.state, loses.after.state) == (
        complete.id,
        State.SATISFIED,
        State.IN_PROGRESS,
    )
    assert {each.enrolment.id for each in blocked} == {halfway.id, nothing.id}
    assert [each.locked for each in blocked] == [("b",), ("b",)]


def test_what_differs_from_the_current_tree_is_told(read: Do) -> None:
    found = read(asked, All(ROOT, (Leaf("a", min_score=0.8),)))
    assert [each.id for each in found.difference.removed] == ["b"]
    assert [(each.id, each.changes[0].what) for each in found.difference.changed] == [("a", "min_score")]
    assert not read(asked, FIRST).difference


def test_no_more_than_asked_for_are_told_and_all_are_counted(write: Do, read: Do) -> None:
    for _ in range(3):
        write(learner_with, "intro", "budget")
    found = read(asked, All(ROOT, (Leaf("a", min_score=0.8),)), limit=2)
    assert (found.counts[Outlook.LOSES], len(found.affected)) == (3, 2)


def test_who_is_complete_is_left_out_where_it_is_for_the_others(write: Do, read: Do) -> None:
    write(learner_with, "intro", "budget")
    write(learner_with)
    found = read(asked, All(ROOT, (Leaf("a", min_score=0.8),)), whom=Whom.UNFINISHED)
    assert (found.learners, counted(found)) == (1, {"unchanged": 1})
    assert read(asked, FIRST, whom=Whom.NEW).learners == 0


def test_a_draft_counts_by_the_modules_that_it_names(write: Do, read: Do) -> None:
    """Whoever has done the module of a requirement that is new has done that requirement."""
    halfway = write(learner_with, "intro", "data")
    draft = path_file(leaf("a", "intro"), leaf("c", "data"))
    found = read(what_if_published, draft, now=later(10))
    assert counted(found) == {"gains": 1}
    assert [(each.enrolment.id, each.after.since) for each in found.affected] == [(halfway.id, later(2))]


def test_a_draft_that_is_broken_says_what_is_wrong(read: Do) -> None:
    with pytest.raises(LibraryBroken, match="nowhere"):
        read(what_if_published, path_file(leaf("a", "nowhere")), now=later(10))


def rows(conn: Connection) -> dict[str, list[Any]]:
    """Everything in the database."""
    return {table.name: sorted(map(repr, conn.execute(sa.select(table)))) for table in metadata.sorted_tables}


def test_asking_writes_nothing(write: Do, read: Do) -> None:
    write(learner_with, "intro", "budget")
    before = read(rows)

    def ask(conn: Connection) -> None:
        asked(conn, NOf(ROOT, 1, (Leaf("a"), Leaf("b"))))
        what_if_published(conn, path_file(leaf("a", "intro"), leaf("c", "data")), now=later(10))

    write(ask)
    assert read(rows) == before


Stand = dict[UUID, Verdict]
ITEMS = (
    [leaf("a", "intro", min_score=0.8), leaf("b", "budget")],
    [leaf("a", "intro"), leaf("b", "budget", after=["a"])],
    [group("g", leaf("a", "intro"), leaf("b", "budget"), leaf("c", "data"), n=2)],
    [leaf("b", "budget"), leaf("c", "data", after=["b"])],
    [leaf("c", "data"), leaf("a", "intro", optional=True)],
    [leaf("a", "intro", when={"valid_for": "P5D"}), leaf("b", "budget")],
    [leaf("a", "intro"), leaf("b", "budget", when={"opens_after": "P3D"})],
    [leaf("a", "intro", when={"recency": "P2D"})],
)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(SLUGS),
        st.sampled_from([VerbIri.PASSED, VerbIri.COMPLETED]),
        st.sampled_from([None, 0.4, 0.9]),
        st.integers(min_value=-8, max_value=0),
        st.sampled_from([False, False, False, True]),
    ),
    max_size=5,
)


def asked_and_moved(
    conn: Connection, before: list[Any], after: list[Any], learners: list[Any], whom: Whom
) -> tuple[WhatIf, Stand, Stand]:
    """What is asked about another version, and how everybody on the path stands before and after they move to it."""
    now = later(100)
    publish(conn, *before, now=now)
    for day, acts in enumerate(learners, start=1):
        enrol_and_act(conn, acts, day)
    fold_all(conn, now=now)
    publish(conn, *after, now=now)
    fold_all(conn, now=now)
    growth = path(conn, "growth")
    stood = stand(conn)
    found = what_if(conn, growth.id, version_numbered(conn, growth.id, growth.version).tree, whom=whom, now=now)
    with suppress(Conflict):  # nobody would move
        migrate_learners(conn, growth.id, growth.version, whom=whom, by=None, reason="a test", now=now)
    fold_all(conn, now=now)
    return found, stood, stand(conn)


def enrol_and_act(conn: Connection, acts: list[Any], day: int) -> None:
    learner = make_learner(conn)
    enrol_self(conn, learner, now=later(-24 * 60 * day))
    for slug, verb, score, at, is_voided in acts:
        when = later(24 * 60 * at)
        (id_,) = record(conn, statement(agent_of(learner), slug, verb, score=score, at=when), now=when)
        if is_voided:
            void(conn, id_, now=later(1))


def stand(conn: Connection) -> Stand:
    found = {each.id: verdict(conn, each.id) for each in enrolments_on(conn, path(conn, "growth").id)}
    return {id_: each for id_, each in found.items() if each is not None}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=st.sampled_from(ITEMS),
    after=st.sampled_from(ITEMS),
    learners=st.lists(ACTS, min_size=1, max_size=4),
    whom=st.sampled_from([Whom.EVERYBODY, Whom.UNFINISHED]),
)
def test_what_if_says_what_migrating_then_brings(
    write: Do, before: list[Any], after: list[Any], learners: list[Any], whom: Whom
) -> None:
    """Everybody of the examples before is on the path too, pinned to whatever they were left on."""
    found, stood, stands = write(asked_and_moved, before, after, learners, whom)
    told = {each.enrolment.id: each for each in found.affected}
    assert {id_: each.after for id_, each in told.items()} == {id_: stands[id_] for id_ in told}
    done, still = ({id_ for id_, each in all_.items() if each.state == State.SATISFIED} for all_ in (stood, stands))
    by_outlook = {name: {id_ for id_, each in told.items() if each.outlook == name} for name in Outlook}
    assert (by_outlook[Outlook.GAINS], by_outlook[Outlook.LOSES]) == (still - done, done - still)
    assert sum(found.counts.values()) == found.learners
