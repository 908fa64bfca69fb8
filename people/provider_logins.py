"""Logins at OpenID providers that are under way: each bound to the browser that began it, each good for one return."""

import hmac
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from hashlib import sha256

import msgspec
from sqlalchemy import Connection, delete, insert, select

from base import Unauthenticated, msgid, new_token, token_hash
from people.sign_in_tables import provider_logins

LOGIN_LIFETIME = timedelta(minutes=10)

BEGIN_AGAIN = msgid("We could not check this sign-in. Go to the sign-in page and begin again.")
USED_OR_EXPIRED = msgid("This sign-in was already used, or it waited too long. Go to the sign-in page and begin again.")
OTHER_BROWSER = msgid("This sign-in began in another browser. Begin again in this one.")


class SignInRefused(Unauthenticated):
    """A sign-in by a provider that failed a check: plain words for the person, `reason` for the log alone."""

    def __init__(self, reason: str, message: str = BEGIN_AGAIN) -> None:
        super().__init__(message)
        self.reason = reason


class BegunLogin(msgspec.Struct, frozen=True):
    """What the provider is told when the browser is sent there (OpenID Connect Core 1.0 §3.1.2.1; RFC 7636 §4.3)."""

    state: str
    nonce: str
    code_challenge: str


class ReturnedLogin(msgspec.Struct, frozen=True):
    """A login that came back to the browser that left: what the provider's answer must match, and where to go then."""

    nonce_hash: str
    code_verifier: str
    back: str


def begin_login(conn: Connection, provider: str, *, browser: str, back: str, now: datetime) -> BegunLogin:
    """A new login at `provider`; `browser` is the secret in the cookie of the browser that asks."""
    state, nonce = new_token(), new_token()
    conn.execute(
        insert(provider_logins).values(
            state_hash=token_hash(state),
            nonce_hash=token_hash(nonce),
            browser_hash=token_hash(browser),
            provider=provider,
            back=back,
            expires_at=now + LOGIN_LIFETIME,
        )
    )
    digest = sha256(_code_verifier(state, browser).encode()).digest()
    return BegunLogin(state, nonce, urlsafe_b64encode(digest).rstrip(b"=").decode())


def spend_login(
    conn: Connection, provider: str, state: str, *, browser: str | None, now: datetime
) -> ReturnedLogin | SignInRefused:
    """The login that `state` belongs to, which from now on is used up; or why it is refused.

    The refusal is returned and not raised, so that what is spent stays spent.
    """
    spent = delete(provider_logins).where(provider_logins.c.state_hash == token_hash(state))
    row = conn.execute(spent.returning(*provider_logins.c)).first()
    if row is None or row.expires_at <= now:
        return SignInRefused("the state was never issued, was used already, or has expired", USED_OR_EXPIRED)
    if row.provider != provider:
        return SignInRefused(f"the login was begun at {row.provider!r} and came back from {provider!r}")
    if browser is None or not hmac.compare_digest(token_hash(browser), row.browser_hash):
        return SignInRefused("the login was begun in another browser", OTHER_BROWSER)
    return ReturnedLogin(row.nonce_hash, _code_verifier(state, browser), row.back)


def forget_logins(conn: Connection, *, now: datetime, limit: int) -> int:
    """Delete up to `limit` logins that never came back; returns how many went."""
    expired = select(provider_logins.c.state_hash).where(provider_logins.c.expires_at <= now).limit(limit)
    return conn.execute(delete(provider_logins).where(provider_logins.c.state_hash.in_(expired))).rowcount


def _code_verifier(state: str, browser: str) -> str:
    """What proves at the token endpoint that we began this login (RFC 7636 §4.1: 43 to 128 unreserved characters).

    It is made of a secret of the login and one of the browser, so that it need not be kept and no copy of the
    database can redeem a code.
    """
    return token_hash(f"{state} {browser}")
