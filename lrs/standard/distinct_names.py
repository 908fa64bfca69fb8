"""No object in a statement has two members of one name (xAPI-Data 2.2; decision 0012)."""

import json as standard
from collections import Counter
from typing import Any, Final

from msgspec import DecodeError, json

from base import Invalid

_decoder: Final = json.Decoder()
_encoder: Final = json.Encoder()

_RULE: Final = "xAPI-Data 2.2"


def check_distinct(raw: bytes, at: str) -> None:
    """Raise Invalid for a name that stands twice in one object of the JSON, which is known to be valid."""
    if not _may_repeat(raw):
        return
    try:
        standard.loads(raw, object_pairs_hook=_members, parse_int=str, parse_float=str)
    except _Repeated as repeated:
        raise Invalid(
            f"{at}: the member {repeated.name} stands twice in one object; send it once ({_RULE}).",
            rule=_RULE,
            where=at,
        ) from repeated


class _Repeated(Exception):
    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def _may_repeat(raw: bytes) -> bool:
    """Whether a closer look is needed, which takes several times as long as this one.

    A decoder keeps one of two members of one name, so that what is written again then has fewer colons: no colon that
    stands in a text goes or comes by that, unless it came as an escape.
    """
    if b"\\" in raw and b"\\u" in raw:
        return True
    try:
        once = _encoder.encode(_decoder.decode(raw))
    except DecodeError:  # a number that this decoder cannot hold
        return True
    return raw.count(b":") != once.count(b":")


def _members(pairs: list[tuple[str, Any]]) -> None:
    """Nothing is made of them: the names are what is looked at."""
    if len(pairs) > 1:
        name, times = Counter(name for name, _ in pairs).most_common(1)[0]
        if times > 1:
            raise _Repeated(name)
