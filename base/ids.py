"""Names that cannot be guessed, and what is stored of those that are secrets."""

import hashlib
import secrets
from uuid import UUID, uuid4


def new_uuid() -> UUID:
    """A random UUID (RFC 9562, version 4)."""
    return uuid4()


def new_token(size_bytes: int = 16) -> str:
    """A random URL-safe token of `size_bytes` bytes of entropy."""
    return secrets.token_urlsafe(size_bytes)


def token_hash(token: str) -> str:
    """The SHA-256 of a token in hex: what the database keeps, so that a copy of it opens no door."""
    return hashlib.sha256(token.encode()).hexdigest()
