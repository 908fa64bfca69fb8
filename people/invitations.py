"""Links that let people into an organisation: passed on by hand, or sent by mail to one address."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, insert, select, update

from base import (
    Conflict,
    Invalid,
    Missing,
    Unauthenticated,
    lock,
    new_token,
    new_uuid,
    publish,
    record_decision,
    token_hash,
)
from people.addresses import add_address, clean_address, known_with, verify_address
from people.events import InvitationAccepted, InvitationMade
from people.membership import Membership, Tier, join, memberships_of, require_roles
from people.organisation_tables import invitation_uses, invitations
from people.organisations import organisation
from people.permissions import Role
from people.registry import Person, add_person, person

LIFETIME = timedelta(days=30)
MOST_USES = 1000
_TOKEN_BYTES = 32


class Invitation(msgspec.Struct, frozen=True):
    """A way into an organisation at `tier` with `roles`, for `uses` people, `used` by some of them."""

    id: UUID
    organisation_id: UUID
    tier: Tier
    roles: tuple[Role, ...]
    uses: int
    used: int
    address: str | None
    language: str
    made_by: UUID | None
    reason: str
    expires_at: datetime
    withdrawn_at: datetime | None


class MadeInvitation(msgspec.Struct, frozen=True):
    """An invitation with the token of its link, which is told once and never again."""

    invitation: Invitation
    token: str


def make_invitation(
    conn: Connection,
    organisation_id: UUID,
    *,
    tier: Tier = Tier.MEMBER,
    roles: Sequence[Role] = (),
    uses: int = 1,
    lifetime: timedelta = LIFETIME,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> MadeInvitation:
    """A link that lets `uses` people in until its `lifetime` ends. Raises Invalid for uses and roles that cannot be."""
    token = new_token(_TOKEN_BYTES)
    made = _add(
        conn,
        organisation_id,
        tier=tier,
        roles=roles,
        uses=uses,
        address=None,
        language="en",
        hashed=token_hash(token),
        lifetime=lifetime,
        by=by,
        reason=reason,
        now=now,
    )
    return MadeInvitation(made, token)


def invite_by_mail(
    conn: Connection,
    organisation_id: UUID,
    address: str,
    *,
    language: str,
    tier: Tier = Tier.MEMBER,
    roles: Sequence[Role] = (),
    lifetime: timedelta = LIFETIME,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> Invitation:
    """An invitation for one person, sent to `address`; its link is made when the mail goes out.

    Raises Invalid for what is no mail address and for roles that cannot be held there.
    """
    made = _add(
        conn,
        organisation_id,
        tier=tier,
        roles=roles,
        uses=1,
        address=clean_address(address),
        language=language,
        hashed=None,
        lifetime=lifetime,
        by=by,
        reason=reason,
        now=now,
    )
    publish(conn, InvitationMade(str(made.id), made.id), now=now)
    return made


def make_invitation_link(conn: Connection, invitation_id: UUID, *, now: datetime) -> MadeInvitation | None:
    """The invitation with the token of a fresh link for its mail, in the place of any earlier one.

    None when nobody waits for it any more: used, withdrawn or expired.
    """
    token = new_token(_TOKEN_BYTES)
    row = conn.execute(
        update(invitations)
        .where(invitations.c.id == invitation_id, *_open(now))
        .values(token_hash=token_hash(token))
        .returning(invitations)
    ).first()
    return None if row is None else MadeInvitation(_invitation(row), token)


def invitation_of(conn: Connection, token: str, *, now: datetime) -> Invitation:
    """The invitation of this link, while it is good. Raises Missing otherwise, whatever the reason."""
    row = conn.execute(select(invitations).where(invitations.c.token_hash == token_hash(token), *_open(now))).first()
    if row is None:
        raise Missing("This invitation was used already, was withdrawn, or has expired; ask for a new one.")
    return _invitation(row)


def accept_invitation(conn: Connection, token: str, person_id: UUID, *, now: datetime) -> Membership:
    """The person belongs to the organisation from now on, as the invitation says; it has one use less.

    Accepting again changes nothing there, and neither does a supporter's invitation for somebody who belongs already.
    Raises Missing for a link that is used up, withdrawn, expired or unknown.
    """
    lock(conn, f"membership {person_id}")
    hashed = token_hash(token)
    known = conn.execute(select(invitations).where(invitations.c.token_hash == hashed)).first()
    if known is not None and (already := _already(conn, _invitation(known), person_id)) is not None:
        if conn.scalar(select(invitations.c.id).where(invitations.c.id == known.id, *_open(now))) is not None:
            _tell_accepted(conn, _invitation(known), person_id, now=now)
        return already
    row = conn.execute(
        update(invitations)
        .where(invitations.c.token_hash == hashed, *_open(now))
        .values(used=invitations.c.used + 1)
        .returning(invitations)
    ).first()
    if row is None:
        raise Missing("This invitation was used already, was withdrawn, or has expired; ask for a new one.")
    accepted = _invitation(row)
    came_in = insert(invitation_uses).values(invitation_id=accepted.id, person_id=person(conn, person_id).id, at=now)
    conn.execute(came_in)
    _tell_accepted(conn, accepted, person_id, now=now)
    reason = f"accepted an invitation ({accepted.reason})"
    return join(
        conn,
        person_id,
        accepted.organisation_id,
        tier=accepted.tier,
        roles=accepted.roles,
        by=accepted.made_by,
        reason=reason,
        now=now,
    )


def accept_by_mail(conn: Connection, token: str, *, now: datetime) -> Person:
    """The newcomer who opened an invitation in their mail: their address is proven by it, and they belong as it says.

    Raises Missing for a link that is not good any more, Unauthenticated when it proves nothing (it was passed on by
    hand) or leads to somebody who is known with the address: an invitation waits for weeks in a mailbox, too long for
    what would sign them in.
    """
    invited = invitation_of(conn, token, now=now)
    address = invited.address
    if address is None or any(each.verified_at for each in known_with(conn, address)):
        raise Unauthenticated("Sign in first, then open the invitation again.", rule="invitations")
    newcomer = add_person(conn, full_name=None, language=invited.language, now=now)
    verify_address(conn, add_address(conn, newcomer.id, address, now=now).id, now=now)
    accept_invitation(conn, token, newcomer.id, now=now)
    return newcomer


def withdraw_invitation(
    conn: Connection, organisation_id: UUID, invitation_id: UUID, *, by: UUID, reason: str, now: datetime
) -> None:
    """The organisation's link lets nobody in any more; who came by it stays.

    Raises Conflict when it was withdrawn already, or is none of the organisation's.
    """
    theirs = invitations.c.id == invitation_id, invitations.c.organisation_id == organisation_id
    good = *theirs, invitations.c.withdrawn_at.is_(None)
    if conn.execute(update(invitations).where(*good).values(withdrawn_at=now)).rowcount == 0:
        raise Conflict("The organisation has no such invitation, or it was withdrawn already.", rule="invitations")
    record_decision(
        conn, by=by, act="invitation.withdraw", subject=f"invitation {invitation_id}", reason=reason, now=now
    )


def invitations_of(conn: Connection, organisation_id: UUID, *, now: datetime) -> list[Invitation]:
    """The organisation's invitations that still let people in, the newest first."""
    good = invitations.c.organisation_id == organisation_id, *_open(now)
    return [
        _invitation(row)
        for row in conn.execute(select(invitations).where(*good).order_by(invitations.c.made_at.desc()))
    ]


