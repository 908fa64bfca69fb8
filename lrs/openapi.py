"""What the OpenAPI document says of routes that read their parameters themselves."""

from dataclasses import dataclass

from litestar.openapi.spec import OpenAPIMediaType, Operation, Parameter, RequestBody, Schema
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


def with_parameters(*parameters: Parameter, body: RequestBody | None = None) -> type[Operation]:
    """An operation that takes these, and the version, besides what the framework sees in its handler."""

    @dataclass
    class Described(Operation):
        def __post_init__(self) -> None:
            self.parameters = [*(self.parameters or ()), VERSION, *parameters]
            self.request_body = self.request_body or body

    return Described
