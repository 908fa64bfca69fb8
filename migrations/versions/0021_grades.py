"""what grade books are told: their columns, progress, comments and answers; platforms that do not answer

Revision: 0021, after 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_tables()
    with op.batch_alter_table("grade_lines") as table:
        table.add_column(sa.Column("course_id", sa.Uuid()))
        table.add_column(sa.Column("sending_until", sa.BigInteger()))
        table.add_column(sa.Column("lost_at", sa.BigInteger()))
        table.add_column(sa.Column("trouble", sa.String()))
        table.add_column(sa.Column("trouble_at", sa.BigInteger()))
        table.add_column(sa.Column("tries", sa.Integer(), nullable=False, server_default="0"))
        table.create_foreign_key(
            op.f("fk_grade_lines_course_id"), "lti_courses", ["course_id"], ["id"], ondelete="SET NULL"
        )
    op.create_index("ix_grade_lines_course_id", "grade_lines", ["course_id"])
    in_trouble = sa.text("trouble_at IS NOT NULL")
    op.create_index(
        "ix_grade_lines_trouble_at", "grade_lines", ["trouble_at"], sqlite_where=in_trouble, postgresql_where=in_trouble
    )
    with op.batch_alter_table("grade_deliveries") as table:
        table.alter_column("score_scaled", existing_type=sa.Float(), nullable=True)
        table.add_column(sa.Column("activity_progress", sa.String(), nullable=False, server_default="Completed"))
        table.add_column(sa.Column("steps_done", sa.Integer()))
        table.add_column(sa.Column("comment", sa.String()))
        table.add_column(sa.Column("answer", sa.String()))


def _create_tables() -> None:
    op.create_table(
        "lti_line_items",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("platform_id", sa.Uuid(), sa.ForeignKey("platforms.id", ondelete="CASCADE"), nullable=False),
        sa.Column("line_items_url", sa.String(), nullable=False),
        sa.Column("resource_id", sa.String(), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("url", sa.String()),
        sa.Column("sought_until", sa.BigInteger()),
        sa.Column("trouble", sa.String()),
        sa.Column("trouble_at", sa.BigInteger()),
        sa.UniqueConstraint("platform_id", "line_items_url", "resource_id", "tag"),
    )
    op.create_table(
        "platform_outages",
        sa.Column("platform_id", sa.Uuid(), sa.ForeignKey("platforms.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("asked_again_at", sa.BigInteger()),
    )
