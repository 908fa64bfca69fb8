"""The installation's private keys, opened: of each purpose the one that signs now, and what it is checked by."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc.jwk import OKPKey, RSAKey

from base.errors import Unavailable
from base.key_folder import KeyEntry, KeyFolder, PrivateKey, unencrypted_pem
from base.key_schedule import KeyPurpose, PublicKey, key_in_use, published_keys

_SIGNS_HERE = tuple(purpose for purpose in KeyPurpose if purpose is not KeyPurpose.DOCUMENT_ROOT)
"""What every node must be able to sign; the root's private half is needed only where keys are made."""


@dataclass(frozen=True)
class DocumentKey:
    """What signs documents: an RSA key (PKCS#8, not encrypted), its certificate, and those above it up to the root."""

    private_key_pem: bytes = field(repr=False)
    certificate_pem: bytes
    chain_pem: list[bytes]


class KeyRing:
    """The keys of one folder, as the dates in the database have them be used.

    Until it `follow`s the database, the newest key of each purpose signs.
    """

    def __init__(self, folder: KeyFolder) -> None:
        self._folder = folder
        self._private: dict[str, PrivateKey] = {}
        self._in_use: dict[KeyPurpose, PublicKey] = {}
        self._published: dict[KeyPurpose, list[PublicKey]] = {}
        self._certificates: dict[str, bytes] = {}
        self._document: DocumentKey | None = None

    @classmethod
    def open(cls, folder: Path, passphrase: str | None, *, now: datetime) -> "KeyRing":
        """The keys in `folder`; they are made when it has none, once, whoever else opens it at the same time.

        With a passphrase they are encrypted. Raises Unavailable, naming the file and the cure, when a key is missing,
        damaged or not opened by this passphrase.
        """
        ring = cls(KeyFolder(folder, passphrase))
        ring._folder.fill(now=now)
        newest = {entry.purpose: entry for entry in ring._folder.entries()}
        # A key made by a clock that is ahead of ours signs all the same.
        latest = max(now, *(entry.made_at for entry in newest.values()))
        ring.follow([ring._public(entry) for entry in newest.values()], now=latest)
        ring.require_private()
        return ring

    @property
    def makes_keys(self) -> bool:
        """Whether the folder may be written to; a node that only reads it uses what others have made."""
        return self._folder.writable

    def follow(self, keys: Collection[PublicKey], *, now: datetime) -> None:
        """Sign from now on with the keys that these dates put in use, and with no other.

        Where the private half of one is not here, what it would sign is refused until it is (`require_private`).
        """
        self._in_use = {p: key for p in KeyPurpose if (key := key_in_use(keys, p, now=now)) is not None}
        self._published = {purpose: published_keys(keys, purpose, now=now) for purpose in KeyPurpose}
        self._certificates = {key.id: key.certificate for key in keys if key.certificate is not None}
        self._document = None

    def require_private(self) -> None:
        """Raises Unavailable, naming the file, unless the private half of every key in use can be had here."""
        for purpose in _SIGNS_HERE:
            if purpose in self._in_use:
                self._signer_of(purpose)

    def made_since(self, known: Collection[PublicKey]) -> list[PublicKey]:
        """The public halves of the folder's keys that are not `known` yet, the oldest first."""
        ids = {key.id for key in known}
        return [self._public(entry) for entry in self._folder.entries() if entry.id not in ids]

    def make(self, purposes: Sequence[KeyPurpose], *, known: Collection[PublicKey], now: datetime) -> list[PublicKey]:
        """New keys for the purposes, or those that another process has just made; a new root comes with a signer.

        Raises Unavailable on a node that may only read its keys.
        """
        wanted = list(purposes)
        if KeyPurpose.DOCUMENT_ROOT in wanted and KeyPurpose.DOCUMENT_SIGNER not in wanted:
            wanted.append(KeyPurpose.DOCUMENT_SIGNER)
        made = self._folder.make(wanted, known={key.id for key in known}, now=now)
        return [self._public(entry) for entry in made]

    def lti_key(self) -> RSAKey:
        """The key that signs what we say to platforms (RS256), with its `kid`."""
        key = self._signer_of(KeyPurpose.LTI)
        assert isinstance(key, RSAPrivateKey)
        return RSAKey.import_key(key, {"kid": self._in_use[KeyPurpose.LTI].id, "use": "sig", "alg": "RS256"})

    def lti_public_keys(self) -> list[dict[str, Any]]:
        """The public JWKs (RFC 7517) by which platforms check what we sign, the one in use first."""
        return self.public_jwks(KeyPurpose.LTI)

    def ed25519_key(self, purpose: KeyPurpose) -> OKPKey:
        """The key that signs badges or webhooks (Ed25519, RFC 9864, section 2.2), with its `kid`."""
        key = self._signer_of(purpose)
        assert isinstance(key, Ed25519PrivateKey)
        return OKPKey.import_key(key, {"kid": self._in_use[purpose].id, "use": "sig", "alg": "Ed25519"})

    def derived_key(self, purpose: KeyPurpose, label: bytes, *, key_id: str | None = None) -> tuple[str, bytes]:
        """An id and the 32 bytes that follow from its private half for `label` (HKDF, RFC 5869).

        Without `key_id` it is the key in use. Raises Unavailable where the private half is not here.
        """
        key = self._signer_of(purpose) if key_id is None else self._load(key_id)
        assert isinstance(key, Ed25519PrivateKey)
        derived = HKDF(SHA256(), length=32, salt=None, info=label).derive(key.private_bytes_raw())
        return key_id or self._in_use[purpose].id, derived

    def public_jwks(self, purpose: KeyPurpose) -> list[dict[str, Any]]:
        """The published keys of the purpose as JWKs, the one in use first."""
        return [msgspec.json.decode(key.jwk) for key in self._published[purpose]]

    def document_signer(self) -> DocumentKey:
        """The key that signs documents, with its certificates."""
        if self._document is None:
            key = self._signer_of(KeyPurpose.DOCUMENT_SIGNER)
            certificate = self._certificates[self._in_use[KeyPurpose.DOCUMENT_SIGNER].id]
            self._document = DocumentKey(unencrypted_pem(key), certificate, [self._root_of(certificate)])
        return self._document

    def root_certificate(self) -> bytes:
        """The certificate, in PEM, that a reader trusts in order to trust our documents."""
        return self.document_signer().chain_pem[-1]

    def _signer_of(self, purpose: KeyPurpose) -> PrivateKey:
        key = self._in_use.get(purpose)
        if key is None:
            raise Unavailable(
                f"There is no key for {purpose} yet; start Waymark where it may write to its folder of keys."
            )
        return self._load(key.id)

    def _root_of(self, certificate: bytes) -> bytes:
        """The root that signed `certificate`; after a rotation of the root it is not the newest for all."""
        issuer = x509.load_pem_x509_certificate(certificate).issuer
        return next(pem for pem in self._certificates.values() if x509.load_pem_x509_certificate(pem).subject == issuer)

    def _load(self, key_id: str) -> PrivateKey:
        if key_id not in self._private:
            self._private[key_id] = self._folder.private_key(key_id)
        return self._private[key_id]

    def _public(self, entry: KeyEntry) -> PublicKey:
        """The public half; `uses_from` is a beginning that the database may put later."""
        certificate = None
        if entry.purpose in {KeyPurpose.DOCUMENT_ROOT, KeyPurpose.DOCUMENT_SIGNER}:
            certificate = self._folder.certificate(entry.id)
            public = x509.load_pem_x509_certificate(certificate).public_key()
        else:
            public = self._load(entry.id).public_key()
        assert isinstance(public, RSAPublicKey | Ed25519PublicKey)
        return PublicKey(
            entry.id, entry.purpose, entry.made_at, entry.made_at, None, _jwk(public, entry.id), certificate
        )


def _jwk(public: RSAPublicKey | Ed25519PublicKey, key_id: str) -> bytes:
    key: RSAKey | OKPKey
    if isinstance(public, RSAPublicKey):
        key = RSAKey.import_key(public, {"kid": key_id, "use": "sig", "alg": "RS256"})
    else:
        key = OKPKey.import_key(public, {"kid": key_id, "use": "sig", "alg": "Ed25519"})
    return msgspec.json.encode(key.as_dict(private=False), order="sorted")
