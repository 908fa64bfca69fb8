"""What a verified bearer token says of its bearer, and the rules that it must keep. Pure."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, TypeVar

import msgspec

from base import TokenRefused
from lrs.senders.credentials import Scope, Sender
from lrs.senders.issuers import Issuer
from lrs.standard.statements import Account, Agent

LEEWAY = timedelta(seconds=60)
"""Clocks differ; a minute is allowed on each side."""

T = TypeVar("T")

_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
_KNOWN_SCOPES = frozenset(Scope)


class Claims(msgspec.Struct, frozen=True):
    """The claims of an access token that matter here (RFC 7519 §4.1, RFC 9068 §2.2); `exp` is not optional."""

    iss: str
    sub: _Text
    aud: str | tuple[str, ...]
    exp: float
    nbf: float | None = None
    azp: _Text | None = None
    client_id: _Text | None = None

    @property
    def audience(self) -> tuple[str, ...]:
        return (self.aud,) if isinstance(self.aud, str) else self.aud

    @property
    def client(self) -> str | None:
        """The application to which the token was given; providers name it in either claim."""
        return self.client_id or self.azp


def issuer_in(payload: bytes) -> str:
    """Whom a token names as its issuer, verified or not. Raises TokenRefused."""
    return _decoded(payload, _Named).iss


class _Named(msgspec.Struct, frozen=True):
    iss: str


def sender_of_claims(
    payload: bytes, issuers: tuple[Issuer, ...], *, token_endpoint: str | None, now: datetime
) -> tuple[Sender, datetime]:
    """Who brings the token, and until when it is good. Raises TokenRefused with the first rule that is broken.

    `issuers` are the entries of the one issuer whose signature was verified, one for each audience.
    """
    claims = _decoded(payload, Claims)
    fitting = [each for each in issuers if each.issuer == claims.iss and each.audience in claims.audience]
    if not fitting:
        wanted = ", ".join(each.audience for each in issuers)
        raise TokenRefused(f"aud is {list(claims.audience)}; it must name {wanted} (RFC 7519 §4.1.3)")
    until = _check_times(claims, now)
    scopes = _scopes(payload, fitting[0].scope_claim)
    authority = authority_of(claims, token_endpoint=token_endpoint)
    return Sender(key=f"{claims.iss} {claims.client or claims.sub}", scopes=scopes, authority=authority), until


def authority_of(claims: Claims, *, token_endpoint: str | None) -> Agent:
    """Who vouches for what the bearer stores (xAPI-Data 2.4.9).

    A user who acts through an application is a group of the two; the application's account is at the token endpoint,
    the user's at the issuer. An application that acts for itself is one agent.
    """
    subject = Account(home_page=claims.iss, name=claims.sub)
    if claims.client is None or claims.client == claims.sub:
        return Agent(account=subject)
    application = Account(home_page=token_endpoint or claims.iss, name=claims.client)
    return Agent(object_type="Group", member=(Agent(account=application), Agent(account=subject)))


def _check_times(claims: Claims, now: datetime) -> datetime:
    """RFC 7519 §4.1.4 and §4.1.5."""
    expires = _instant(claims.exp, "exp")
    if now >= expires + LEEWAY:
        raise TokenRefused(f"the token expired at {expires.isoformat()}; our clock says {now.isoformat()}")
    if claims.nbf is not None and now < _instant(claims.nbf, "nbf") - LEEWAY:
        raise TokenRefused(f"the token is not to be taken before {claims.nbf}; our clock says {now.isoformat()}")
    return expires + LEEWAY


def _instant(value: float, claim: str) -> datetime:
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise TokenRefused(f"{claim} is {value}; it must be a time") from error


def _scopes(payload: bytes, claim: str) -> frozenset[Scope]:
    """The standard's scopes among those of the token: one text with spaces (RFC 8693 §4.2), or a list."""
    said: Any = _decoded(payload, dict[str, Any]).get(claim, "")
    words = said.split() if isinstance(said, str) else said
    if not isinstance(words, list):
        raise TokenRefused(f"{claim} is {said!r}; it must be scopes with spaces between them, or a list of scopes")
    return frozenset(Scope(word) for word in words if isinstance(word, str) and word in _KNOWN_SCOPES)


def _decoded(payload: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(payload, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise TokenRefused(f"the token's claims: {error}") from error
