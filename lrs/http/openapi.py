"""What the OpenAPI document says of routes that read their parameters themselves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from litestar.openapi.spec import (
    OpenAPIMediaType,
    OpenAPIResponse,
    Operation,
    Parameter,
    Reference,
    RequestBody,
    Schema,
)
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType

TEXT = Schema(type=OpenAPIType.STRING, min_length=1)
IRI = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.IRI)
UUID = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.UUID)
INSTANT = Schema(type=OpenAPIType.STRING, format=OpenAPIFormat.DATE_TIME)
BOOLEAN = Schema(type=OpenAPIType.BOOLEAN)


def query(name: str, description: str, schema: Schema, *, required: bool = False) -> Parameter:
    return Parameter(name=name, param_in="query", description=description, schema=schema, required=required)


def header(name: str, description: str, *, required: bool = False) -> Parameter:
    return Parameter(name=name, param_in="header", description=description, schema=TEXT, required=required)


VERSION = header("X-Experience-API-Version", "The version of xAPI that is spoken: 1.0.x or 2.0.x.", required=True)


ANY_CONTENT = RequestBody({"*/*": OpenAPIMediaType(Schema())}, description="Bytes of any media type.", required=True)


PROBLEM = Schema(
    type=OpenAPIType.OBJECT,
    description="Why it was refused (RFC 9457).",
    required=["title", "status", "detail"],
    properties={
        "title": TEXT,
        "status": Schema(type=OpenAPIType.INTEGER),
        "detail": Schema(type=OpenAPIType.STRING, description="The rule, what was sent, and what would pass."),
        "rule": Schema(type=OpenAPIType.STRING, description="The standard and its section, or the name of our rule."),
        "where": Schema(type=OpenAPIType.STRING, description="The place: a JSON path, or a parameter."),
    },
)

_REFUSALS = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
"""What every route may answer; some may answer more."""


def with_parameters(
    *parameters: Parameter,
    body: RequestBody | None = None,
    answer: Mapping[str, Schema] | None = None,
    refusals: Iterable[HTTPStatus] = (),
) -> type[Operation]:
    """An operation that takes these, and the version, besides what the framework sees in its handler.

    `answer` is what it answers when all is well, by media type, where the handler's type does not say it; `refusals`
    are what it may answer besides what every route does.
    """

    @dataclass
    class Described(Operation):
        def __post_init__(self) -> None:
            self.parameters = [*(self.parameters or ()), VERSION, *parameters]
            self.request_body = self.request_body or body
            self.responses = {**_answered(self.responses, answer), **_problems([*_REFUSALS, *refusals])}

    return Described


def with_refusals(*refusals: HTTPStatus) -> type[Operation]:
    """An operation that takes no parameters, not even a version, and may refuse with these."""

    @dataclass
    class Described(Operation):
        def __post_init__(self) -> None:
            self.responses = {**_answered(self.responses, None), **_problems(refusals)}

    return Described


def _answered(
    responses: Mapping[str, OpenAPIResponse | Reference] | None, answer: Mapping[str, Schema] | None
) -> dict[str, OpenAPIResponse | Reference]:
    told = {status: each for status, each in (responses or {}).items() if status < "400"}
    if answer is not None:
        content = {kind: OpenAPIMediaType(schema) for kind, schema in answer.items()}
        for each in told.values():
            if isinstance(each, OpenAPIResponse):
                each.content = content
    return told


def _problems(statuses: Iterable[HTTPStatus]) -> dict[str, OpenAPIResponse]:
    content = {"application/problem+json": OpenAPIMediaType(PROBLEM)}
    return {str(status.value): OpenAPIResponse(status.phrase, content=content) for status in sorted(statuses)}
