"""The addresses that platforms know: login, launch, and our key set."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.di import NamedDependency

from base import BY_PROOF, PUBLIC, Database, KeyRing, KeySets, new_token
from lti.arriving.arrival import receive_launch
from lti.arriving.kept import ask_for_proof, keep_arrival, proof_in
from lti.arriving.refusing import told_why
from lti.launching.launch import check_return, verify_launch
from lti.launching.login import parse_login, spend_login, start_login
from lti.launching.storage import StorageAsked, start_kept_login
from lti.refusals import COOKIES_OFF, CookieBlocked, DeploymentPending, LaunchFault, LaunchRefused

BROWSER_COOKIE = "waymark-lti"
FRAME_COOKIE = "waymark-frame"
# Third-party cookies are blocked in frames; partitioned ones (CHIPS) are not. Written by hand, since neither the
# framework nor the standard library knows the attribute.
_IN_FRAMES = "HttpOnly; Secure; SameSite=None; Partitioned"
_LARGEST_FORM_BYTES = 256 * 1024

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
    keys: NamedDependency[KeyRing],
    waymark_url: NamedDependency[str],
    now: NamedDependency[datetime],
) -> Response[None]:
    """Lets a person in; the answer is a redirect, so that a reload does not post the used token again."""
    form = await _form(request)
    frame = new_token()
    async with told_why(db, "launch", now=now) as sender:
        proof = proof_in(form, request.headers.get("origin"), waymark_url=waymark_url)
        spent = await db.write(spend_login, form.get("state", ""), from_storage=proof is not None, now=now)
        if spent is None and proof is None:
            await ask_for_proof(db, form, now=now)
        sender.platform = spent.platform if spent else None
        login = check_return(spent, proof or request.cookies.get(BROWSER_COOKIE))
        verified = await verify_launch(_id_token(form), login, key_sets, waymark_url=waymark_url, now=now)
        sender.launch = verified
        arrival = await db.write(receive_launch, verified, frame=frame, keys=keys, now=now)
        if arrival is None:
            raise DeploymentPending(f"{verified.platform.issuer} deployment {verified.deployment_id!r} is not approved")
    there = f"{waymark_url}/f/{frame}{arrival.location}"
    if arrival.session is None:
        return _see_other(there)
    if login.storage_target is not None:
        keep = await db.write(keep_arrival, arrival, login, frame=frame, waymark_url=waymark_url, now=now)
        raise StorageAsked(keep)
    return _see_other(there, f"{FRAME_COOKIE}={arrival.session}; Path=/f/{frame}; {_IN_FRAMES}")


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
    async with told_why(db, "login", now=now) as sender:
        sender.issuer = parameters.get("iss")
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


def _id_token(form: Mapping[str, str]) -> str:
    """Raises LaunchRefused with what the platform says instead of one (OpenID Connect Core §3.1.2.6)."""
    if "id_token" not in form:
        said = f"{form.get('error')!r}: {form.get('error_description')!r}"
        raise LaunchRefused(f"the platform sent no id_token but the error {said}", fault=LaunchFault.PLATFORM_ERROR)
    return form["id_token"]
