"""Answers that name their own content by an ETag, and are not sent to who has it already (Communication 3.1)."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from http import HTTPStatus

from litestar import Response

from lrs.http.caller import Asking
from lrs.standard.preconditions import Preconditions, etag_of, parse_preconditions


def preconditions_of(request: Asking) -> Preconditions:
    return parse_preconditions(request.headers.getall("If-Match", []), request.headers.getall("If-None-Match", []))


_NONE: Mapping[str, str] = {}


def tagged_answer(
    request: Asking,
    body: bytes,
    content_type: str,
    *,
    updated: datetime | None = None,
    headers: Mapping[str, str] = _NONE,
) -> Response[bytes]:
    """The content with its ETag and when it was last changed; 304 to who names that ETag (RFC 9110, 13.1.2)."""
    etag = etag_of(body)
    named = {"ETag": f'"{etag}"', "Cache-Control": "private, no-cache", **headers}
    if updated is not None:
        named["Last-Modified"] = format_datetime(updated, usegmt=True)
    if preconditions_of(request).has_already(etag):
        return Response(b"", status_code=HTTPStatus.NOT_MODIFIED, headers=named)
    return Response(body, headers={**named, "Content-Type": content_type})
