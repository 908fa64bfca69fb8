"""The addresses that platforms know: login, launch, and our key set."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import structlog
from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from base import BY_PROOF, PUBLIC, Database, KeyRing, KeySets, new_token
from lti.arriving.arrival import receive_launch
from lti.arriving.kept import ask_for_proof, keep_arrival, proof_in
from lti.launching.launch import check_return, verify_launch
from lti.launching.login import parse_login, spend_login, start_login
from lti.launching.storage import StorageAsked, start_kept_login
from lti.refusals import COOKIES_OFF, CookieBlocked, DeploymentPending, LaunchRefused

BROWSER_COOKIE = "waymark-lti"
FRAME_COOKIE = "waymark-frame"
# Third-party cookies are blocked in frames; partitioned ones (CHIPS) are not. Written by hand, since neither the
# framework nor the standard library knows the attribute.
_IN_FRAMES = "HttpOnly; Secure; SameSite=None; Partitioned"
_LARGEST_FORM_BYTES = 256 * 1024

log = structlog.get_logger(__name__)

Asking = Request[Any, Any, Any]


@get("/lti/login", opt=BY_PROOF)
async def login_by_get(
    request: Asking, db: NamedDependency[Database], waymark_url: NamedDependency[str], now: NamedDependency[datetime]
) -> Response[None]:
    return await _login(request, dict(request.query_params.items()), db, waymark_url, now)


@post("/lti/login", opt=BY_PROOF, request_max_body_size=_LARGEST_FORM_BYTES)
async def login_by_post(
    request: Asking, db: NamedDependency[Database], waymark_url: NamedDependency[str], now: NamedDependency[datetime]
) -> Response[None]:
    return await _login(request, await _form(request), db, waymark_url, now)


@post("/lti/launch", opt=BY_PROOF, request_max_body_size=_LARGEST_FORM_BYTES)
async def launch(
    request: Asking,
    db: NamedDependency[Database],
    key_sets: NamedDependency[KeySets],
    waymark_url: NamedDependency[str],
    now: NamedDependency[datetime],
) -> Response[None]:
    """Lets a person in; the answer is a redirect, so that a reload does not post the used token again."""
    form = await _form(request)
    frame = new_token()
    with _reasons_logged("launch"):
        proof = proof_in(form, request.headers.get("origin"), waymark_url=waymark_url)
        spent = await db.write(spend_login, form.get("state", ""), from_storage=proof is not None, now=now)
        if spent is None and proof is None:
            await ask_for_proof(db, form, now=now)
        login = check_return(spent, request.cookies.get(BROWSER_COOKIE) if proof is None else proof)
        if "id_token" not in form:
            said = f"{form.get('error')!r}: {form.get('error_description')!r}"
            raise LaunchRefused(f"{login.platform.issuer} sent no id_token but the error {said[:500]}")
        verified = await verify_launch(form["id_token"], login, key_sets, waymark_url=waymark_url, now=now)
        arrival = await db.write(receive_launch, verified, frame=frame, now=now)
        if arrival is None:
            raise DeploymentPending(f"{verified.platform.issuer} deployment {verified.deployment_id!r} is not approved")
    if login.storage_target is not None:
        step = await db.write(keep_arrival, arrival, login, frame=frame, waymark_url=waymark_url, now=now)
        raise StorageAsked(step)
    cookie = f"{FRAME_COOKIE}={arrival.session}; Path=/f/{frame}; {_IN_FRAMES}"
    return _see_other(f"{waymark_url}/f/{frame}{arrival.location}", cookie)


@get("/lti/jwks", opt=PUBLIC)
async def jwks(keys: NamedDependency[KeyRing]) -> Response[dict[str, Any]]:
    return Response({"keys": keys.lti_public_keys()}, headers={"Cache-Control": "public, max-age=300"})


HANDLERS = [login_by_get, login_by_post, launch, jwks]


async def _login(
    request: Asking, parameters: dict[str, str], db: Database, waymark_url: str, now: datetime
) -> Response[None]:
    """Sends the browser to its platform, after seeing that it keeps our cookie.

    Seeing that costs a redirect once. It is done here and not at the launch, since the platform's hints serve once:
    after it has been asked, a new tab could not start again.
    """
    with _reasons_logged("login"):
        asked = parse_login(parameters)
        browser = request.cookies.get(BROWSER_COOKIE)
        if browser is not None:
            return _see_other(await db.write(start_login, asked, browser=browser, waymark_url=waymark_url, now=now))
        seen_before = parameters.pop("cookie", None)
        here = f"{waymark_url}/lti/login?{urlencode(parameters)}"
        if seen_before is None:
            return _see_other(f"{here}&cookie=asked", f"{BROWSER_COOKIE}={new_token()}; Path=/lti; {_IN_FRAMES}")
        if request.headers.get("sec-fetch-dest") == "document":
            raise LaunchRefused("the browser keeps no cookies", COOKIES_OFF)
        if target := asked.lti_storage_target:
            keep = await db.write(start_kept_login, asked, target, new_tab=here, waymark_url=waymark_url, now=now)
            raise StorageAsked(keep)
    raise CookieBlocked(here)


async def _form(request: Asking) -> dict[str, str]:
    return {name: value for name, value in (await request.form()).items() if isinstance(value, str)}


def _see_other(url: str, cookie: str | None = None) -> Response[None]:
    headers: Mapping[str, str] = {"Location": url, "Cache-Control": "no-store"}
    return Response(None, status_code=303, headers=headers if cookie is None else {**headers, "Set-Cookie": cookie})


@contextmanager
def _reasons_logged(step: str) -> Iterator[None]:
    """Tells the log why somebody was turned away, which the page does not."""
    try:
        yield
    except (LaunchRefused, DeploymentPending) as refusal:
        log.warning("lti refused", step=step, reason=refusal.reason)
        raise
