"""What servers ask of the platform: its keys, access tokens, line items, scores and results."""

from datetime import UTC, datetime
from typing import Any

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.handlers.base import BaseRouteHandler
from litestar.params import FromPath

from tests.demo_lms.grade_book import LineItem
from tests.demo_lms.lms import AGS, CLIENT_ID, SCOPES, DemoLms, Refused

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LINE_ITEM_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
LINE_ITEMS_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"
RESULTS_TYPE = "application/vnd.ims.lis.v2.resultcontainer+json"
SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"


class Assertion(msgspec.Struct, frozen=True):
    """What a tool signs to prove itself (RFC 7523; IMS Security Framework 1.0 §4.1.1)."""

    iss: str
    sub: str
    aud: str
    jti: str
    iat: float
    exp: float


@get("/jwks")
async def jwks(lms: NamedDependency[DemoLms]) -> dict[str, Any]:
    return {"keys": [lms.key.as_dict(private=False)]}


@post("/token", status_code=200)
async def token(request: Request[Any, Any, Any], lms: NamedDependency[DemoLms]) -> Response[dict[str, Any]]:
    form = await request.form()
    try:
        scopes = await _proven_scopes({name: str(value) for name, value in form.items()}, lms)
    except Refused as refusal:
        return Response({"error": "invalid_client", "error_description": str(refusal)}, status_code=400)
    return Response(
        {
            "access_token": lms.grant(scopes),
            "token_type": "Bearer",
            "expires_in": 3600,
            "scope": " ".join(sorted(scopes)),
        }
    )


@get("/lineitems")
async def line_items(request: Request[Any, Any, Any], lms: NamedDependency[DemoLms]) -> Response[Any]:
    if refused := refusal(request, lms, f"{AGS}scope/lineitem.readonly"):
        return refused
    return Response([_line_item(lms, column) for column in lms.grade_book.columns.values()], media_type=LINE_ITEMS_TYPE)


@get("/lineitems/{link_id:str}")
async def line_item(
    request: Request[Any, Any, Any], link_id: FromPath[str], lms: NamedDependency[DemoLms]
) -> Response[Any]:
    if refused := refusal(request, lms, f"{AGS}scope/lineitem.readonly"):
        return refused
    column = lms.grade_book.columns.get(link_id)
    return (
        Response(None, status_code=404)
        if column is None
        else Response(_line_item(lms, column), media_type=LINE_ITEM_TYPE)
    )


@post("/lineitems/{link_id:str}/scores", status_code=200)
async def scores(
    request: Request[Any, Any, Any], link_id: FromPath[str], lms: NamedDependency[DemoLms]
) -> Response[Any]:
    if refused := refusal(request, lms, f"{AGS}scope/score"):
        return refused
    if request.headers.get("content-type") != SCORE_TYPE:
        return Response([], status_code=415)
    return Response([], status_code=lms.grade_book.post(link_id, await request.body()))


@get("/lineitems/{link_id:str}/results")
async def results(
    request: Request[Any, Any, Any], link_id: FromPath[str], lms: NamedDependency[DemoLms]
) -> Response[Any]:
    if refused := refusal(request, lms, f"{AGS}scope/result.readonly"):
        return refused
    cells = {user: entry for (link, user), entry in lms.grade_book.cells.items() if link == link_id}
    found = [
        {
            "id": f"{lms.url}/lineitems/{link_id}/results/{user}",
            "scoreOf": f"{lms.url}/lineitems/{link_id}",
            "userId": user,
            "resultScore": entry.score,
            "resultMaximum": 100,
        }
        for user, entry in cells.items()
        if entry.score is not None
    ]
    return Response(found, media_type=RESULTS_TYPE)


HANDLERS: list[BaseRouteHandler | Router] = [jwks, token, line_items, line_item, scores, results]


async def _proven_scopes(form: dict[str, str], lms: DemoLms) -> frozenset[str]:
    """The scopes asked for that may be granted, once the tool's signature has been checked against its key set."""
    if form.get("grant_type") != "client_credentials" or form.get("client_assertion_type") != ASSERTION_TYPE:
        raise Refused("grant_type and client_assertion_type must be those of a client assertion.")
    try:
        keys = KeySet.import_key_set(await lms.fetch_tool_keys())  # type: ignore[arg-type] # it is JSON from elsewhere
        proof = jws.deserialize_compact(form["client_assertion"], keys, ["RS256"])
        assertion = msgspec.json.decode(proof.payload, type=Assertion)
    except (JoseError, msgspec.MsgspecError, KeyError, ValueError) as error:
        raise Refused(f"The client assertion does not verify: {error}") from error
    if (assertion.iss, assertion.sub, assertion.aud) != (CLIENT_ID, CLIENT_ID, f"{lms.url}/token"):
        raise Refused("The client assertion is of another client, or for another audience.")
    now = lms.clock()
    if not datetime.fromtimestamp(assertion.iat, UTC) <= now < datetime.fromtimestamp(assertion.exp, UTC):
        raise Refused("The client assertion has expired, or is from the future.")
    if assertion.jti in lms.spent_assertions:
        raise Refused("The client assertion was used before.")
    lms.spent_assertions.add(assertion.jti)
    return frozenset(form.get("scope", "").split()) & frozenset(SCOPES)


def refusal(request: Request[Any, Any, Any], lms: DemoLms, scope: str) -> Response[Any] | None:
    """The answer to whoever comes without a token that is good for `scope`."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind == "Bearer" and lms.permits(token, scope):
        return None
    return Response({"error": f"an access token with {scope} is needed"}, status_code=401)


def _line_item(lms: DemoLms, column: LineItem) -> dict[str, Any]:
    return {
        "id": f"{lms.url}/lineitems/{column.id}?course=1",
        "label": column.label,
        "scoreMaximum": column.score_maximum,
        "resourceLinkId": column.resource_link_id,
    }
