"""launches whose secrets the platform keeps, and who else may frame our pages

Revision: 0026, after 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("lti_states") as states:
        states.add_column(sa.Column("storage_target", sa.String()))
    op.create_table(
        "lti_storage_frames",
        sa.Column("frame", sa.String(), primary_key=True),
        sa.Column("platform_id", sa.Uuid(), sa.ForeignKey("platforms.id", ondelete="CASCADE"), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_lti_storage_frames_expires_at", "lti_storage_frames", ["expires_at"])
    op.create_table(
        "lti_framers",
        sa.Column("platform_id", sa.Uuid(), sa.ForeignKey("platforms.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("origin", sa.String(), primary_key=True),
        sa.Column("learned", sa.Boolean(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
    )
