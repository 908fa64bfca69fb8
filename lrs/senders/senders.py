"""Who sends a request, by its Authorization header; a verified sender is remembered for a moment."""

import base64
import hashlib
from contextlib import suppress
from datetime import datetime, timedelta

from base import Database, Unauthenticated, Unavailable
from lrs.senders.bearer_tokens import BearerTokens
from lrs.senders.credentials import USE_NOTED_EVERY, Sender, note_use, sender_of
from lrs.senders.session_tokens import SESSION_KEY, session_sender

REMEMBERED = timedelta(seconds=10)
"""How long a revoked credential may still be let in."""

_REMEMBERED_AT_MOST = 10_000
_RULE = "Communication 4.0"


def challenge(authorization: str | None) -> str:
    """How to come in, which a 401 must say (RFC 9110 §11.6.1), and that a token was no good (RFC 6750 §3.1)."""
    failed = ', error="invalid_token"' if (authorization or "").lower().startswith("bearer ") else ""
    return f'Basic realm="xAPI", charset="UTF-8", Bearer realm="xAPI"{failed}'


class RecentSenders:
    """Senders who were verified a moment ago, so that a busy one costs no look-up a request.

    Without `bearer_tokens`, tokens of other issuers are not let in.
    """

    def __init__(self, bearer_tokens: BearerTokens | None = None) -> None:
        self._bearer_tokens = bearer_tokens
        self._senders: dict[bytes, tuple[datetime, Sender]] = {}
        self._uses: dict[str, datetime] = {}

    async def sender(self, db: Database, authorization: str | None, *, now: datetime) -> Sender:
        """Who sends this header. Raises Unauthenticated."""
        digest = hashlib.sha256((authorization or "").encode()).digest()
        known = self._senders.get(digest)
        if known is not None and now < known[0]:
            return known[1]
        verified, until = await self._verified(db, authorization or "", now)
        if len(self._senders) >= _REMEMBERED_AT_MOST:
            self._senders.clear()
        self._senders[digest] = (min(now + REMEMBERED, until), verified)
        return verified

    async def _verified(self, db: Database, authorization: str, now: datetime) -> tuple[Sender, datetime]:
        """Who sends the header, and until when that may be remembered."""
        scheme, _, proof = authorization.partition(" ")
        if scheme.lower() == "bearer" and proof.count(".") == _DOTS_OF_A_SIGNED_TOKEN:
            return await self._by_token(db, proof.strip(), now)
        key, secret = _pair(proof) if scheme.lower() in {"basic", "bearer"} else ("", "")
        if key == SESSION_KEY:
            return await db.read(session_sender, secret, now=now)
        if scheme.lower() != "basic" or not key.isprintable() or not key + secret:
            raise Unauthenticated(
                "Send the key and secret of a credential by HTTP Basic authentication (RFC 7617), or a bearer token.",
                rule=_RULE,
            )
        sender = await db.read(sender_of, key, secret)
        await self._note_use(db, key, now)
        return sender, now + REMEMBERED

    async def _by_token(self, db: Database, token: str, now: datetime) -> tuple[Sender, datetime]:
        if self._bearer_tokens is None:
            raise Unauthenticated("No issuer of bearer tokens is known here; send a key and a secret.", rule=_RULE)
        return await self._bearer_tokens.sender(db, token, now=now)

    async def _note_use(self, db: Database, key: str, now: datetime) -> None:
        """At most one write a minute for each credential; a store that can only be read still answers."""
        if key in self._uses and now - self._uses[key] < USE_NOTED_EVERY:
            return
        if len(self._uses) >= _REMEMBERED_AT_MOST:
            self._uses.clear()
        self._uses[key] = now
        with suppress(Unavailable):
            await db.write(note_use, key, now=now)


_DOTS_OF_A_SIGNED_TOKEN = 2


def _pair(encoded: str) -> tuple[str, str]:
    """The key and secret of HTTP Basic authentication (RFC 7617); two empty texts when it is none."""
    try:
        key, colon, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return (key, secret) if colon else ("", "")
