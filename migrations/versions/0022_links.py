"""choices that people are sent here to make, and the targets that were chosen for links

Revision: 0022, after 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lti_pickings",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("platform_id", sa.Uuid(), sa.ForeignKey("platforms.id", ondelete="CASCADE"), nullable=False),
        sa.Column("deployment_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("persons.id"), nullable=False),
        sa.Column("frame", sa.String(), nullable=False),
        sa.Column("title", sa.String()),
        sa.Column("settings", sa.String()),
        sa.Column("resource_link_id", sa.String()),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(settings IS NULL) <> (resource_link_id IS NULL)", name="course_or_link"),
    )
    op.create_index("ix_lti_pickings_expires_at", "lti_pickings", ["expires_at"])
    op.create_index("ix_lti_pickings_person_id", "lti_pickings", ["person_id"])
    op.create_table(
        "lti_link_targets",
        sa.Column("platform_id", sa.Uuid(), sa.ForeignKey("platforms.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("deployment_id", sa.String(), primary_key=True),
        sa.Column("resource_link_id", sa.String(), primary_key=True),
        sa.Column("path_id", sa.Uuid(), sa.ForeignKey("paths.id"), nullable=False),
        sa.Column("requirement", sa.String()),
        sa.Column("chosen_at", sa.BigInteger(), nullable=False),
    )
