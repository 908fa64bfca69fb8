"""people and trust

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "provider_logins",
        sa.Column("state_hash", sa.String(), nullable=False),
        sa.Column("nonce_hash", sa.String(), nullable=False),
        sa.Column("browser_hash", sa.String(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("back", sa.String(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_provider_logins")),
        sa.UniqueConstraint("nonce_hash", name=op.f("uq_provider_logins_nonce_hash")),
    )
    with op.batch_alter_table("provider_logins", schema=None) as batch_op:
        batch_op.create_index("ix_provider_logins_expires_at", ["expires_at"], unique=False)

    op.create_table(
        "public_keys",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("uses_from", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("compromised_at", sa.BigInteger(), nullable=True),
        sa.Column("certificate", sa.LargeBinary(), nullable=True),
        sa.Column("jwk", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_keys")),
    )
    op.create_table(
        "rates",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("full_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rates")),
    )
    with op.batch_alter_table("rates", schema=None) as batch_op:
        batch_op.create_index("ix_rates_full_at", ["full_at"], unique=False)

    op.create_table(
        "audit_personal_values",
        sa.Column("commitment", sa.String(), nullable=False),
        sa.Column("concerns", sa.String(), nullable=False),
        sa.Column("row_id", sa.Uuid(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["row_id"], ["audit_rows.id"], name=op.f("fk_audit_personal_values_row_id")),
        sa.PrimaryKeyConstraint("commitment", name=op.f("pk_audit_personal_values")),
    )
    with op.batch_alter_table("audit_personal_values", schema=None) as batch_op:
        batch_op.create_index("ix_audit_personal_values_concerns", ["concerns"], unique=False)
        batch_op.create_index("ix_audit_personal_values_row", ["row_id"], unique=False)

    op.create_table(
        "claims",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("claimed_id", sa.Uuid(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["claimed_id"], ["persons.id"], name=op.f("fk_claims_claimed_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["persons.id"], name=op.f("fk_claims_decided_by")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_claims_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
    )
    with op.batch_alter_table("claims", schema=None) as batch_op:
        batch_op.create_index("ix_claims_decided_at", ["decided_at", "asked_at"], unique=False)
        batch_op.create_index(
            "uq_claims_person_id",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("decided_at IS NULL"),
            postgresql_where=sa.text("decided_at IS NULL"),
        )

    op.create_table(
        "link_codes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("code_hash", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_link_codes_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_codes")),
    )
    with op.batch_alter_table("link_codes", schema=None) as batch_op:
        batch_op.create_index("ix_link_codes_person", ["person_id", "asked_at"], unique=False)

    op.create_table(
        "link_offers",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["persons.id"], name=op.f("fk_link_offers_made_by")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_link_offers_person_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_link_offers")),
    )
    with op.batch_alter_table("link_offers", schema=None) as batch_op:
        batch_op.create_index("ix_link_offers_kind", ["kind", "expires_at"], unique=False)

    op.create_table(
        "mail_addresses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("verified_at", sa.BigInteger(), nullable=True),
        sa.Column("bounced_at", sa.BigInteger(), nullable=True),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_mail_addresses_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_addresses")),
    )
    with op.batch_alter_table("mail_addresses", schema=None) as batch_op:
        batch_op.create_index("ix_mail_addresses_address", ["address"], unique=False)
        batch_op.create_index(
            "uq_mail_addresses_address",
            ["address"],
            unique=True,
            sqlite_where=sa.text("removed_at IS NULL AND verified_at IS NOT NULL"),
            postgresql_where=sa.text("removed_at IS NULL AND verified_at IS NOT NULL"),
        )
        batch_op.create_index(
            "uq_mail_addresses_person_id_address",
            ["person_id", "address"],
            unique=True,
            sqlite_where=sa.text("removed_at IS NULL"),
            postgresql_where=sa.text("removed_at IS NULL"),
        )

    op.create_table(
        "mail_choices",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_mail_choices_person_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_mail_choices")),
    )
    with op.batch_alter_table("mail_choices", schema=None) as batch_op:
        batch_op.create_index("ix_mail_choices_person", ["person_id", "kind", "seq"], unique=False)

    op.create_table(
        "mail_stop_links",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("kinds", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_mail_stop_links_person_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_mail_stop_links")),
    )
    with op.batch_alter_table("mail_stop_links", schema=None) as batch_op:
        batch_op.create_index("ix_mail_stop_links_person", ["person_id"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("address_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("particulars", sa.LargeBinary(), nullable=False),
        sa.Column("essential", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("folded_into", sa.Uuid(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.CheckConstraint("(state = 'folded') = (folded_into IS NOT NULL)", name=op.f("ck_outbox_folded")),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'sent', 'folded', 'refused', 'withheld')", name=op.f("ck_outbox_state")
        ),
        sa.ForeignKeyConstraint(["folded_into"], ["outbox.id"], name=op.f("fk_outbox_folded_into")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_outbox_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("cause", "address", name=op.f("uq_outbox_cause_address")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_address", ["address", "taken_at"], unique=False)
        batch_op.create_index("ix_outbox_folded_into", ["folded_into"], unique=False)
        batch_op.create_index("ix_outbox_person", ["person_id"], unique=False)
        batch_op.create_index("ix_outbox_state", ["state", "created_at"], unique=False)

    with op.batch_alter_table("account_links", schema=None) as batch_op:
        batch_op.add_column(sa.Column("way", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("act", sa.Uuid(), nullable=True))
        batch_op.create_index("ix_account_links_act", ["act"], unique=False)

    with op.batch_alter_table("audit_rows", schema=None) as batch_op:
        batch_op.add_column(sa.Column("position", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("leaf", sa.LargeBinary(), nullable=True))
        batch_op.create_index(
            "ix_audit_rows_position",
            ["position"],
            unique=True,
            sqlite_where=sa.text("position IS NOT NULL"),
            postgresql_where=sa.text("position IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_audit_rows_unsealed",
            ["at"],
            unique=False,
            sqlite_where=sa.text("position IS NULL"),
            postgresql_where=sa.text("position IS NULL"),
        )

    with op.batch_alter_table("persons", schema=None) as batch_op:
        batch_op.add_column(sa.Column("folded_name", sa.String(), nullable=True))
        batch_op.create_index("ix_persons_folded_name", ["folded_name", "id"], unique=False)

    with op.batch_alter_table("role_grants", schema=None) as batch_op:
        batch_op.add_column(sa.Column("scope_kind", sa.String(), server_default="network", nullable=False))
        batch_op.add_column(sa.Column("since", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("scope_id", sa.String(), nullable=True))

    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("device", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("last_seen_at", sa.BigInteger(), nullable=True))
