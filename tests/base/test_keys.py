import multiprocessing
import os
import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc import jws, jwt
from joserfc.jwk import OKPKey, RSAKey

from base import KeyPurpose, KeyRing, PublicKey, Unavailable
from tests.times import NOW

PASSPHRASE = "correct horse battery staple"


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plain") / "keys"
    KeyRing.open(folder, None, now=NOW)
    return folder


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("encrypted") / "keys"
    KeyRing.open(folder, PASSPHRASE, now=NOW)
    return folder


@pytest.fixture
def spoiled(plain: Path, tmp_path: Path) -> Path:
    """A copy whose files a test may spoil."""
    return Path(shutil.copytree(plain, tmp_path / "keys"))


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_second_start_finds_the_same_keys(plain: Path) -> None:
    before = contents(plain)
    again = KeyRing.open(plain, None, now=NOW + timedelta(days=1))
    assert contents(plain) == before
    assert again.lti_key().kid == KeyRing.open(plain, None, now=NOW).lti_key().kid


def test_keys_of_a_clock_that_was_ahead_sign_all_the_same(plain: Path) -> None:
    ring = KeyRing.open(plain, None, now=NOW - timedelta(hours=5))
    assert ring.lti_key().kid == KeyRing.open(plain, None, now=NOW).lti_key().kid


def open_in_a_process(folder: str, now: datetime) -> str:
    return str(KeyRing.open(Path(folder), None, now=now).lti_key().kid)


def test_processes_that_start_at_once_make_one_ring(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        kids = pool.starmap(open_in_a_process, [(str(folder), NOW)] * 2)
    assert len(set(kids)) == 1
    assert len(list(folder.glob("*.pem"))) == len(KeyPurpose)


def test_files_are_their_owners_alone(encrypted: Path) -> None:
    assert {oct(path.stat().st_mode & 0o777) for path in encrypted.iterdir()} == {oct(0o600)}
    assert oct(encrypted.stat().st_mode & 0o777) == oct(0o700)


def test_lti_key_signs_what_its_public_half_verifies(plain: Path) -> None:
    ring = KeyRing.open(plain, None, now=NOW)
    (public,) = ring.lti_public_keys()
    assert public.keys() == {"kty", "n", "e", "kid", "use", "alg"}
    assert (public["kty"], public["use"], public["alg"]) == ("RSA", "sig", "RS256")
    assert public["kid"].startswith("lti-2026-11-22-")
    token = jwt.encode({"alg": "RS256", "kid": public["kid"]}, {"iss": "waymark"}, ring.lti_key())
    assert jwt.decode(token, RSAKey.import_key(public), algorithms=["RS256"]).claims == {"iss": "waymark"}


def test_document_key_belongs_to_its_certificate(plain: Path) -> None:
    signer = KeyRing.open(plain, None, now=NOW).document_signer()
    key = load_pem_private_key(signer.private_key_pem, None)
    certificate = x509.load_pem_x509_certificate(signer.certificate_pem)
    assert isinstance(key, RSAPrivateKey)
    assert key.key_size == 3072
    assert certificate.public_key() == key.public_key()
    assert "PRIVATE" not in repr(signer)


def test_signers_certificate_says_what_it_is_for(plain: Path) -> None:
    ring = KeyRing.open(plain, None, now=NOW)
    certificate = x509.load_pem_x509_certificate(ring.document_signer().certificate_pem)
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.digital_signature
    assert usage.value.content_commitment
    assert not usage.value.key_cert_sign
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    with pytest.raises(x509.ExtensionNotFound):
        certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints)
    assert certificate.not_valid_before_utc < NOW
    assert certificate.not_valid_after_utc == NOW + timedelta(days=1095)


def test_root_vouches_for_the_signer_and_for_nothing_below(plain: Path) -> None:
    ring = KeyRing.open(plain, None, now=NOW)
    signer = ring.document_signer()
    assert signer.chain_pem == [ring.root_certificate()]
    root = x509.load_pem_x509_certificate(ring.root_certificate())
    x509.load_pem_x509_certificate(signer.certificate_pem).verify_directly_issued_by(root)
    constraints = root.extensions.get_extension_for_class(x509.BasicConstraints)
    assert constraints.critical
    assert (constraints.value.ca, constraints.value.path_length) == (True, 0)
    assert root.not_valid_after_utc >= NOW + timedelta(days=3653)
    assert root.signature_hash_algorithm is not None
    assert root.signature_hash_algorithm.name == "sha256"


