"""Signing in at OpenID providers: where the browser is sent, and whom the code that it brings back stands for.

OpenID Connect Core 1.0 with the authorization code flow (§3.1), Discovery 1.0, PKCE (RFC 7636), and the issuer in the
answer (RFC 9207).
"""

import asyncio
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode, urlsplit

import msgspec
import structlog

from base import (
    KeySets,
    Missing,
    Outward,
    OutwardFailure,
    Response,
    TokenRefused,
    Unavailable,
    life_of,
    msgid,
    read_header,
    verified_payload,
)
from people.id_tokens import Profile, check_id_token, parse
from people.provider_logins import USED_OR_EXPIRED, BegunLogin, ReturnedLogin, SignInRefused
from people.providers import Provider
from people.registry import Account

OTHER_ISSUER = msgid(
    "This sign-in service calls itself by another name than the one set up here. "
    "Nothing is wrong with your account; tell your administrator."
)
TURNED_BACK = msgid("The other service did not sign you in. Go to the sign-in page and begin again.")
STALE = timedelta(hours=24)
_OK = 200
_SERVER_FAULT = 500

log = structlog.get_logger(__name__)


class Identity(msgspec.Struct, frozen=True):
    """Whom a provider vouches for. The mail address is one that it says it has proven; for us it is not yet."""

    account: Account
    full_name: str | None
    locale: str | None
    mail_address: str | None


class Discovery(msgspec.Struct, frozen=True):
    """What a provider publishes about itself (OpenID Connect Discovery 1.0 §3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


class _Tokens(msgspec.Struct, frozen=True):
    id_token: str
    access_token: str | None = None


class _Known:
    """A provider's discovery document as it was last had."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.document: Discovery | None = None
        self.fresh_until: datetime | None = None
        self.stale_until: datetime | None = None

    def is_fresh(self, now: datetime) -> bool:
        return self.fresh_until is not None and now < self.fresh_until

    def is_usable(self, now: datetime) -> bool:
        return self.stale_until is not None and now < self.stale_until


