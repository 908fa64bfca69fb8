"""The LMSs that may send people here, for administrators: which there are, and two ways to connect another."""

from typing import Annotated
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_400_BAD_REQUEST
from sqlalchemy import Connection

from app.page import page, see_other
from app.settings import Settings
from app.visit import Visit, acts
from base import Conflict, Database, Invalid, msgid
from lti import (
    Deployment,
    Platform,
    PlatformInvitation,
    add_platform,
    addresses_of,
    invite_platform,
    list_deployments,
    list_platforms,
    open_invitations,
    withdraw_platform_invitation,
)
from people import Action

_PLATFORMS = "/admin/platforms"
_LONGEST = 2000
_LONGEST_NAME = 255
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
    token_audience: Entry = ""


class InvitationForm(msgspec.Struct, frozen=True):
    """What the LMS to come is to be called."""

    name: Entry = ""


class Listed(msgspec.Struct, frozen=True):
    """All platforms with their deployments, and the links that may still bring another."""

    platforms: list[tuple[Platform, list[Deployment]]]
    invitations: list[PlatformInvitation]


@get(_PLATFORMS, opt=acts(Action.VIEW_PLATFORMS))
async def platforms_page(visit: NamedDependency[Visit], db: NamedDependency[Database]) -> Response[str]:
    return _list_page(visit, await db.read(_listed, visit))


@post(f"{_PLATFORMS}/invitations", opt=acts(Action.REGISTER_PLATFORMS), status_code=HTTP_200_OK)
async def invite(
    data: URLEncodedBody[InvitationForm],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Response[str]:
    """Shows the link this once: only its hash is kept."""
    fault = fault_in("name", data.name)
    if fault:
        return _list_page(visit, await db.read(_listed, visit), name=data.name, fault=fault)
    made = await db.write(invite_platform, data.name.strip(), by=visit.person_id, reason=_REASON, now=visit.now)
    listed = await db.read(_listed, visit)
    return _list_page(visit, listed, made=made.invitation, address=made.address(settings.url))


@post(f"{_PLATFORMS}/invitations/{{invitation_id:uuid}}/withdraw", opt=acts(Action.REGISTER_PLATFORMS))
async def withdraw(
    invitation_id: FromPath[UUID], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Redirect:
    await db.write(withdraw_platform_invitation, invitation_id, by=visit.person_id, reason=_REASON, now=visit.now)
    return see_other(visit, _PLATFORMS)


@get(f"{_PLATFORMS}/new", opt=acts(Action.REGISTER_PLATFORMS))
async def new_platform_page(visit: NamedDependency[Visit], settings: NamedDependency[Settings]) -> Response[str]:
    return _form_page(visit, settings, PlatformForm(), {})


@post(_PLATFORMS, opt=acts(Action.REGISTER_PLATFORMS))
async def connect_platform(
    data: URLEncodedBody[PlatformForm],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Response[str] | Redirect:
    faults = faults_in(data)
    if not faults:
        try:
            added = await db.write(_add, data, visit)
        except Conflict as conflict:
            faults = {conflict.where or "issuer": "taken"}
        except Invalid as invalid:
            faults = {invalid.where or "issuer": "address"}
        else:
            return see_other(visit, f"{_PLATFORMS}/{added.id}")
    return _form_page(visit, settings, data, faults)


PLATFORM_LIST = (platforms_page, invite, withdraw, new_platform_page, connect_platform)


def faults_in(form: PlatformForm) -> dict[str, str]:
    """What keeps the form from being saved, all at once: field → missing, address (no web address) or long."""
    optional = {"deployment_ids", "token_audience"}
    found = {
        field: fault_in(field, value)
        for field, value in msgspec.structs.asdict(form).items()
        if value.strip() or field not in optional
    }
    return {field: fault for field, fault in found.items() if fault}


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.fragment and value.isprintable()


def fault_in(field: str, value: str) -> str:
    """What keeps one field from being saved, or an empty text."""
    if not value.strip():
        return "missing"
    if len(value) > (_LONGEST_NAME if field in {"name", "client_id"} else _LONGEST):
        return "long"
    if field in {"issuer", "auth_login_url", "token_url", "jwks_url", "token_audience"}:
        return "" if _is_address(value.strip()) else "address"
    return "" if field == "deployment_ids" or value.strip().isprintable() else "unreadable"


def _add(conn: Connection, form: PlatformForm, visit: Visit) -> Platform:
    return add_platform(
        conn,
        issuer=form.issuer.strip(),
        client_id=form.client_id.strip(),
        name=form.name.strip(),
        auth_login_url=form.auth_login_url.strip(),
        token_url=form.token_url.strip(),
        jwks_url=form.jwks_url.strip(),
        token_audience=form.token_audience.strip() or None,
        deployment_ids=form.deployment_ids.split(),
        by=visit.person_id,
        reason=_REASON,
        now=visit.now,
    )


def _listed(conn: Connection, visit: Visit) -> Listed:
    found = [(platform, list_deployments(conn, platform.id)) for platform in list_platforms(conn)]
    return Listed(found, open_invitations(conn, now=visit.now))


def _list_page(
    visit: Visit,
    listed: Listed,
    *,
    name: str = "",
    fault: str = "",
    made: PlatformInvitation | None = None,
    address: str = "",
) -> Response[str]:
    status = HTTP_400_BAD_REQUEST if fault else HTTP_200_OK
    shown = {"listed": listed, "name": name, "fault": fault, "made": made, "address": address}
    return page("platforms.html", visit, status=status, **shown)


def _form_page(visit: Visit, settings: Settings, form: PlatformForm, faults: dict[str, str]) -> Response[str]:
    status = HTTP_400_BAD_REQUEST if faults else HTTP_200_OK
    shown = {"form": form, "faults": faults, "addresses": addresses_of(settings.url), "waymark_url": settings.url}
    return page("platform_form.html", visit, status=status, **shown)
