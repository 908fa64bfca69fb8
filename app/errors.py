"""The one table of status codes, and how an error is told: as JSON to machines, as a page to people."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap

from app.page import page
from app.security_headers import let_forms_lead_to
from app.visit import KeptElsewhere, visit_of
from base import (
    Conflict,
    Forbidden,
    Invalid,
    Missing,
    PreconditionFailed,
    TooLarge,
    TooMany,
    Unauthenticated,
    Unavailable,
    WaymarkError,
)
from lti import CookieBlocked, DeploymentPending, Keep, KeysOutOfReach, LaunchRefused, Prove, StorageAsked, Store
from people import SignInRefused

log = structlog.get_logger(__name__)

STATUS: Mapping[type[WaymarkError], HTTPStatus] = {
    Invalid: HTTPStatus.BAD_REQUEST,
    Unauthenticated: HTTPStatus.UNAUTHORIZED,
    Forbidden: HTTPStatus.FORBIDDEN,
    Missing: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    PreconditionFailed: HTTPStatus.PRECONDITION_FAILED,
    TooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    TooMany: HTTPStatus.TOO_MANY_REQUESTS,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """What machines read, as application/problem+json (RFC 9457)."""

    title: str
    status: int
    detail: str
    rule: str | None = None
    where: str | None = None


def answer_expected(request: Request[Any, Any, Any], error: WaymarkError) -> Response[Any]:
    """The answer to an expected failure: the status of its kind, and its message."""
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    problem = Problem(status.phrase, status.value, error.message, error.rule, error.where)
    seconds = error.retry_after_seconds if isinstance(error, TooMany | Unavailable) else None
    return _answer(request, problem, {} if seconds is None else {"retry-after": str(seconds)})


def answer_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """The answer to what the framework refuses before a handler runs: an unknown path, a wrong method, a bad body."""
    status = HTTPStatus(error.status_code)
    problem = Problem(status.phrase, status.value, error.detail)
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        problem = msgspec.structs.replace(problem, detail=_TOO_LARGE, rule="body limit")
    return _answer(request, problem, dict(error.headers or {}))


def answer_bug(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """The answer to what nobody expected; it is logged whole, and tells nothing of itself."""
    log.error("request failed", method=request.method, path=request.scope["path"], exc_info=error)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return _answer(request, Problem(status.phrase, status.value, "Waymark failed; the failure was logged."), {})


def answer_refused(
    request: Request[Any, Any, Any], refusal: LaunchRefused | DeploymentPending | KeysOutOfReach
) -> Response[Any]:
    """The answer to somebody whom the LMS sent in vain: plain words that the refusal brings along."""
    status = next(STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS)
    visit = visit_of(request)
    visit = msgspec.structs.replace(visit, language=refusal.language or visit.language)
    return page("refused.html", visit, status=status, message=refusal.message, way_back=refusal.way_back)


def answer_blocked(request: Request[Any, Any, Any], blocked: CookieBlocked) -> Response[Any]:
    """The answer to a frame in which the browser keeps nothing: the same sign-in in a tab of its own."""
    return page("new_tab.html", visit_of(request), address=blocked.restart_url)


def answer_storage_asked(request: Request[Any, Any, Any], asked: StorageAsked) -> Response[Any]:
    """The answer to a launch in such a frame whose platform may keep what the browser does not."""
    step = asked.step
    keep, prove = (step, None) if isinstance(step, Keep) else (None, step)
    return _ask_storage(request, step.store, keep=keep, prove=prove)


def answer_kept_elsewhere(request: Request[Any, Any, Any], elsewhere: KeptElsewhere) -> Response[Any]:
    """The answer to whatever such a frame asks for: a page that fetches the token, and then what was asked for.

    What it shows then may send a form back to the platform, so this answer must let it.
    """
    let_forms_lead_to(request.scope, elsewhere.kept.origins)
    return _ask_storage(request, elsewhere.kept.store, resumes=True)


def answer_sign_in_refused(request: Request[Any, Any, Any], refusal: SignInRefused) -> Response[Any]:
    """The answer to somebody whose sign-in by a provider failed a check; why stands in the log alone."""
    log.warning("sign-in refused", reason=refusal.reason)
    return page("sign_in_refused.html", visit_of(request), status=STATUS[Unauthenticated], message=refusal.message)


_TOO_LARGE = "The request's body is larger than this path takes; send less at a time."

EXCEPTION_HANDLERS: ExceptionHandlersMap = {
    SignInRefused: answer_sign_in_refused,
    LaunchRefused: answer_refused,
    DeploymentPending: answer_refused,
    KeysOutOfReach: answer_refused,
    CookieBlocked: answer_blocked,
    StorageAsked: answer_storage_asked,
    KeptElsewhere: answer_kept_elsewhere,
    WaymarkError: answer_expected,
    HTTPException: answer_http,
    Exception: answer_bug,
}


def _ask_storage(
    request: Request[Any, Any, Any],
    store: Store,
    *,
    keep: Keep | None = None,
    prove: Prove | None = None,
    resumes: bool = False,
) -> Response[Any]:
    return page("storage.html", visit_of(request), store=store, keep=keep, prove=prove, resumes=resumes)


def _answer(request: Request[Any, Any, Any], problem: Problem, headers: dict[str, str]) -> Response[Any]:
    if "text/html" in request.headers.get("accept", ""):  # every browser's navigation says so, and no client of an API
        answer: Response[Any] = page("error.html", visit_of(request), status=problem.status, problem=problem)
        answer.headers.update(headers)
        return answer
    return Response(
        msgspec.json.encode(problem),
        status_code=problem.status,
        media_type="application/problem+json",
        headers={"cache-control": "no-store", **_challenge(problem), **headers},
    )


def _challenge(problem: Problem) -> dict[str, str]:
    """How to come in, which a 401 must say (RFC 9110, section 11.6.1); clients of the record store come by Basic."""
    return {"www-authenticate": 'Basic realm="Waymark"'} if problem.status == HTTPStatus.UNAUTHORIZED else {}