class Providers:
    """The doors to all providers, one of these for a process; what they publish is fetched once and kept a while."""

    def __init__(self, providers: tuple[Provider, ...], outward: Outward, key_sets: KeySets) -> None:
        self.all = providers
        self._outward = outward
        self._key_sets = key_sets
        self._known: dict[str, _Known] = {each.id: _Known() for each in providers}

    def provider(self, provider_id: str) -> Provider:
        """Raises Missing."""
        for each in self.all:
            if each.id == provider_id:
                return each
        raise Missing(f"No sign-in provider is set up as {provider_id[:40]!r}.")

    async def authorization_url(
        self, provider: Provider, login: BegunLogin, *, redirect_uri: str, now: datetime
    ) -> str:
        """Where the browser goes to sign in. Raises Unavailable, or SignInRefused for another issuer."""
        document = await self._discover(provider, now)
        query = {
            "response_type": "code",
            "client_id": provider.client_id,
            "redirect_uri": redirect_uri,
            "scope": " ".join(provider.scopes),
            "state": login.state,
            "nonce": login.nonce,
            "code_challenge": login.code_challenge,
            "code_challenge_method": "S256",
        }
        joint = "&" if urlsplit(document.authorization_endpoint).query else "?"
        return f"{document.authorization_endpoint}{joint}{urlencode(query)}"

    async def identify(
        self, provider: Provider, login: ReturnedLogin, answer: Mapping[str, str], *, redirect_uri: str, now: datetime
    ) -> Identity:
        """Whom the provider's answer stands for. Raises SignInRefused, or Unavailable when it cannot be asked."""
        document = await self._discover(provider, now)
        _check_answer(answer, provider, document)
        tokens = await self._redeem(provider, document, login, answer["code"], redirect_uri)
        try:
            header = read_header(tokens.id_token)
            key = await self._key_sets.key(document.jwks_uri, header, now=now)
            payload = verified_payload(tokens.id_token, header, key)
        except TokenRefused as refused:
            raise SignInRefused(refused.message) from refused
        account = check_id_token(payload, provider, login, now=now)
        profile = parse(payload, Profile, called="id_token")
        if profile.full_name is None:
            profile = await self._ask_profile(document, tokens, profile)
        return Identity(account, profile.full_name, profile.locale, profile.verified_mail)

    async def _discover(self, provider: Provider, now: datetime) -> Discovery:
        known = self._known[provider.id]
        async with known.lock:
            if not known.is_fresh(now):
                await self._refresh(provider, known, now)
        assert known.document is not None  # else it was raised why not
        return known.document

    async def _refresh(self, provider: Provider, known: _Known, now: datetime) -> None:
        """Raises where there is no document that may still be used."""
        url = f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration"
        try:
            response = await self._fetch(url)
        except Unavailable as error:
            if known.is_usable(now):
                log.warning("provider not reached", provider=provider.id, reason=error.message)
                return
            raise
        known.document = _own_document(parse(response.body, Discovery, called=url), provider)
        known.fresh_until = now + life_of(response)
        known.stale_until = now + max(STALE, life_of(response))

    async def _fetch(self, url: str) -> Response:
        response = await self._outward.get_json(url)
        if response.status != _OK:
            raise Unavailable(f"{url} answered with status {response.status}; it must be the provider's description.")
        return response

    async def _redeem(
        self, provider: Provider, document: Discovery, login: ReturnedLogin, code: str, redirect_uri: str
    ) -> _Tokens:
        """The tokens for a code, which serves once (RFC 6749 §4.1.3)."""
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": login.code_verifier,
        }
        headers = {}
        if provider.client_secret is None:
            fields["client_id"] = provider.client_id
        elif "client_secret_basic" in document.token_endpoint_auth_methods_supported:
            headers["Authorization"] = _basic(provider.client_id, provider.client_secret)
        else:
            fields |= {"client_id": provider.client_id, "client_secret": provider.client_secret}
        response = await self._outward.post_form(document.token_endpoint, fields, headers=headers)
        if response.status >= _SERVER_FAULT:
            raise Unavailable(f"{provider.issuer} answered with status {response.status} when asked for tokens.")
        if response.status != _OK:
            raise SignInRefused(f"{provider.issuer} took no code, status {response.status}", USED_OR_EXPIRED)
        return parse(response.body, _Tokens, called="token answer")

    async def _ask_profile(self, document: Discovery, tokens: _Tokens, told: Profile) -> Profile:
        """What userinfo adds (§5.3); nothing when it cannot be had, since the person can tell us their name."""
        if document.userinfo_endpoint is None or tokens.access_token is None:
            return told
        headers = {"Authorization": f"Bearer {tokens.access_token}"}
        try:
            response = await self._outward.get_json(document.userinfo_endpoint, headers=headers)
            asked = parse(response.body, Profile, called="userinfo")
        except (OutwardFailure, SignInRefused) as error:
            log.warning("userinfo not had", reason=str(error))
            return told
        return asked if asked.sub == told.sub else told  # §5.3.2: of another subject nothing may be used


def _own_document(document: Discovery, provider: Provider) -> Discovery:
    """The document, when it is the provider's own (Discovery §4.3: the issuers must be the same, to the letter)."""
    if document.issuer != provider.issuer:
        raise SignInRefused(
            f"{provider.id} is set up with issuer {provider.issuer!r}, and calls itself {document.issuer!r}",
            OTHER_ISSUER,
        )
    if urlsplit(document.authorization_endpoint).scheme not in {"https", urlsplit(provider.issuer).scheme}:
        raise SignInRefused(f"authorization_endpoint is {document.authorization_endpoint!r}; it must be https")
    return document


def _check_answer(answer: Mapping[str, str], provider: Provider, document: Discovery) -> None:
    issuer = answer.get("iss")
    missing = issuer is None and document.authorization_response_iss_parameter_supported
    if missing or issuer not in {None, provider.issuer}:
        raise SignInRefused(f"the answer came from {issuer!r}, not from {provider.issuer!r}", OTHER_ISSUER)
    if "code" not in answer:
        said = f"{answer.get('error')!r}: {answer.get('error_description')!r}"
        raise SignInRefused(f"{provider.issuer} sent no code but the error {said[:500]}", TURNED_BACK)


def _basic(client_id: str, client_secret: str) -> str:
    """RFC 6749 §2.3.1: both are form-encoded before they are joined; a space as %20, which every decoder reads."""
    return f"Basic {b64encode(':'.join(quote(part, safe='') for part in (client_id, client_secret)).encode()).decode()}"
