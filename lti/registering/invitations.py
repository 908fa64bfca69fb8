"""Invitations: links by which an LMS may register itself here, each once and before it expires."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, insert, select, update

from base import Missing, Unauthenticated, msgid, new_token, new_uuid, record_decision, token_hash
from lti.registering.platforms import check_length
from lti.standard.claims import LONGEST_ID
from lti.tables import platform_invitations

LIFETIME = timedelta(days=7)

NO_INVITATION = msgid(
    "This link is not one of ours, or not whole. Ask whoever sent it for a new one, and paste all of it."
)
INVITATION_OVER = msgid("This link was valid for seven days, and they are over. Ask whoever sent it for a new one.")
INVITATION_USED = msgid("This link was used before, and it works once. Ask whoever sent it for a new one.")


class PlatformInvitation(msgspec.Struct, frozen=True):
    """A way for one LMS to register itself, which will be called `name` here; `platform_id` is what came of it."""

    id: UUID
    name: str
    made_at: datetime
    expires_at: datetime
    spent_at: datetime | None
    withdrawn_at: datetime | None
    platform_id: UUID | None

    def is_open(self, now: datetime) -> bool:
        return self.spent_at is None and self.withdrawn_at is None and now < self.expires_at


class MadePlatformInvitation(msgspec.Struct, frozen=True):
    """An invitation with the token of its link, which is told once and never again."""

    invitation: PlatformInvitation
    token: str

    def address(self, waymark_url: str) -> str:
        """What an administrator pastes into their LMS."""
        return f"{waymark_url}/lti/register?invitation={self.token}"


class InvitationRefused(Unauthenticated):
    """A link for registering that lets no LMS in: unknown, over, used or withdrawn."""


def invite_platform(
    conn: Connection, name: str, *, by: UUID | None, reason: str, now: datetime
) -> MadePlatformInvitation:
    """A link by which one LMS can register itself within a week; it is let in when it has been approved."""
    name = name.strip()
    check_length("name", name, LONGEST_ID)
    token = new_token()
    made = PlatformInvitation(new_uuid(), name, now, now + LIFETIME, None, None, None)
    row = msgspec.structs.asdict(made) | {"token_hash": token_hash(token), "made_by": by}
    conn.execute(insert(platform_invitations).values(row))
    after = {"name": name, "expires_at": made.expires_at}
    _record(conn, "platform.invite", made.id, after=after, by=by, reason=reason, now=now)
    return MadePlatformInvitation(made, token)


def open_invitations(conn: Connection, *, now: datetime) -> list[PlatformInvitation]:
    """Those that an LMS may still use, the newest first."""
    found = conn.execute(
        _INVITATIONS.where(platform_invitations.c.expires_at > now, *_UNUSED).order_by(
            platform_invitations.c.made_at.desc(), platform_invitations.c.id
        )
    )
    return [PlatformInvitation(**row) for row in found.mappings()]


def withdraw_platform_invitation(
    conn: Connection, invitation_id: UUID, *, by: UUID | None, reason: str, now: datetime
) -> None:
    """The link lets nobody in from now on. Raises Missing for an invitation that is used, withdrawn or unknown."""
    mine = update(platform_invitations).where(platform_invitations.c.id == invitation_id, *_UNUSED)
    name = conn.scalar(mine.values(withdrawn_at=now).returning(platform_invitations.c.name))
    if name is None:
        raise Missing("There is no such invitation, or it was used or withdrawn already.")
    _record(conn, "platform.uninvite", invitation_id, before={"name": name}, by=by, reason=reason, now=now)


def find_invitation(conn: Connection, token: str, *, now: datetime) -> PlatformInvitation:
    """The invitation of a link that may still be used. Raises InvitationRefused."""
    row = conn.execute(_INVITATIONS.where(platform_invitations.c.token_hash == token_hash(token))).mappings().first()
    if row is None:
        raise InvitationRefused(NO_INVITATION)
    found = PlatformInvitation(**row)
    if found.spent_at is not None or found.withdrawn_at is not None:
        raise InvitationRefused(INVITATION_USED)
    if not found.is_open(now):
        raise InvitationRefused(INVITATION_OVER)
    return found


def spend_invitation(conn: Connection, token: str, *, now: datetime) -> PlatformInvitation:
    """The invitation, which from now on is used up. Raises InvitationRefused, also for the second of two at once."""
    found = find_invitation(conn, token, now=now)
    spent = update(platform_invitations).where(platform_invitations.c.id == found.id, *_UNUSED).values(spent_at=now)
    if conn.execute(spent).rowcount == 0:
        raise InvitationRefused(INVITATION_USED)
    return found


def give_back_invitation(conn: Connection, invitation_id: UUID) -> None:
    """The link may be used again, since the LMS refused and nothing came of it."""
    unused = platform_invitations.c.platform_id.is_(None)
    mine = update(platform_invitations).where(platform_invitations.c.id == invitation_id, unused)
    conn.execute(mine.values(spent_at=None))


def settle_invitation(conn: Connection, invitation_id: UUID, platform_id: UUID) -> None:
    """Keep what came of an invitation."""
    mine = update(platform_invitations).where(platform_invitations.c.id == invitation_id)
    conn.execute(mine.values(platform_id=platform_id))


def inviter_of(conn: Connection, invitation_id: UUID) -> UUID | None:
    """Who made it; None is the operator, at the command line."""
    return conn.scalar(select(platform_invitations.c.made_by).where(platform_invitations.c.id == invitation_id))


_INVITATIONS = select(*(platform_invitations.c[name] for name in PlatformInvitation.__struct_fields__))
_UNUSED = (platform_invitations.c.spent_at.is_(None), platform_invitations.c.withdrawn_at.is_(None))


def _record(conn: Connection, act: str, invitation_id: UUID, **told: Any) -> None:
    record_decision(conn, act=act, subject=f"platform-invitation:{invitation_id}", **told)
