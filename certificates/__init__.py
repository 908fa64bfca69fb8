"""What completion earns: certificates, drawn, signed, issued once, and verifiable by anyone."""

from certificates import tables as _tables  # noqa: F401 (the tables belong to the metadata as soon as the domain is known)
from certificates.events import CertificateDue, CertificateIssued
from certificates.evidence import EvidenceCheck, EvidenceForm, check_evidence
from certificates.issuing import subscriptions
from certificates.kept import certificate_files, count_issued
from certificates.paper import Certificate
from certificates.press import Press
from certificates.privacy import ErasedCertificates, erase_from_certificates, known_to_certificates
from certificates.tables import State
from certificates.verification import (
    HeldCertificate,
    VerificationView,
    certificates_of,
    file_of,
    standing_numbers,
    verify,
)
from certificates.wording import Issuer

__all__ = [
    "Certificate",
    "CertificateDue",
    "CertificateIssued",
    "ErasedCertificates",
    "EvidenceCheck",
    "EvidenceForm",
    "HeldCertificate",
    "Issuer",
    "Press",
    "State",
    "VerificationView",
    "certificate_files",
    "certificates_of",
    "check_evidence",
    "count_issued",
    "erase_from_certificates",
    "file_of",
    "known_to_certificates",
    "standing_numbers",
    "subscriptions",
    "verify",
]
