"""Invitations into an organisation that lead onto a path too: whoever invited enrols by them whoever accepts."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, insert, select

from base import Effect, Invalid, Missing, Subscription, msgid, record_decision
from paths.enrolling.enrolment import EnrolmentStatus, enrol, standing_of
from paths.register.catalogue import Path, is_for_teams, path, paths
from paths.register.register import enrolment_of
from paths.tables.invited import invited_paths
from people import InvitationAccepted, holder_of, person

_ACCEPTED = msgid("accepted an invitation")


def invite_onto(
    conn: Connection, invitation_id: UUID, slug: str, *, by: UUID | None, reason: str, now: datetime
) -> None:
    """Whoever accepts the invitation is on the path too. Raises Invalid for a path that takes no learners, or teams."""
    try:
        named = path(conn, slug)
    except Missing as missing:
        raise Invalid(missing.message, where="path") from missing
    if not named.is_open:
        raise Invalid(f"The path {slug} is {named.status}; only a live or pilot path takes learners.", where="path")
    if is_for_teams(conn, named):
        raise Invalid(f"The path {slug} is for organisations as teams, and an invitation is for people.", where="path")
    conn.execute(insert(invited_paths).values(invitation_id=invitation_id, path_id=named.id))
    subject, after = f"invitation {invitation_id}", {"path": named.slug}
    record_decision(conn, by=by, act="invitation.path", subject=subject, reason=reason, after=after, now=now)


def invited_onto(conn: Connection, invitation_ids: Collection[UUID]) -> dict[UUID, Path]:
    """By invitation, the path onto which it leads, of those that lead onto one that still takes learners."""
    rows = conn.execute(select(invited_paths).where(invited_paths.c.invitation_id.in_(invitation_ids))).all()
    named = {each.id: each for each in paths(conn) if each.is_open} if rows else {}
    return {row.invitation_id: named[row.path_id] for row in rows if row.path_id in named}


def _enrol_invited(conn: Connection, event: InvitationAccepted, now: datetime) -> None:
    """To hear it again changes nothing; a link says nothing about whom staff withdrew, so they stay withdrawn."""
    named = invited_onto(conn, [event.invitation_id]).get(event.invitation_id)
    if named is None:
        return
    invited = person(conn, holder_of(conn, event.person_id))
    known = enrolment_of(conn, invited.id, named.id)
    if known is not None:
        left = standing_of(conn, known.id)
        if left.status is EnrolmentStatus.WITHDRAWN and left.by not in {None, known.person_id}:
            return
    enrol(conn, invited, named.id, origin="invitation", by=event.by, reason=_ACCEPTED, now=now)


INVITED_SUBSCRIPTIONS: tuple[Subscription, ...] = (
    Effect("paths.enrol-invited", InvitationAccepted, lambda _: True, _enrol_invited),
)
