"""Names as people write them and as they are looked for."""

import unicodedata

from base import Invalid

LONGEST_NAME = 255
_INVISIBLE = frozenset({"Cc", "Cf", "Cs"})


def readable(name: str | None) -> str | None:
    """The name composed (Unicode NFC), with single spaces and nothing invisible; None when nothing is left of it.

    Control and formatting characters are dropped rather than refused: some systems leave them in names, and on a
    certificate U+202E would turn the text around. Raises Invalid for one longer than 255 characters.
    """
    composed = unicodedata.normalize("NFC", name or "")
    visible = "".join(c for c in " ".join(composed.split()) if unicodedata.category(c) not in _INVISIBLE).strip()
    if len(visible) > LONGEST_NAME:
        raise Invalid(f"The full name has {len(visible)} characters; it must have at most {LONGEST_NAME}.")
    return visible or None


def folded(name: str) -> str:
    """The name as it is compared in a search: without case and marks, and with every kind of i as one.

    Azerbaijani pairs I with ı and İ with i where English pairs I with i; a name is written in one language and looked
    for in another, so all four count as the same letter. Marks go (ü is u, ё is е), since keyboards lack them.
    """
    bare = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return " ".join(bare.replace("ı", "i").casefold().split())
