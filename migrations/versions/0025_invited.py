"""invitations that lead onto a path

Revision: 0025, after 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "invited_paths",
        sa.Column("invitation_id", sa.Uuid(), sa.ForeignKey("invitations.id"), primary_key=True),
        sa.Column("path_id", sa.Uuid(), sa.ForeignKey("paths.id"), nullable=False),
    )
