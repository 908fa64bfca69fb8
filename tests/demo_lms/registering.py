"""Tools that register themselves, as Moodle 4.5 takes them (IMS Dynamic Registration 1.0)."""

import secrets
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.handlers.base import BaseRouteHandler
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from tests.demo_lms.lms import SCOPES, DemoLms
from tests.demo_lms.pages import show, visitor_of
from tests.demo_lms.tokens import Draft, signed
from tests.demo_lms.tools import Tool

TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
TOKEN_LIFE = timedelta(hours=1)
MESSAGES = ("LtiResourceLinkRequest", "LtiDeepLinkingRequest")
VARIABLES = ("basic-lti-launch-request", "Context.id", "Context.title", "User.id", "ResourceLink.id")

Asking = Request[Any, Any, Any]


class RegistrationToken(msgspec.Struct, frozen=True):
    """What lets a tool register: the client id that it will have."""

    sub: str
    exp: float


class Refusal(Exception):
    """What Moodle says of a registration that it does not take: a status, and a bare word."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@get("/openid-configuration")
async def openid_configuration(lms: NamedDependency[DemoLms]) -> dict[str, Any]:
    return {
        "issuer": lms.url,
        "authorization_endpoint": f"{lms.url}/auth",
        "token_endpoint": f"{lms.url}/token",
        "jwks_uri": f"{lms.url}/jwks",
        "registration_endpoint": f"{lms.url}/registrations",
        "scopes_supported": list(SCOPES),
        "claims_supported": ["sub", "iss", "name", "given_name", "family_name", "email"],
        "response_types_supported": ["id_token"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        PLATFORM: {
            "product_family_code": lms.product,
            "version": "4.5.6 (demo)",
            "messages_supported": [{"type": message} for message in MESSAGES],
            "variables": list(VARIABLES),
        },
    }


@get("/tools")
async def tools_page(request: Asking, lms: NamedDependency[DemoLms], url: FromQuery[str] = "") -> Response[Any]:
    """The tools, and a field for the address of another; with one, that tool in a frame, asked to register itself."""
    visitor = visitor_of(request, lms)
    if visitor is None:
        return Redirect("/sign-in", status_code=303)
    return show("tools.html", visitor, tools=lms.tools, frame=registration_url(lms, url) if url else "")


@post("/registrations", status_code=200)
async def registrations(request: Asking, lms: NamedDependency[DemoLms]) -> Response[Any]:
    try:
        client_id = _client_id(request.headers.get("authorization", ""), lms)
        sent = _checked(await request.body())
    except Refusal as refusal:
        return Response(str(refusal), status_code=refusal.status, media_type="text/plain")
    lms.spent_registrations.add(client_id)
    lms.tools.append(Tool(client_id, str(len(lms.tools) + 2), sent))
    tool = {**sent[TOOL], "deployment_id": lms.tools[-1].deployment_id}
    return Response({**sent, "client_id": client_id, TOOL: tool})


@post("/tools/{number:int}/activate")
async def activate(request: Asking, number: FromPath[int], lms: NamedDependency[DemoLms]) -> Response[Any]:
    """From now on everything is launched by this tool's registration."""
    if visitor_of(request, lms) is not None:
        tool = lms.tools[number]
        tool.active = True
        lms.client_id, lms.deployment_id = tool.client_id, tool.deployment_id
    return Redirect("/tools", status_code=303)


HANDLERS: list[BaseRouteHandler | Router] = [openid_configuration, tools_page, registrations, activate]


def registration_url(lms: DemoLms, tool_url: str) -> str:
    """Where a tool is asked to register itself, with a token for the client that it will be."""
    expires = int((lms.clock() + TOKEN_LIFE).timestamp())
    header = {"typ": "JWT", "alg": "RS256", "kid": lms.key.kid}
    token = signed(Draft(header, {"sub": f"client-{secrets.token_hex(8)}", "exp": expires}, lms.key))
    parts = urlsplit(tool_url)
    query = [
        *parse_qsl(parts.query),
        ("openid_configuration", f"{lms.url}/openid-configuration"),
        ("registration_token", token),
    ]
    return parts._replace(query=urlencode(query)).geturl()


def _client_id(authorization: str, lms: DemoLms) -> str:
    kind, _, token = authorization.partition(" ")
    if kind != "Bearer":
        raise Refusal(HTTPStatus.UNAUTHORIZED, "missing_registration_token")
    try:
        proof = jws.deserialize_compact(token, lms.key, ["RS256"])
        claimed = msgspec.json.decode(proof.payload, type=RegistrationToken)
    except (JoseError, msgspec.MsgspecError, ValueError) as error:
        raise Refusal(HTTPStatus.UNAUTHORIZED, "invalid_registration_token") from error
    if lms.clock().timestamp() > claimed.exp:
        raise Refusal(HTTPStatus.UNAUTHORIZED, "expired_registration_token")
    if claimed.sub in lms.spent_registrations:
        raise Refusal(HTTPStatus.UNAUTHORIZED, "token_already_used")
    return claimed.sub


def _checked(body: bytes) -> dict[str, Any]:
    sent: dict[str, Any] = msgspec.json.decode(body)
    for name in ("response_types", "initiate_login_uri", "redirect_uris", "client_name", "jwks_uri", TOOL):
        if not sent.get(name):
            raise Refusal(HTTPStatus.BAD_REQUEST, f"missing required attribute {name}")
    if "id_token" not in sent["response_types"]:
        raise Refusal(HTTPStatus.BAD_REQUEST, "invalid_response_types")
    if sent.get("token_endpoint_auth_method") != "private_key_jwt":
        raise Refusal(HTTPStatus.BAD_REQUEST, "invalid_token_endpoint_auth_method")
    # The port counts: the domain must be the whole place of the address that is launched.
    if urlsplit(sent[TOOL].get("target_link_uri", "")).netloc != sent[TOOL].get("domain"):
        raise Refusal(HTTPStatus.BAD_REQUEST, "domain_targetlinkuri_mismatch")
    return sent
