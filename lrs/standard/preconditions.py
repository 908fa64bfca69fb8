"""What a request says of the document it means to meet: If-Match and If-None-Match (Communication 3.1)."""

import hashlib
import re
from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from base import PreconditionFailed

RULE: Final = "Communication 3.1"
_ANY = "*"
_TAG: Final = re.compile(r'(?:W/)?"([^"]*)"|([^\s,"]+)')

Tags = frozenset[str]
"""Entity tags without their quotes, or the star, which stands for whatever there is."""


def etag_of(content: bytes) -> str:
    """The entity tag of the content without its quotes: the SHA-1 in hex, as 1.0.3 has it."""
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()


class Preconditions(Struct, frozen=True):
    """The tags of both headers; None for a header that was not sent."""

    match: Tags | None = None
    none_match: Tags | None = None

    @property
    def is_empty(self) -> bool:
        return self.match is None and self.none_match is None

    def has_already(self, etag: str) -> bool:
        """Whether a reader says that it has this content."""
        return self.none_match is not None and _matches(self.none_match, etag)

    def check(self, etag: str | None) -> None:
        """Raise PreconditionFailed unless the document that is there, or its absence (None), is what was meant."""
        if self.match is not None and not _matches(self.match, etag):
            found = "there is no such document" if etag is None else f'its ETag is "{etag}" now'
            raise PreconditionFailed(
                f"If-Match does not match: {found}. Read the document again, and send the ETag that comes with it.",
                rule=RULE,
                where="If-Match",
            )
        if self.none_match is not None and _matches(self.none_match, etag):
            raise PreconditionFailed(
                f'If-None-Match does match: there is such a document, and its ETag is "{etag}". '
                "Read it, and send its ETag as If-Match to change it.",
                rule=RULE,
                where="If-None-Match",
            )


def parse_preconditions(if_match: Iterable[str], if_none_match: Iterable[str]) -> Preconditions:
    """What the values of both headers say; each may stand several times, and each time hold a list (RFC 9110, 13.1)."""
    return Preconditions(_tags(if_match), _tags(if_none_match))


def _tags(values: Iterable[str]) -> Tags | None:
    """The tags named, weak ones and ones without quotes too.

    RFC 9110, 13.1.1 lets no weak tag match. Ours are digests of the content, so a tag that a compressing proxy made
    weak on its way out still says which bytes were read; and older clients of xAPI send tags without their quotes.
    """
    present = list(values)
    if not present:
        return None
    return frozenset(quoted or bare for value in present for quoted, bare in _TAG.findall(value))


def _matches(tags: Tags, etag: str | None) -> bool:
    return etag is not None and (_ANY in tags or etag in tags)
