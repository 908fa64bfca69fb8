"""Merkle trees as certificate transparency has them (RFC 6962, section 2.1): one hash that stands for a whole list."""

from collections.abc import Sequence
from hashlib import sha256


def leaf_hash(data: bytes) -> bytes:
    """The hash of one entry."""
    return sha256(b"\x00" + data).digest()


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """The hash of the list whose entries have these leaf hashes, in this order.

    Level by level, an odd last node moving up as it is: the same tree as the standard's, which splits a list at the
    largest power of two below its length.
    """
    if not leaves:
        return sha256().digest()
    level = leaves
    while len(level) > 1:
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
        if len(level) % 2:
            above.append(level[-1])
        level = above
    return level[0]
