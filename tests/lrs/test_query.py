from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection

from lrs import parse_statements, store_statements
from lrs.parameters import Query
from lrs.query import find_statements
from tests.lrs.makers import DAVIT, LMS, OTHER, body, make_statement
from tests.times import NOW

Run = Callable[..., Any]

RARE = "http://example.org/rare"
DAVIT_KEY = "account::https://lms.example.org::davit"


def store(conn: Connection, *sent: dict[str, Any], authority: Any = LMS) -> list[str]:
    return [str(one) for one in store_statements(conn, parse_statements(body(*sent)), authority=authority, now=NOW)]


@pytest.mark.parametrize("ascending", [False, True])
def test_rare_combination_is_looked_for_in_bounded_steps(write: Run, read: Run, *, ascending: bool) -> None:
    many = [make_statement(actor=DAVIT) for _ in range(12)]
    first = write(store, make_statement(actor=DAVIT, verb={"id": RARE}), *many)[0]
    last = write(store, *many, make_statement(actor=DAVIT, verb={"id": RARE}))[-1]
    following: Query | None = Query(agent=DAVIT_KEY, verb=RARE, ascending=ascending)
    pages: list[list[bytes]] = []
    while following is not None:
        page = read(find_statements, following, scan_limit=10)
        pages.append(page.statements)
        following = page.following
    found = [raw[7:43].decode() for statements in pages for raw in statements]
    assert found == ([first, last] if ascending else [last, first])
    assert [len(page) for page in pages] == [1, 0, 1]


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
