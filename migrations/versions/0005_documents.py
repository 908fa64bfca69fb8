"""documents and activities

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lrs_activities",
        sa.Column("activity", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("heard", sa.LargeBinary(length=32), nullable=False),
        sa.Column("definition", sa.LargeBinary(), nullable=False),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["activity"], ["lrs_names.id"], name=op.f("fk_lrs_activities_activity")),
        sa.PrimaryKeyConstraint("activity", name=op.f("pk_lrs_activities")),
    )
    op.create_table(
        "lrs_documents",
        sa.Column("kind", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("activity", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("agent", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("registration", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("etag", sa.String(length=40), nullable=False),
        sa.Column("updated", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "activity", "agent", "registration", "name", name=op.f("pk_lrs_documents")),
    )
    op.create_index("ix_lrs_documents_agent", "lrs_documents", ["agent"])
