"""All resources of xAPI under one path: who calls is known, and every answer names its version."""

from collections.abc import Sequence

from litestar import Router
from litestar.di import Provide

from base import BY_PROOF
from lrs.about_routes import ABOUT_HANDLERS
from lrs.activity_routes import ACTIVITY_HANDLERS
from lrs.agent_routes import AGENT_HANDLERS
from lrs.alternate_syntax import AlternateSyntax
from lrs.caller import provide_caller
from lrs.count_routes import COUNT_HANDLERS
from lrs.document_routes import DOCUMENT_HANDLERS
from lrs.statement_routes import STATEMENT_HANDLERS
from lrs.versions import XapiHeaders

__all__ = ["XAPI_ROUTES", "AlternateSyntax"]

BODY_LIMIT_BYTES = 4 * 1024 * 1024

XAPI_ROUTES: Sequence[Router] = (
    Router(
        "/xapi",
        route_handlers=[
            *STATEMENT_HANDLERS,
            *DOCUMENT_HANDLERS,
            *AGENT_HANDLERS,
            *ACTIVITY_HANDLERS,
            *ABOUT_HANDLERS,
            *COUNT_HANDLERS,
        ],
        dependencies={"caller": Provide(provide_caller)},
        opt=BY_PROOF,
        middleware=[XapiHeaders()],
        request_max_body_size=BODY_LIMIT_BYTES,
    ),
)
