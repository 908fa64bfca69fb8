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

from tests.demo_lms.lms import SCOPES, DemoLms, Refused

SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


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


HANDLERS: list[BaseRouteHandler | Router] = [jwks, token]


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
    if (assertion.iss, assertion.sub, assertion.aud) != (lms.client_id, lms.client_id, f"{lms.url}/token"):
        raise Refused("The client assertion is of another client, or for another audience.")
    now = lms.clock()
    if not datetime.fromtimestamp(assertion.iat, UTC) <= now < datetime.fromtimestamp(assertion.exp, UTC):
        raise Refused("The client assertion has expired, or is from the future.")
    if assertion.jti in lms.spent_assertions:
        raise Refused("The client assertion was used before.")
    lms.spent_assertions.add(assertion.jti)
    return frozenset(form.get("scope", "").split()) & frozenset(SCOPES) - lms.withheld


def refusal(request: Request[Any, Any, Any], lms: DemoLms, *scopes: str) -> Response[Any] | None:
    """The answer to whoever comes without a token that is good for one of `scopes`."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind == "Bearer" and any(lms.permits(token, scope) for scope in scopes):
        return None
    return Response({"error": f"an access token with {' or '.join(scopes)} is needed"}, status_code=401)
