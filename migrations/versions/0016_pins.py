"""migrations between versions of a path, and the pins that they moved

Revision: 0016, after 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "path_migrations",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("path_id", sa.Uuid(), sa.ForeignKey("paths.id"), nullable=False),
        sa.Column("version_id", sa.Uuid(), sa.ForeignKey("path_versions.id"), nullable=False),
        sa.Column("whom", sa.String(), nullable=False),
        sa.Column("among", sa.LargeBinary(), nullable=False),
        sa.Column("current_before", sa.Integer()),
        sa.Column("current_after", sa.Integer()),
        sa.Column("undoes", sa.Uuid(), sa.ForeignKey("path_migrations.id"), unique=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Uuid(), sa.ForeignKey("persons.id")),
        sa.Column("reason", sa.String(), nullable=False),
    )
    op.create_index("ix_path_migrations_path", "path_migrations", ["path_id", "at"])
    op.create_table(
        "enrolment_pins",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("enrolment_id", sa.Uuid(), sa.ForeignKey("enrolments.id"), nullable=False),
        sa.Column("migration_id", sa.Uuid(), sa.ForeignKey("path_migrations.id"), nullable=False),
        sa.Column("before_id", sa.Uuid(), sa.ForeignKey("path_versions.id"), nullable=False),
        sa.Column("version_id", sa.Uuid(), sa.ForeignKey("path_versions.id"), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("migration_id", "enrolment_id"),
    )
    op.create_index("ix_enrolment_pins_enrolment", "enrolment_pins", ["enrolment_id", "seq"])
