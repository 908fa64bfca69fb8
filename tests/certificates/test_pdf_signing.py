from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.generic import pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import PdfSignatureStatus, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from base import Unavailable
from base.keys import DocumentKey
from certificates.paper import Audited
from certificates.pdf import draw
from certificates.pdf_signing import DocumentSigner, sign
from tests.certificates.poppler import run_tool
from tests.certificates.samples import ROOT, make_certificate
from tests.times import NOW


@pytest.fixture(scope="module")
def signed(document_key: DocumentKey) -> bytes:
    certificate = make_certificate(audited=Audited(7, ROOT))
    return sign(draw(certificate), DocumentSigner(document_key), at=NOW)


def status_of(pdf: bytes, key: DocumentKey) -> PdfSignatureStatus:
    roots = list(load_certs_from_pemder_data(b"".join(key.chain_pem)))
    # The certificates are asked about the tests' own moment, whatever the clock says.
    context = ValidationContext(trust_roots=roots, allow_fetching=False, moment=NOW)
    (signature,) = PdfFileReader(BytesIO(pdf)).embedded_signatures
    return validate_pdf_signature(signature, context)


def flipped(signed: bytes) -> bytes:
    """One bit changed in the middle of what is signed."""
    at = signed.index(b"stream") + 40
    return signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :]


def test_poppler_calls_the_signature_valid(tmp_path: Path, signed: bytes) -> None:
    file = tmp_path / "signed.pdf"
    file.write_bytes(signed)
    report = run_tool("pdfsig", file)
    assert "Signature Validation: Signature is Valid." in report
    assert "Total document signed" in report
    assert "Signature Type: ETSI.CAdES.detached" in report
    assert "Signing Hash Algorithm: SHA-256" in report


def test_poppler_finds_one_flipped_bit(tmp_path: Path, signed: bytes) -> None:
    file = tmp_path / "flipped.pdf"
    file.write_bytes(flipped(signed))
    report = run_tool("pdfsig", file)
    assert "Signature is Valid" not in report
    assert "Digest Mismatch" in report


def test_the_signature_is_whole_and_leads_to_the_root(signed: bytes, document_key: DocumentKey) -> None:
    status = status_of(signed, document_key)
    assert status.bottom_line
    assert status.md_algorithm == "sha256"


def test_one_flipped_bit_breaks_the_signature(signed: bytes, document_key: DocumentKey) -> None:
    status = status_of(flipped(signed), document_key)
    assert not status.intact
    assert not status.bottom_line


def test_whatever_is_added_after_signing_breaks_it(signed: bytes, document_key: DocumentKey) -> None:
    writer = IncrementalPdfFileWriter(BytesIO(signed))
    writer.root["/Lang"] = pdf_string("ru")
    writer.update_root()
    added = BytesIO()
    writer.write(added)
    status = status_of(added.getvalue(), document_key)
    assert status.intact
    assert not status.docmdp_ok
    assert not status.bottom_line


def test_signing_keeps_the_file_in_order(tmp_path: Path, signed: bytes) -> None:
    file = tmp_path / "signed.pdf"
    file.write_bytes(signed)
    assert "No syntax or stream encoding errors found" in run_tool("qpdf", "--check", file)
    with pikepdf.open(file) as pdf:
        # PDF/A-3 is PDF 1.7: other kinds of keys would make this 2.0.
        assert pdf.Root.Version == "/1.7"


def test_a_key_whose_certificate_has_expired_signs_nothing(document_key: DocumentKey) -> None:
    with pytest.raises(Unavailable, match="renew the key"):
        sign(draw(make_certificate()), DocumentSigner(document_key), at=NOW + timedelta(days=4 * 365))
