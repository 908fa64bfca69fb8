"""The installation's private keys: one folder, made whole at the first start, one key for each purpose."""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from joserfc.jwk import RSAKey

from base.errors import Unavailable
from base.files import write_whole
from base.x509 import root_certificate, signer_certificate

PASSPHRASE_SETTING = "WAYMARK_KEYS_PASSPHRASE"  # noqa: S105 (the name of a setting)
LTI_KEY_BITS = 2048
DOCUMENT_KEY_BITS = 3072
_PUBLIC_EXPONENT = 65537
_INDEX = "ring.json"


class Purpose(StrEnum):
    """What a key is for; no key serves two protocols."""

    LTI = "lti"
    DOCUMENT_ROOT = "document-root"
    DOCUMENT_SIGNER = "document-signer"


class KeyEntry(msgspec.Struct, frozen=True):
    """A key of the ring: `<id>.pem` is its private half, `<id>.crt` its certificate where it has one.

    Ids are dated and never used twice, so that other systems may cache a public key by its id for good.
    """

    id: str
    purpose: Purpose
    made_at: datetime


@dataclass(frozen=True)
class DocumentKey:
    """What signs documents: an RSA key (PKCS#8, not encrypted), its certificate, and those above it up to the root."""

    private_key_pem: bytes = field(repr=False)
    certificate_pem: bytes
    chain_pem: list[bytes]


class KeyRing:
    """The keys of one folder, opened."""

    def __init__(self, *, lti: RSAKey, document: DocumentKey) -> None:
        self._lti = lti
        self._document = document

    @classmethod
    def open(cls, folder: Path, passphrase: str | None, *, now: datetime) -> "KeyRing":
        """The keys in `folder`; they are made when it has none, once, whoever else opens it at the same time.

        With a passphrase they are encrypted. Raises Unavailable, naming the file and the cure, when a key is missing,
        damaged or not opened by this passphrase.
        """
        index = folder / _INDEX
        if not index.exists():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with _locked(folder):
                if not index.exists():
                    _make_keys(folder, passphrase, now)
        entries = _entries(index)
        lti = entries[Purpose.LTI]
        signer = entries[Purpose.DOCUMENT_SIGNER]
        return cls(
            lti=_signing_jwk(_private_key(folder, lti, passphrase), lti.id),
            document=DocumentKey(
                _pem(_private_key(folder, signer, passphrase), None),
                _read(folder / f"{signer.id}.crt"),
                [_read(folder / f"{entries[Purpose.DOCUMENT_ROOT].id}.crt")],
            ),
        )

    def lti_key(self) -> RSAKey:
        """The key that signs what we say to platforms (RS256), with its `kid`."""
        return self._lti

    def lti_public_keys(self) -> list[dict[str, Any]]:
        """The public JWKs (RFC 7517) by which platforms check what we sign."""
        return [dict(self._lti.as_dict(private=False))]

    def document_signer(self) -> DocumentKey:
        """The key that signs documents, with its certificates."""
        return self._document

    def root_certificate(self) -> bytes:
        """The certificate, in PEM, that a reader trusts in order to trust our documents."""
        return self._document.chain_pem[-1]


def _make_keys(folder: Path, passphrase: str | None, now: datetime) -> None:
    """Every key and certificate, and at last the index: a ring without it was never finished and is made anew."""
    lti, root, signer = (
        _new_entry(purpose, now) for purpose in (Purpose.LTI, Purpose.DOCUMENT_ROOT, Purpose.DOCUMENT_SIGNER)
    )
    root_key = _generate(DOCUMENT_KEY_BITS)
    signer_key = _generate(DOCUMENT_KEY_BITS)
    keys = {lti.id: _generate(LTI_KEY_BITS), root.id: root_key, signer.id: signer_key}
    root_cert = root_certificate(root_key, f"Waymark {root.id}", now=now)
    signer_cert = signer_certificate(
        signer_key.public_key(), f"Waymark {signer.id}", root=root_cert, root_key=root_key, now=now
    )
    for key_id, key in keys.items():
        write_whole(folder / f"{key_id}.pem", _pem(key, passphrase))
    write_whole(folder / f"{root.id}.crt", root_cert.public_bytes(Encoding.PEM))
    write_whole(folder / f"{signer.id}.crt", signer_cert.public_bytes(Encoding.PEM))
    write_whole(folder / _INDEX, msgspec.json.format(msgspec.json.encode([lti, root, signer])))


def _new_entry(purpose: Purpose, now: datetime) -> KeyEntry:
    return KeyEntry(f"{purpose}-{now:%Y-%m-%d}-{secrets.token_hex(4)}", purpose, now)


def _generate(bits: int) -> RSAPrivateKey:
    return generate_private_key(_PUBLIC_EXPONENT, bits)


def _signing_jwk(key: RSAPrivateKey, key_id: str) -> RSAKey:
    return RSAKey.import_key(key, {"kid": key_id, "use": "sig", "alg": "RS256"})


def _pem(key: RSAPrivateKey, passphrase: str | None) -> bytes:
    encryption: KeySerializationEncryption = (
        BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    )
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)


def _entries(index: Path) -> dict[Purpose, KeyEntry]:
    try:
        entries = msgspec.json.decode(_read(index), type=list[KeyEntry])
    except msgspec.DecodeError as error:
        raise Unavailable(f"{index} is damaged ({error}); restore the folder of keys from its backup.") from error
    newest = {entry.purpose: entry for entry in sorted(entries, key=lambda entry: entry.made_at)}
    if lacking := set(Purpose) - newest.keys():
        raise Unavailable(f"{index} names no key for {', '.join(sorted(lacking))}; restore the folder from its backup.")
    return newest


def _private_key(folder: Path, entry: KeyEntry, passphrase: str | None) -> RSAPrivateKey:
    file = folder / f"{entry.id}.pem"
    pem = _read(file)
    encrypted = pem.startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    if encrypted and not passphrase:
        raise Unavailable(f"{file} is encrypted; set {PASSPHRASE_SETTING} to its passphrase.")
    if passphrase and not encrypted:
        raise Unavailable(
            f"{file} is not encrypted, but {PASSPHRASE_SETTING} is set; unset it, "
            "or encrypt each .pem of the folder by `openssl pkcs8 -topk8`."
        )
    try:
        key = load_pem_private_key(pem, passphrase.encode() if passphrase else None)
    except ValueError as error:
        cause = f"{PASSPHRASE_SETTING} does not open {file}" if encrypted else f"{file} is damaged"
        raise Unavailable(f"{cause}; set the passphrase it was made with, or restore the folder.") from error
    assert isinstance(key, RSAPrivateKey)
    return key


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError as error:
        raise Unavailable(f"{file} is not there; restore the folder of keys from its backup.") from error


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One process at a time; the system lets go of the lock when the process ends, however it ends."""
    descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