def test_encrypted_ring_opens_with_its_passphrase(encrypted: Path) -> None:
    stored = next(encrypted.glob("document-signer-*.pem")).read_bytes()
    assert stored.startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    signer = KeyRing.open(encrypted, PASSPHRASE, now=NOW).document_signer()
    key = load_pem_private_key(signer.private_key_pem, None)
    public = x509.load_pem_x509_certificate(signer.certificate_pem).public_key()
    assert isinstance(key, RSAPrivateKey)
    assert isinstance(public, RSAPublicKey)
    public.verify(key.sign(b"m", PKCS1v15(), SHA256()), b"m", PKCS1v15(), SHA256())


@pytest.mark.parametrize("passphrase", ["wrong", "", None])
def test_wrong_passphrase_is_named_and_changes_nothing(encrypted: Path, passphrase: str | None) -> None:
    before = contents(encrypted)
    with pytest.raises(Unavailable, match="WAYMARK_KEYS_PASSPHRASE") as refusal:
        KeyRing.open(encrypted, passphrase, now=NOW)
    assert "wrong" not in refusal.value.message
    assert contents(encrypted) == before


def test_passphrase_for_keys_without_one_is_refused(plain: Path) -> None:
    with pytest.raises(Unavailable, match="not encrypted"):
        KeyRing.open(plain, PASSPHRASE, now=NOW)


def test_missing_private_key_is_named(spoiled: Path) -> None:
    gone = next(spoiled.glob("document-signer-*.pem"))
    gone.unlink()
    with pytest.raises(Unavailable, match=gone.name):
        KeyRing.open(spoiled, None, now=NOW)


def test_damaged_key_and_damaged_index_are_named(spoiled: Path) -> None:
    damaged = next(spoiled.glob("lti-*.pem"))
    damaged.write_bytes(damaged.read_bytes()[:300])
    with pytest.raises(Unavailable, match=f"{damaged.name} is damaged"):
        KeyRing.open(spoiled, None, now=NOW)
    (spoiled / "ring.json").write_bytes(b"{")
    with pytest.raises(Unavailable, match=r"ring\.json is damaged"):
        KeyRing.open(spoiled, None, now=NOW)


def test_index_without_a_purpose_is_refused(spoiled: Path) -> None:
    index = spoiled / "ring.json"
    entries = [entry for entry in msgspec.json.decode(index.read_bytes()) if entry["purpose"] != "document-signer"]
    index.write_bytes(msgspec.json.encode(entries))
    with pytest.raises(Unavailable, match="names no key for document-signer"):
        KeyRing.open(spoiled, None, now=NOW)


def test_start_killed_before_the_index_makes_the_ring_anew(spoiled: Path) -> None:
    (spoiled / "ring.json").unlink()
    ring = KeyRing.open(spoiled, None, now=NOW)
    signer = ring.document_signer()
    root = x509.load_pem_x509_certificate(ring.root_certificate())
    x509.load_pem_x509_certificate(signer.certificate_pem).verify_directly_issued_by(root)


def known_to(ring: KeyRing) -> list[PublicKey]:
    return ring.made_since([])


def test_a_ring_of_the_first_release_gets_the_keys_it_did_not_have(spoiled: Path) -> None:
    index = spoiled / "ring.json"
    old = [e for e in msgspec.json.decode(index.read_bytes()) if e["purpose"] not in {"badges", "webhooks"}]
    index.write_bytes(msgspec.json.encode(old))
    kid = KeyRing.open(spoiled, None, now=NOW + timedelta(days=1)).lti_key().kid
    entries = msgspec.json.decode(index.read_bytes())
    assert [entry["purpose"] for entry in entries[3:]] == ["badges", "webhooks"]
    assert [entry for entry in entries if entry in old] == sorted(old, key=lambda entry: entry["id"])
    assert kid in {entry["id"] for entry in old}


