"""Links that join two persons: both sign-ins in one browser, or an invitation to be somebody known from paper."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, insert, select, update

from base import Conflict, Missing, msgid, new_token, record_decision, token_hash
from people.addresses import addresses_of
from people.holding import holder_of, links_now
from people.linking import Linked, Way, join_persons
from people.linking_tables import link_offers
from people.registry import Person, person
from people.tables import persons

OFFER_LIFETIME = timedelta(minutes=15)
CLAIM_LIFETIME = timedelta(days=30)
_TOKEN_BYTES = 32


class OfferKind(StrEnum):
    """BROWSER: "the one who is signed in elsewhere in this browser is me"; CLAIM: "whoever opens this is them"."""

    BROWSER = "browser"
    CLAIM = "claim"


def offer_link(conn: Connection, person_id: UUID, *, now: datetime) -> str:
    """The token by which the person, under their other sign-in, says that both are one; good once, for minutes."""
    return _offer(conn, OfferKind.BROWSER, person_id, by=person_id, expires_at=now + OFFER_LIFETIME)


def offered_person(conn: Connection, token: str, *, now: datetime) -> Person:
    """Who made the offer of this token. Raises Missing for one that is used, expired or unknown."""
    return person(conn, holder_of(conn, _usable(conn, OfferKind.BROWSER, token, now=now).person_id))


def accept_offer(conn: Connection, token: str, person_id: UUID, *, now: datetime) -> Linked:
    """Whoever made the offer and the person are one, under the older of the two; the offer is spent.

    Raises Missing for an offer that is used, expired or unknown, and as `join_persons`.
    """
    other = holder_of(conn, _spend(conn, OfferKind.BROWSER, token, now=now).person_id)
    both = select(persons.c.id).where(persons.c.id.in_({other, person_id}))
    older, newer = (*conn.scalars(both.order_by(persons.c.created_at, persons.c.id)), other)[:2]
    reason = msgid("both sign-ins in one browser")
    return join_persons(conn, newer, older, way=Way.BROWSER, by=person_id, reason=reason, now=now)


def invite_to_claim(conn: Connection, claimed_id: UUID, *, by: UUID | None, reason: str, now: datetime) -> str:
    """The token of a link by which somebody known from paper makes themselves known; any earlier one is void.

    Raises Missing for an unknown person, Conflict for one who has arrived already.
    """
    require_unclaimed(conn, claimed_id)
    conn.execute(
        delete(link_offers).where(link_offers.c.kind == OfferKind.CLAIM, link_offers.c.person_id == claimed_id)
    )
    token = _offer(conn, OfferKind.CLAIM, claimed_id, by=by, expires_at=now + CLAIM_LIFETIME)
    subject = f"person {claimed_id}"
    record_decision(conn, by=by, act="person.invite-to-claim", subject=subject, reason=reason, now=now)
    return token


def claimed_by(conn: Connection, token: str, *, now: datetime) -> Person:
    """Whom the link of this token is for. Raises Missing for one that is used, expired or unknown."""
    return person(conn, _usable(conn, OfferKind.CLAIM, token, now=now).person_id)


def accept_claim(conn: Connection, token: str, person_id: UUID, *, now: datetime) -> Linked:
    """The person is whom the link is for: all their accounts are now that person's. The link is spent.

    Raises Missing for a link that is used, expired or unknown, Conflict when somebody else was found to be them.
    """
    claimed_id = _spend(conn, OfferKind.CLAIM, token, now=now).person_id
    require_unclaimed(conn, claimed_id)
    reason = msgid("opened the link made for this person")
    return join_persons(conn, person_id, claimed_id, way=Way.INVITATION, by=person_id, reason=reason, now=now)


def may_be_claimed(conn: Connection, person_id: UUID) -> bool:
    """Whether the person is known from paper alone. Raises Missing for an unknown person."""
    links = links_now(conn, person(conn, person_id).id)
    proven = any(each.verified_at for each in addresses_of(conn, person_id))
    return not proven and [row.opaque_of for row in links] == [person_id]


def require_unclaimed(conn: Connection, person_id: UUID) -> None:
    """Raises Missing for an unknown person, Conflict for one who has signed in or was joined."""
    if not may_be_claimed(conn, person_id):
        raise Conflict(
            "This person has signed in already. If that was somebody else, unlink their account first.", rule="claim"
        )


def forget_link_offers(conn: Connection, *, now: datetime, limit: int) -> int:
    """Delete up to `limit` offers that have expired; returns how many went."""
    over = select(link_offers.c.token_hash).where(link_offers.c.expires_at <= now).limit(limit)
    return conn.execute(delete(link_offers).where(link_offers.c.token_hash.in_(over))).rowcount


def _offer(conn: Connection, kind: OfferKind, person_id: UUID, *, by: UUID | None, expires_at: datetime) -> str:
    token = new_token(_TOKEN_BYTES)
    row = {"token_hash": token_hash(token), "kind": kind.value, "person_id": person(conn, person_id).id}
    conn.execute(insert(link_offers).values(row | {"made_by": by, "expires_at": expires_at}))
    return token


def _usable(conn: Connection, kind: OfferKind, token: str, *, now: datetime) -> Row[Any]:
    row = conn.execute(select(link_offers).where(*_is_usable(kind, token, now))).one_or_none()
    return _found(row)


def _spend(conn: Connection, kind: OfferKind, token: str, *, now: datetime) -> Row[Any]:
    spent = update(link_offers).where(*_is_usable(kind, token, now)).values(used_at=now).returning(link_offers)
    return _found(conn.execute(spent).one_or_none())


def _is_usable(kind: OfferKind, token: str, now: datetime) -> tuple[Any, ...]:
    return (
        link_offers.c.token_hash == token_hash(token),
        link_offers.c.kind == kind.value,
        link_offers.c.used_at.is_(None),
        link_offers.c.expires_at > now,
    )


def _found(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise Missing("This link was used already or has expired. Begin again, or ask for a new one.", rule="linking")
    return row
