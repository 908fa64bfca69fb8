"""What the OpenAPI document says of the statements resource (Communication 2.1)."""

from http import HTTPStatus
from typing import Final

from litestar.openapi.spec import OpenAPIMediaType, RequestBody, Schema
from litestar.openapi.spec.enums import OpenAPIFormat, OpenAPIType

from lrs.http.openapi import BOOLEAN, INSTANT, IRI, TEXT, UUID, header, query, with_parameters

_OBJECT: Final = Schema(type=OpenAPIType.OBJECT)
_STATEMENT: Final = Schema(
    type=OpenAPIType.OBJECT,
    description="A statement (xAPI-Data 2.4); of 2.0 also IEEE 9274.1.1.",
    required=["actor", "verb", "object"],
    properties={
        "id": UUID,
        "actor": _OBJECT,
        "verb": Schema(type=OpenAPIType.OBJECT, required=["id"], properties={"id": IRI, "display": _OBJECT}),
        "object": _OBJECT,
        "result": _OBJECT,
        "context": _OBJECT,
        "timestamp": INSTANT,
        "stored": INSTANT,
        "authority": _OBJECT,
        "version": TEXT,
        "attachments": Schema(type=OpenAPIType.ARRAY, items=_OBJECT),
    },
)
_STATEMENTS: Final = Schema(one_of=[_STATEMENT, Schema(type=OpenAPIType.ARRAY, items=_STATEMENT)])
_RESULT: Final = Schema(
    type=OpenAPIType.OBJECT,
    description="A page of statements, and a link to the next one, empty on the last.",
    required=["statements", "more"],
    properties={
        "statements": Schema(type=OpenAPIType.ARRAY, items=_STATEMENT),
        "more": Schema(type=OpenAPIType.STRING),
    },
)
_WITH_FILES: Final = Schema(
    type=OpenAPIType.STRING,
    format=OpenAPIFormat.BINARY,
    description="First a part of application/json with all statements, then a part for each file, with "
    "Content-Transfer-Encoding: binary and its hash in X-Experience-API-Hash (Communication 1.5.2).",
)
_IDS: Final = Schema(type=OpenAPIType.ARRAY, items=UUID)


def _body(statements: Schema) -> RequestBody:
    content = {"application/json": OpenAPIMediaType(statements), "multipart/mixed": OpenAPIMediaType(_WITH_FILES)}
    return RequestBody(content, description="Statements, with their files where they have some.", required=True)


POSTING = with_parameters(body=_body(_STATEMENTS), answer={"application/json": _IDS}, refusals=(HTTPStatus.CONFLICT,))

PUTTING = with_parameters(
    query("statementId", "The id under which it is stored.", UUID, required=True),
    body=_body(_STATEMENT),
    refusals=(HTTPStatus.CONFLICT,),
)

GETTING = with_parameters(
    query("statementId", "The one statement with this id; beside format and attachments only.", UUID),
    query("voidedStatementId", "The one voided statement with this id; beside format and attachments only.", UUID),
    query("agent", "Of whom they are or to whom they were done: an Agent or an identified Group, as JSON.", TEXT),
    query("verb", "What was done.", IRI),
    query("activity", "The activity it was done to.", IRI),
    query("registration", "The registration in the context.", UUID),
    query("related_activities", "Find the activity anywhere in a statement.", BOOLEAN),
    query("related_agents", "Find the agent anywhere in a statement.", BOOLEAN),
    query("since", "Stored after this.", INSTANT),
    query("until", "Stored at this or before.", INSTANT),
    query("limit", "How many at most; 0 for as many as the store gives.", Schema(type=OpenAPIType.INTEGER, minimum=0)),
    query("format", "How much of each is given.", Schema(type=OpenAPIType.STRING, enum=["ids", "exact", "canonical"])),
    query("attachments", "Give the files, too; then the answer is multipart/mixed.", BOOLEAN),
    query("ascending", "The oldest first.", BOOLEAN),
    query("more", "The next page: from the link that the one before gave, alone.", TEXT),
    header("Accept-Language", "The languages that the reader likes, for the format canonical."),
    answer={"application/json": Schema(one_of=[_STATEMENT, _RESULT]), "multipart/mixed": _WITH_FILES},
    refusals=(HTTPStatus.NOT_FOUND,),
)