def test_badge_key_signs_what_its_public_half_verifies(plain: Path) -> None:
    ring = KeyRing.open(plain, None, now=NOW)
    (public,) = ring.public_jwks(KeyPurpose.BADGES)
    assert public.keys() == {"kty", "crv", "x", "kid", "use", "alg"}
    assert (public["kty"], public["crv"]) == ("OKP", "Ed25519")
    token = jws.serialize_compact({"alg": "Ed25519"}, b"m", ring.ed25519_key(KeyPurpose.BADGES), ["Ed25519"])
    assert jws.deserialize_compact(token, OKPKey.import_key(public), ["Ed25519"]).payload == b"m"


def test_a_new_key_signs_from_the_date_that_the_database_says(spoiled: Path) -> None:
    ring = KeyRing.open(spoiled, None, now=NOW)
    before, first = known_to(ring), ring.lti_key().kid
    (made,) = ring.make([KeyPurpose.LTI], known=before, now=NOW)
    keys = [*before, msgspec.structs.replace(made, uses_from=NOW + timedelta(days=2))]
    ring.follow(keys, now=NOW)
    assert [key["kid"] for key in ring.lti_public_keys()] == [first, made.id]
    assert ring.lti_key().kid == first
    ring.follow(keys, now=NOW + timedelta(days=2))
    assert [key["kid"] for key in ring.lti_public_keys()] == [made.id, first]
    assert ring.lti_key().kid == made.id


def test_two_nodes_that_rotate_at_once_make_one_key(spoiled: Path) -> None:
    ring, other = (KeyRing.open(spoiled, None, now=NOW) for _ in range(2))
    before = known_to(ring)
    made = ring.make([KeyPurpose.WEBHOOKS], known=before, now=NOW)
    assert other.make([KeyPurpose.WEBHOOKS], known=before, now=NOW) == made


def test_a_new_root_comes_with_a_signer_and_old_signers_keep_theirs(spoiled: Path) -> None:
    ring = KeyRing.open(spoiled, None, now=NOW)
    before, old = known_to(ring), ring.document_signer()
    later = NOW + timedelta(days=1)
    made = ring.make([KeyPurpose.DOCUMENT_ROOT], known=before, now=later)
    assert [key.purpose for key in made] == [KeyPurpose.DOCUMENT_ROOT, KeyPurpose.DOCUMENT_SIGNER]
    ring.follow([*before, *made], now=later)
    new = ring.document_signer()
    assert new.chain_pem != old.chain_pem
    root = x509.load_pem_x509_certificate(new.chain_pem[0])
    x509.load_pem_x509_certificate(new.certificate_pem).verify_directly_issued_by(root)
    ring.follow(before, now=NOW)
    assert ring.document_signer() == old


def test_a_node_without_a_private_key_in_use_says_which_and_signs_nothing_with_it(spoiled: Path) -> None:
    ring = KeyRing.open(spoiled, None, now=NOW)
    before = known_to(ring)
    (made,) = ring.make([KeyPurpose.LTI], known=before, now=NOW + timedelta(days=1))
    elsewhere = KeyRing.open(spoiled.parent / "keys-of-another-node", None, now=NOW)
    elsewhere.follow([*before, made], now=NOW + timedelta(days=1))
    with pytest.raises(Unavailable, match=made.id) as refusal:
        elsewhere.require_private()
    assert "copy it from the node" in refusal.value.message
    with pytest.raises(Unavailable, match=made.id):
        elsewhere.lti_key()


def use_as_nobody(folder: str) -> tuple[bool, str, str]:
    """What a process without the right to write to the folder can do with its keys."""
    os.setuid(65534)
    ring = KeyRing.open(Path(folder), None, now=NOW + timedelta(days=9))
    try:
        ring.make([KeyPurpose.LTI], known=[], now=NOW)
    except Unavailable as error:
        return ring.makes_keys, str(ring.lti_key().kid), error.message
    return ring.makes_keys, str(ring.lti_key().kid), ""


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become a user who may not write")
def test_a_node_that_may_only_read_uses_the_keys_and_makes_none(plain: Path) -> None:
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        folder = Path(shutil.copytree(plain, Path(place) / "keys"))
        for path in (folder, *folder.iterdir()):
            path.chmod(0o755)
        before = contents(folder)
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            makes_keys, kid, refusal = pool.apply(use_as_nobody, (str(folder),))
        assert contents(folder) == before
    assert not makes_keys
    assert kid == KeyRing.open(plain, None, now=NOW).lti_key().kid
    assert "may only be read" in refusal
