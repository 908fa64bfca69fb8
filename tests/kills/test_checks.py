"""The checks find what they look for; else a kill test would pass whatever was lost."""

import random
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from sqlalchemy import Connection, delete, func, select

from base import settle_installation
from lrs import parse_statements, store_statements, waymark_authority
from lrs.tables import postings
from tests.journeys.sending import Ledger, Sent, make_statement
from tests.kills.checks import statement_faults
from tests.times import NOW

Run = Callable[..., Any]


@pytest.fixture
def stored(write: Run) -> tuple[UUID, ...]:
    """Three statements that were stored."""
    sent = [make_statement(random.Random(number)) for number in range(3)]
    write(settle_installation, "http://127.0.0.1:8000", now=NOW)
    ids: list[UUID] = write(_store, msgspec.json.encode(sent))
    return tuple(ids)


def test_what_is_there_whole_is_no_fault(read: Run, stored: tuple[UUID, ...]) -> None:
    unheard_of = Sent((uuid4(),), acknowledged=False)
    assert read(statement_faults, Ledger([Sent(stored, acknowledged=True), unheard_of])) == []


def test_an_acknowledged_statement_that_is_gone_is_found(read: Run, stored: tuple[UUID, ...]) -> None:
    gone = uuid4()
    faults = read(statement_faults, Ledger([Sent(stored, acknowledged=True), Sent((gone,), acknowledged=True)]))
    assert faults == [f"statement {gone} was acknowledged and is not there"]


def test_a_request_of_which_a_part_is_stored_is_found(read: Run, stored: tuple[UUID, ...]) -> None:
    faults = read(statement_faults, Ledger([Sent((*stored, uuid4()), acknowledged=False)]))
    assert faults == ["of a request of 4 statements 3 are stored"]


def test_a_statement_that_is_found_in_fewer_ways_is_found(write: Run, read: Run, stored: tuple[UUID, ...]) -> None:
    write(_forget_one_posting)  # of seven: verb, activity twice, actor twice, authority, registration
    faults = read(statement_faults, Ledger([Sent(stored, acknowledged=True)]))
    assert [fault.partition(" is found in ")[2] for fault in faults] == ["6 ways"]


def _store(conn: Connection, body: bytes) -> list[UUID]:
    return store_statements(conn, parse_statements(body), authority=waymark_authority(conn), now=NOW)


def _forget_one_posting(conn: Connection) -> None:
    last = conn.scalars(select(func.max(postings.c.seq))).one()
    facet = conn.scalars(select(func.min(postings.c.facet)).where(postings.c.seq == last)).one()
    conn.execute(delete(postings).where(postings.c.seq == last, postings.c.facet == facet))
