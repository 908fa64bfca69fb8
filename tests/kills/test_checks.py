"""The checks find what they look for; else a kill test would pass whatever was lost."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, delete, func, select

from base import FileStore, settle_installation
from lrs import Agent, agent_key, parse_statements, store_statements, waymark_authority
from lrs.documents.document_content import Content
from lrs.documents.documents import DocumentContext, Kind, put_document
from lrs.standard.intake import AttachedFile
from lrs.standard.preconditions import Preconditions
from lrs.tables.statements import postings
from tests.journeys.sending import STATE_AGENT, STATE_CONTEXT, Ledger, Sent, Written, make_statement
from tests.kills.checks import file_faults, state_faults, statement_faults
from tests.lrs.attachments import make_attachment
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


def test_a_file_that_is_missing_or_torn_is_found(write: Run, read: Run, tmp_path: Path) -> None:
    files = FileStore(tmp_path)
    data = b"a file" * 100
    sent = {**make_statement(random.Random(1)), "attachments": [make_attachment(data)]}
    file = files.put(data)
    write(settle_installation, "http://127.0.0.1:8000", now=NOW)
    ids = tuple(write(_store, msgspec.json.encode(sent), AttachedFile(file, "text/plain", file)))
    ledger = Ledger([Sent(ids, acknowledged=True, files=frozenset({file}))])
    assert read(file_faults, files, ledger) == []
    files.path(file).chmod(0o600)
    files.path(file).write_bytes(data[:10])
    assert read(file_faults, files, ledger)[0].startswith(f"the file {file} is ")
    files.path(file).unlink()
    assert read(file_faults, files, ledger) == [f"the file {file} is missing"]
    other = Ledger([Sent(ids, acknowledged=True, files=frozenset({file, "another"}))])
    assert read(file_faults, files, other)[0] == f"statement {ids[0]} has not the files that came with it"


def test_a_state_that_went_back_is_found(write: Run, read: Run) -> None:
    context = DocumentContext(Kind.STATE, STATE_CONTEXT["activityId"], agent_key(Agent(mbox=STATE_AGENT["mbox"])))
    content = Content("text/plain", b"first")
    write(put_document, context, "place", content, preconditions=Preconditions(), is_2_0=False, now=NOW)
    written = Written([b"first", b"second", b"third"])
    for acknowledged, faults in ((0, 0), (1, 0), (2, 1), (3, 1)):
        written.acknowledged = acknowledged
        assert len(read(state_faults, Ledger(states={"place": written}))) == faults
    never = Ledger(states={"elsewhere": Written([b"first"], acknowledged=1)})
    assert read(state_faults, never) == ["state elsewhere is not what it was made"]


def _store(conn: Connection, body: bytes, *files: AttachedFile) -> list[UUID]:
    incoming = [replace(each, files=files) for each in parse_statements(body, files_follow=bool(files))]
    return store_statements(conn, incoming, authority=waymark_authority(conn), now=NOW)


def _forget_one_posting(conn: Connection) -> None:
    last = conn.scalars(select(func.max(postings.c.seq))).one()
    facet = conn.scalars(select(func.min(postings.c.facet)).where(postings.c.seq == last)).one()
    conn.execute(delete(postings).where(postings.c.seq == last, postings.c.facet == facet))
