"""What happened to certificates; `subject` is always the person's id."""

from uuid import UUID

from base import Event


class CertificateDue(Event, frozen=True):
    """A certificate was earned and waits to be drawn and signed."""

    certificate_id: UUID


class CertificateIssued(Event, frozen=True):
    """A certificate was signed and can be downloaded and verified from now on."""

    certificate_id: UUID
    person_id: UUID
    path_id: UUID
    number: str
