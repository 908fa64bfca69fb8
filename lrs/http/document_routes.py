"""The three resources of documents over HTTP: states, activity profiles, agent profiles (Communication 2.2 to 2.7)."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from http import HTTPStatus

from litestar import MediaType, Response, delete, post, put, route
from litestar.di import NamedDependency
from litestar.enums import HttpMethod
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.spec import Operation, Parameter, RequestBody
from msgspec import json

from base import Database, Invalid
from lrs.documents.document_content import Content, parse_content
from lrs.documents.documents import (
    delete_document,
    delete_documents,
    find_document,
    find_document_ids,
    post_document,
    put_document,
)
from lrs.http.body_limits import body_limits
from lrs.http.caller import Asking, Caller
from lrs.http.document_resources import (
    ACTIVITY_PROFILE,
    AGENT_PROFILE,
    RESOURCES,
    STATE,
    Resource,
    parse_any,
    parse_one,
)
from lrs.http.openapi import ANY_CONTENT, INSTANT, IRI, TEXT, UUID, header, query, with_parameters
from lrs.http.receiving import read_limited
from lrs.http.tagged_answers import preconditions_of, tagged_answer
from lrs.log.lenient import Mended, mended_content_type, noting
from lrs.senders.credentials import Scope, Sender
from lrs.standard.preconditions import RULE

_AS_DATA = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Content-Disposition": "attachment",
    "X-Content-Type-Options": "nosniff",
}
"""A document is whatever somebody stored, a page with scripts too: no browser may run it as ours."""


_CONTEXT = {
    "activityId": query("activityId", "The activity that the document belongs to.", IRI, required=True),
    "agent": query("agent", "The agent that the document belongs to, as JSON.", TEXT, required=True),
    "registration": query("registration", "The registration that the document belongs to.", UUID),
}
_SINCE = query("since", "Only ids of documents that changed after this.", INSTANT)
_IF_MATCH = header("If-Match", "The ETag of the document as it is known to the sender.")
_IF_NONE_MATCH = header("If-None-Match", "A star, where there must be no such document yet.")


def _operation(
    resource: Resource,
    *others: Parameter,
    names_one: bool,
    body: RequestBody | None = None,
    refusals: Iterable[HTTPStatus],
) -> type[Operation]:
    context = [_CONTEXT[name] for name in (*resource.context, *resource.optional)]
    name = query(resource.id_name, "The id of the document in its context.", TEXT, required=names_one)
    return with_parameters(*context, name, *others, body=body, refusals=refusals)


def _put(resource: Resource) -> HTTPRouteHandler:
    refusals = (HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED)
    described = _operation(resource, _IF_MATCH, _IF_NONE_MATCH, names_one=True, body=ANY_CONTENT, refusals=refusals)

    @put(resource.path, status_code=HTTPStatus.NO_CONTENT, operation_class=described, request_max_body_size=None)
    async def put_document_of_context(
        request: Asking,
        db: NamedDependency[Database],
        caller: NamedDependency[Caller],
        now: NamedDependency[datetime],
    ) -> Response[None]:
        """Store the document, in place of the one that the preconditions name."""
        caller.sender.require(*resource.scopes)
        context, name = parse_one(resource, request.query_params.multi_items(), caller.sender)
        content, mended = _received(request, await _body(request), caller.sender)
        write = partial(
            put_document,
            context=context,
            name=name,
            content=content,
            preconditions=preconditions_of(request),
            is_2_0=caller.is_2_0,
            now=now,
        )
        return _done(await db.write(noting, write, caller.sender.key, mended, now))

    return put_document_of_context


def _post(resource: Resource) -> HTTPRouteHandler:
    refusals = (HTTPStatus.PRECONDITION_FAILED,)
    described = _operation(resource, _IF_MATCH, _IF_NONE_MATCH, names_one=True, body=ANY_CONTENT, refusals=refusals)

    @post(resource.path, status_code=HTTPStatus.NO_CONTENT, operation_class=described, request_max_body_size=None)
    async def post_document_of_context(
        request: Asking,
        db: NamedDependency[Database],
        caller: NamedDependency[Caller],
        now: NamedDependency[datetime],
    ) -> Response[None]:
        """Store the document, or merge its members into the one that is there; both are JSON objects then."""
        caller.sender.require(*resource.scopes)
        context, name = parse_one(resource, request.query_params.multi_items(), caller.sender)
        content, mended = _received(request, await _body(request), caller.sender)
        meant, limit = preconditions_of(request), body_limits(request).document_bytes
        write = partial(
            post_document, context=context, name=name, content=content, preconditions=meant, limit_bytes=limit, now=now
        )
        return _done(await db.write(noting, write, caller.sender.key, mended, now))

    return post_document_of_context


def _get(resource: Resource) -> HTTPRouteHandler:
    described = _operation(resource, _SINCE, names_one=False, refusals=(HTTPStatus.NOT_FOUND,))

    @route(resource.path, http_method=[HttpMethod.GET, HttpMethod.HEAD], operation_class=described)
    async def get_documents_of_context(
        request: Asking, db: NamedDependency[Database], caller: NamedDependency[Caller]
    ) -> Response[bytes]:
        """The document as it came; without an id the ids of those in the context, as a JSON list."""
        caller.sender.require(*resource.scopes, Scope.ALL_READ)
        asked = parse_any(resource, request.query_params.multi_items(), caller.sender)
        if asked.name is None:
            ids = await db.read(find_document_ids, asked.context, since=asked.since)
            return tagged_answer(request, json.encode(ids.ids), MediaType.JSON, updated=ids.updated)
        document = await db.read(find_document, asked.context, asked.name)
        content = document.content
        return tagged_answer(request, content.body, content.type, updated=document.updated, headers=_AS_DATA)

    return get_documents_of_context


def _delete(resource: Resource) -> HTTPRouteHandler:
    described = _operation(resource, _IF_MATCH, names_one=True, refusals=(HTTPStatus.PRECONDITION_FAILED,))

    @delete(resource.path, operation_class=described)
    async def delete_document_of_context(
        request: Asking, db: NamedDependency[Database], caller: NamedDependency[Caller]
    ) -> None:
        """Delete the document, if there is one."""
        caller.sender.require(*resource.scopes)
        context, name = parse_one(resource, request.query_params.multi_items(), caller.sender)
        await db.write(delete_document, context, name, preconditions=preconditions_of(request))

    return delete_document_of_context


_DELETING_STATES = _operation(STATE, _IF_MATCH, names_one=False, refusals=(HTTPStatus.PRECONDITION_FAILED,))


@delete(STATE.path, operation_class=_DELETING_STATES)
async def delete_states(request: Asking, db: NamedDependency[Database], caller: NamedDependency[Caller]) -> None:
    """Delete the state, if there is one; without an id all states in the context."""
    caller.sender.require(*STATE.scopes)
    asked = parse_any(STATE, request.query_params.multi_items(), caller.sender, with_since=False)
    caller.sender.check_writing(STATE.kind, asked.name)
    meant = preconditions_of(request)
    if asked.name is not None:
        await db.write(delete_document, asked.context, asked.name, preconditions=meant)
        return
    if not meant.is_empty:
        raise Invalid(
            "If-Match and If-None-Match speak of one document; name it by stateId.", rule=RULE, where="stateId"
        )
    await db.write(delete_documents, asked.context)


def _received(request: Asking, body: bytes, sender: Sender) -> tuple[Content, tuple[Mended, ...]]:
    """The document that was sent, and what was mended in how it was sent."""
    told = request.headers.get("Content-Type")
    if told is None or not sender.lenient:
        return parse_content(told, body), ()
    kept, mended = mended_content_type(told, body)
    return parse_content(kept, body), mended


async def _body(request: Asking) -> bytes:
    """The document's bytes, refused as soon as they are too many: the framework's own limit would not say the rule."""
    return await read_limited(request.stream(), body_limits(request).document_bytes, "The document")


def _done(etag: str) -> Response[None]:
    return Response(None, headers={"ETag": f'"{etag}"'})


DOCUMENT_HANDLERS = (
    *(make(resource) for resource in RESOURCES for make in (_put, _post, _get)),
    *(_delete(resource) for resource in (ACTIVITY_PROFILE, AGENT_PROFILE)),
    delete_states,
)
