"""One LMS, for administrators: whether it lets people in, whether it can be reached, and what hangs on it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK, HTTP_400_BAD_REQUEST, HTTP_409_CONFLICT
from sqlalchemy import Connection

from app.page import page, see_other
from app.pages.platforms import Entry, fault_in
from app.settings import Settings
from app.visit import Visit, acts
from base import (
    Conflict,
    Database,
    Invalid,
    KeyPurpose,
    KeyRing,
    KeyState,
    Outward,
    Standing,
    list_public_keys,
    msgid,
    standings,
)
from lti import (
    Course,
    Deployment,
    Finding,
    Platform,
    PlatformHoldings,
    addresses_of,
    approve_deployment,
    approve_platform,
    check_connection,
    courses_of,
    disable_platform,
    enable_platform,
    holdings_of,
    list_deployments,
    list_platforms,
    move_platform,
    platform,
    remove_platform,
    rename_platform,
)
from people import Action, count_accounts

_ONE = "/admin/platforms/{platform_id:uuid}"
_REASON = msgid("decided on the page of the learning platform")
_OPTIONAL = "token_audience"
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "rename": ("name",),
    "move": ("auth_login_url", "token_url", "jwks_url", _OPTIONAL, "reason"),
    "disable": ("reason",),
    "remove": ("reason",),
}
"""What the form of each act asks for."""


class Approval(msgspec.Struct, frozen=True):
    """Which deployment of a platform may send people from now on."""

    deployment_id: Annotated[str, msgspec.Meta(max_length=2000)]


class PlatformDecision(msgspec.Struct, frozen=True):
    """What is to be done with a platform, and why; the fields beside are those of the one form that was sent.

    `deployment_ids` are those that the page showed, one a line; `seen` what it said would be lost.
    """

    act: Annotated[str, msgspec.Meta(max_length=20)] = ""
    reason: Entry = ""
    name: Entry = ""
    auth_login_url: Entry = ""
    token_url: Entry = ""
    jwks_url: Entry = ""
    token_audience: Entry = ""
    deployment_ids: Entry = ""
    seen: Entry = ""


class PlatformView(msgspec.Struct, frozen=True):
    """All that the page tells of one platform; `keys` are ours, by which it knows us."""

    platform: Platform
    deployments: list[Deployment]
    courses: list[Course]
    siblings: list[Platform]
    people: int
    keys: list[Standing]


@get(_ONE, opt=acts(Action.VIEW_PLATFORMS))
async def platform_page(
    platform_id: FromPath[UUID],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Response[str]:
    return _page(visit, settings, await db.read(platform_view, platform_id, now=visit.now))


@post(f"{_ONE}/test", opt=acts(Action.REGISTER_PLATFORMS), status_code=HTTP_200_OK)
async def try_connection(
    platform_id: FromPath[UUID],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    keys: NamedDependency[KeyRing],
    outward: NamedDependency[Outward],
    settings: NamedDependency[Settings],
) -> Response[str]:
    view = await db.read(platform_view, platform_id, now=visit.now)
    findings = await check_connection(outward, keys, view.platform, clock=_clock)
    return _page(visit, settings, view, findings=findings)


@post(f"{_ONE}/deployments", opt=acts(Action.REGISTER_PLATFORMS))
async def approve(
    platform_id: FromPath[UUID],
    data: URLEncodedBody[Approval],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Redirect:
    await db.write(
        approve_deployment, platform_id, data.deployment_id, by=visit.person_id, reason=_REASON, now=visit.now
    )
    return see_other(visit, f"/admin/platforms/{platform_id}")


@get(f"{_ONE}/remove", opt=acts(Action.REGISTER_PLATFORMS))
async def removing_page(
    platform_id: FromPath[UUID], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str]:
    return _removing_page(visit, *await db.read(_held, platform_id), fault="")


@post(_ONE, opt=acts(Action.REGISTER_PLATFORMS))
async def decide_on_platform(
    platform_id: FromPath[UUID],
    data: URLEncodedBody[PlatformDecision],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Response[str] | Redirect:
    if data.act not in _ACTS:
        raise Invalid(f"act is {data.act!r}; it must be one of {', '.join(_ACTS)}.", where="act")
    faults, fault = faults_in(data), ""
    if not faults:
        try:
            await db.write(_ACTS[data.act], platform_id, data, by=visit.person_id, now=visit.now)
        except Conflict:
            fault = "changed"
        else:
            return see_other(visit, "/admin/platforms" if data.act == "remove" else f"/admin/platforms/{platform_id}")
    if data.act == "remove":
        return _removing_page(visit, *await db.read(_held, platform_id), fault=fault or "missing")
    view = await db.read(platform_view, platform_id, now=visit.now)
    return _page(visit, settings, view, form=data, faults=faults, fault=fault)


PLATFORM_PAGES = (platform_page, try_connection, approve, removing_page, decide_on_platform)


def platform_view(conn: Connection, platform_id: UUID, *, now: datetime) -> PlatformView:
    """Raises Missing."""
    shown = platform(conn, platform_id)
    signing = [each for each in standings(list_public_keys(conn), now=now) if each.key.purpose is KeyPurpose.LTI]
    return PlatformView(
        shown,
        list_deployments(conn, platform_id),
        courses_of(conn, platform_id),
        [each for each in list_platforms(conn) if each.issuer == shown.issuer and each.id != shown.id],
        count_accounts(conn, shown.issuer),
        [each for each in signing if each.state in {KeyState.IN_USE, KeyState.PUBLISHED}],
    )


def faults_in(form: PlatformDecision) -> dict[str, str]:
    """What keeps the one form that was sent from being done: field → missing, address, long or unreadable."""
    sent = {field: getattr(form, field) for field in _FIELDS.get(form.act, ())}
    found = {field: fault_in(field, value) for field, value in sent.items() if value.strip() or field != _OPTIONAL}
    return {field: fault for field, fault in found.items() if fault}


def _approve(conn: Connection, platform_id: UUID, form: PlatformDecision, **decided: Any) -> None:
    shown = form.deployment_ids.split("\n")
    approve_platform(conn, platform_id, deployment_ids=[each.strip() for each in shown], reason=_REASON, **decided)


def _enable(conn: Connection, platform_id: UUID, _form: PlatformDecision, **decided: Any) -> None:
    enable_platform(conn, platform_id, reason=_REASON, **decided)


def _disable(conn: Connection, platform_id: UUID, form: PlatformDecision, **decided: Any) -> None:
    disable_platform(conn, platform_id, reason=form.reason.strip(), **decided)


def _rename(conn: Connection, platform_id: UUID, form: PlatformDecision, **decided: Any) -> None:
    rename_platform(conn, platform_id, form.name, reason=_REASON, **decided)


def _move(conn: Connection, platform_id: UUID, form: PlatformDecision, **decided: Any) -> None:
    move_platform(
        conn,
        platform_id,
        auth_login_url=form.auth_login_url.strip(),
        token_url=form.token_url.strip(),
        jwks_url=form.jwks_url.strip(),
        token_audience=form.token_audience.strip() or None,
        reason=form.reason.strip(),
        **decided,
    )


def _remove(conn: Connection, platform_id: UUID, form: PlatformDecision, **decided: Any) -> None:
    try:
        seen = msgspec.json.decode(form.seen, type=PlatformHoldings)
    except msgspec.MsgspecError as error:
        raise Invalid("What would be lost was not sent along; open the page for removing first.") from error
    remove_platform(conn, platform_id, seen=seen, reason=form.reason.strip(), **decided)


_ACTS: Mapping[str, Callable[..., None]] = {
    "approve": _approve,
    "disable": _disable,
    "enable": _enable,
    "rename": _rename,
    "move": _move,
    "remove": _remove,
}


def _clock() -> datetime:
    return datetime.now(UTC)


def _form_of(shown: Platform) -> PlatformDecision:
    return PlatformDecision(
        name=shown.name,
        auth_login_url=shown.auth_login_url,
        token_url=shown.token_url,
        jwks_url=shown.jwks_url,
        token_audience=shown.token_audience or "",
    )


def _page(
    visit: Visit,
    settings: Settings,
    view: PlatformView,
    *,
    findings: list[Finding] | None = None,
    form: PlatformDecision | None = None,
    faults: Mapping[str, str] | None = None,
    fault: str = "",
) -> Response[str]:
    status = HTTP_409_CONFLICT if fault else HTTP_400_BAD_REQUEST if faults else HTTP_200_OK
    kept = _form_of(view.platform)
    if form is not None:
        sent = {field: getattr(form, field) for field in ("act", *_FIELDS.get(form.act, ()))}
        kept = msgspec.structs.replace(kept, **sent)
    shown = {
        "view": view,
        "findings": findings,
        "form": kept,
        "faults": faults or {},
        "fault": fault,
        "addresses": addresses_of(settings.url),
    }
    return page("platform.html", visit, status=status, **shown)


def _held(conn: Connection, platform_id: UUID) -> tuple[Platform, PlatformHoldings]:
    return platform(conn, platform_id), holdings_of(conn, platform_id)


def _removing_page(visit: Visit, removed: Platform, held: PlatformHoldings, *, fault: str) -> Response[str]:
    status = {"": HTTP_200_OK, "changed": HTTP_409_CONFLICT}.get(fault, HTTP_400_BAD_REQUEST)
    seen = msgspec.json.encode(held).decode()
    return page("platform_remove.html", visit, status=status, platform=removed, held=held, seen=seen, fault=fault)
