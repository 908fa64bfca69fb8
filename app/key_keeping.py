"""Keeping the ring of keys and the database of one mind: at the start, every minute, and when a rotation is due."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy.exc import SQLAlchemyError

from base import (
    Conflict,
    Database,
    KeyPurpose,
    KeyRing,
    PublicKey,
    Unavailable,
    declare_compromised,
    due_rotations,
    key_in_use,
    list_public_keys,
    publish_keys,
    rotate_key,
    sound_key,
    waiting_key,
)

log = structlog.get_logger(__name__)

FOLLOW_SECONDS = 60
"""How long a node may sign with a key that was replaced elsewhere."""


async def settle_keys(db: Database, ring: KeyRing, *, now: datetime) -> None:
    """The database knows every key of this node's folder, and the ring signs with those that it puts in use.

    Raises Unavailable where the folder lacks one of them; nothing of a stranger's folder is published then.
    """
    known = await db.read(list_public_keys)
    ring.follow(known, now=now)
    ring.require_private()
    if made := ring.made_since(known):
        ring.follow(await db.write(publish_keys, made, now=now), now=now)


async def rotate_due_keys(db: Database, ring: KeyRing, *, now: datetime) -> None:
    """Publish a successor for each key whose time nears its end; a node that only reads its keys leaves it to others.

    Running it again, or elsewhere at the same time, makes no second one.
    """
    known = await db.read(list_public_keys)
    due = due_rotations(known, now=now)
    if not due or not ring.makes_keys:
        return
    try:
        made = await asyncio.to_thread(ring.make, due, known=known, now=now)
        ring.follow(await db.write(publish_keys, made, now=now), now=now)
    except Unavailable as error:
        log.warning("cannot rotate the keys", error=error.message)
    else:
        log.info("keys published", keys=[key.id for key in made])


async def follow_keys_until(stop: asyncio.Event, db: Database, ring: KeyRing, *, clock: Callable[[], datetime]) -> None:
    """Every minute take over what was decided about keys elsewhere, until `stop` is set."""
    while not stop.is_set():
        with suppress(TimeoutError):
            async with asyncio.timeout(FOLLOW_SECONDS):
                await stop.wait()
        try:
            ring.follow(await db.read(list_public_keys), now=clock())
            ring.require_private()
        except (Unavailable, SQLAlchemyError, OSError) as error:
            log.warning("cannot follow the keys", error=str(error))


async def rotate(
    db: Database, ring: KeyRing, purpose: KeyPurpose, *, at_once: bool, by: UUID | None, reason: str, now: datetime
) -> list[PublicKey]:
    """Publish a successor of the purpose's key, to be used after its wait or at once; returns every key.

    Raises Conflict when one waits already, unless that one is to be used at once.
    """
    known = await db.read(list_public_keys)
    waiting = waiting_key(known, purpose, now=now)
    if waiting is not None and not at_once:
        raise Conflict(
            f"{waiting.id} is published already and takes over on {waiting.uses_from:%Y-%m-%d %H:%M} UTC; "
            f"`waymark keys rotate {purpose} --now` lets it take over at once."
        )
    successors = [waiting] if waiting else await asyncio.to_thread(ring.make, [purpose], known=known, now=now)
    keys = await db.write(rotate_key, successors, at_once=at_once, by=by, reason=reason, now=now)
    ring.follow(keys, now=now)
    return keys


async def give_up(db: Database, ring: KeyRing, key_id: str, *, reason: str, now: datetime) -> list[PublicKey]:
    """The key is compromised: nothing is signed with it or checked by it from now on; returns every key.

    If it was in use, its successor takes over at once, also where others have not fetched that one's public half yet.
    """
    known = await db.read(list_public_keys)
    key = sound_key(known, key_id)
    successors: list[PublicKey] = []
    if key_in_use(known, key.purpose, now=now) == key:
        waiting = waiting_key(known, key.purpose, now=now)
        successors = [waiting] if waiting else await asyncio.to_thread(ring.make, [key.purpose], known=known, now=now)
    keys = await db.write(declare_compromised, key_id, successors, by=None, reason=reason, now=now)
    ring.follow(keys, now=now)
    return keys
