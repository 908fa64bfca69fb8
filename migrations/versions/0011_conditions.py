"""conditions, dates and what facts say besides

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_FACTS = (("voided_at", sa.BigInteger()), ("by", sa.String()), ("place", sa.String()), ("detail", sa.String()))


def upgrade() -> None:
    with op.batch_alter_table("fulfilments") as table:
        table.add_column(sa.Column("delivery", sa.String(), nullable=False, server_default="online"))
        table.add_column(sa.Column("finishing", sa.LargeBinary(), nullable=True))
        table.add_column(sa.Column("authorities", sa.LargeBinary(), nullable=True))
    fulfilments = sa.table(
        "fulfilments",
        sa.column("seq", sa.BigInteger()),
        sa.column("move_on", sa.String()),
        sa.column("finishing", sa.LargeBinary()),
        sa.column("authorities", sa.LargeBinary()),
    )
    words = op.get_bind().scalars(sa.select(fulfilments.c.move_on).distinct()).all()
    for word in words:
        values = {"finishing": f'{{"move_on":"{word}"}}'.encode(), "authorities": b"[]"}
        op.execute(sa.update(fulfilments).where(fulfilments.c.move_on == word).values(values))
    with op.batch_alter_table("fulfilments") as table:
        table.alter_column("delivery", existing_type=sa.String(), server_default=None)
        table.alter_column("finishing", existing_type=sa.LargeBinary(), nullable=False)
        table.alter_column("authorities", existing_type=sa.LargeBinary(), nullable=False)
        table.drop_column("move_on")
    with op.batch_alter_table("facts") as table:
        for name, kind in _FACTS:
            table.add_column(sa.Column(name, kind, nullable=True))
    # When it was voided is not in this table; the next replay reads it from the statements.
    op.execute("UPDATE facts SET voided_at = known_at WHERE voided")
    with op.batch_alter_table("facts") as table:
        table.drop_column("voided")
    with op.batch_alter_table("verdicts") as table:
        table.add_column(sa.Column("until", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("due", sa.BigInteger(), nullable=True))
    op.create_table(
        "next_changes",
        sa.Column("enrolment_id", sa.Uuid(), sa.ForeignKey("enrolments.id"), primary_key=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_next_changes_at", "next_changes", ["at", "enrolment_id"])
