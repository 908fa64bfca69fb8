"""Who sends a request, by its Authorization header; a verified sender is remembered for a moment."""

import base64
import hashlib
from datetime import datetime, timedelta

from base import Database, Unauthenticated
from lrs.credentials import Sender, sender_of

REMEMBERED = timedelta(seconds=10)
"""How long a revoked credential may still be let in."""

_REMEMBERED_AT_MOST = 1000
_RULE = "Communication 4.0"


class RecentSenders:
    """Senders whose key and secret were verified a moment ago, so that a busy one costs no look-up a request."""

    def __init__(self) -> None:
        self._senders: dict[bytes, tuple[datetime, Sender]] = {}

    async def sender(self, db: Database, authorization: str | None, *, now: datetime) -> Sender:
        """Who sends this header. Raises Unauthenticated."""
        key, secret = _basic(authorization)
        digest = hashlib.sha256(f"{key}:{secret}".encode()).digest()
        known = self._senders.get(digest)
        if known is not None and now < known[0]:
            return known[1]
        verified = await db.read(sender_of, key, secret)
        if len(self._senders) >= _REMEMBERED_AT_MOST:
            self._senders.clear()
        self._senders[digest] = (now + REMEMBERED, verified)
        return verified


def _basic(authorization: str | None) -> tuple[str, str]:
    """The key and secret of HTTP Basic authentication (RFC 7617)."""
    scheme, _, encoded = (authorization or "").partition(" ")
    try:
        key, colon, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        key, colon, secret = "", "", ""
    if scheme.lower() != "basic" or not colon or not key.isprintable():
        raise Unauthenticated(
            "Send the key and secret of a credential by HTTP Basic authentication (RFC 7617).", rule=_RULE
        )
    return key, secret
