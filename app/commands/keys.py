"""`waymark keys`: the installation's keys, their dates, and what to do when one must go."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

import rich_click as click

from app.answers import Answer, answering
from app.key_keeping import give_up, rotate
from app.migrating import require_newest_schema
from app.settings import Settings
from app.transactions import clock, read
from base import (
    Database,
    KeyPurpose,
    KeyRing,
    PublicKey,
    Standing,
    key_in_use,
    list_public_keys,
    standings,
)
from certificates import count_issued

T = TypeVar("T")


@click.group("keys")
def keys_group() -> None:
    """The keys that sign what Waymark says: to platforms, on certificates and badges, to webhooks."""


@keys_group.command("list")
@answering
def keys_list(settings: Settings) -> Answer:
    """Every key, its state, and the dates of its use.

    Example: waymark keys list --json
    """
    return _listed(read(settings, list_public_keys), clock())


@keys_group.command("rotate")
@click.argument("purpose", type=click.Choice([purpose.value for purpose in KeyPurpose]))
@click.option("--now", "at_once", is_flag=True, help="Use the new key at once, also where others do not know it yet.")
@click.option("--reason", default="rotated at the command line", help="Why, for the audit log.")
@answering
def keys_rotate(settings: Settings, purpose: str, reason: str, *, at_once: bool) -> Answer:
    """Publish a new key for PURPOSE; it takes over once others had time to fetch it.

    Rotation happens by itself in good time; this is for doing it earlier.

    Example: waymark keys rotate lti
    """
    now = clock()
    keys = asyncio.run(
        _with_keys(
            settings,
            lambda db, ring: rotate(db, ring, KeyPurpose(purpose), at_once=at_once, by=None, reason=reason, now=now),
        )
    )
    return _listed([key for key in keys if key.purpose == purpose], now)


@keys_group.command("compromised")
@click.argument("key_id", metavar="KID")
@click.option("--reason", required=True, help="What is known, for the audit log.")
@answering
def keys_compromised(settings: Settings, key_id: str, reason: str) -> Answer:
    """Stop using the key KID and publish it no more: somebody else may have it.

    Example: waymark keys compromised lti-2026-11-22-0a1b2c3d --reason "the laptop with the backup was stolen"
    """
    now = clock()
    before = read(settings, list_public_keys)
    keys = asyncio.run(_with_keys(settings, lambda db, ring: give_up(db, ring, key_id, reason=reason, now=now)))
    given_up = next(each for each in standings(before, now=now) if each.key.id == key_id)
    until = min(given_up.used_until or now, now)
    signed = read(settings, count_issued, since=given_up.key.uses_from, until=until)
    successor = key_in_use(keys, given_up.key.purpose, now=now)
    consequences = _consequences(given_up.key.purpose, signed)
    lines = [f"{key_id} signs nothing any more and is published no more.", *consequences]
    if successor is not None:
        lines.insert(1, f"{successor.id} is in use since {successor.uses_from:%Y-%m-%d %H:%M} UTC.")
    value = {"compromised": key_id, "in_use": successor and successor.id, "consequences": consequences}
    return Answer(value, tuple(lines))


def _consequences(purpose: KeyPurpose, certificates_signed: int) -> list[str]:
    """What whoever relied on the key has to know now."""
    signed = f"{certificates_signed} certificates were signed while it was in use. {_CERTIFICATES}"
    match purpose:
        case KeyPurpose.LTI:
            return ["Platforms that remember our old keys refuse grades for up to a day; those are sent again then."]
        case KeyPurpose.DOCUMENT_SIGNER:
            return [signed]
        case KeyPurpose.DOCUMENT_ROOT:
            return [
                signed,
                "Hand out the new root certificate (waymark keys list --json); nobody may trust the old one.",
            ]
        case KeyPurpose.BADGES:
            return ["Badges that it signed verify no more; issue them again."]
        case KeyPurpose.WEBHOOKS:
            return [
                "Receivers refuse messages until they have fetched our keys again.",
                "It also kept the secrets of other record stores: change them there, and enter the stores anew.",
            ]


_CERTIFICATES = (
    "Their signature proves nothing any more; their verify pages do, since they answer from our records. "
    "Tell those who check certificates."
)


async def _with_keys(settings: Settings, act: Callable[[Database, KeyRing], Awaitable[T]]) -> T:
    ring = KeyRing.open(settings.keys, settings.keys_passphrase, now=clock())
    db = await Database.open(settings.database_url)
    try:
        await db.read(require_newest_schema)
        return await act(db, ring)
    finally:
        await db.close()


def _listed(keys: list[PublicKey], now: datetime) -> Answer:
    found = standings(keys, now=now)
    lines = [_line(each) for each in found] or ["There are no keys yet; they are made when Waymark is first served."]
    return Answer([_value(each) for each in found], tuple(lines))


def _line(standing: Standing) -> str:
    key = standing.key
    parts = [f"{key.id:<40} {standing.state:<11} used from {key.uses_from:%Y-%m-%d}"]
    if standing.used_until is not None:
        parts.append(f"to {standing.used_until:%Y-%m-%d}")
    if standing.published_until is not None:
        parts.append(f"published to {standing.published_until:%Y-%m-%d}")
    return ", ".join(parts)


def _value(standing: Standing) -> dict[str, object]:
    key = standing.key
    return {
        "id": key.id,
        "purpose": key.purpose,
        "state": standing.state,
        "made_at": key.made_at,
        "uses_from": key.uses_from,
        "used_until": standing.used_until,
        "published_until": standing.published_until,
        "certificate": key.certificate and key.certificate.decode(),
    }
