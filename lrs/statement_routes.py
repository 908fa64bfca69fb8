"""The statements resource of xAPI over HTTP (Communication 2.1)."""

from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime

from litestar import MediaType, Response, post, put, route
from litestar.di import NamedDependency
from litestar.enums import HttpMethod
from msgspec import json
from msgspec.structs import replace

from base import Database, Invalid
from lrs.caller import Asking, Caller
from lrs.credentials import Scope
from lrs.formats import formatted, languages_of
from lrs.intake import Incoming, parse_statement, parse_statements
from lrs.parameters import OneStatement, Query, parse_parameters, read_uuid, token_of_query
from lrs.query import find_statement, find_statements
from lrs.store import store_statements

_READ = (Scope.ALL, Scope.ALL_READ, Scope.STATEMENTS_READ, Scope.STATEMENTS_READ_MINE)
_WRITE = (Scope.ALL, Scope.STATEMENTS_WRITE)
_STATEMENTS = "/statements"


@post(_STATEMENTS, status_code=200)
async def post_statements(
    request: Asking,
    db: NamedDependency[Database],
    caller: NamedDependency[Caller],
    now: NamedDependency[datetime],
) -> Response[bytes]:
    """Store one statement or a list of them, all or none; the answer is their ids in order."""
    caller.sender.require(*_WRITE)
    if parameters := _parameters(request):
        raise Invalid(f"{parameters[0][0]} is no parameter of POST; it has none.", rule="Communication 2.1.2")
    incoming = parse_statements(await _read_body(request), is_2_0=caller.is_2_0)
    sender = caller.sender
    ids = await db.write(store_statements, incoming, authority=sender.authority, now=now, voids_any=sender.voids_any)
    return _json(json.encode(ids))


@put(_STATEMENTS, status_code=204)
async def put_statement(
    request: Asking,
    db: NamedDependency[Database],
    caller: NamedDependency[Caller],
    now: NamedDependency[datetime],
) -> None:
    """Store one statement under the id that the parameter names."""
    caller.sender.require(*_WRITE)
    incoming = parse_statement(await _read_body(request), is_2_0=caller.is_2_0)
    named = _under_id(incoming, _parameters(request))
    sender = caller.sender
    await db.write(store_statements, [named], authority=sender.authority, now=now, voids_any=sender.voids_any)


@route(_STATEMENTS, http_method=[HttpMethod.GET, HttpMethod.HEAD])
async def get_statements(
    request: Asking, db: NamedDependency[Database], caller: NamedDependency[Caller]
) -> Response[bytes]:
    """One statement by its id, or a page of those that match the filters."""
    caller.sender.require(*_READ)
    asked = parse_parameters(_parameters(request))
    languages = languages_of(request.headers.get("Accept-Language", ""))
    if isinstance(asked, OneStatement):
        found = await db.read(find_statement, asked, authority=caller.authority)
        modified = format_datetime(found.stored, usegmt=True)
        return _json(formatted(found.raw, asked.format, languages), {"Last-Modified": modified})
    page = await db.read(find_statements, asked, authority=caller.authority)
    statements = [formatted(raw, asked.format, languages) for raw in page.statements]
    return _json(_result(statements, _link(request, page.following)))


STATEMENT_HANDLERS = (post_statements, put_statement, get_statements)


def _parameters(request: Asking) -> list[tuple[str, str]]:
    return list(request.query_params.multi_items())


async def _read_body(request: Asking) -> bytes:
    kind, _ = request.content_type
    if kind == "multipart/mixed":
        raise Invalid(
            "This store takes no files of attachments yet; send application/json, and each attachment with a fileUrl.",
            rule="Communication 1.5",
        )
    if kind != MediaType.JSON:
        raise Invalid(
            f"The Content-Type is {kind or 'missing'}; it must be application/json.", rule="Communication 1.5"
        )
    return await request.body()


def _under_id(incoming: Incoming, parameters: Sequence[tuple[str, str]]) -> Incoming:
    """The statement under the id of the parameter, which it may name itself (Communication 2.1.1)."""
    rule = "Communication 2.1.1"
    if [name for name, _ in parameters] != ["statementId"]:
        raise Invalid("PUT has the parameter statementId, once, and no other.", rule=rule)
    statement = incoming.statement
    statement_id = read_uuid(parameters[0][1], "statementId")
    if statement.id not in {None, statement_id}:
        raise Invalid(
            f"$.id is {statement.id}; it must be that of the parameter, {statement_id}.", rule=rule, where="$.id"
        )
    return replace(incoming, statement=replace(statement, id=statement_id))


def _link(request: Asking, following: Query | None) -> str:
    return "" if following is None else f"{request.url.path}?more={token_of_query(following)}"


def _result(statements: Sequence[bytes], more: str) -> bytes:
    """A StatementResult (xAPI-Data 2.5), of statements that are JSON already."""
    return b'{"statements":[%b],"more":%b}' % (b",".join(statements), json.encode(more))


def _json(content: bytes, headers: dict[str, str] | None = None) -> Response[bytes]:
    return Response(content, media_type=MediaType.JSON, headers=headers)
