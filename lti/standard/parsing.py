"""What platforms send, read into our types, however it is mangled."""

import unicodedata
from typing import TypeVar

import msgspec

from lti.refusals import LaunchRefused

T = TypeVar("T")

PRINTABLE = r"^[^\x00-\x1f\x7f]*\Z"
"""No control characters: PostgreSQL keeps no NUL, and nothing that we redirect by or log has any."""

_NO_WRITING = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})

UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What decoding raises for JSON that is none, has other types, or is nested without end."""


def parse_json(body: bytes, kind: type[T], *, called: str) -> T:
    """Raises LaunchRefused with the place and the rule; `called` names the document in the log."""
    try:
        return msgspec.json.decode(body, type=kind)
    except UNREADABLE as error:
        raise LaunchRefused(f"{called}: {error}") from error


def shown(text: str | None, longest: int) -> str | None:
    """What a platform calls something, fit to be kept and shown on one line; None when nothing is left of it.

    Characters that are no writing go: controls, line ends, halves of pairs, and what Unicode has not given out.
    """
    written = "".join(
        " " if unicodedata.category(each) in _NO_WRITING else each for each in (text or "")[: 4 * longest]
    )
    return " ".join(written.split())[:longest].rstrip() or None
