import random
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, update

from lrs import parse_statements, store_statements
from lrs.log.parameters import Query
from lrs.log.query import Page, find_statements
from lrs.tables.statements import statements
from tests.lrs.makers import AYGUN, COMPLETED, DAVIT, INTRO, LMS, OTHER, body, make_statement
from tests.times import NOW

Run = Callable[..., Any]

RARE = "http://example.org/rare"
DAVIT_KEY = "account::https://lms.example.org::davit"
KEYS = {"mbox::mailto:aygun@example.org": AYGUN, DAVIT_KEY: DAVIT}


def store(conn: Connection, *sent: dict[str, Any], authority: Any = LMS, now: datetime = NOW) -> list[str]:
    return [str(one) for one in store_statements(conn, parse_statements(body(*sent)), authority=authority, now=now)]


@pytest.mark.parametrize("ascending", [False, True])
def test_rare_combination_is_looked_for_in_bounded_steps(write: Run, read: Run, *, ascending: bool) -> None:
    either = [make_statement(actor=DAVIT), make_statement(verb={"id": RARE})] * 12
    first = write(store, make_statement(actor=DAVIT, verb={"id": RARE}), *either)[0]
    last = write(store, *either, make_statement(actor=DAVIT, verb={"id": RARE}))[-1]
    following: Query | None = Query(agent=DAVIT_KEY, verb=RARE, ascending=ascending)
    pages: list[list[bytes]] = []
    while following is not None:
        page = read(find_statements, following, scan_limit=10)
        pages.append(page.statements)
        following = page.following
    found = [raw[7:43].decode() for statements in pages for raw in statements]
    assert found == ([first, last] if ascending else [last, first])
    assert [len(page) for page in pages] == [1, 0, 1]


def test_the_rarest_filter_is_looked_through_for_the_others(write: Run, read: Run) -> None:
    (rare,) = write(store, make_statement(actor=DAVIT, verb={"id": RARE}))
    write(store, *(make_statement(actor=DAVIT) for _ in range(50)))
    page = read(find_statements, Query(agent=DAVIT_KEY, verb=RARE), scan_limit=10)
    assert ([raw[7:43].decode() for raw in page.statements], page.following) == ([rare], None)


@pytest.mark.parametrize("ascending", [False, True])
def test_pages_stay_whole_while_statements_arrive(write: Run, read: Run, *, ascending: bool) -> None:
    ids = write(store, *(make_statement(actor=DAVIT) for _ in range(7)))
    following: Query | None = Query(agent=DAVIT_KEY, limit=2, ascending=ascending)
    found: list[str] = []
    while following is not None:
        page = read(find_statements, following)
        found += [raw[7:43].decode() for raw in page.statements]
        following = page.following
        if len(found) < 7:
            ids += write(store, make_statement(actor=DAVIT))
    # In descending order what arrives lies before the first page, in ascending order it lies ahead.
    assert found == (ids if ascending else ids[6::-1])


def test_times_bound_the_answer(write: Run, read: Run) -> None:
    ids = [write(store, make_statement(), now=NOW + timedelta(seconds=late))[0] for late in range(5)]
    asked = Query(since=NOW + timedelta(seconds=1), until=NOW + timedelta(seconds=3), ascending=True)
    assert [raw[7:43].decode() for raw in read(find_statements, asked).statements] == ids[2:4]
    assert read(find_statements, Query(until=NOW - timedelta(seconds=1))).statements == []


def test_page_is_bounded_in_bytes(write: Run, read: Run) -> None:
    large = "x" * 3_000_000
    ids = [write(store, make_statement(result={"response": large}))[0] for _ in range(5)]
    sizes, found = [], []
    following: Query | None = Query()
    while following is not None:
        page = read(find_statements, following)
        sizes.append(len(page.statements))
        found += [raw[7:43].decode() for raw in page.statements]
        following = page.following
    assert (sizes, found) == ([2, 2, 1], ids[::-1])


def test_unknown_name_is_that_of_no_statement(write: Run, read: Run) -> None:
    write(store, make_statement(actor=DAVIT))
    for asked in (Query(verb=RARE), Query(verb=RARE, agent=DAVIT_KEY)):
        assert read(find_statements, asked) == Page([], None)


@pytest.mark.parametrize("chance", range(3))
def test_any_combination_of_filters_finds_what_a_look_at_every_statement_finds(
    write: Run, read: Run, chance: int
) -> None:
    draw = random.Random(chance)
    actors, verbs, objects = (AYGUN, DAVIT), (COMPLETED, RARE), (INTRO, "https://ulc.example/modules/other")
    sent = [
        make_statement(actor=draw.choice(actors), verb={"id": draw.choice(verbs)}, object={"id": draw.choice(objects)})
        for _ in range(60)
    ]
    ids = write(store, *sent)
    for agent, verb, activity in product((None, *KEYS), (None, *verbs), (None, *objects)):
        fitting = [
            given
            for given, one in zip(ids, sent, strict=True)
            if (agent is None or KEYS[agent] == one["actor"])
            and verb in {None, one["verb"]["id"]}
            and activity in {None, one["object"]["id"]}
        ]
        found: list[str] = []
        following: Query | None = Query(agent=agent, verb=verb, activity=activity, limit=5, ascending=True)
        while following is not None:
            page = read(find_statements, following, scan_limit=7)
            found += [raw[7:43].decode() for raw in page.statements]
            following = page.following
        assert found == fitting


def test_page_that_fills_before_the_bound_goes_on_after_its_last(write: Run, read: Run) -> None:
    ids = write(store, *(make_statement(actor=DAVIT, verb={"id": RARE}) for _ in range(15)))
    page = read(find_statements, Query(agent=DAVIT_KEY, verb=RARE, limit=4), scan_limit=10)
    assert [raw[7:43].decode() for raw in page.statements] == ids[:-5:-1]
    assert page.following == Query(agent=DAVIT_KEY, verb=RARE, limit=4, position=12)


def test_only_an_authoritys_own_are_found(write: Run, read: Run) -> None:
    write(store, make_statement())
    (own,) = write(store, make_statement(), authority=OTHER)
    for asked in (Query(), Query(verb="http://adlnet.gov/expapi/verbs/completed")):
        page = read(find_statements, asked, authority="account::http://waymark.test::credential:other")
        assert [raw[7:43].decode() for raw in page.statements] == [own]


@pytest.mark.parametrize("ascending", [False, True])
@pytest.mark.parametrize("verb", [None, RARE])
def test_page_ends_where_many_were_voided(write: Run, read: Run, verb: str | None, *, ascending: bool) -> None:
    first, *voided, last = write(store, *(make_statement(verb={"id": RARE}) for _ in range(60)))
    void = update(statements).where(statements.c.id.in_(map(UUID, voided))).values(voided=True)
    write(lambda conn: conn.execute(void).rowcount)
    following: Query | None = Query(verb=verb, limit=1, ascending=ascending)
    pages: list[list[str]] = []
    while following is not None:
        page = read(find_statements, following, scan_limit=20)
        pages.append([raw[7:43].decode() for raw in page.statements])
        following = page.following
    assert [one for page in pages for one in page] == ([first, last] if ascending else [last, first])
    assert len(pages) > 2
