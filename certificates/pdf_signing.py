"""The signature on a certificate: PAdES B-B (ETSI EN 319 142-1, 6.3) by RSA with SHA-256.

RSA, because with an elliptic curve pyHanko raises the file to PDF 2.0, which PDF/A-3 forbids; SHA-256 by name, because
pyHanko would choose another for larger keys, with the same result.
"""

from datetime import datetime
from io import BytesIO

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from base import DocumentKey, Unavailable

FIELD = "Signature"
ALGORITHM = "sha256"


class DocumentSigner(Signer):
    """A signer that keeps its key loaded: pyHanko's own reads it twice for each signature, at 0.2 s a time."""

    def __init__(self, key: DocumentKey) -> None:
        loaded = load_pem_private_key(key.private_key_pem, password=None)
        assert isinstance(loaded, RSAPrivateKey)
        self._key = loaded
        certificate = x509.load_pem_x509_certificate(key.certificate_pem)
        self.holds_from, self.holds_until = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        (signing_cert,) = load_certs_from_pemder_data(key.certificate_pem)
        chain = SimpleCertificateStore.from_certs(load_certs_from_pemder_data(b"".join(key.chain_pem)))
        super().__init__(signing_cert=signing_cert, cert_registry=chain)

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: FBT001, FBT002 (the base's signature)
        """The signature over `data`; `dry_run` asks only for one of the same length."""
        if digest_algorithm != ALGORITHM:
            raise ValueError(f"this signer signs {ALGORITHM}, not {digest_algorithm}")
        return bytes(self._key.key_size // 8) if dry_run else self._key.sign(data, PKCS1v15(), SHA256())


def sign(pdf: bytes, signer: DocumentSigner, *, at: datetime) -> bytes:
    """`pdf` with a signature that forbids every later change; its time is the clock's, so no two runs are alike.

    Raises Unavailable where the signer's certificate does not hold `at` that time: it would sign all the same, and
    nobody could verify it.
    """
    if not signer.holds_from <= at <= signer.holds_until:
        raise Unavailable(
            f"The certificate of the key that signs documents holds from {signer.holds_from:%Y-%m-%d} to "
            f"{signer.holds_until:%Y-%m-%d}, not on {at:%Y-%m-%d}; renew the key."
        )
    metadata = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm=ALGORITHM,
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    signed = BytesIO()
    PdfSigner(metadata, signer).sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), output=signed)
    return signed.getvalue()
