"""The authorization server. Whoever tests may change what it says about itself and what stands in its tokens."""

import secrets
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from authlib.oauth2.rfc6749 import AuthorizationServer, OAuth2Payload, OAuth2Request
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc6749.models import AuthorizationCodeMixin, ClientMixin
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc9207 import IssuerParameter
from authlib.oidc.core.grants import OpenIDCode
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID = "waymark"
CLIENT_SECRET = "a secret: with spaces & signs"


@dataclass(frozen=True)
class User:
    """Somebody who has an account here; `in_token` says whether the token names them, or userinfo alone."""

    id: str
    name: str | None = None
    email: str | None = None
    email_verified: bool = False
    in_token: bool = True

    def get_user_id(self) -> str:
        return self.id

    def claims(self) -> dict[str, Any]:
        mail = {"email": self.email, "email_verified": self.email_verified} if self.email else {}
        return {"sub": self.id, **({"name": self.name} if self.name else {}), **mail}


class _Payload(OAuth2Payload):  # type: ignore[misc]  # authlib has no types
    def __init__(self, values: dict[str, str]) -> None:
        self._values = values

    @property
    def data(self) -> dict[str, str]:
        return self._values

    @property
    def datalist(self) -> defaultdict[str, list[str]]:
        return defaultdict(list, {name: [value] for name, value in self._values.items()})


class _Request(OAuth2Request):  # type: ignore[misc]  # authlib has no types
    """Query and form in one, since an address takes only one of them here."""

    def __init__(self, asked: "Asked") -> None:
        super().__init__(asked.method, asked.url, headers=asked.headers)
        self.payload = _Payload(asked.values)

    @property
    def args(self) -> dict[str, str]:
        values: dict[str, str] = self.payload.data
        return values

    @property
    def form(self) -> dict[str, str]:
        return self.args


@dataclass(frozen=True)
class Asked:
    """A request as the web framework read it."""

    method: str
    url: str
    headers: dict[str, str]
    values: dict[str, str]


@dataclass
class Answer:
    """What the web framework is to answer."""

    status: int
    body: Any
    location: str | None


class _Client(ClientMixin):  # type: ignore[misc]  # authlib has no types
    client_id = CLIENT_ID

    def __init__(self, redirect_uri: str) -> None:
        self.redirect_uri = redirect_uri

    def get_client_id(self) -> str:
        return CLIENT_ID

    def get_default_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.redirect_uri

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == CLIENT_SECRET

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass
class _Code(AuthorizationCodeMixin):  # type: ignore[misc]  # authlib has no types
    user: User
    redirect_uri: str
    scope: str
    nonce: str | None
    code_challenge: str | None
    code_challenge_method: str | None
    auth_time: int = field(default_factory=lambda: int(time.time()))

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> int:
        return self.auth_time

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


class OpenIdProvider(AuthorizationServer):  # type: ignore[misc]  # authlib has no types
    """The provider at `url`, where Waymark is registered with one redirect URI."""

    def __init__(self, url: str, redirect_uri: str) -> None:
        super().__init__(scopes_supported=["openid", "profile", "email"])
        self.url = url
        self.issuer = url
        self.forged: dict[str, Any] = {}
        self.key = RSAKey.generate_key(2048, {"kid": "provider-1", "alg": "RS256", "use": "sig"})
        self.codes: dict[str, _Code] = {}
        self.access_tokens: dict[str, User] = {}
        self._client = _Client(redirect_uri)
        self.register_token_generator("default", _generate_token)
        self.register_grant(_CodeGrant, [_S256Only(required=True), _IdTokens(self)])
        self.register_extension(_SaysIssuer())

    def query_client(self, client_id: str) -> _Client | None:
        return self._client if client_id == CLIENT_ID else None

    def sign_access_token(self, key: RSAKey | None = None, **claims: Any) -> str:
        """A signed access token (RFC 9068) with these claims; signed by another key it is forged."""
        header = {"alg": "RS256", "kid": "provider-1", "typ": "at+jwt"}
        return jwt.encode(header, {"iss": self.issuer, **claims}, key or self.key)

    def save_token(self, token: dict[str, Any], request: OAuth2Request) -> None:
        self.access_tokens[token["access_token"]] = request.user

    def create_oauth2_request(self, request: Asked) -> OAuth2Request:
        return _Request(request)

    def handle_response(self, status: int, body: Any, headers: Any) -> Answer:
        named = dict(headers)
        return Answer(status, body, named.get("Location"))

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""


class _S256Only(CodeChallenge):  # type: ignore[misc]  # authlib has no types
    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)


class _CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]  # authlib has no types
    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic",)

    def save_authorization_code(self, code: str, request: OAuth2Request) -> None:
        data = request.payload.data
        self.server.codes[code] = _Code(
            request.user,
            data["redirect_uri"],
            data["scope"],
            data.get("nonce"),
            data.get("code_challenge"),
            data.get("code_challenge_method"),
        )

    def query_authorization_code(self, code: str, _client: _Client) -> _Code | None:
        known: dict[str, _Code] = self.server.codes
        return known.get(code)

    def delete_authorization_code(self, code: _Code) -> None:
        self.server.codes = {key: each for key, each in self.server.codes.items() if each is not code}

    def authenticate_user(self, code: _Code) -> User:
        return code.user


class _IdTokens(OpenIDCode):  # type: ignore[misc]  # authlib has no types
    def __init__(self, provider: OpenIdProvider) -> None:
        super().__init__(require_nonce=True)
        self._provider = provider

    def exists_nonce(self, _nonce: str, _request: OAuth2Request) -> bool:
        return False

    def get_client_algorithm(self, _client: _Client) -> str:
        return "RS256"

    def get_encode_header(self, _client: _Client) -> dict[str, str]:
        return {"alg": "RS256", "kid": "provider-1"}

    def resolve_client_private_key(self, _client: _Client) -> RSAKey:
        return self._provider.key

    def get_compatible_claims(self, _request: OAuth2Request) -> dict[str, Any]:
        now = int(time.time())
        return {"iss": self._provider.issuer, "aud": [CLIENT_ID], "iat": now, "exp": now + 300}

    def generate_user_info(self, user: User, _scope: str) -> dict[str, Any]:
        """These come last, so what is forged replaces what is true."""
        return (user.claims() if user.in_token else {"sub": user.id}) | self._provider.forged


class _SaysIssuer(IssuerParameter):  # type: ignore[misc]  # authlib has no types
    def __call__(self, provider: OpenIdProvider) -> None:
        self._provider = provider
        super().__call__(provider)

    def get_issuer(self) -> str:
        return self._provider.issuer


def _generate_token(*, scope: str, **_asked: object) -> dict[str, Any]:
    return {"token_type": "Bearer", "access_token": secrets.token_urlsafe(24), "expires_in": 300, "scope": scope}
