"""Links that sign a person in once, and how one asks for them by mail. Of each token only the hash is kept."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update

from base import Effect, Event, Unauthenticated, new_token, publish, token_hash
from people.addresses import clean_address, known_with
from people.events import SignInLinkAsked
from people.holding import holder_of
from people.link_codes import forget_link_codes
from people.link_offers import forget_link_offers
from people.provider_logins import forget_logins
from people.rates import Rate, forget_full_buckets, take_try
from people.registry import Person, person
from people.sessions import forget_ended_sessions
from people.tables import sign_in_links

LINK_LIFETIME = timedelta(hours=1)
FIRST_LINK_LIFETIME = timedelta(hours=24)
"""Of the first administrator's link, which is printed at the first start and may be read a day later."""

PER_ADDRESS = Rate("sign-in mail to an address", burst=3, every=timedelta(minutes=10))
PER_CLIENT = Rate("sign-in mail for a client", burst=20, every=timedelta(minutes=1))
"""A whole town hall may share one client address, so it has more tries."""

_TOKEN_BYTES = 32


class AddressEntered(Event, frozen=True):
    """Somebody who may be anybody entered this mail address to be signed in; `subject` is its hash."""

    address: str


def make_sign_in_link(conn: Connection, person_id: UUID, *, now: datetime, lifetime: timedelta = LINK_LIFETIME) -> str:
    """The token of a new link, good for one use within `lifetime`. Raises Missing for an unknown person."""
    token = new_token(_TOKEN_BYTES)
    conn.execute(
        insert(sign_in_links).values(
            token_hash=token_hash(token), person_id=person(conn, person_id).id, expires_at=now + lifetime
        )
    )
    return token


def ask_sign_in_link(conn: Connection, address: str, *, client: str, now: datetime) -> None:
    """A link is sent to the address if it is proven somebody's.

    What is done here is the same for every address, so that neither the answer nor its time tells who is known: the
    address is looked up later, when its event is heard. Raises Invalid for what is no mail address, TooMany when the
    address or the client was used too often.
    """
    cleaned = clean_address(address)
    take_try(conn, PER_CLIENT, client, now=now)
    take_try(conn, PER_ADDRESS, cleaned, now=now)
    publish(conn, AddressEntered(token_hash(cleaned), cleaned), now=now)


def use_sign_in_link(conn: Connection, token: str, *, now: datetime) -> Person:
    """The person whom the link signs in; from now on it is spent.

    Raises Unauthenticated, with the same words whether the link is spent, expired or unknown.
    """
    person_id = conn.scalar(
        update(sign_in_links)
        .where(
            sign_in_links.c.token_hash == token_hash(token),
            sign_in_links.c.used_at.is_(None),
            sign_in_links.c.expires_at > now,
        )
        .values(used_at=now)
        .returning(sign_in_links.c.person_id)
    )
    if person_id is None:
        raise Unauthenticated(
            "This sign-in link was used already or has expired; ask for a new one.", rule="sign-in link"
        )
    return person(conn, holder_of(conn, person_id))


def forget_expired(conn: Connection, *, now: datetime, limit: int = 500) -> int:
    """Delete up to `limit` each of links, codes, offers, sessions, logins and counts of tries that are over.

    Returns how many went.
    """
    links = select(sign_in_links.c.token_hash).where(sign_in_links.c.expires_at <= now).limit(limit)
    gone = conn.execute(delete(sign_in_links).where(sign_in_links.c.token_hash.in_(links))).rowcount
    for forget in _FORGET:
        gone += forget(conn, now=now, limit=limit)
    return gone


_FORGET = (forget_ended_sessions, forget_logins, forget_full_buckets, forget_link_codes, forget_link_offers)


def _look_up(conn: Connection, entered: AddressEntered, now: datetime) -> None:
    """Only a proven address gets a link: one that somebody merely wrote down may be another person's."""
    for known in known_with(conn, entered.address):
        if known.verified_at is not None:
            publish(conn, SignInLinkAsked(str(known.person_id), known.person_id, known.id), now=now)


SIGN_IN_SUBSCRIPTIONS = (Effect("people.look_up_address", AddressEntered, lambda _: True, _look_up),)
"""What looks up who asked for a sign-in link."""
