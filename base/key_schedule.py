"""When a key is published, used and retired: worked out from a few dates, so that every node agrees without being told.

A key is first published, so that others can fetch its public half, then used, and stays published after its successor
took over for as long as what it signed must be checked.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec


class KeyPurpose(StrEnum):
    """What a key is for; no key serves two protocols."""

    LTI = "lti"
    DOCUMENT_ROOT = "document-root"
    DOCUMENT_SIGNER = "document-signer"
    BADGES = "badges"
    WEBHOOKS = "webhooks"


class KeyState(StrEnum):
    """Where a key stands on its way."""

    PUBLISHED = "published"
    """Its public half can be fetched; its use has a date to come."""
    IN_USE = "in-use"
    RETIRED = "retired"
    """It signs no more and stays published for what it has signed."""
    WITHDRAWN = "withdrawn"
    """Nothing that it signed is still to be checked; it is published no more."""
    COMPROMISED = "compromised"


class Policy(msgspec.Struct, frozen=True):
    """How keys of a purpose follow each other; `kept_for` None keeps a retired one published for good."""

    wait: timedelta
    use_for: timedelta
    kept_for: timedelta | None


POLICIES = {
    # Moodle keeps the key set of a tool for a day, so a key that signs sooner would be refused by those who did not
    # look again. What an LTI key signs holds for minutes.
    KeyPurpose.LTI: Policy(timedelta(days=2), timedelta(days=180), timedelta(days=2)),
    # Readers trust the root by hand: a successor comes only while the certificates below it can still end before it.
    KeyPurpose.DOCUMENT_ROOT: Policy(timedelta(0), timedelta(days=15 * 365), None),
    KeyPurpose.DOCUMENT_SIGNER: Policy(timedelta(0), timedelta(days=365), None),
    KeyPurpose.BADGES: Policy(timedelta(days=2), timedelta(days=365), None),
    KeyPurpose.WEBHOOKS: Policy(timedelta(days=2), timedelta(days=180), timedelta(days=7)),
}


class PublicKey(msgspec.Struct, frozen=True):
    """The public half of a key, and the dates that its state follows from.

    `jwk` is its JWK (RFC 7517), `certificate` in PEM where it has one.
    """

    id: str
    purpose: KeyPurpose
    made_at: datetime
    uses_from: datetime
    compromised_at: datetime | None
    jwk: bytes
    certificate: bytes | None


class Standing(msgspec.Struct, frozen=True):
    """A key's state at a moment, with the dates between which it signs and until which it is published."""

    key: PublicKey
    state: KeyState
    used_until: datetime | None
    published_until: datetime | None


def standings(keys: Collection[PublicKey], *, now: datetime) -> list[Standing]:
    """How every key stands, purpose by purpose, the newest first."""
    found = [_standing(key, keys, now) for key in keys]
    return sorted(found, key=lambda each: (each.key.purpose, -each.key.uses_from.timestamp(), each.key.id))


def key_in_use(keys: Iterable[PublicKey], purpose: KeyPurpose, *, now: datetime) -> PublicKey | None:
    """The key that signs: of those whose time has come and that are sound, the one whose time came last."""
    able = [key for key in _sound(keys, purpose) if key.uses_from <= now]
    return max(able, key=_order, default=None)


def waiting_key(keys: Iterable[PublicKey], purpose: KeyPurpose, *, now: datetime) -> PublicKey | None:
    """The key that is published and will be used next, if there is one."""
    return min((key for key in _sound(keys, purpose) if key.uses_from > now), key=_order, default=None)


def published_keys(keys: Collection[PublicKey], purpose: KeyPurpose, *, now: datetime) -> list[PublicKey]:
    """The keys that others may check signatures by, the one in use first."""
    shown = {KeyState.IN_USE, KeyState.PUBLISHED, KeyState.RETIRED}
    own = [each for each in standings(keys, now=now) if each.key.purpose is purpose and each.state in shown]
    return [each.key for each in sorted(own, key=lambda each: each.state is not KeyState.IN_USE)]


def due_rotations(keys: Collection[PublicKey], *, now: datetime) -> list[KeyPurpose]:
    """The purposes whose successor is to be published now, so that it has waited when the present key's time ends."""
    return [purpose for purpose, policy in POLICIES.items() if _is_due(keys, purpose, policy, now)]


def first_use(known: Collection[PublicKey], key: PublicKey, *, now: datetime) -> datetime:
    """From when a key that is published now signs: after the purpose's wait, or at once while none is in use.

    The very first key of a purpose has signed since it was made.
    """
    if not any(other.purpose is key.purpose for other in known):
        return min(key.made_at, now)
    nobody_signs = key_in_use(known, key.purpose, now=now) is None
    return now if nobody_signs else now + POLICIES[key.purpose].wait


def _is_due(keys: Collection[PublicKey], purpose: KeyPurpose, policy: Policy, now: datetime) -> bool:
    newest = max(_sound(keys, purpose), key=_order, default=None)
    return newest is None or newest.uses_from + policy.use_for - policy.wait <= now


def _standing(key: PublicKey, keys: Collection[PublicKey], now: datetime) -> Standing:
    if key.compromised_at is not None:
        return Standing(key, KeyState.COMPROMISED, key.compromised_at, key.compromised_at)
    later = [other for other in _sound(keys, key.purpose) if _order(other) > _order(key)]
    used_until = min((other.uses_from for other in later), default=None)
    kept_for = POLICIES[key.purpose].kept_for
    published_until = None if used_until is None or kept_for is None else used_until + kept_for
    return Standing(key, _state(key.uses_from, used_until, published_until, now), used_until, published_until)


def _state(
    uses_from: datetime, used_until: datetime | None, published_until: datetime | None, now: datetime
) -> KeyState:
    if now < uses_from:
        return KeyState.PUBLISHED
    if used_until is None or now < used_until:
        return KeyState.IN_USE
    if published_until is None or now < published_until:
        return KeyState.RETIRED
    return KeyState.WITHDRAWN


def _sound(keys: Iterable[PublicKey], purpose: KeyPurpose) -> list[PublicKey]:
    return [key for key in keys if key.purpose is purpose and key.compromised_at is None]


def _order(key: PublicKey) -> tuple[datetime, datetime, str]:
    return key.uses_from, key.made_at, key.id
