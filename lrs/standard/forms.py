"""The forms of strings in a statement: IRIs, mailboxes, language tags, durations, timestamps, hashes."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

IRI: Final = re.compile(r'[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20\x7f<>"{}|\\^`]+')
"""RFC 3987 with a scheme (xAPI-Data 4.3): best effort, as the standard allows; none of the characters it excludes."""

MBOX: Final = re.compile(r"mailto:[^\s@:<>\x00]+@[^\s@:<>\x00]+")
"""xAPI-Data 2.4.2.3: one address, and no more than the address."""

SHA1_HEX: Final = re.compile(r"[0-9A-Fa-f]{40}")
SHA2_HEX: Final = re.compile(r"(?:[0-9A-Fa-f]{56}|[0-9A-Fa-f]{64}|[0-9A-Fa-f]{96}|[0-9A-Fa-f]{128})")
"""SHA-224, 256, 384 or 512 (FIPS 180-4) in hex."""

MEDIA_TYPE: Final = re.compile(r"[\w!#$&\-^.+]+/[\w!#$&\-^.+]+(?:[\t ]*;[\t\x20-\x7e]*)?", re.ASCII)
"""RFC 6838, 4.2, with or without parameters: on one line, since it becomes a header when the file is given back."""

VERSION_1_0: Final = re.compile(r"1\.0(?:\.(?:0|[1-9][0-9]*))?")
VERSION_2_0: Final = re.compile(r"2\.0\.(?:0|[1-9][0-9]*)")

DURATION: Final = re.compile(
    r"P(?:\d+(?:[.,]\d+)?W"
    r"|(?=\d|T\d)"
    r"(?:\d+(?:[.,]\d+(?=Y$))?Y)?(?:\d+(?:[.,]\d+(?=M$))?M)?(?:\d+(?:[.,]\d+(?=D$))?D)?"
    r"(?:T(?=\d)(?:\d+(?:[.,]\d+(?=H$))?H)?(?:\d+(?:[.,]\d+(?=M$))?M)?(?:\d+(?:[.,]\d+(?=S$))?S)?)?)",
    re.ASCII,
)
"""ISO 8601 (xAPI-Data 4.6): at least one part, in order, and a fraction in the last one only."""

_EXTLANG = r"(?:-[a-z]{3}){0,3}"
_REGULAR = r"art-lojban|cel-gaulish|no-bok|no-nyn|zh-guoyu|zh-hakka|zh-min|zh-min-nan|zh-xiang"
_IRREGULAR = (
    r"en-gb-oed|i-ami|i-bnn|i-default|i-enochian|i-hak|i-klingon|i-lux|i-mingo|i-navajo|i-pwn|i-tao|i-tay|i-tsu"
    r"|sgn-be-fr|sgn-be-nl|sgn-ch-de"
)
LANGUAGE_TAG: Final = re.compile(
    rf"(?:(?:[a-z]{{2,3}}{_EXTLANG}|[a-z]{{4,8}})"
    r"(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*"
    r"(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?"
    rf"|x(?:-[a-z0-9]{{1,8}})+|{_REGULAR}|{_IRREGULAR})",
    re.IGNORECASE | re.ASCII,
)
"""RFC 5646, 2.1: well-formed, whether registered or not (xAPI-Data 4.2)."""

NEGATIVE_ZERO_OFFSET: Final = re.compile(r".*-00(?::?00)?")
"""RFC 3339, 4.3: "-00:00" says that the zone is not known; xAPI wants one that is (xAPI-Data 4.5)."""


_REMEMBERED_LENGTH: Final = 200
_REMEMBERED: Final = 4096


def _asks(form: re.Pattern[str]) -> Callable[[str], bool]:
    """Whether a string has the form. Statements name the same few again and again, so the short ones are remembered."""

    @lru_cache(_REMEMBERED)
    def has_form(value: str) -> bool:
        return form.fullmatch(value) is not None

    return lambda value: has_form(value) if len(value) <= _REMEMBERED_LENGTH else form.fullmatch(value) is not None


is_iri = _asks(IRI)
is_language_tag = _asks(LANGUAGE_TAG)
is_duration = _asks(DURATION)
