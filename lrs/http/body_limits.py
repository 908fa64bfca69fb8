"""How long the body of a request may be: the operator's choice, told with 413 where it is more (Communication 3.2)."""

from litestar import Request
from litestar.datastructures import State
from msgspec import Struct


class BodyLimits(Struct, frozen=True):
    """Bytes of one document, and of all statements of a request together, without the files of attachments."""

    document_bytes: int = 1024 * 1024
    statements_bytes: int = 4 * 1024 * 1024


_USUAL = BodyLimits()


def body_limits(request: Request[object, object, State]) -> BodyLimits:
    """Those of the service that was asked."""
    limits: BodyLimits = request.app.state.get("body_limits", _USUAL)
    return limits
