"""Proving a mail address one's own by a code, which joins one to whoever is known with it."""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Row, delete, insert, select, update

from base import Conflict, msgid, new_uuid, publish, token_hash
from people.addresses import add_address, clean_address, known_with, verify_address
from people.events import LinkCodeAsked
from people.holding import holder_of
from people.linking import Linked, Way, join_persons
from people.linking_tables import link_codes
from people.rates import Rate, take_try
from people.registry import person

CODE_LIFETIME = timedelta(minutes=15)
CODE_TRIES = 5
_DIGITS = 8
_STALE = timedelta(hours=1)
"""A code is made when its mail is sent; a mail that could not be sent for so long is not sent any more."""

_ASKS = Rate("link codes of", burst=5, every=timedelta(minutes=12))
_MAILS = Rate("link codes to", burst=5, every=timedelta(minutes=12))


class LinkCode(msgspec.Struct, frozen=True):
    """A code to be sent: to whom, in which language."""

    address: str
    language: str
    code: str


class CodeState(StrEnum):
    """What came of entering a code; ENDED, when it expired, was used, replaced, or tried too often."""

    RIGHT = "right"
    WRONG = "wrong"
    ENDED = "ended"


class CodeUse(msgspec.Struct, frozen=True):
    """What came of entering a code, how often it may still be tried, and what was linked if anything was."""

    state: CodeState
    tries_left: int = 0
    linked: Linked | None = None


def ask_link_code(conn: Connection, person_id: UUID, address: str, *, now: datetime) -> UUID:
    """The request for a code to this address, whoever's it is; from now on only this one counts.

    The answer, and the mail, are the same whether or not anybody is known with the address. Raises Invalid for what is
    no address, TooMany.
    """
    cleaned = clean_address(address)
    take_try(conn, _ASKS, str(person_id), now=now)
    take_try(conn, _MAILS, cleaned, now=now)
    ask_id = new_uuid()
    row = {"id": ask_id, "person_id": person(conn, person_id).id, "address": cleaned, "asked_at": now, "tries": 0}
    conn.execute(insert(link_codes).values(row))
    publish(conn, LinkCodeAsked(str(person_id), ask_id), now=now)
    return ask_id


def make_link_code(conn: Connection, ask_id: UUID, *, now: datetime) -> LinkCode | None:
    """The code that is sent now, in place of any made before; None when nobody waits for it any more."""
    row = conn.execute(select(link_codes).where(link_codes.c.id == ask_id)).one_or_none()
    newest = row and _newest(conn, row.person_id)
    if row is None or newest is None or newest.id != ask_id or row.used_at or now - row.asked_at > _STALE:
        return None
    code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"
    made = {"code_hash": _hash(ask_id, code), "expires_at": now + CODE_LIFETIME}
    conn.execute(update(link_codes).where(link_codes.c.id == ask_id).values(made))
    return LinkCode(row.address, person(conn, row.person_id).language, code)


def awaits_code(conn: Connection, person_id: UUID, *, now: datetime) -> bool:
    """Whether the person has a code to enter, or one on its way to them."""
    newest = _newest(conn, person_id)
    if newest is None or newest.used_at:
        return False
    if newest.code_hash is None:
        return bool(now - newest.asked_at <= _STALE)
    return bool(newest.expires_at > now and newest.tries < CODE_TRIES)


def use_link_code(conn: Connection, person_id: UUID, code: str, *, now: datetime) -> CodeUse:
    """What comes of entering `code`: if right, the address is proven, and who is known with it and the person are one.

    A wrong code is an answer, not an error, so that the try counts. Raises Conflict when several persons are written
    down with the address, and as `join_persons`.
    """
    asked = _try(conn, person_id, now=now)
    if asked is None:
        return CodeUse(CodeState.ENDED)
    digits = "".join(character for character in code if not character.isspace())
    if not secrets.compare_digest(_hash(asked.id, digits), asked.code_hash):
        left = CODE_TRIES - asked.tries
        return CodeUse(CodeState.WRONG if left else CodeState.ENDED, left)
    conn.execute(update(link_codes).where(link_codes.c.id == asked.id).values(used_at=now))
    return CodeUse(CodeState.RIGHT, linked=_prove(conn, person_id, asked.address, now=now))


def forget_link_codes(conn: Connection, *, now: datetime, limit: int) -> int:
    """Delete up to `limit` requests whose code can open nothing any more; returns how many went."""
    over = select(link_codes.c.id).where(link_codes.c.asked_at <= now - _STALE - CODE_LIFETIME).limit(limit)
    return conn.execute(delete(link_codes).where(link_codes.c.id.in_(over))).rowcount


def _try(conn: Connection, person_id: UUID, *, now: datetime) -> Row[Any] | None:
    """The person's newest request, one try the fewer; None when its code opens nothing any more."""
    newest = _newest(conn, person_id)
    usable = (
        link_codes.c.id == (newest.id if newest else None),
        link_codes.c.used_at.is_(None),
        link_codes.c.expires_at > now,
        link_codes.c.tries < CODE_TRIES,
    )
    tried = update(link_codes).where(*usable).values(tries=link_codes.c.tries + 1).returning(link_codes)
    return conn.execute(tried).one_or_none()


def _prove(conn: Connection, person_id: UUID, address: str, *, now: datetime) -> Linked | None:
    """The address is the person's; where somebody else is known with it, the two are one, under that name."""
    known = known_with(conn, address)
    others = {holder_of(conn, each.person_id) for each in known} - {person_id}
    if len(others) > 1:
        raise Conflict(
            "Several people are written down with this mail address, so it does not tell which of them you are. "
            "Ask your coordinator to link your account.",
            rule="mail address",
        )
    linked = None
    for other in others:
        reason = msgid("entered the code sent to their mail address")
        linked = join_persons(conn, person_id, other, way=Way.CODE, by=person_id, reason=reason, now=now)
    owned = known[0] if known else add_address(conn, person_id, address, now=now)
    verify_address(conn, owned.id, now=now)
    return linked


def _newest(conn: Connection, person_id: UUID) -> Row[Any] | None:
    of_person = select(link_codes).where(link_codes.c.person_id == person_id)
    return conn.execute(of_person.order_by(link_codes.c.asked_at.desc(), link_codes.c.id).limit(1)).one_or_none()


def _hash(ask_id: UUID, code: str) -> str:
    return token_hash(f"{ask_id} {code}")
