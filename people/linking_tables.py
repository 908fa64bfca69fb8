"""What is kept of mail addresses, and of how people prove that two accounts are theirs."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Named, Table, TypedColumns, Uuid, and_

from base import Instant, metadata


class MailAddressColumns(TypedColumns):
    """One row is one mail address (casefolded) of one person, proven theirs from `verified_at` on.

    The indexes keep that a person has an address once, and that a proven one is one person's at a time.
    """

    id = Column(Uuid, primary_key=True)
    person_id = Column(Uuid, ForeignKey("persons.id"), nullable=False)
    address: Named[str]
    added_at = Column(Instant, nullable=False)
    verified_at = Column(Instant, nullable=True)
    bounced_at = Column(Instant, nullable=True)
    removed_at = Column(Instant, nullable=True)


mail_addresses = Table("mail_addresses", metadata, MailAddressColumns)
_live = mail_addresses.c.removed_at.is_(None)
_proven = and_(_live, mail_addresses.c.verified_at.is_not(None))
Index(
    "uq_mail_addresses_person_id_address",
    mail_addresses.c.person_id,
    mail_addresses.c.address,
    unique=True,
    sqlite_where=_live,
    postgresql_where=_live,
)
Index(
    "uq_mail_addresses_address", mail_addresses.c.address, unique=True, sqlite_where=_proven, postgresql_where=_proven
)
Index("ix_mail_addresses_address", mail_addresses.c.address)


class LinkCodeColumns(TypedColumns):
    """One row is one request to prove `address` one's own by a code; the code is made, and hashed, when it is sent."""

    id = Column(Uuid, primary_key=True)
    person_id = Column(Uuid, ForeignKey("persons.id"), nullable=False)
    address: Named[str]
    asked_at = Column(Instant, nullable=False)
    code_hash: Named[str | None]
    expires_at = Column(Instant, nullable=True)
    tries = Column(Integer, nullable=False, default=0)
    used_at = Column(Instant, nullable=True)


link_codes = Table("link_codes", metadata, LinkCodeColumns)
Index("ix_link_codes_person", link_codes.c.person_id, link_codes.c.asked_at)
Index("ix_link_codes_asked_at", link_codes.c.asked_at)


class LinkOfferColumns(TypedColumns):
    """One row is one offer to be joined with another person, good for one use; only the hash of its token is kept.

    `kind` is "browser" (made by a person about themselves, to be accepted by their other sign-in) or "claim" (made by
    staff about a person known from paper, to be accepted by whoever that is).
    """

    token_hash: Named[str] = Column(primary_key=True)
    kind: Named[str]
    person_id = Column(Uuid, ForeignKey("persons.id"), nullable=False)
    made_by = Column(Uuid, ForeignKey("persons.id"), nullable=True)
    expires_at = Column(Instant, nullable=False)
    used_at = Column(Instant, nullable=True)


link_offers = Table("link_offers", metadata, LinkOfferColumns)
Index("ix_link_offers_expires_at", link_offers.c.expires_at)


class ClaimColumns(TypedColumns):
    """One row is one request: `person_id` says in `words` where they are known from; staff then decide who they are.

    `claimed_id` is whom they were found to be, NULL where the claim was refused or is open (`decided_at` NULL).
    """

    id = Column(Uuid, primary_key=True)
    person_id = Column(Uuid, ForeignKey("persons.id"), nullable=False)
    words: Named[str]
    asked_at = Column(Instant, nullable=False)
    decided_at = Column(Instant, nullable=True)
    decided_by = Column(Uuid, ForeignKey("persons.id"), nullable=True)
    claimed_id = Column(Uuid, ForeignKey("persons.id"), nullable=True)


claims = Table("claims", metadata, ClaimColumns)
_open = claims.c.decided_at.is_(None)
Index("uq_claims_person_id", claims.c.person_id, unique=True, sqlite_where=_open, postgresql_where=_open)
Index("ix_claims_decided_at", claims.c.decided_at, claims.c.asked_at)
