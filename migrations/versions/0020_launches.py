"""launches that were refused; whether a person chose their language themselves

Revision: 0020, after 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "refused_launches",
        sa.Column("digest", sa.String(), primary_key=True),
        sa.Column("platform_id", sa.Uuid(), sa.ForeignKey("platforms.id", ondelete="CASCADE")),
        sa.Column("issuer", sa.String()),
        sa.Column("step", sa.String(), nullable=False),
        sa.Column("fault", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_refused_launches_platform", "refused_launches", ["platform_id", "last_at"])
    op.create_index("ix_refused_launches_last_at", "refused_launches", ["last_at"])
    with op.batch_alter_table("persons") as table:
        table.add_column(sa.Column("language_chosen", sa.Boolean(), nullable=False, server_default=sa.false()))
    # Who is here already may have chosen; nobody's choice is to be overwritten.
    persons = sa.table("persons", sa.column("language_chosen", sa.Boolean()))
    op.execute(sa.update(persons).values(language_chosen=True))
