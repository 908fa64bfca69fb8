"""The key sets of token issuers: cached, refetched when a key is unknown, served stale while one is out of reach."""

import asyncio
import re
from datetime import datetime, timedelta
from typing import Any

import msgspec
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key
from joserfc.util import base64_to_int

from base.errors import Unavailable
from base.outward import Outward, Response
from base.tokens import ALGORITHMS, TokenHeader, TokenRefused

FRESH = timedelta(hours=1)
STALE = timedelta(hours=24)
BETWEEN_FETCHES = timedelta(seconds=30)

_MOST_KEYS = 50
_SHORTEST_RSA_BITS = 2048

log = structlog.get_logger(__name__)


class PublishedKey(msgspec.Struct, frozen=True):
    """A key with what its JWK says about its use; a JWK may leave out both alg and kid (RFC 7517 §4)."""

    key: Key
    kid: str | None
    alg: str | None

    def fits(self, header: TokenHeader) -> bool:
        named = header.kid is None or self.kid == header.kid
        return named and self.alg in {None, header.alg} and header.alg in ALGORITHMS[self.key.key_type]


class _Document(msgspec.Struct, frozen=True):
    keys: list[dict[str, Any]]


class _Cached:
    """One key set as it was last had, and when it was last asked for, with or without an answer."""

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.keys: tuple[PublishedKey, ...] = ()
        self.fresh_until: datetime | None = None
        self.stale_until: datetime | None = None
        self.asked_at: datetime | None = None
        self.trouble = "they were not asked for again so soon"

    def find(self, header: TokenHeader) -> Key | None:
        """The one key that fits; a header without a kid names a key only where no other fits as well."""
        fitting = [published.key for published in self.keys if published.fits(header)]
        return fitting[0] if len(fitting) == 1 else None

    def is_fresh(self, now: datetime) -> bool:
        return self.fresh_until is not None and now < self.fresh_until

    def is_usable(self, now: datetime) -> bool:
        return self.stale_until is not None and now < self.stale_until

    def may_ask(self, now: datetime) -> bool:
        return self.asked_at is None or now - self.asked_at >= BETWEEN_FETCHES


class KeySets:
    """The key sets of all issuers, one of these for a process; many tokens at once cause one fetch."""

    def __init__(self, outward: Outward) -> None:
        self._outward = outward
        self._cached: dict[str, _Cached] = {}

    async def key(self, jwks_url: str, header: TokenHeader, *, now: datetime) -> Key:
        """The issuer's key for a token.

        Raises TokenRefused when it publishes none that fits, Unavailable when it cannot be asked and none is cached.
        """
        cached = self._cached.setdefault(jwks_url, _Cached())
        if cached.is_fresh(now) and (key := cached.find(header)):
            return key
        async with cached.lock:
            # Whoever brought another token may have fetched it while this one waited.
            if not (cached.is_fresh(now) and cached.find(header)) and cached.may_ask(now):
                cached.asked_at = now
                await self._refresh(cached, jwks_url, now)
        if not cached.is_usable(now):
            raise Unavailable(f"The keys at {jwks_url} are out of reach: {cached.trouble}")
        if key := cached.find(header):
            return key
        raise TokenRefused(f"{jwks_url} publishes no single key for kid {header.kid!r} and alg {header.alg!r}")

    async def _refresh(self, cached: _Cached, jwks_url: str, now: datetime) -> None:
        try:
            response = await self._outward.get_json(jwks_url)
            keys = parse_key_set(response)
        except (Unavailable, TokenRefused) as error:
            log.warning("keys not fetched", jwks_url=jwks_url, reason=str(error))
            cached.trouble = str(error)
            return
        cached.keys = keys
        cached.fresh_until = now + life_of(response)
        cached.stale_until = now + max(STALE, life_of(response))


def parse_key_set(response: Response) -> tuple[PublishedKey, ...]:
    """The signing keys of a JWKS (RFC 7517 §5), those of unknown or weak kinds left out. Raises TokenRefused."""
    try:
        document = msgspec.json.decode(response.body, type=_Document)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise TokenRefused(f"key set, status {response.status}: {error}") from error
    if response.status != 200 or len(document.keys) > _MOST_KEYS:  # noqa: PLR2004 (HTTP's own number)
        raise TokenRefused(f"key set: status {response.status}, {len(document.keys)} keys")
    return tuple(key for jwk in document.keys if (key := _published(jwk)))


def _published(jwk: dict[str, Any]) -> PublishedKey | None:
    try:
        if jwk["kty"] not in ALGORITHMS or jwk.get("use", "sig") != "sig":
            return None
        # Only the public numbers are read: other members are often wrong and never needed.
        numbers: dict[str, str | list[str]] = {
            name: jwk[name] for name in ("kty", "n", "e", "crv", "x", "y") if name in jwk
        }
        if "n" in numbers and base64_to_int(jwk["n"]).bit_length() < _SHORTEST_RSA_BITS:
            return None
        return PublishedKey(JWKRegistry.import_key(numbers), jwk.get("kid"), jwk.get("alg"))
    except (JoseError, ValueError, KeyError, TypeError, AttributeError):
        return None


def life_of(response: Response) -> timedelta:
    """How long the answer may be taken as it is: its max-age, between five minutes and a day."""
    max_age = re.search(r"max-age=(\d{1,9})\b", response.headers.get("cache-control", ""))
    life = timedelta(seconds=int(max_age[1])) if max_age else FRESH
    return min(max(life, timedelta(minutes=5)), STALE)
