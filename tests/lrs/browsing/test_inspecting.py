"""What those who look after the record store see of it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from msgspec import json
from msgspec.structs import replace
from sqlalchemy import Connection

from base import Missing
from lrs import Mended, Query, find_voided, inspect_statement, parse_statements, store_statements
from lrs.log.lenient import record_mended
from tests.lrs.makers import COMPLETED, FIRST, INTRO, LMS, SECOND, THIRD, VOIDED, body, make_reference, make_statement
from tests.times import NOW

Run = Callable[..., Any]
REGISTRATION = UUID(int=9)


def _store(conn: Connection, *made: dict[str, Any]) -> None:
    store_statements(conn, parse_statements(body(*made)), authority=LMS, now=NOW)


def test_a_statement_comes_with_all_that_is_kept_about_it(write: Run, read: Run) -> None:
    mended = Mended("$.context", "wrong", "left out")
    write(
        _store, make_statement(id=FIRST), make_reference(FIRST, id=SECOND), make_reference(FIRST, verb=VOIDED, id=THIRD)
    )
    write(record_mended, [UUID(SECOND)], "key", [mended], NOW)
    first = read(inspect_statement, UUID(FIRST))
    assert first.stored.voided
    assert [str(each.id) for each in first.referring] == [SECOND, THIRD]
    assert [str(each.id) for each in first.voided_by] == [THIRD]
    second = read(inspect_statement, UUID(SECOND))
    assert second.target == first.stored
    assert [each.mended for each in second.mended] == [mended]
    with pytest.raises(Missing):
        read(inspect_statement, UUID(int=1))


@pytest.mark.parametrize(
    ("query", "number"),
    [
        (Query(), 2),
        (Query(agent="mbox::mailto:aygun@example.org", verb=COMPLETED, activity=INTRO), 2),
        (Query(registration=REGISTRATION), 1),
        (Query(agent="mbox::mailto:nobody@example.org"), 0),
        (Query(since=NOW.replace(year=2099)), 0),
        (Query(until=NOW.replace(year=2020)), 0),
    ],
)
def test_voided_statements_are_found_by_the_same_filters(write: Run, read: Run, query: Query, number: int) -> None:
    context = {"registration": str(REGISTRATION)}
    write(_store, make_statement(id=FIRST), make_statement(id=SECOND, context=context), make_statement(id=THIRD))
    write(_store, make_reference(FIRST, verb=VOIDED), make_reference(SECOND, verb=VOIDED), make_reference(THIRD))
    assert len(read(find_voided, query).statements) == number


def test_voided_statements_come_in_pages_the_newest_first(write: Run, read: Run) -> None:
    write(_store, make_statement(id=FIRST), make_statement(id=SECOND))
    write(_store, make_reference(FIRST, verb=VOIDED), make_reference(SECOND, verb=VOIDED))
    page = read(find_voided, Query(limit=1))
    assert page.following == replace(Query(limit=1), position=2)
    following = read(find_voided, page.following)
    assert following.following is None
    ids = [json.decode(each)["id"] for each in (*page.statements, *following.statements)]
    assert ids == [SECOND, FIRST]
