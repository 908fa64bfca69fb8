"""The folder of private keys: an index, one file for each key, and a lock for whoever makes one."""

import fcntl
import os
import secrets
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from base.errors import Unavailable
from base.files import write_whole
from base.key_schedule import KeyPurpose
from base.x509 import root_certificate, signer_certificate

PASSPHRASE_SETTING = "WAYMARK_KEYS_PASSPHRASE"  # noqa: S105 (the name of a setting)
LTI_KEY_BITS = 2048
DOCUMENT_KEY_BITS = 3072
_PUBLIC_EXPONENT = 65537
_INDEX = "ring.json"
_FROM_THE_BEGINNING = frozenset({KeyPurpose.LTI, KeyPurpose.DOCUMENT_ROOT, KeyPurpose.DOCUMENT_SIGNER})
"""The purposes of the first release; a ring without one of the others is merely older than they are."""

PrivateKey = RSAPrivateKey | Ed25519PrivateKey


class KeyEntry(msgspec.Struct, frozen=True):
    """A key of the ring: `<id>.pem` is its private half, `<id>.crt` its certificate where it has one.

    Ids are dated and never used twice, so that other systems may cache a public key by its id for good.
    """

    id: str
    purpose: KeyPurpose
    made_at: datetime


class KeyFolder:
    """The private keys of one folder. A node that may not write to it uses what is there and makes none."""

    def __init__(self, folder: Path, passphrase: str | None) -> None:
        self.path = folder
        self._passphrase = passphrase

    @property
    def writable(self) -> bool:
        return os.access(self.path, os.W_OK)

    def fill(self, *, now: datetime) -> None:
        """Make a key for each purpose that has none yet, once, whoever else does so at the same time.

        Raises Unavailable when the folder may not be written to and has no keys, or has lost some.
        """
        if not self._index.exists():
            self._make_folder()
        elif not self._lacking() or not self.writable:
            return
        with _locked(self.path):
            lacking = self._lacking() if self._index.exists() else list(KeyPurpose)
            if lacking:
                self._make(lacking, self.entries() if self._index.exists() else [], now)

    def make(self, purposes: Collection[KeyPurpose], *, known: Collection[str], now: datetime) -> list[KeyEntry]:
        """A new key for each of the purposes; where another process has just made one, not `known` yet, that one.

        Raises Unavailable when the folder may not be written to.
        """
        if not self.writable:
            raise Unavailable(
                f"{self.path} may only be read here; make keys where it may be written to, and copy them here."
            )
        with _locked(self.path):
            entries = self.entries()
            found = {entry.purpose: entry for entry in entries if entry.id not in known and entry.purpose in purposes}
            made = self._make([purpose for purpose in purposes if purpose not in found], entries, now)
        return [*found.values(), *made]

    def entries(self) -> list[KeyEntry]:
        """Every key of the folder, the oldest first."""
        try:
            entries = msgspec.json.decode(_read(self._index), type=list[KeyEntry])
        except msgspec.DecodeError as error:
            raise Unavailable(
                f"{self._index} is damaged ({error}); restore the folder of keys from its backup."
            ) from error
        if lost := _FROM_THE_BEGINNING - {entry.purpose for entry in entries}:
            raise Unavailable(
                f"{self._index} names no key for {', '.join(sorted(lost))}; restore the folder from its backup."
            )
        return sorted(entries, key=lambda entry: (entry.made_at, entry.id))

    def certificate(self, key_id: str) -> bytes:
        """The key's certificate in PEM. Raises Unavailable where there is none."""
        return _read(self.path / f"{key_id}.crt")

    def private_key(self, key_id: str) -> PrivateKey:
        """The private half. Raises Unavailable, naming the file and the cure, when it cannot be had."""
        file = self.path / f"{key_id}.pem"
        pem = _read(file)
        encrypted = pem.startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
        if encrypted and not self._passphrase:
            raise Unavailable(f"{file} is encrypted; set {PASSPHRASE_SETTING} to its passphrase.")
        if self._passphrase and not encrypted:
            raise Unavailable(
                f"{file} is not encrypted, but {PASSPHRASE_SETTING} is set; unset it, "
                "or encrypt each .pem of the folder by `openssl pkcs8 -topk8`."
            )
        try:
            key = load_pem_private_key(pem, self._passphrase.encode() if self._passphrase else None)
        except ValueError as error:
            cause = f"{PASSPHRASE_SETTING} does not open {file}" if encrypted else f"{file} is damaged"
            raise Unavailable(f"{cause}; set the passphrase it was made with, or restore the folder.") from error
        assert isinstance(key, RSAPrivateKey | Ed25519PrivateKey)
        return key

    @property
    def _index(self) -> Path:
        return self.path / _INDEX

    def _lacking(self) -> list[KeyPurpose]:
        present = {entry.purpose for entry in self.entries()}
        return [purpose for purpose in KeyPurpose if purpose not in present]

    def _make_folder(self) -> None:
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except PermissionError as error:
            raise Unavailable(f"The folder of keys {self.path} is not there and cannot be made: {error}.") from error
        if not self.writable:
            raise Unavailable(f"{self.path} has no keys and may not be written to; copy the installation's keys there.")

    def _make(self, purposes: Sequence[KeyPurpose], before: Sequence[KeyEntry], now: datetime) -> list[KeyEntry]:
        """Every key and certificate, and at last the index: keys that it does not name were never finished."""
        made: list[KeyEntry] = []
        for purpose in sorted(purposes, key=list(KeyPurpose).index):  # a root before the signers that it vouches for
            entry = KeyEntry(f"{purpose}-{now:%Y-%m-%d}-{secrets.token_hex(4)}", purpose, now)
            key = _generate(purpose)
            write_whole(self.path / f"{entry.id}.pem", _pem(key, self._passphrase))
            if isinstance(key, RSAPrivateKey) and (certificate := self._vouch(entry, key, [*before, *made], now)):
                write_whole(self.path / f"{entry.id}.crt", certificate.public_bytes(Encoding.PEM))
            made.append(entry)
        if made:
            write_whole(self._index, msgspec.json.format(msgspec.json.encode([*before, *made])))
        return made

    def _vouch(
        self, entry: KeyEntry, key: RSAPrivateKey, others: Sequence[KeyEntry], now: datetime
    ) -> x509.Certificate | None:
        name = f"Waymark {entry.id}"
        if entry.purpose is KeyPurpose.DOCUMENT_ROOT:
            return root_certificate(key, name, now=now)
        if entry.purpose is not KeyPurpose.DOCUMENT_SIGNER:
            return None
        root_id = [other.id for other in others if other.purpose is KeyPurpose.DOCUMENT_ROOT][-1]
        root_key = self.private_key(root_id)
        assert isinstance(root_key, RSAPrivateKey)
        root = x509.load_pem_x509_certificate(self.certificate(root_id))
        return signer_certificate(key.public_key(), name, root=root, root_key=root_key, now=now)


def unencrypted_pem(key: PrivateKey) -> bytes:
    """The private half as PKCS#8 in PEM."""
    return _pem(key, None)


def _generate(purpose: KeyPurpose) -> PrivateKey:
    match purpose:
        case KeyPurpose.LTI:  # RS256 is what LTI 1.3 demands (1EdTech Security Framework 1.0, section 5.1)
            return generate_private_key(_PUBLIC_EXPONENT, LTI_KEY_BITS)
        case KeyPurpose.DOCUMENT_ROOT | KeyPurpose.DOCUMENT_SIGNER:
            return generate_private_key(_PUBLIC_EXPONENT, DOCUMENT_KEY_BITS)
        case KeyPurpose.BADGES | KeyPurpose.WEBHOOKS:
            return Ed25519PrivateKey.generate()


def _pem(key: PrivateKey, passphrase: str | None) -> bytes:
    encryption: KeySerializationEncryption = (
        BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    )
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError as error:
        raise Unavailable(
            f"{file} is not there; copy it from the node that makes the keys, or restore the folder from its backup."
        ) from error


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One process at a time; the system lets go of the lock when the process ends, however it ends."""
    descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
