"""invitations for platforms; the audience of their access tokens, where it is not the token endpoint

Revision: 0023, after 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("platforms") as table:
        table.add_column(sa.Column("token_audience", sa.String()))
    op.create_table(
        "platform_invitations",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("made_by", sa.Uuid()),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("spent_at", sa.BigInteger()),
        sa.Column("withdrawn_at", sa.BigInteger()),
        sa.Column("platform_id", sa.Uuid(), sa.ForeignKey("platforms.id", ondelete="SET NULL")),
        sa.UniqueConstraint("token_hash"),
    )
    op.create_index("ix_platform_invitations_platform_id", "platform_invitations", ["platform_id"])
