"""The public halves of our keys, in the database: what every node must agree on, with the dates of their use."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import Column, Connection, LargeBinary, Named, String, Table, TypedColumns, select, update

from base.audit import record_decision
from base.columns import Instant, metadata, upsert
from base.errors import Conflict, Missing
from base.key_schedule import PublicKey, first_use


class PublicKeyColumns(TypedColumns):
    """One row is one key that was ever ours; it is never deleted, since what it signed may be asked about for ever.

    `uses_from` only ever moves to an earlier time, and `compromised_at` is set once.
    """

    id = Column(String, primary_key=True)
    purpose: Named[str]
    made_at = Column(Instant, nullable=False)
    uses_from = Column(Instant, nullable=False)
    compromised_at: Named[datetime | None] = Column(Instant)
    jwk = Column(LargeBinary, nullable=False)
    certificate: Named[bytes | None]


public_keys = Table("public_keys", metadata, PublicKeyColumns)


def list_public_keys(conn: Connection) -> list[PublicKey]:
    """Every key that was ever ours."""
    rows = conn.execute(select(public_keys).order_by(public_keys.c.made_at, public_keys.c.id))
    # The names are plain strings here: those of columns are of a class of their own, which the conversion refuses.
    return [msgspec.convert({str(name): value for name, value in row._asdict().items()}, PublicKey) for row in rows]


def publish_keys(conn: Connection, made: Sequence[PublicKey], *, now: datetime) -> list[PublicKey]:
    """Publish keys; each signs after the wait of its purpose, or at once while no key of that purpose is in use.

    One that is published already stays as it is. Returns every key.
    """
    for key in made:
        dated = msgspec.structs.replace(key, uses_from=first_use(list_public_keys(conn), key, now=now))
        row = msgspec.structs.asdict(dated)
        conn.execute(upsert(conn, public_keys).values(row).on_conflict_do_nothing())
    return list_public_keys(conn)


def rotate_key(
    conn: Connection, successors: Sequence[PublicKey], *, at_once: bool, by: UUID | None, reason: str, now: datetime
) -> list[PublicKey]:
    """Publish keys as somebody decided, to be used after the wait of their purpose or at once. Returns every key."""
    _install(conn, successors, at_once=at_once, now=now)
    for key in successors:
        after = {"purpose": key.purpose, "at_once": at_once}
        record_decision(conn, by=by, act="key.rotate", subject=key.id, reason=reason, after=after, now=now)
    return list_public_keys(conn)


def declare_compromised(
    conn: Connection, key_id: str, successors: Sequence[PublicKey], *, by: UUID | None, reason: str, now: datetime
) -> list[PublicKey]:
    """From now on the key signs nothing and is published no more; its successors take over at once.

    Returns every key. Raises Missing for a key that was never ours and Conflict for one that was given up before.
    """
    key = sound_key(list_public_keys(conn), key_id)
    conn.execute(update(public_keys).where(public_keys.c.id == key_id).values(compromised_at=now))
    _install(conn, successors, at_once=True, now=now)
    before = {"purpose": key.purpose, "uses_from": key.uses_from}
    record_decision(conn, by=by, act="key.compromised", subject=key_id, reason=reason, before=before, now=now)
    return list_public_keys(conn)


def sound_key(keys: Sequence[PublicKey], key_id: str) -> PublicKey:
    """The key of this id. Raises Missing for one that was never ours and Conflict for one that is compromised."""
    key = next((key for key in keys if key.id == key_id), None)
    if key is None:
        raise Missing(f"There is no key {key_id}; `waymark keys list` names them.")
    if key.compromised_at is not None:
        raise Conflict(f"{key_id} was declared compromised on {key.compromised_at:%Y-%m-%d %H:%M} UTC already.")
    return key


def _install(conn: Connection, successors: Sequence[PublicKey], *, at_once: bool, now: datetime) -> None:
    publish_keys(conn, successors, now=now)
    if at_once:
        chosen = [key.id for key in successors]
        conn.execute(
            update(public_keys).where(public_keys.c.id.in_(chosen), public_keys.c.uses_from > now).values(uses_from=now)
        )
