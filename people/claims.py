"""Being found again: somebody who took part on paper says so, and staff decide who they are."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, exists, select, update

from base import Invalid, Missing, new_uuid, record_decision, upsert
from people.addresses import addresses_of
from people.holding import IS_NEWEST_LINK, held_by
from people.link_offers import OfferKind, require_unclaimed
from people.linking import Linked, Way, held_accounts, join_persons
from people.linking_tables import claims, link_offers, mail_addresses
from people.names import folded, readable
from people.registry import Person, person
from people.tables import account_links, persons
from people.withdrawing import stands

LONGEST_WORDS = 500
NEWCOMER_FOR = timedelta(days=30)


class Claim(msgspec.Struct, frozen=True):
    """A request to be found: by whom, and what they say of where they are known from."""

    id: UUID
    person_id: UUID
    full_name: str | None
    words: str
    asked_at: datetime


def ask_claim(conn: Connection, person_id: UUID, words: str, *, now: datetime) -> None:
    """Staff see that the person says they are known already; asking again while it is open changes the words.

    Raises Invalid for words that say nothing, or too much.
    """
    said = " ".join(words.split())
    if not said or len(said) > LONGEST_WORDS:
        raise Invalid(
            f"Say in 1 to {LONGEST_WORDS} characters where you took part and under which name; you sent {len(said)}.",
            where="words",
        )
    row = {"id": new_uuid(), "person_id": person(conn, person_id).id, "words": said, "asked_at": now}
    asked = upsert(conn, claims).values(row)
    conn.execute(
        asked.on_conflict_do_update(
            index_elements=["person_id"], index_where=claims.c.decided_at.is_(None), set_={"words": said}
        )
    )


def open_claim_of(conn: Connection, person_id: UUID) -> Claim | None:
    """What the person asked and nobody has decided."""
    return next(iter(_claims(conn, claims.c.person_id == person_id)), None)


def open_claims(conn: Connection, *, limit: int = 100) -> list[Claim]:
    """What waits for a decision, the oldest first."""
    return _claims(conn)[:limit]


def approve_claim(
    conn: Connection, claim_id: UUID, claimed_id: UUID, *, by: UUID, reason: str, now: datetime
) -> Linked:
    """Who asked is `claimed_id`, known from paper until now: all their accounts are that person's.

    Raises Missing for a claim that was decided, Conflict when somebody else was found to be that person.
    """
    require_unclaimed(conn, claimed_id)
    asked = _decide(conn, claim_id, claimed_id, by=by, now=now)
    return join_persons(conn, asked, claimed_id, way=Way.CLAIM, by=by, reason=reason, now=now)


def refuse_claim(conn: Connection, claim_id: UUID, *, by: UUID, reason: str, now: datetime) -> None:
    """Who asked stays who they are, and may ask again. Raises Missing for a claim that was decided."""
    asked = _decide(conn, claim_id, None, by=by, now=now)
    record_decision(conn, by=by, act="claim.refuse", subject=f"person {asked}", reason=reason, now=now)


def unclaimed_persons(conn: Connection, *, text: str = "", limit: int = 20) -> list[Person]:
    """Those known from paper alone, of whose name `text` is a part, by name."""
    ids = conn.scalars(
        select(persons.c.id)
        .where(
            is_unclaimed(),
            stands(persons.c.id),
            persons.c.folded_name.contains(folded(readable(text) or ""), autoescape=True),
        )
        .order_by(persons.c.folded_name, persons.c.id)
        .limit(limit)
    )
    return [person(conn, each) for each in ids.all()]


def may_have_been_invited(conn: Connection, person_id: UUID, *, now: datetime) -> bool:
    """Whether to ask a newcomer if they were invited: they were joined to nobody, and somebody invited is missing yet.

    It depends on nothing that the newcomer is or says, so the question tells nobody whether an address is known.
    """
    created_at: datetime | None = conn.scalar(select(persons.c.created_at).where(persons.c.id == person_id))
    if created_at is None or now - created_at > NEWCOMER_FOR or held_by(conn, person_id) != [person_id]:
        return False
    if addresses_of(conn, person_id) or not held_accounts(conn, person_id):
        return False
    live = mail_addresses.c.removed_at.is_(None), mail_addresses.c.verified_at.is_(None)
    invited = (
        link_offers.c.kind == OfferKind.CLAIM.value,
        link_offers.c.expires_at > now,
        link_offers.c.used_at.is_(None),
    )
    return bool(conn.scalar(select(exists().where(*live) | exists().where(*invited))))


def is_unclaimed() -> ColumnElement[bool]:
    """No account but the opaque one is theirs now, and no address is proven: the condition of `require_unclaimed`."""
    of_theirs = exists().where(account_links.c.account_id == persons.c.opaque_account_id, IS_NEWEST_LINK)
    arrived = exists().where(
        account_links.c.person_id == persons.c.id,
        account_links.c.account_id != persons.c.opaque_account_id,
        IS_NEWEST_LINK,
    )
    proven = exists().where(
        mail_addresses.c.person_id == persons.c.id,
        mail_addresses.c.verified_at.is_not(None),
        mail_addresses.c.removed_at.is_(None),
    )
    return of_theirs.where(account_links.c.person_id == persons.c.id) & ~arrived & ~proven


def _claims(conn: Connection, *where: ColumnElement[bool]) -> list[Claim]:
    waiting = (
        select(claims, persons.c.full_name)
        .join(persons, persons.c.id == claims.c.person_id)
        .where(claims.c.decided_at.is_(None), *where)
        .order_by(claims.c.asked_at, claims.c.id)
    )
    return [Claim(row.id, row.person_id, row.full_name, row.words, row.asked_at) for row in conn.execute(waiting)]


def _decide(conn: Connection, claim_id: UUID, claimed_id: UUID | None, *, by: UUID, now: datetime) -> UUID:
    decided = {"decided_at": now, "decided_by": by, "claimed_id": claimed_id}
    undecided = claims.c.id == claim_id, claims.c.decided_at.is_(None)
    asked: UUID | None = conn.scalar(update(claims).where(*undecided).values(decided).returning(claims.c.person_id))
    if asked is None:
        raise Missing("This request was decided already, or was never made.")
    return asked
