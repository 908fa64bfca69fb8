"""files of statements

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lrs_attachments",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sha2", sa.String(length=128), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("file", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["lrs_statements.seq"], name=op.f("fk_lrs_attachments_seq")),
        sa.PrimaryKeyConstraint("seq", "sha2", name=op.f("pk_lrs_attachments")),
    )
