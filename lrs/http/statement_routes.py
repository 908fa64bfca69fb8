"""The statements resource of xAPI over HTTP (Communication 2.1)."""

from collections.abc import Callable, Sequence
from datetime import datetime
from email.utils import format_datetime
from functools import partial
from http import HTTPStatus
from typing import Any
from uuid import UUID

from litestar import MediaType, Response, post, put, route
from litestar.di import NamedDependency
from litestar.enums import HttpMethod
from litestar.response import Stream
from msgspec import json
from msgspec.structs import replace

from base import Database, FileStore, Invalid, new_token
from lrs.http.attachment_answers import check_present, multipart
from lrs.http.body_limits import body_limits
from lrs.http.caller import Asking, Caller, admitted
from lrs.http.receiving import NO_FILES, REQUEST_LIMIT_BYTES, check_files, read_limited, receive
from lrs.http.retrieval import Reader, retrieve_statement, retrieve_statements
from lrs.http.statement_openapi import GETTING, POSTING, PUTTING
from lrs.log.lenient import Mended
from lrs.log.parameters import OneStatement, Query, parse_parameters, read_parameters, read_uuid, token_of_query
from lrs.log.posts import Post
from lrs.log.writing import StatementWriter
from lrs.senders.credentials import Scope, Sender
from lrs.senders.mending import mending
from lrs.standard.formats import languages_of
from lrs.standard.intake import AttachedFile, Incoming, parse_statement, parse_statements

_READ = (Scope.ALL, Scope.ALL_READ, Scope.STATEMENTS_READ, Scope.STATEMENTS_READ_MINE)
_WRITE = (Scope.ALL, Scope.STATEMENTS_WRITE)
_STATEMENTS = "/statements"


@post(_STATEMENTS, status_code=HTTPStatus.OK, request_max_body_size=REQUEST_LIMIT_BYTES, operation_class=POSTING)
async def post_statements(request: Asking) -> Response[bytes]:
    """Store one statement or a list of them, all or none; the answer is their ids in order."""
    caller, now = await admitted(request)
    db, files = request.app.state["db"], request.app.state["files"]
    caller.sender.require(*_WRITE)
    read_parameters(request.query_params.multi_items(), {}, rule="Communication 2.1.2")
    mended: list[Mended] = []
    parse = _accepting(partial(parse_statements, is_2_0=caller.is_2_0), caller, mended)
    incoming = await _receive(request, parse, files=files, now=now)
    ids = await _store(request, db, caller.sender, incoming, mended, now=now)
    return Response(json.encode(ids), media_type=MediaType.JSON)


@put(_STATEMENTS, status_code=HTTPStatus.NO_CONTENT, request_max_body_size=REQUEST_LIMIT_BYTES, operation_class=PUTTING)
async def put_statement(
    request: Asking,
    db: NamedDependency[Database],
    files: NamedDependency[FileStore],
    caller: NamedDependency[Caller],
    now: NamedDependency[datetime],
) -> None:
    """Store one statement under the id that the parameter names."""
    caller.sender.require(*_WRITE)
    named = read_parameters(
        request.query_params.multi_items(),
        {"statementId": read_uuid},
        required=("statementId",),
        rule="Communication 2.1.1",
    )["statementId"]

    def parse(body: bytes, **how: bool) -> list[Incoming]:
        return [_under_id(parse_statement(body, is_2_0=caller.is_2_0, **how), named)]

    mended: list[Mended] = []
    incoming = await _receive(request, _accepting(parse, caller, mended), files=files, now=now)
    await _store(request, db, caller.sender, incoming, mended, now=now)


@route(_STATEMENTS, http_method=[HttpMethod.GET, HttpMethod.HEAD], operation_class=GETTING)
async def get_statements(
    request: Asking,
    db: NamedDependency[Database],
    files: NamedDependency[FileStore],
    caller: NamedDependency[Caller],
) -> Response[Any]:
    """One statement by its id, or a page of those that match the filters."""
    caller.sender.require(*_READ)
    asked = parse_parameters(list(request.query_params.multi_items()))
    languages = languages_of(request.headers.get("Accept-Language", ""))
    reader = Reader(is_2_0=caller.is_2_0, languages=languages, authority=caller.authority)
    if isinstance(asked, OneStatement):
        found = await db.read(retrieve_statement, asked, reader)
        answer = _answer(found.raw, found.files if asked.attachments else None, files)
        answer.headers["Last-Modified"] = format_datetime(found.stored, usegmt=True)
        return answer
    page = await db.read(retrieve_statements, asked, reader)
    result = _result(page.statements, _link(request, page.following))
    return _answer(result, page.files if asked.attachments else None, files)


STATEMENT_HANDLERS = (post_statements, put_statement, get_statements)


def _accepting(
    parse: Callable[..., list[Incoming]], caller: Caller, mended: list[Mended]
) -> Callable[..., list[Incoming]]:
    """`parse`, for what this caller may send; its known faults are mended where they are to be."""
    read = mending(parse, is_2_0=caller.is_2_0, mended=mended) if caller.sender.lenient else parse

    def accept(body: bytes, **how: bool) -> list[Incoming]:
        incoming = read(body, **how)
        caller.sender.check_statements(incoming)
        return incoming

    return accept


async def _receive(
    request: Asking, parse: Callable[..., list[Incoming]], *, files: FileStore, now: datetime
) -> list[Incoming]:
    """The valid statements of the request's body, with their files in the store (Communication 1.5)."""
    kind, options = request.content_type
    limit = body_limits(request).statements_bytes
    if kind == "multipart/mixed":
        follow = partial(parse, files_follow=True)
        boundary = options.get("boundary", "")
        return await receive(request.stream(), boundary, follow, files=files, limit_bytes=limit, now=now)
    if kind != MediaType.JSON:
        raise Invalid(
            f"The Content-Type is {kind or 'missing'}; it must be application/json, or multipart/mixed for statements "
            "with files.",
            rule="Communication 1.5",
        )
    incoming = parse(await read_limited(request.stream(), limit, "The request"))
    check_files(incoming, NO_FILES, now=now)
    return incoming


async def _store(
    request: Asking,
    db: Database,
    sender: Sender,
    incoming: Sequence[Incoming],
    mended: Sequence[Mended],
    *,
    now: datetime,
) -> list[UUID]:
    writer: StatementWriter = request.app.state.setdefault("statement_writer", StatementWriter(db))
    new = Post(
        incoming,
        sender.authority,
        voids_any=sender.voids_any,
        defines=sender.defines,
        mended=tuple(mended),
        credential=sender.key,
        trust=sender.trust,
    )
    return await writer.store(new, now=now)


def _under_id(incoming: Incoming, statement_id: UUID) -> Incoming:
    """The statement under the id of the parameter, which it may name itself (Communication 2.1.1)."""
    own = incoming.statement.id
    if own not in {None, statement_id}:
        raise Invalid(
            f"$.id is {own}; it must be that of the parameter, {statement_id}.",
            rule="Communication 2.1.1",
            where="$.id",
        )
    return replace(incoming, statement=replace(incoming.statement, id=statement_id))


def _link(request: Asking, following: Query | None) -> str:
    return "" if following is None else f"{request.url.path}?more={token_of_query(following)}"


def _result(statements: Sequence[bytes], more: str) -> bytes:
    """A StatementResult (xAPI-Data 2.5), of statements that are JSON already."""
    return b'{"statements":[%b],"more":%b}' % (b",".join(statements), json.encode(more))


def _answer(content: bytes, attached: Sequence[AttachedFile] | None, files: FileStore) -> Response[Any]:
    """The JSON, alone or, where files were asked for, as the first part before them (Communication 2.1.3)."""
    if attached is None:
        return Response(content, media_type=MediaType.JSON, headers=_FRESH)
    check_present(attached, files)
    boundary = new_token(18)
    kind = f"multipart/mixed; boundary={boundary}"
    return Stream(multipart(content, attached, files, boundary), media_type=kind, headers=_FRESH)


_FRESH = {"Cache-Control": "private, no-cache"}
"""What is told depends on who asks, in which version and languages, and a statement may be voided."""
