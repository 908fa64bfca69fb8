"""what may be chosen: equivalents in their order, modules by themselves, and who published a path where

Revision: 0012, after 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("paths") as table:
        table.add_column(sa.Column("recertification", sa.String(), nullable=True))
        table.add_column(sa.Column("alone", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("edited_at", sa.BigInteger(), nullable=True))
        table.create_foreign_key(op.f("fk_paths_alone"), "modules", ["alone"], ["id"])
        table.create_unique_constraint(op.f("uq_paths_alone"), ["alone"])
    with op.batch_alter_table("path_versions") as table:
        table.add_column(sa.Column("origin", sa.String(), nullable=False, server_default="import"))
        table.add_column(sa.Column("by", sa.Uuid(), nullable=True))
        table.create_foreign_key(op.f("fk_path_versions_by"), "persons", ["by"], ["id"])
    with op.batch_alter_table("fulfilments") as table:
        table.add_column(sa.Column("place", sa.Integer(), nullable=False, server_default="0"))
    for table_name, column, kind in (("path_versions", "origin", sa.String()), ("fulfilments", "place", sa.Integer())):
        with op.batch_alter_table(table_name) as table:
            table.alter_column(column, existing_type=kind, server_default=None)
