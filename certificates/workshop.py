"""What the press's process loads: everything that a certificate is made with."""

from collections.abc import Callable

from base import DocumentKey
from certificates.fitting import load_fonts
from certificates.paper import Certificate
from certificates.pdf import draw
from certificates.pdf_signing import DocumentSigner, sign


def open_workshop(key: DocumentKey) -> Callable[[Certificate], bytes]:
    """What makes the signed PDF of a certificate, its key and fonts loaded."""
    signer = DocumentSigner(key)
    load_fonts()
    return lambda certificate: sign(draw(certificate), signer, at=certificate.issued_at)
