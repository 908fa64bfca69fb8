"""courses of platforms; registrations that wait or are closed, and their products

Revision: 0019, after 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("platforms") as table:
        table.add_column(sa.Column("status", sa.String(), nullable=False, server_default="approved"))
        table.add_column(sa.Column("product", sa.String()))
        table.add_column(sa.Column("product_version", sa.String()))
        table.create_check_constraint(
            op.f("ck_platforms_status"), sa.text("status IN ('pending', 'approved', 'disabled')")
        )
    op.create_table(
        "lti_courses",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("platform_id", sa.Uuid(), sa.ForeignKey("platforms.id", ondelete="CASCADE"), nullable=False),
        sa.Column("deployment_id", sa.String(), nullable=False),
        sa.Column("context_id", sa.String(), nullable=False),
        sa.Column("title", sa.String()),
        sa.Column("memberships_url", sa.String()),
        sa.Column("line_items_url", sa.String()),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("first_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("last_launched_at", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("platform_id", "deployment_id", "context_id"),
    )
