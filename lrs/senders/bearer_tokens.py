"""Bearer tokens (RFC 6750) of OpenID providers: access tokens verified by the keys that their issuer publishes."""

import asyncio
import base64
from datetime import datetime, timedelta

import msgspec
import structlog

from base import (
    Database,
    KeySets,
    Outward,
    TokenRefused,
    Unavailable,
    life_of,
    read_header,
    verified_payload,
)
from lrs.senders.credentials import Sender
from lrs.senders.issuers import list_issuers
from lrs.senders.token_claims import issuer_in, sender_of_claims

log = structlog.get_logger(__name__)

_OK = 200
_ASK_AGAIN_AFTER = timedelta(seconds=30)


class _Discovery(msgspec.Struct, frozen=True):
    """What a provider publishes about itself (OpenID Connect Discovery 1.0 §3)."""

    issuer: str
    jwks_uri: str
    token_endpoint: str | None = None


class _Known:
    """A provider's discovery document as it was last had, and when it was last asked for."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.document: _Discovery | None = None
        self.fresh_until: datetime | None = None
        self.asked_at: datetime | None = None

    def may_ask(self, now: datetime) -> bool:
        is_fresh = self.fresh_until is not None and now < self.fresh_until
        return not is_fresh and (self.asked_at is None or now - self.asked_at >= _ASK_AGAIN_AFTER)


class BearerTokens:
    """Verifies tokens, one of these for a process; what issuers publish is fetched once and kept a while."""

    def __init__(self, outward: Outward, key_sets: KeySets) -> None:
        self._outward = outward
        self._key_sets = key_sets
        self._known: dict[str, _Known] = {}

    async def sender(self, db: Database, token: str, *, now: datetime) -> tuple[Sender, datetime]:
        """Who brings the token, and until when it is good. Raises TokenRefused; Unavailable when nobody can tell.

        Nothing is asked of an issuer that is not among ours, so no stranger can send us anywhere.
        """
        header = read_header(token)
        named = issuer_in(_unverified_payload(token))
        issuers = tuple(each for each in await db.read(list_issuers) if each.issuer == named)
        if not issuers:
            raise TokenRefused(f"the token's issuer is {named[:200]!r}, which is not known here")
        document = await self._discover(named, now)
        key = await self._key_sets.key(document.jwks_uri, header, now=now)
        payload = verified_payload(token, header, key)
        return sender_of_claims(payload, issuers, token_endpoint=document.token_endpoint, now=now)

    async def _discover(self, issuer: str, now: datetime) -> _Discovery:
        known = self._known.setdefault(issuer, _Known())
        async with known.lock:
            if known.may_ask(now):
                known.asked_at = now
                await self._refresh(issuer, known, now)
        if known.document is None:
            raise Unavailable(f"{issuer} is out of reach, so its tokens cannot be verified; try again in a minute.")
        return known.document

    async def _refresh(self, issuer: str, known: _Known, now: datetime) -> None:
        """A document that is already known is kept while its provider is out of reach."""
        url = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
        try:
            response = await self._outward.get_json(url)
            document = msgspec.json.decode(response.body, type=_Discovery)
        except (Unavailable, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            log.warning("issuer not reached", issuer=issuer, reason=str(error))
            return
        # Discovery §4.3: both names must be the same, to the letter.
        if response.status != _OK or document.issuer != issuer:
            log.warning("issuer not taken", issuer=issuer, status=response.status, calls_itself=document.issuer)
            return
        known.document = document
        known.fresh_until = now + life_of(response)


def _unverified_payload(token: str) -> bytes:
    """The second part of a token that `read_header` has read."""
    payload = token.split(".")[1]
    try:
        return base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    except ValueError as error:
        raise TokenRefused(f"the token is no signed token: {error}") from error
