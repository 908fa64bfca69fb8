"""What a document holds: any bytes, but what says that it is JSON must be; objects are merged (Communication 2.2)."""

from typing import Final

import msgspec
from msgspec import Raw, Struct, json

from base import Invalid, TooLarge
from lrs.standard.forms import MEDIA_TYPE

_RULE = "Communication 2.2"
_JSON = "application/json"
_UNTOLD = "application/octet-stream"
"""What a body without a Content-Type is taken for (RFC 9110, 8.3)."""

_TYPE_LIMIT_CHARACTERS = 255

_anything: Final = json.Decoder()
_members: Final = json.Decoder(dict[str, Raw])


class Content(Struct, frozen=True):
    """Bytes, and the media type that their sender gave them; JSON where it says so."""

    type: str
    body: bytes

    @property
    def is_json(self) -> bool:
        return self.type.partition(";")[0].strip().lower() == _JSON


def parse_content(content_type: str | None, body: bytes) -> Content:
    """What was sent. Raises Invalid for no media type and for what is called JSON and is not; TooLarge (depth)."""
    content = Content(_UNTOLD if content_type is None else content_type.strip(), body)
    if not MEDIA_TYPE.fullmatch(content.type) or len(content.type) > _TYPE_LIMIT_CHARACTERS or not _is_plain(content):
        raise Invalid(
            f"The Content-Type is {content.type[:100]!r}; it must be a media type, such as {_JSON}.", rule="RFC 6838"
        )
    if content.is_json:
        _check_json(body)
    return content


def merged_content(present: Content, posted: Content, *, limit_bytes: int) -> Content:
    """The present JSON object with the posted one's members in place of its own; their values stay as they came.

    Only members directly in the object are merged. Raises Invalid unless both are JSON objects and say so, TooLarge.
    """
    merged = json.encode(_object(present, "present") | _object(posted, "posted"))
    if len(merged) > limit_bytes:
        raise TooLarge(
            f"The merged document has {len(merged)} bytes; it may have {limit_bytes}.", rule="document limit"
        )
    return Content(present.type, merged)


def _is_plain(content: Content) -> bool:
    """Whether its type can go out again as a header."""
    return content.type.isascii() and content.type.isprintable()


def _check_json(body: bytes) -> None:
    try:
        _anything.decode(body)
    except RecursionError as error:
        raise TooLarge("The document is nested too deeply; send it flatter.", rule="depth limit") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid(
            f"The document is called {_JSON} and is not: {error}. Send JSON, or the Content-Type that it has.",
            rule=_RULE,
        ) from error


def _object(content: Content, which: str) -> dict[str, Raw]:
    if not content.is_json:
        raise Invalid(
            f"The {which} document is {content.type}; only those of {_JSON} are merged. PUT replaces it whole.",
            rule=_RULE,
        )
    try:
        return _members.decode(content.body)
    except msgspec.DecodeError as error:
        raise Invalid(
            f"The {which} document is no JSON object and has no members to merge. PUT replaces it whole.", rule=_RULE
        ) from error
