"""The alternate request syntax of 1.0.3: a whole request in the form of a POST (Communication 1.3)."""

from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl, urlencode

from litestar.datastructures import Headers
from litestar.enums import ScopeType
from litestar.types import (
    ASGIApp,
    HTTPReceiveMessage,
    HTTPResponseBodyEvent,
    HTTPResponseStartEvent,
    HTTPScope,
    Receive,
    Scope,
    Send,
)
from litestar.types.asgi_types import WebSocketReceiveMessage
from msgspec import Struct, json

from base import Invalid, TooLarge, WaymarkError
from lrs.http.versions import version_of_answer
from lrs.standard.about import VERSION_HEADER
from lrs.standard.forms import VERSION_2_0

_FIELDS_LIMIT = 100
_RULE = "Communication 1.3"
_BRINGS_CONTENT: Final = {"GET": False, "DELETE": False, "PUT": True, "POST": True}
_HEADERS: Final = frozenset(
    {"authorization", "x-experience-api-version", "content-type", "content-length", "if-match", "if-none-match"}
)
"""The form parameters that are headers."""


class AlternateSyntax:
    """Makes a POST under `path` that names a method in its query into the request that its form describes.

    Only 1.0 has this syntax, for browsers that could set no headers; in 2.0 it is refused.
    """

    def __init__(self, app: ASGIApp, *, path: str, form_limit_bytes: int) -> None:
        self._app = app
        self._path = path
        self._form_limit_bytes = form_limit_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or not self._is_alternate(scope):
            await self._app(scope, receive, send)
            return
        headers = Headers.from_scope(scope)
        try:
            form = await _read_form(receive, self._form_limit_bytes)
            described, content = _described(scope, headers, form)
        except WaymarkError as refusal:
            await _refuse(send, refusal, headers.get(VERSION_HEADER))
            return
        await self._app(described, _giving(content, receive), send)

    def _is_alternate(self, scope: HTTPScope) -> bool:
        # Most requests are told by two looks.
        return (
            scope["method"] == "POST"
            and b"method=" in scope["query_string"]
            and scope["path"].startswith(self._path)
            and any(name == "method" for name, _ in parse_qsl(scope["query_string"].decode("latin-1")))
        )


class _Form(Struct, frozen=True):
    """What a form holds: headers with their names in lower case, parameters of the query, content."""

    headers: dict[str, str]
    parameters: list[tuple[str, str]]
    content: str | None


async def _read_form(receive: Receive, limit_bytes: int) -> _Form:
    body = bytearray()
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            raise Invalid("The request was broken off.", rule=_RULE)
        body += message["body"]
        more = message["more_body"]
        if len(body) > limit_bytes:
            raise TooLarge(f"The form has more than {limit_bytes} bytes; send less at a time.", rule="body limit")
    return _form(bytes(body))


def _form(body: bytes) -> _Form:
    try:
        fields = parse_qsl(
            body.decode(), keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=_FIELDS_LIMIT
        )
    except ValueError as error:
        raise Invalid(f"The body is no URL-encoded form in UTF-8 ({error}).", rule=_RULE) from error
    headers: dict[str, str] = {}
    parameters: list[tuple[str, str]] = []
    contents: list[str] = []
    for name, value in fields:
        if name.lower() in _HEADERS:
            if name.lower() in headers or not value.isprintable():
                raise Invalid(f"{name} stands twice in the form, or is more than one line of text.", rule=_RULE)
            headers[name.lower()] = value
        elif name == "content":
            contents.append(value)
        else:
            parameters.append((name, value))
    if len(contents) > 1:
        raise Invalid("content stands twice in the form; send it once.", rule=_RULE)
    return _Form(headers, parameters, contents[0] if contents else None)


def _described(scope: HTTPScope, headers: Headers, form: _Form) -> tuple[HTTPScope, bytes]:
    """The request that the form describes, and its body."""
    version = form.headers.get(VERSION_HEADER.lower(), headers.get(VERSION_HEADER, ""))
    if VERSION_2_0.fullmatch(version):
        raise Invalid("xAPI 2.0 has no alternate request syntax; send the request itself.", rule="IEEE 9274.1.1")
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    method = query[0][1]
    if len(query) > 1 or method not in _BRINGS_CONTENT:
        raise Invalid(
            f"The query must be method={', '.join(_BRINGS_CONTENT)} alone; other parameters stand in the form.",
            rule=_RULE,
        )
    if _BRINGS_CONTENT[method] != (form.content is not None):
        must = "bring" if _BRINGS_CONTENT[method] else "not bring"
        raise Invalid(f"{method} must {must} a form parameter called content.", rule=_RULE)
    content = (form.content or "").encode()
    usual = {} if form.content is None else {"content-type": "application/json"}
    told = {**usual, **form.headers, "content-length": str(len(content))}
    kept = [(name, value) for name, value in scope["headers"] if name.decode("latin-1") not in {*told, "content-type"}]
    described: HTTPScope = {
        **scope,
        "method": method,  # type: ignore[typeddict-item]  # one of those that bring content or do not
        "query_string": urlencode(form.parameters).encode(),
        "headers": [*kept, *((name.encode(), value.encode()) for name, value in told.items())],
        "state": {},  # in which the framework remembers the headers of the request that came
    }
    return described, content


def _giving(content: bytes, receive: Receive) -> Receive:
    """Gives the body that a form held, and then what comes of the connection."""
    given = False

    async def give() -> HTTPReceiveMessage | WebSocketReceiveMessage:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": content, "more_body": False}

    return give


async def _refuse(send: Send, refusal: WaymarkError, version: str | None) -> None:
    """Answer as the routes do, which this request never reached."""
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE if isinstance(refusal, TooLarge) else HTTPStatus.BAD_REQUEST
    told = {"title": status.phrase, "status": status.value, "detail": refusal.message, "rule": refusal.rule}
    body = json.encode(told)
    headers = {
        "content-type": "application/problem+json",
        "content-length": str(len(body)),
        "cache-control": "no-store",
        VERSION_HEADER.lower(): version_of_answer(version),
    }
    start: HTTPResponseStartEvent = {
        "type": "http.response.start",
        "status": status,
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    rest: HTTPResponseBodyEvent = {"type": "http.response.body", "body": body, "more_body": False}
    await send(start)
    await send(rest)
