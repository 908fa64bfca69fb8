"""What a provider's id_token says, and the rules that it must keep for the login that asked for it."""

import hmac
from datetime import UTC, datetime, timedelta
from typing import Annotated, TypeVar

import msgspec

from base import token_hash
from people.provider_logins import LOGIN_LIFETIME, ReturnedLogin, SignInRefused
from people.providers import Provider
from people.registry import Account

LEEWAY = timedelta(seconds=60)
_LONGEST = 255

T = TypeVar("T")

_Subject = Annotated[str, msgspec.Meta(min_length=1, max_length=255, pattern=r"^[\x20-\x7e]+\Z")]


class Profile(msgspec.Struct, frozen=True):
    """What a provider may say about a person (OpenID Connect Core 1.0 §5.1), in the token or at its userinfo."""

    sub: _Subject
    name: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    locale: str | None = None
    email: str | None = None
    email_verified: bool | str = False

    @property
    def full_name(self) -> str | None:
        """The name that the provider gives, if any."""
        parts = [part for part in (self.given_name, self.family_name) if part]
        name = self.name or " ".join(parts)
        return name if 0 < len(name) <= _LONGEST else None

    @property
    def verified_mail(self) -> str | None:
        """The address that the provider says it has proven; some write the truth value as a text."""
        return self.email if self.email_verified in {True, "true"} else None


class _Claims(msgspec.Struct, frozen=True):
    iss: str
    sub: _Subject
    aud: str | tuple[str, ...]
    exp: float
    iat: float
    nonce: str | None = None
    azp: str | None = None


def check_id_token(payload: bytes, provider: Provider, login: ReturnedLogin, *, now: datetime) -> Account:
    """The account that a verified token vouches for. Raises SignInRefused with the first rule that is broken.

    OpenID Connect Core 1.0 §3.1.3.7.
    """
    claims = parse(payload, _Claims, called="id_token")
    if claims.iss != provider.issuer:
        raise SignInRefused(f"iss is {claims.iss!r}; the provider is set up as {provider.issuer!r}")
    audience = (claims.aud,) if isinstance(claims.aud, str) else claims.aud
    if provider.client_id not in audience:
        raise SignInRefused(f"aud is {list(audience)}; it must name our client id {provider.client_id!r}")
    if (len(audience) > 1 or claims.azp is not None) and claims.azp != provider.client_id:
        raise SignInRefused(f"azp is {claims.azp!r}; it must be our client id {provider.client_id!r}")
    _check_times(claims, now)
    if claims.nonce is None or not hmac.compare_digest(token_hash(claims.nonce), login.nonce_hash):
        raise SignInRefused("the nonce is not the one that this login was given")
    return Account(claims.iss, claims.sub)


def parse(body: bytes, kind: type[T], *, called: str) -> T:
    """What a provider sent, as `kind`. Raises SignInRefused with the place and the rule."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise SignInRefused(f"{called}: {error}") from error


def _check_times(claims: _Claims, now: datetime) -> None:
    """Rules 9 and 10; clocks differ, so a minute is allowed on each side."""
    try:
        issued, expires = datetime.fromtimestamp(claims.iat, UTC), datetime.fromtimestamp(claims.exp, UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise SignInRefused(f"iat is {claims.iat} and exp {claims.exp}; both must be times") from error
    if now >= expires + LEEWAY:
        raise SignInRefused(f"the token expired at {expires.isoformat()}; our clock says {now.isoformat()}")
    if not now - LOGIN_LIFETIME - LEEWAY <= issued <= now + LEEWAY:
        raise SignInRefused(f"the token was issued at {issued.isoformat()}; our clock says {now.isoformat()}")
