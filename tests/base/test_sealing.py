from datetime import timedelta
from pathlib import Path

import pytest

from base import KeyPurpose, KeyRing, Unavailable, seal, unseal
from tests.times import NOW


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> KeyRing:
    return KeyRing.open(tmp_path_factory.mktemp("keys"), "a passphrase", now=NOW)


def test_sealed_secret_is_opened_for_what_it_is_about(ring: KeyRing) -> None:
    sealed = seal(ring, "Basic a2V5OnPDqWNyZXQ=", about="forwarding 1 https://lrs.example/")
    assert unseal(ring, sealed, about="forwarding 1 https://lrs.example/") == "Basic a2V5OnPDqWNyZXQ="


def test_sealed_secret_shows_nothing_and_is_never_the_same_twice(ring: KeyRing) -> None:
    first, second = seal(ring, "secret", about="x"), seal(ring, "secret", about="x")
    assert b"secret" not in first
    assert first != second


def test_secret_sealed_for_one_address_is_not_opened_for_another(ring: KeyRing) -> None:
    with pytest.raises(Unavailable, match=r"evil\.example"):
        unseal(ring, seal(ring, "secret", about="https://lrs.example/"), about="https://evil.example/")


def test_changed_bytes_are_not_opened(ring: KeyRing) -> None:
    sealed = seal(ring, "secret", about="x")
    for changed in (sealed[:-1], sealed[:-1] + bytes([sealed[-1] ^ 1])):
        with pytest.raises(Unavailable):
            unseal(ring, changed, about="x")


def test_secret_is_opened_after_a_rotation_and_not_without_its_key(tmp_path: Path) -> None:
    ring = KeyRing.open(tmp_path, None, now=NOW)
    sealed = seal(ring, "secret", about="x")
    later = NOW + timedelta(days=200)
    ring.follow(ring.make([KeyPurpose.WEBHOOKS], known=ring.made_since([]), now=later), now=later)
    assert seal(ring, "secret", about="x").split(b"\n")[0] != sealed.split(b"\n")[0]
    assert unseal(ring, sealed, about="x") == "secret"
    key_id = sealed.split(b"\n")[0].decode()
    (tmp_path / f"{key_id}.pem").unlink()
    with pytest.raises(Unavailable, match="is not there"):
        unseal(KeyRing.open(tmp_path, None, now=later), sealed, about="x")
