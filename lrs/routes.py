"""All resources of xAPI under one path: who calls is known, and every answer names its version."""

from collections.abc import Sequence

from litestar import Litestar, Router
from litestar.di import Provide
from litestar.types import ASGIApp

from base import BY_PROOF
from lrs.http.about_routes import ABOUT_HANDLERS
from lrs.http.activity_routes import ACTIVITY_HANDLERS
from lrs.http.agent_routes import AGENT_HANDLERS
from lrs.http.alternate_syntax import AlternateSyntax
from lrs.http.body_limits import BodyLimits
from lrs.http.caller import provide_caller
from lrs.http.count_routes import COUNT_HANDLERS
from lrs.http.document_routes import DOCUMENT_HANDLERS
from lrs.http.statement_routes import STATEMENT_HANDLERS
from lrs.http.versions import XapiHeaders
from lrs.senders.gate import Stays

XAPI_PATH = "/xapi/"

BODY_LIMIT_BYTES = 4 * 1024 * 1024

XAPI_ROUTES: Sequence[Router] = (
    Router(
        XAPI_PATH,
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
        request_max_body_size=BODY_LIMIT_BYTES,
    ),
)


def xapi_edge(app: Litestar) -> ASGIApp:
    """The app with what stands before its routes of xAPI, for requests that reach no route, too."""
    limits: BodyLimits = app.state.get("body_limits", BodyLimits())
    named = XapiHeaders(Stays(app, path=XAPI_PATH), path=XAPI_PATH)
    # URL encoding may make three bytes of one.
    form_limit_bytes = 3 * max(limits.statements_bytes, limits.document_bytes)
    return AlternateSyntax(named, path=XAPI_PATH, form_limit_bytes=form_limit_bytes)
