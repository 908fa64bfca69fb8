"""The LMSs that may send people here, for administrators."""

from typing import Annotated
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_400_BAD_REQUEST
from sqlalchemy import Connection

from app.page import page, see_other
from app.settings import Settings
from app.visit import Visit, acts
from base import Conflict, Database, msgid
from lti import Deployment, Platform, add_platform, approve_deployment, list_deployments, list_platforms
from people import Action

_LONGEST = 2000
_REASON = msgid("entered on the page of learning platforms")
Entry = Annotated[str, msgspec.Meta(max_length=10_000)]


class PlatformForm(msgspec.Struct, frozen=True):
    """What an administrator enters; every field may come empty, and is then shown as such."""

    name: Entry = ""
    issuer: Entry = ""
    client_id: Entry = ""
    deployment_ids: Entry = ""
    auth_login_url: Entry = ""
    token_url: Entry = ""
    jwks_url: Entry = ""


class Approval(msgspec.Struct, frozen=True):
    """Which deployment of a platform may send people from now on."""

    deployment_id: Annotated[str, msgspec.Meta(max_length=_LONGEST)]


class Addresses(msgspec.Struct, frozen=True):
    """What an LMS wants to know of us."""

    login: str
    launch: str
    keys: str


@get("/admin/platforms", opt=acts(Action.VIEW_PLATFORMS))
async def platforms_page(
    visit: NamedDependency[Visit], db: NamedDependency[Database], settings: NamedDependency[Settings]
) -> Response[str]:
    return _page(visit, settings, await db.read(_platforms), PlatformForm(), {})


@post("/admin/platforms", opt=acts(Action.REGISTER_PLATFORMS))
async def connect_platform(
    data: URLEncodedBody[PlatformForm],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Response[str] | Redirect:
    faults = faults_in(data)
    if not faults:
        try:
            await db.write(_add, data, visit)
        except Conflict as conflict:
            faults = {conflict.where or "issuer": "taken"}
        else:
            return see_other(visit, "/admin/platforms")
    return _page(visit, settings, await db.read(_platforms), data, faults)


@post("/admin/platforms/{platform_id:uuid}/deployments", opt=acts(Action.REGISTER_PLATFORMS))
async def approve(
    platform_id: FromPath[UUID],
    data: URLEncodedBody[Approval],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Redirect:
    await db.write(
        approve_deployment, platform_id, data.deployment_id, by=visit.person_id, reason=_REASON, now=visit.now
    )
    return see_other(visit, "/admin/platforms")


def faults_in(form: PlatformForm) -> dict[str, str]:
    """What keeps the form from being saved, all at once: field → missing, address (no web address) or long."""
    faults = {}
    for field, value in msgspec.structs.asdict(form).items():
        if not value.strip() and field != "deployment_ids":
            faults[field] = "missing"
        elif len(value) > _LONGEST:
            faults[field] = "long"
        elif field in {"issuer", "auth_login_url", "token_url", "jwks_url"} and not _is_address(value.strip()):
            faults[field] = "address"
    return faults


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.fragment


def _add(conn: Connection, form: PlatformForm, visit: Visit) -> Platform:
    return add_platform(
        conn,
        issuer=form.issuer.strip(),
        client_id=form.client_id.strip(),
        name=form.name.strip(),
        auth_login_url=form.auth_login_url.strip(),
        token_url=form.token_url.strip(),
        jwks_url=form.jwks_url.strip(),
        deployment_ids=form.deployment_ids.split(),
        by=visit.person_id,
        reason=_REASON,
        now=visit.now,
    )


def _platforms(conn: Connection) -> list[tuple[Platform, list[Deployment]]]:
    return [(platform, list_deployments(conn, platform.id)) for platform in list_platforms(conn)]


def _page(
    visit: Visit,
    settings: Settings,
    platforms: list[tuple[Platform, list[Deployment]]],
    form: PlatformForm,
    faults: dict[str, str],
) -> Response[str]:
    addresses = Addresses(
        login=f"{settings.url}/lti/login", launch=f"{settings.url}/lti/launch", keys=f"{settings.url}/lti/jwks"
    )
    return page(
        "platforms.html",
        visit,
        status=HTTP_400_BAD_REQUEST if faults else 200,
        platforms=platforms,
        form=form,
        faults=faults,
        addresses=addresses,
    )
