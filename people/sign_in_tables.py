"""What signing in keeps: logins under way at OpenID providers, how often who has tried, and who agreed to what."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Named, Table, TypedColumns, UniqueConstraint, Uuid

from base import Instant, Serial, metadata
from people.tables import persons


class ProviderLoginColumns(TypedColumns):
    """One row is one login that was sent to an OpenID provider and has not come back.

    It binds state, nonce, provider and browser to each other. It is deleted by whoever comes back with the state
    first, so state and nonce serve once. Only hashes are kept.
    """

    state_hash: Named[str] = Column(primary_key=True)
    nonce_hash: Named[str]
    browser_hash: Named[str]
    provider: Named[str]
    back: Named[str]
    expires_at = Column(Instant, nullable=False)


provider_logins = Table("provider_logins", metadata, ProviderLoginColumns, UniqueConstraint("nonce_hash"))
Index("ix_provider_logins_expires_at", provider_logins.c.expires_at)


class RateColumns(TypedColumns):
    """One row is one bucket of tries: `full_at` is when it will be full again. `key` is a hash that names nobody.

    A bucket that is full needs no row, so a row whose `full_at` has passed can go.
    """

    key: Named[str] = Column(primary_key=True)
    full_at = Column(Instant, nullable=False)


rates = Table("rates", metadata, RateColumns)
Index("ix_rates_full_at", rates.c.full_at)


class ConsentColumns(TypedColumns):
    """One row says that at `at` a person agreed to a purpose (`given`), or declined or withdrew; the newest row holds.

    `wording` is the number of the words that they read then, NULL where words had no numbers yet. Rows are only added.
    """

    seq = Column(Serial, primary_key=True)
    person_id = Column(Uuid, ForeignKey(persons.c.id), nullable=False)
    purpose: Named[str]
    given = Column(Boolean, nullable=False)
    wording: Named[int | None]
    at = Column(Instant, nullable=False)


consents = Table("consents", metadata, ConsentColumns)
Index("ix_consents_person", consents.c.person_id, consents.c.purpose, consents.c.seq)
