"""Asking to belong to an organisation, and the answer: by a rule at once, or by a coordinator."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, Select, func, insert, select, update

from base import Conflict, Forbidden, Invalid, Missing, in_order, lock, new_uuid, publish, record_decision
from people.addresses import addresses_of
from people.dated import in_force
from people.events import MembershipAnswered
from people.membership import Tier, join, memberships_of, require_roles
from people.organisation_tables import membership_requests, organisation_states
from people.organisations import Organisation, lies_within, organisation
from people.permissions import Role, Scope
from people.registry import person

LONGEST_NOTE = 1000


class MembershipRequest(msgspec.Struct, frozen=True):
    """A wish to belong to an organisation; `approved` is None while it is open, `answer` the reason given."""

    id: UUID
    person_id: UUID
    organisation_id: UUID
    tier: Tier
    note: str | None
    asked_at: datetime
    approved: bool | None
    answer: str | None


def request_membership(
    conn: Connection,
    person_id: UUID,
    organisation_id: UUID,
    *,
    tier: Tier = Tier.MEMBER,
    note: str | None = None,
    now: datetime,
) -> MembershipRequest:
    """The person's wish, answered at once where a rule allows it, else open for a coordinator.

    Supporters join at once; so does whoever has proven a mail address at a domain of the organisation. Asking again
    while the wish is open changes nothing and gives the open one. Raises Conflict for somebody who belongs already at
    this tier, Invalid for a long note.
    """
    if note is not None and len(note) > LONGEST_NOTE:
        raise Invalid(f"The note has {len(note)} characters; it must have at most {LONGEST_NOTE}.", where="note")
    lock(conn, f"membership {person_id}")
    asked = organisation(conn, organisation_id)
    _require_new(conn, person_id, asked.id, tier)
    opened = conn.execute(
        select(membership_requests).where(
            membership_requests.c.person_id == person_id,
            membership_requests.c.organisation_id == organisation_id,
            membership_requests.c.answered_at.is_(None),
        )
    ).first()
    if opened is not None:
        return _request(opened)
    wish = MembershipRequest(new_uuid(), person(conn, person_id).id, asked.id, tier, note or None, now, None, None)
    conn.execute(
        insert(membership_requests).values(
            id=wish.id,
            person_id=person_id,
            organisation_id=asked.id,
            tier=tier.value,
            note=wish.note,
            asked_at=now,
        )
    )
    rule = _rule_that_admits(conn, wish, asked)
    if rule is None:
        return wish
    _answer(conn, wish.id, approved=True, answer=rule, by=None, now=now)
    join(conn, person_id, asked.id, tier=tier, by=person_id, reason=rule, now=now)
    return membership_request(conn, wish.id)


def approve_request(
    conn: Connection, request_id: UUID, *, roles: Sequence[Role] = (), by: UUID, reason: str, now: datetime
) -> None:
    """The person belongs to the organisation from now on, and holds `roles` there.

    Raises Missing, Conflict when it was answered already, Forbidden for one's own wish, Invalid for roles that cannot
    be held there.
    """
    wish = _answerable(conn, request_id, by)
    require_roles(wish.tier, roles)
    _answer(conn, request_id, approved=True, answer=reason, by=by, now=now)
    _record(conn, "membership.approve", wish, by=by, reason=reason, now=now)
    join(conn, wish.person_id, wish.organisation_id, tier=wish.tier, roles=roles, by=by, reason=reason, now=now)


def refuse_request(conn: Connection, request_id: UUID, *, by: UUID, reason: str, now: datetime) -> None:
    """The wish is refused, and the person told why. Raises Invalid without a reason, and as `approve_request`."""
    if not reason.strip():
        raise Invalid("The reason is empty; the person will read it, so say why.", where="reason")
    wish = _answerable(conn, request_id, by)
    _answer(conn, request_id, approved=False, answer=reason, by=by, now=now)
    _record(conn, "membership.refuse", wish, by=by, reason=reason, now=now)


def membership_request(conn: Connection, request_id: UUID) -> MembershipRequest:
    """The wish with this id. Raises Missing."""
    row = conn.execute(select(membership_requests).where(membership_requests.c.id == request_id)).first()
    if row is None:
        raise Missing(f"There is no request {request_id}.")
    return _request(row)


def open_requests(
    conn: Connection,
    *,
    within: Collection[Scope],
    newest_first: bool = False,
    after: UUID | None = None,
    limit: int = 50,
) -> list[MembershipRequest]:
    """The wishes that wait for an answer in organisations of these scopes, the oldest first or the newest.

    A page begins behind the wish `after`, whether or not that one was answered meanwhile.
    """
    by = membership_requests.c.asked_at, membership_requests.c.id
    last = select(*by).where(membership_requests.c.id == after)
    behind = None if after is None else conn.execute(last).one_or_none()
    waiting = in_order(_waiting(within), by, descending=newest_first, behind=behind)
    return [_request(row) for row in conn.execute(waiting.limit(limit))]


def count_open_requests(conn: Connection, *, within: Collection[Scope]) -> int:
    """How many wishes wait for an answer in organisations of these scopes."""
    return conn.scalar(select(func.count()).select_from(_waiting(within).subquery())) or 0


def requests_of(conn: Connection, person_id: UUID) -> list[MembershipRequest]:
    """All wishes of the person, the newest first."""
    mine = select(membership_requests).where(membership_requests.c.person_id == person_id)
    return [_request(row) for row in conn.execute(mine.order_by(membership_requests.c.asked_at.desc()))]


def _require_new(conn: Connection, person_id: UUID, organisation_id: UUID, tier: Tier) -> None:
    for each in memberships_of(conn, person_id):
        if each.organisation_id == organisation_id and (each.tier is tier or tier is Tier.SUPPORTER):
            raise Conflict(f"You belong to this organisation already, as {each.tier}.", rule="membership")


def _rule_that_admits(conn: Connection, wish: MembershipRequest, asked: Organisation) -> str | None:
    """Why the wish needs no coordinator, if so."""
    if wish.tier is Tier.SUPPORTER:
        return "supporters join without approval"
    proven = (each.address.rpartition("@")[2] for each in addresses_of(conn, wish.person_id) if each.verified_at)
    return next((f"has a proven mail address at {domain}" for domain in proven if domain in asked.domains), None)


def _answerable(conn: Connection, request_id: UUID, by: UUID) -> MembershipRequest:
    wish = membership_request(conn, request_id)
    if wish.person_id == by:
        raise Forbidden("Nobody answers their own request; ask another coordinator.", rule="four eyes")
    return wish


def _answer(conn: Connection, request_id: UUID, *, approved: bool, answer: str, by: UUID | None, now: datetime) -> None:
    open_one = membership_requests.c.id == request_id, membership_requests.c.answered_at.is_(None)
    person_id = conn.scalar(
        update(membership_requests)
        .where(*open_one)
        .values(answered_at=now, answered_by=by, approved=approved, answer=answer)
        .returning(membership_requests.c.person_id)
    )
    if person_id is None:
        raise Conflict("This request was answered already.", rule="one answer")
    if by is not None:
        publish(conn, MembershipAnswered(str(person_id), person_id, request_id), now=now)


def _record(conn: Connection, act: str, wish: MembershipRequest, *, by: UUID, reason: str, now: datetime) -> None:
    record_decision(
        conn,
        by=by,
        act=act,
        subject=f"person {wish.person_id}",
        reason=reason,
        after={"request": wish.id, "organisation": wish.organisation_id, "tier": wish.tier},
        now=now,
    )


def _waiting(within: Collection[Scope]) -> Select[Any]:
    states = organisation_states.c
    return (
        select(membership_requests)
        .join(organisation_states, states.organisation_id == membership_requests.c.organisation_id)
        .where(
            membership_requests.c.answered_at.is_(None),
            in_force(organisation_states, "organisation_id"),
            lies_within(states.organisation_id, states.country, within),
        )
    )


def _request(row: Row[Any]) -> MembershipRequest:
    return MembershipRequest(
        id=row.id,
        person_id=row.person_id,
        organisation_id=row.organisation_id,
        tier=Tier(row.tier),
        note=row.note,
        asked_at=row.asked_at,
        approved=row.approved,
        answer=row.answer,
    )
