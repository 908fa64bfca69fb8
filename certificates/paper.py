"""What stands on a certificate: a value of words, ready to be drawn."""

import unicodedata
from datetime import datetime

import msgspec


class Audited(msgspec.Struct, frozen=True):
    """The newest seal over the audit rows: with every certificate it is known outside, and can be made anew no more."""

    seal: int
    root: str
    """In hexadecimal digits."""

    def __str__(self) -> str:
        """As `waymark audit verify --published` takes it."""
        return f"{self.seal}:{self.root}"


class Certificate(msgspec.Struct, frozen=True):
    """The words of one certificate in its language; drawing it needs nothing else, and equal words give equal bytes."""

    language: str
    title: str
    opening: str
    name: str
    deed: str
    path_title: str
    details: tuple[tuple[str, str], ...]
    """Label and value, in the order of reading."""
    number: tuple[str, str]
    """Likewise."""
    issuer: str
    check: str
    """How anyone can verify it, naming the verifying domain."""
    signed: str
    """That it carries an electronic signature."""
    code: str
    """What the QR code is, for whoever cannot see it."""
    verify_url: str
    issued_at: datetime
    audited: Audited | None = None
    """None before the first seal."""
    audited_words: str = ""
    """The line in which it stands."""


def plain(text: str) -> str:
    """`text` composed (NFC), without control and format characters, its white space single.

    A decomposed letter would be drawn as two marks beside each other; a control character such as U+202E would stay
    in the text layer and turn what is read.
    """
    composed = unicodedata.normalize("NFC", text)
    return " ".join("".join(c for c in composed if c.isspace() or unicodedata.category(c) not in _UNSEEN).split())


_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
