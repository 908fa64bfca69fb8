"""Certificates of the installation's own authority for documents (RFC 5280): a root, and a signer below it.

No revocation list is named in them, since a verifier without network would call the signature untrusted for it; whether
a document still stands is answered by its verify page.
"""

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.x509.oid import NameOID

ROOT_LIFETIME = timedelta(days=20 * 365)
SIGNER_LIFETIME = timedelta(days=3 * 365)
_CLOCKS_DIFFER_BY = timedelta(minutes=5)


def root_certificate(key: RSAPrivateKey, name: str, *, now: datetime) -> x509.Certificate:
    """A certificate by which `key` vouches for itself and for signers, and for nothing below them."""
    draft = _draft(key.public_key(), name, issuer=_name(name), lifetime=ROOT_LIFETIME, now=now)
    return (
        draft.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .sign(key, hashes.SHA256())
    )


def signer_certificate(
    key: RSAPublicKey, name: str, *, root: x509.Certificate, root_key: RSAPrivateKey, now: datetime
) -> x509.Certificate:
    """A certificate by which the root vouches for `key` as a signer of documents."""
    # pyHanko and PDF readers ask for nonRepudiation (contentCommitment in newer words) on a signer of documents.
    draft = _draft(key, name, issuer=root.subject, lifetime=SIGNER_LIFETIME, now=now)
    return (
        draft.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(digital_signature=True, content_commitment=True), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(
                root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
            ),
            critical=False,
        )
        .sign(root_key, hashes.SHA256())
    )


def _draft(
    key: RSAPublicKey, name: str, *, issuer: x509.Name, lifetime: timedelta, now: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _CLOCKS_DIFFER_BY)
        .not_valid_after(now + lifetime)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Waymark"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _usage(
    *,
    digital_signature: bool = False,
    content_commitment: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=content_commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )
