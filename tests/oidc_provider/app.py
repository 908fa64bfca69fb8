"""The provider's addresses: discovery, keys, a page on which one chooses who to be, tokens, userinfo."""

from html import escape
from typing import Any

from litestar import Litestar, MediaType, Request, Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.handlers.base import BaseRouteHandler

from tests.oidc_provider.server import Answer, Asked, OpenIdProvider, User

Asking = Request[Any, Any, Any]

USERS = {
    user.id: user
    for user in (
        User("u-1", "Aygün Əliyeva", "Aygun@town.example", email_verified=True),
        User("u-2", "Levan Beridze", in_token=False),
        User("u-3"),
    )
}


@get("/.well-known/openid-configuration")
async def configuration(provider: NamedDependency[OpenIdProvider]) -> dict[str, Any]:
    return {
        "issuer": provider.issuer,
        "authorization_endpoint": f"{provider.url}/authorize",
        "token_endpoint": f"{provider.url}/token",
        "userinfo_endpoint": f"{provider.url}/userinfo",
        "jwks_uri": f"{provider.url}/jwks",
        "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "authorization_response_iss_parameter_supported": True,
    }


@get("/jwks")
async def jwks(provider: NamedDependency[OpenIdProvider]) -> dict[str, Any]:
    return {"keys": [provider.key.as_dict(private=False)]}


@get("/authorize", media_type=MediaType.HTML)
async def choose(request: Asking) -> str:
    here = escape(str(request.url))
    buttons = "".join(
        f'<button name="user" value="{user.id}">{escape(user.name or user.id)}</button>' for user in USERS.values()
    )
    return f'<!doctype html><title>Who are you?</title><form method="post" action="{here}">{buttons}</form>'


@post("/authorize")
async def authorize(request: Asking, provider: NamedDependency[OpenIdProvider]) -> Response[Any]:
    user = USERS.get(str((await request.form()).get("user")))
    asked = provider.create_oauth2_request(_asked(request, dict(request.query_params.items())))
    grant = provider.get_consent_grant(_asked(request, dict(request.query_params.items())), end_user=user)
    return _answer(provider.create_authorization_response(asked, grant_user=user, grant=grant))


@post("/token")
async def token(request: Asking, provider: NamedDependency[OpenIdProvider]) -> Response[Any]:
    fields = {name: str(value) for name, value in (await request.form()).items()}
    return _answer(provider.create_token_response(_asked(request, fields)))


@get("/userinfo")
async def userinfo(request: Asking, provider: NamedDependency[OpenIdProvider]) -> Response[Any]:
    user = provider.access_tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))
    return Response({}, status_code=401) if user is None else Response(user.claims())


HANDLERS: list[BaseRouteHandler | Router] = [configuration, jwks, choose, authorize, token, userinfo]


def application(provider: OpenIdProvider) -> Litestar:
    return Litestar(
        HANDLERS,
        dependencies={"provider": Provide(lambda: provider, sync_to_thread=False)},
        openapi_config=None,
        logging_config=None,
    )


def _asked(request: Asking, values: dict[str, str]) -> Asked:
    headers = {name.title(): value for name, value in request.headers.items()}
    return Asked(request.method, str(request.url), headers, values)


def _answer(answer: Answer) -> Response[Any]:
    headers = {"location": answer.location} if answer.location else {}
    return Response(answer.body or None, status_code=answer.status, headers=headers)
