"""Invitations: made and withdrawn by coordinators, accepted by those who follow the link."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect
from litestar.status_codes import HTTP_200_OK
from sqlalchemy import Connection

from app.devices import device_of
from app.page import page, see_other
from app.pages.enrolments import title_of
from app.pages.organisations import Entry, show_organisation, view_organisation
from app.pages.sign_in import Entry as Entered
from app.pages.sign_in import enter, entered
from app.settings import Settings
from app.visit import PUBLIC, Visit, acts
from base import Database, Invalid, Missing, msgid
from paths import Path, invite_onto, invited_onto
from people import (
    Action,
    Invitation,
    Organisation,
    Role,
    Tier,
    accept_by_mail,
    accept_invitation,
    invitation_of,
    invite_by_mail,
    make_invitation,
    organisation,
    withdraw_invitation,
)

_REASON = msgid("made on the page of the organisation")


class InvitationForm(msgspec.Struct, frozen=True):
    """For how many people a link is, what they become, and the slug of the path on which they are then."""

    tier: Entry = "member"
    role: Entry = ""
    uses: Entry = "1"
    address: Entry = ""
    path: Entry = ""


class Invited(msgspec.Struct, frozen=True):
    """An invitation as whoever follows its link sees it, with the title of the path onto which it leads."""

    invitation: Invitation
    organisation: Organisation
    path_title: str | None


@post("/organisations/{organisation_id:uuid}/invitations", opt=acts(Action.MANAGE_MEMBERS), status_code=HTTP_200_OK)
async def invite(
    organisation_id: FromPath[UUID],
    data: URLEncodedBody[InvitationForm],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Response[str]:
    """The link is told on this answer once, or goes to an address by mail; afterwards nobody knows it, we neither."""
    link, faults = None, {}
    try:
        if token := await db.write(_invite, organisation_id, data, visit):
            link = f"{settings.url}/invitations/{token}"
    except Invalid as invalid:
        faults = {invalid.where or "uses": "wrong"}
    return show_organisation(visit, await db.read(view_organisation, organisation_id, visit), link=link, faults=faults)


@post("/organisations/{organisation_id:uuid}/invitations/{invitation_id:uuid}", opt=acts(Action.MANAGE_MEMBERS))
async def withdraw(
    organisation_id: FromPath[UUID],
    invitation_id: FromPath[UUID],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
) -> Redirect:
    await db.write(_withdraw, organisation_id, invitation_id, visit)
    return see_other(visit, f"/organisations/{organisation_id}")


@get("/invitations/{token:str}", opt=PUBLIC)
async def invitation_page(
    token: FromPath[str], visit: NamedDependency[Visit], db: NamedDependency[Database]
) -> Response[str]:
    shown = await db.read(_invitation, token, visit)
    return page("invitation.html", visit, shown=shown, token=token)


@post("/invitations/{token:str}", opt=PUBLIC)
async def accept(
    token: FromPath[str],
    request: Request[Any, Any, Any],
    visit: NamedDependency[Visit],
    db: NamedDependency[Database],
    settings: NamedDependency[Settings],
) -> Redirect:
    """Somebody signed in accepts for themselves; a newcomer who was invited by mail comes in by this."""
    if visit.person is None:
        device = device_of(request.headers.get("user-agent", ""))
        return entered(settings, visit, await db.write(_come_in, token, visit, device))
    return see_other(visit, await db.write(_accept, token, visit))


def _invite(conn: Connection, organisation_id: UUID, form: InvitationForm, visit: Visit) -> str | None:
    """The token of the link; None where it goes out by mail."""
    invitation, token = _make(conn, organisation_id, form, visit)
    if form.path:
        visit.require(Action.MANAGE_ENROLMENTS, organisation(conn, organisation_id).place)
        invite_onto(conn, invitation.id, form.path, by=visit.person_id, reason=_REASON, now=visit.now)
    return token


def _make(conn: Connection, organisation_id: UUID, form: InvitationForm, visit: Visit) -> tuple[Invitation, str | None]:
    visit.require(Action.MANAGE_MEMBERS, organisation(conn, organisation_id).place)
    tier = Tier(form.tier) if form.tier in list(Tier) else Tier.MEMBER
    if form.address.strip():
        mailed = invite_by_mail(
            conn,
            organisation_id,
            form.address,
            language=visit.language,
            tier=tier,
            roles=_roles(form.role),
            by=visit.person_id,
            reason=_REASON,
            now=visit.now,
        )
        return mailed, None
    made = make_invitation(
        conn,
        organisation_id,
        tier=tier,
        roles=_roles(form.role),
        uses=int(form.uses) if form.uses.isascii() and form.uses.isdigit() else 0,
        by=visit.person_id,
        reason=_REASON,
        now=visit.now,
    )
    return made.invitation, made.token


def _roles(text: str) -> list[Role]:
    try:
        return [Role(text)] if text else []
    except ValueError:
        raise Invalid(f"role is {text[:20]!r}; it must be one of {', '.join(Role)}.", where="roles") from None


def _withdraw(conn: Connection, organisation_id: UUID, invitation_id: UUID, visit: Visit) -> None:
    visit.require(Action.MANAGE_MEMBERS, organisation(conn, organisation_id).place)
    withdraw_invitation(
        conn, organisation_id, invitation_id, by=visit.person_id, reason=msgid("withdrawn on its page"), now=visit.now
    )


def _invitation(conn: Connection, token: str, visit: Visit) -> Invited:
    invitation = invitation_of(conn, token, now=visit.now)
    named = _path_of(conn, invitation)
    title = None if named is None else title_of(named, visit)
    return Invited(invitation, organisation(conn, invitation.organisation_id), title)


def _path_of(conn: Connection, invitation: Invitation) -> Path | None:
    return invited_onto(conn, [invitation.id]).get(invitation.id)


def _accept(conn: Connection, token: str, visit: Visit) -> str:
    """Where whoever accepted goes on."""
    onward = _onward(conn, token, visit)
    accept_invitation(conn, token, visit.person_id, now=visit.now)
    return onward


def _come_in(conn: Connection, token: str, visit: Visit, device: str | None) -> Entered:
    onward = _onward(conn, token, visit)
    return enter(conn, accept_by_mail(conn, token, now=visit.now), visit, device, onward)


def _onward(conn: Connection, token: str, visit: Visit) -> str:
    """To the path onto which the invitation leads while it is good, else to all memberships."""
    try:
        named = _path_of(conn, invitation_of(conn, token, now=visit.now))
    except Missing:  # used by them before, perhaps
        named = None
    return "/memberships" if named is None else f"/paths/{named.slug}"
