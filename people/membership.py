"""Who belongs to which organisation, at which tier, and since when.

There are three tiers, and none of them is a wall: whoever cares for the network's goals should be included. A *member*
works for the organisation and a *partner* works with it; both are admitted (membership_requests.py) and may hold roles
there. A *supporter* joins without being asked: they learn like everybody, and hold no roles.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, insert, select

from base import Conflict, Invalid, lock, publish, record_decision
from people.dated import beginning, in_force
from people.events import ProfileChanged
from people.focal_points import focal_points_of, relieve_focal_point
from people.holding import held_by_each, holders_of
from people.organisation_tables import memberships
from people.organisations import named_organisations, organisation
from people.permissions import Place, Role, Scope, ScopeKind, oneself, place
from people.registry import Person, add_person, person
from people.roles import grant_role, grants_of, withdraw_role
from people.traits import Held, held_spans


class Tier(StrEnum):
    """How somebody belongs to an organisation."""

    MEMBER = "member"
    PARTNER = "partner"
    SUPPORTER = "supporter"


ORGANISATION_ROLES = (Role.FACILITATOR, Role.MENTOR, Role.REVIEWER, Role.COORDINATOR)
"""The roles that somebody can hold within an organisation; administrators and auditors serve the whole network."""


class Membership(msgspec.Struct, frozen=True):
    """Somebody belongs to an organisation at a tier, by the row that says so `since` when."""

    person_id: UUID
    organisation_id: UUID
    tier: Tier
    since: datetime


class MembershipRow(msgspec.Struct, frozen=True):
    """One row of the register: from `since` on somebody belongs at `tier`, or belongs no more; `at` we heard of it."""

    person_id: UUID
    organisation_id: UUID
    tier: Tier
    held: bool
    since: datetime
    at: datetime
    by: UUID | None
    reason: str


def join(
    conn: Connection,
    person_id: UUID,
    organisation_id: UUID,
    *,
    tier: Tier = Tier.MEMBER,
    roles: Sequence[Role] = (),
    since: datetime | None = None,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> Membership:
    """The person belongs to the organisation at `tier` from `since` (now) on, and holds `roles` there.

    Joining again at another tier changes the tier; somebody may belong to several organisations. Raises Missing for an
    unknown person or organisation, Invalid for roles that cannot be held there.
    """
    require_roles(tier, roles)
    known = organisation(conn, organisation_id)
    joined = Membership(person(conn, person_id).id, known.id, tier, beginning(since, now=now))
    before = _tier_of(conn, person_id, organisation_id)
    _add_row(conn, joined, held=True, by=by, reason=reason, now=now)
    _record(conn, "membership.join", joined, before, tier, by=by, reason=reason, now=now)
    for role in roles:
        grant_role(
            conn, person_id, role, scope=_within(organisation_id), since=joined.since, by=by, reason=reason, now=now
        )
    return joined


def leave(
    conn: Connection,
    person_id: UUID,
    organisation_id: UUID,
    *,
    since: datetime | None = None,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> None:
    """The person belongs to the organisation no more from `since` (now) on, and neither holds roles nor speaks there.

    Raises Conflict when they do not belong to it.
    """
    lock(conn, f"membership {person_id}")
    tier = _tier_of(conn, person_id, organisation_id)
    if tier is None:
        raise Conflict("This person does not belong to the organisation; nothing was changed.", rule="membership")
    left = Membership(person_id, organisation_id, tier, beginning(since, now=now))
    _add_row(conn, left, held=False, by=by, reason=reason, now=now)
    _record(conn, "membership.leave", left, tier, None, by=by, reason=reason, now=now)
    scope = _within(organisation_id)
    for grant in grants_of(conn, person_id):
        if grant.scope == scope:
            withdraw_role(conn, person_id, grant.role, scope=scope, since=left.since, by=by, reason=reason, now=now)
    for point in focal_points_of(conn, organisation_id):
        if point.person_id == person_id:
            relieve_focal_point(
                conn, person_id, organisation_id, point.theme, since=left.since, by=by, reason=reason, now=now
            )


def add_person_on_paper(
    conn: Connection,
    organisation_id: UUID,
    *,
    full_name: str,
    language: str,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> Person:
    """A new person whom we know by name and organisation alone, as from an attendance list; they can be claimed later.

    They can attend, be enrolled and be signed off like everybody. Raises Invalid for an empty name.
    """
    newcomer = add_person(conn, full_name=full_name, language=language, now=now)
    if newcomer.full_name is None:
        raise Invalid("The name is empty; enter it as it stands on the paper.", where="full_name")
    join(conn, newcomer.id, organisation_id, by=by, reason=reason, now=now)
    return newcomer


def memberships_of(
    conn: Connection, person_id: UUID, *, as_of: datetime | None = None, known_at: datetime | None = None
) -> list[Membership]:
    """Where the person belongs, the oldest first: now, or at `as_of` by what was known at `known_at`."""
    newest = in_force(memberships, "person_id", "organisation_id", as_of=as_of, known_at=known_at)
    held = memberships.c.person_id == person_id, memberships.c.held.is_(True)
    rows = conn.execute(select(memberships).where(newest, *held).order_by(memberships.c.since, memberships.c.seq))
    return [Membership(row.person_id, row.organisation_id, Tier(row.tier), row.since) for row in rows]


def membership_rows(conn: Connection, person_id: UUID) -> list[MembershipRow]:
    """All that the register says of where the person belongs, in the order in which it became true."""
    order = memberships.c.since, memberships.c.seq
    rows = conn.execute(select(memberships).where(memberships.c.person_id == person_id).order_by(*order))
    return [_membership_row(row) for row in rows]


def members_of(conn: Connection, organisation_id: UUID, *, as_of: datetime) -> list[MembershipRow]:
    """Who belonged to the organisation at `as_of`, by the rows that say so, the oldest first."""
    newest = in_force(memberships, "person_id", "organisation_id", as_of=as_of)
    held = memberships.c.organisation_id == organisation_id, memberships.c.held.is_(True)
    rows = conn.execute(select(memberships).where(newest, *held).order_by(memberships.c.since, memberships.c.seq))
    return [_membership_row(row) for row in rows]


def member_spans(
    conn: Connection, organisation_id: UUID, *, known_at: datetime | None = None
) -> dict[UUID, tuple[Held, ...]]:
    """By person, from when to when they worked for the organisation, by what was known at `known_at`."""
    own = [memberships.c.organisation_id == organisation_id]
    if known_at is not None:
        own.append(memberships.c.at <= known_at)
    rows = conn.execute(select(memberships).where(*own).order_by(memberships.c.since, memberships.c.seq)).all()
    holders = holders_of(conn, {row.person_id for row in rows})
    turns: dict[UUID, list[tuple[datetime, bool]]] = {}
    for row in rows:
        works = row.held and row.tier == Tier.MEMBER
        turns.setdefault(holders[row.person_id], []).append((row.since, works))
    return {person_id: spans for person_id, own_turns in turns.items() if (spans := held_spans(own_turns))}


def organisations_ever(conn: Connection, person_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """By organisation, which of the persons belong to it or once did, themselves or as somebody joined to them."""
    holders = held_by_each(conn, person_ids)
    belonged = select(memberships.c.organisation_id, memberships.c.person_id).distinct()
    found: dict[UUID, set[UUID]] = {}
    for row in conn.execute(belonged.where(memberships.c.person_id.in_(holders))):
        found.setdefault(row.organisation_id, set()).add(holders[row.person_id])
    return found


def place_of_person(conn: Connection, person_id: UUID) -> Place:
    """Where the person is, for the question who may do something about them: wherever they belong now."""
    joined = [each.organisation_id for each in memberships_of(conn, person_id)]
    belongs = named_organisations(conn, joined).values()
    return place(oneself(person_id), *(scope for each in belongs for scope in each.place))


def require_roles(tier: Tier, roles: Sequence[Role]) -> None:
    """Raises Invalid for roles that nobody can hold in an organisation, or nobody of this tier."""
    if tier is Tier.SUPPORTER and roles:
        raise Invalid("A supporter holds no roles; make them a member or a partner.", rule="tiers", where="roles")
    if set(roles) - set(ORGANISATION_ROLES):
        raise Invalid(
            f"In an organisation somebody can be: {', '.join(ORGANISATION_ROLES)}. Other roles are for the network.",
            rule="roles",
            where="roles",
        )


def _within(organisation_id: UUID) -> Scope:
    return Scope(ScopeKind.ORGANISATION, str(organisation_id))


def _tier_of(conn: Connection, person_id: UUID, organisation_id: UUID) -> Tier | None:
    return next(
        (each.tier for each in memberships_of(conn, person_id) if each.organisation_id == organisation_id), None
    )


def _add_row(conn: Connection, said: Membership, *, held: bool, by: UUID | None, reason: str, now: datetime) -> None:
    conn.execute(
        insert(memberships).values(
            person_id=said.person_id,
            organisation_id=said.organisation_id,
            held=held,
            tier=said.tier.value,
            since=said.since,
            at=now,
            by=by,
            reason=reason,
        )
    )
    publish(conn, ProfileChanged(str(said.person_id), said.person_id), now=now)


def _record(
    conn: Connection,
    act: str,
    said: Membership,
    before: Tier | None,
    after: Tier | None,
    *,
    by: UUID | None,
    reason: str,
    now: datetime,
) -> None:
    record_decision(
        conn,
        by=by,
        act=act,
        subject=f"person {said.person_id}",
        reason=reason,
        before={"organisation": said.organisation_id, "tier": before},
        after={"organisation": said.organisation_id, "tier": after},
        now=now,
    )


def _membership_row(row: Row[Any]) -> MembershipRow:
    return MembershipRow(
        row.person_id, row.organisation_id, Tier(row.tier), row.held, row.since, row.at, row.by, row.reason
    )