def forget_invited_addresses(conn: Connection, *, before: datetime, limit: int) -> int:
    """Forget where up to `limit` invitations were mailed that expired before then; returns how many."""
    over = invitations.c.expires_at < before, invitations.c.address.is_not(None)
    chosen = select(invitations.c.id).where(*over).limit(limit)
    return conn.execute(update(invitations).where(invitations.c.id.in_(chosen)).values(address=None)).rowcount


def _add(
    conn: Connection,
    organisation_id: UUID,
    *,
    tier: Tier,
    roles: Sequence[Role],
    uses: int,
    address: str | None,
    language: str,
    hashed: str | None,
    lifetime: timedelta,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> Invitation:
    require_roles(tier, roles)
    if not 1 <= uses <= MOST_USES:
        raise Invalid(f"uses is {uses}; an invitation lets in 1 to {MOST_USES} people.", where="uses")
    made = Invitation(
        id=new_uuid(),
        organisation_id=organisation(conn, organisation_id).id,
        tier=tier,
        roles=tuple(roles),
        uses=uses,
        used=0,
        address=address,
        language=language,
        made_by=by,
        reason=reason,
        expires_at=now + lifetime,
        withdrawn_at=None,
    )
    kept = msgspec.structs.asdict(made) | {"tier": tier.value, "roles": msgspec.json.encode(made.roles).decode()}
    conn.execute(insert(invitations).values(kept | {"token_hash": hashed, "made_at": now}))
    record_decision(
        conn,
        by=by,
        act="invitation.make",
        subject=f"invitation {made.id}",
        reason=reason,
        after={
            "organisation": organisation_id,
            "tier": tier,
            "roles": made.roles,
            "uses": uses,
            "expires": made.expires_at,
        },
        now=now,
    )
    return made


def _tell_accepted(conn: Connection, accepted: Invitation, person_id: UUID, *, now: datetime) -> None:
    publish(conn, InvitationAccepted(str(person_id), person_id, accepted.id, accepted.made_by), now=now)


def _already(conn: Connection, known: Invitation, person_id: UUID) -> Membership | None:
    """The membership that the invitation would not change: of who came by it before, or belongs while it is for
    supporters."""
    came = select(invitation_uses.c.at).where(
        invitation_uses.c.invitation_id == known.id, invitation_uses.c.person_id == person_id
    )
    if known.tier is not Tier.SUPPORTER and conn.scalar(came) is None:
        return None
    belongs = memberships_of(conn, person_id)
    return next((each for each in belongs if each.organisation_id == known.organisation_id), None)


def _open(now: datetime) -> tuple[Any, ...]:
    return (
        invitations.c.used < invitations.c.uses,
        invitations.c.expires_at > now,
        invitations.c.withdrawn_at.is_(None),
    )


def _invitation(row: Row[Any]) -> Invitation:
    return Invitation(
        id=row.id,
        organisation_id=row.organisation_id,
        tier=Tier(row.tier),
        roles=tuple(msgspec.json.decode(row.roles, type=list[Role])),
        uses=row.uses,
        used=row.used,
        address=row.address,
        language=row.language,
        made_by=row.made_by,
        reason=row.reason,
        expires_at=row.expires_at,
        withdrawn_at=row.withdrawn_at,
    )
