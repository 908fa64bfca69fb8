"""who may send and read

Revision: 0007, after 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("lrs_credentials", schema=None) as batch_op:
        batch_op.add_column(sa.Column("lenient", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("sets_authority", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("per_minute", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("at_once", sa.Integer(), server_default="64", nullable=True))
        batch_op.add_column(sa.Column("used_at", sa.BigInteger(), nullable=True))

    op.create_table(
        "lrs_session_tokens",
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("actor", sa.LargeBinary(), nullable=False),
        sa.Column("registration", sa.Uuid(), nullable=False),
        sa.Column("activity", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_lrs_session_tokens")),
    )
    with op.batch_alter_table("lrs_session_tokens", schema=None) as batch_op:
        batch_op.create_index("ix_lrs_session_tokens_registration", ["registration"], unique=False)
        batch_op.create_index("ix_lrs_session_tokens_expires_at", ["expires_at"], unique=False)

    op.create_table(
        "lrs_issuers",
        sa.Column("issuer", sa.String(length=500), nullable=False),
        sa.Column("audience", sa.String(length=500), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("scope_claim", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "audience", name=op.f("pk_lrs_issuers")),
    )
    op.create_table(
        "lrs_mendings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("credential", sa.String(length=64), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=True),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("fault", sa.String(), nullable=False),
        sa.Column("cure", sa.String(), nullable=False),
        sa.Column("mended_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lrs_mendings")),
    )
    with op.batch_alter_table("lrs_mendings", schema=None) as batch_op:
        batch_op.create_index("ix_lrs_mendings_credential", ["credential", "id"], unique=False)
        batch_op.create_index("ix_lrs_mendings_mended_at", ["mended_at"], unique=False)
