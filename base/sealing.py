"""Secrets that we keep for others, such as a key to another server: encrypted by the ring, and bound to their use."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from base.errors import Unavailable
from base.key_schedule import KeyPurpose
from base.keys import KeyRing

_NONCE_BYTES = 12  # NIST SP 800-38D, 8.2: what GCM is made for
_LABEL = b"waymark: secrets kept for others"


def seal(ring: KeyRing, secret: str, *, about: str) -> bytes:
    """`secret` as it may lie in the database: AES-256-GCM, opened again only for the same `about`.

    The key follows from the one that signs to other systems now, whose id stands in front; its private file is needed
    to open it for as long as the secret is used.
    """
    key_id, key = ring.derived_key(KeyPurpose.WEBHOOKS, _LABEL)
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return key_id.encode() + b"\n" + nonce + AESGCM(key).encrypt(nonce, secret.encode(), about.encode())


def unseal(ring: KeyRing, sealed: bytes, *, about: str) -> str:
    """The secret. Raises Unavailable, naming the cure, when the key is not here or it was sealed for something else."""
    key_id, _, rest = sealed.partition(b"\n")
    _, key = ring.derived_key(KeyPurpose.WEBHOOKS, _LABEL, key_id=key_id.decode())
    try:
        return AESGCM(key).decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], about.encode()).decode()
    except InvalidTag:
        raise Unavailable(f"What was sealed for {about} was changed since; remove it and enter it anew.") from None
