"""agents that are made pseudonymous, and evidence that outlives it

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lrs_pseudonyms",
        sa.Column("name", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("pseudonym", sa.Uuid(), nullable=False),
        sa.Column("drops", sa.Boolean(), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["name"], ["lrs_names.id"], name=op.f("fk_lrs_pseudonyms_name")),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lrs_pseudonyms")),
    )
    op.create_table(
        "lrs_commitments",
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("statement_id", "place", name=op.f("pk_lrs_commitments")),
    )
    op.create_index("ix_lrs_mendings_statement_id", "lrs_mendings", ["statement_id"], unique=False)
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.add_column(sa.Column("evidence_form", sa.SmallInteger(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("rule_hash", sa.String(), nullable=True))
