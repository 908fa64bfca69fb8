"""rosters of courses that fill paths, and their members

Revision: 0024, after 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "course_rosters",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("course_id", sa.Uuid(), sa.ForeignKey("lti_courses.id", ondelete="CASCADE"), nullable=False),
        sa.Column("path_id", sa.Uuid(), sa.ForeignKey("paths.id"), nullable=False),
        sa.Column("roles", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger()),
        sa.Column("next_read_at", sa.BigInteger()),
        sa.Column("read_at", sa.BigInteger()),
        sa.Column("complete_at", sa.BigInteger()),
        sa.Column("differences_url", sa.String()),
        sa.Column("passed_over", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("failures", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("error", sa.String()),
        sa.UniqueConstraint("course_id", "path_id"),
    )
    op.create_index("ix_course_rosters_next_read_at", "course_rosters", ["next_read_at"])
    op.create_table(
        "course_members",
        sa.Column("roster_id", sa.Uuid(), sa.ForeignKey("course_rosters.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("user_id", sa.String(), primary_key=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("full_name", sa.String()),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("persons.id")),
        sa.CheckConstraint(
            "state IN ('coming', 'taken', 'held', 'going', 'left', 'erased')", name=op.f("ck_course_members_state")
        ),
    )
    op.create_index("ix_course_members_state", "course_members", ["roster_id", "state"])
    op.create_index("ix_course_members_person_id", "course_members", ["person_id"])
