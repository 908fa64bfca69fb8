"""Fillings for the page of keys: every state, and nothing at all."""

from datetime import timedelta
from typing import Any

from app.pages.keys import PurposeView
from app.visit import Visit
from base import KeyPurpose, KeyState, PublicKey, Standing
from people import Role
from tests.app.visits import visit
from tests.times import NOW

_DAY = timedelta(days=1)


def key_samples(language: str) -> dict[str, tuple[str, Visit, dict[str, Any]]]:
    """Name of the sample → template, visit, values."""
    administrator = visit(language, Role.LEARNER, Role.ADMINISTRATOR, path="/admin/keys")
    auditor = visit(language, Role.LEARNER, Role.AUDITOR, path="/admin/keys")
    full = [_view(purpose, list(KeyState), waiting=purpose is KeyPurpose.WEBHOOKS) for purpose in KeyPurpose]
    empty = [_view(purpose, [], waiting=False) for purpose in KeyPurpose]
    return {
        "keys": ("keys.html", administrator, {"purposes": full, "makes_keys": True}),
        "keys-none": ("keys.html", auditor, {"purposes": empty, "makes_keys": False}),
    }


def _view(purpose: KeyPurpose, states: list[KeyState], *, waiting: bool) -> PurposeView:
    standings = [
        Standing(_key(purpose, n), state, None if n == 0 else NOW - n * _DAY, NOW + n * _DAY if n > 1 else None)
        for n, state in enumerate(states)
    ]
    kept_until = None if purpose is KeyPurpose.BADGES else NOW + 4 * _DAY
    return PurposeView(purpose, standings, waiting, NOW + 2 * _DAY, kept_until)


def _key(purpose: KeyPurpose, n: int) -> PublicKey:
    return PublicKey(f"{purpose}-2026-11-22-0a1b2c3{n}", purpose, NOW, NOW, None, b"{}", None)
