"""Which kinds of mail a person wants, and the links in mails by which they say so without signing in."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import Connection, insert, select

from base import Missing, new_token, token_hash
from messages.letters import Kind
from messages.tables import mail_choices, stop_links

_TOKEN_BYTES = 24


class StopLink(msgspec.Struct, frozen=True):
    """What a link in a mail stops: these kinds of mail, for this person; `wanted` is false once all are stopped."""

    person_id: UUID
    kinds: tuple[Kind, ...]
    wanted: bool


def make_stop_link(conn: Connection, person_id: UUID, kinds: Collection[Kind], *, now: datetime) -> str:
    """The token of a link by which the person stops these kinds of mail, whenever they like."""
    token = new_token(_TOKEN_BYTES)
    row = {"person_id": person_id, "kinds": " ".join(sorted(set(kinds))), "made_at": now}
    conn.execute(insert(stop_links).values(token_hash=token_hash(token), **row))
    return token


def stop_link(conn: Connection, token: str) -> StopLink:
    """What the link stops. Raises Missing for an unknown one."""
    row = conn.execute(select(stop_links).where(stop_links.c.token_hash == token_hash(token))).first()
    if row is None:
        raise Missing("This link is not known. Open it from the mail again, without leaving out a letter.")
    kinds = tuple(Kind(kind) for kind in row.kinds.split())
    return StopLink(row.person_id, kinds, any(wants(conn, row.person_id, kind) for kind in kinds))


def choose_by_link(conn: Connection, token: str, *, wanted: bool, now: datetime) -> None:
    """The person wants the link's kinds of mail from now on, or no more; again changes nothing. Raises Missing."""
    link = stop_link(conn, token)
    for kind in link.kinds:
        if wants(conn, link.person_id, kind) != wanted:
            row = {"person_id": link.person_id, "kind": kind.value, "wanted": wanted, "at": now}
            conn.execute(insert(mail_choices).values(row))


def wants(conn: Connection, person_id: UUID, kind: Kind) -> bool:
    """Whether the person wants this kind of mail: everybody does until they stop it."""
    newest = (
        select(mail_choices.c.wanted)
        .where(mail_choices.c.person_id == person_id, mail_choices.c.kind == kind.value)
        .order_by(mail_choices.c.seq.desc())
        .limit(1)
    )
    wanted: bool | None = conn.scalar(newest)
    return wanted is not False
