"""Statements as they are given back: found, seen in the reader's version, in the format asked for (xAPI-Data 2.5)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct, json
from sqlalchemy import Connection

from lrs.log.attachments import files_of
from lrs.log.defining import definitions_of
from lrs.log.parameters import Format, OneStatement, Query
from lrs.log.query import find_statement, find_statements
from lrs.standard.formats import activities_of, as_canonical, as_ids
from lrs.standard.intake import AttachedFile
from lrs.standard.version_view import seen


class Reader(Struct, frozen=True, kw_only=True):
    """Who reads: the version spoken, the languages liked, best first, and of which authority alone, if of one."""

    is_2_0: bool
    languages: Sequence[str] = ()
    authority: str | None = None


class RetrievedStatement(Struct, frozen=True):
    """A statement as JSON, when it was stored, and its files if they were asked for."""

    raw: bytes
    stored: datetime
    files: Sequence[AttachedFile]


class RetrievedPage(Struct, frozen=True):
    """Statements as JSON, the query of the next page if there may be one, and their files if they were asked for."""

    statements: Sequence[bytes]
    following: Query | None
    files: Sequence[AttachedFile]


class _Identified(Struct):
    id: UUID


_identified: Final = json.Decoder(_Identified)


def retrieve_statement(conn: Connection, asked: OneStatement, reader: Reader) -> RetrievedStatement:
    """The statement asked for. Raises Missing."""
    found = find_statement(conn, asked, authority=reader.authority)
    files = files_of(conn, [asked.id]) if asked.attachments else []
    [raw] = _given(conn, [found.raw], asked.format, reader)
    return RetrievedStatement(raw, found.stored, files)


def retrieve_statements(conn: Connection, query: Query, reader: Reader) -> RetrievedPage:
    """A page of the statements that match."""
    page = find_statements(conn, query, authority=reader.authority)
    ids = [_identified.decode(raw).id for raw in page.statements] if query.attachments else []
    given = _given(conn, page.statements, query.format, reader)
    return RetrievedPage(given, page.following, files_of(conn, ids))


def _given(conn: Connection, payloads: Sequence[bytes], form: Format, reader: Reader) -> list[bytes]:
    visible = [seen(raw, is_2_0=reader.is_2_0) for raw in payloads]
    match form:
        case Format.EXACT:
            return visible
        case Format.IDS:
            return [as_ids(raw) for raw in visible]
        case Format.CANONICAL:
            definitions = definitions_of(conn, set[str]().union(*map(activities_of, visible)))
            return [as_canonical(raw, reader.languages, definitions) for raw in visible]
