"""statements to and from other record stores

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lrs_forwardings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.Column("version", sa.String(length=8), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("selection", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("paused_at", sa.BigInteger(), nullable=True),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.BigInteger(), nullable=False),
        *_progress(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lrs_forwardings")),
    )
    op.create_table(
        "lrs_forwarding_refusals",
        sa.Column("forwarding", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("refused_at", sa.BigInteger(), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["forwarding"], ["lrs_forwardings.id"], name=op.f("fk_lrs_forwarding_refusals_forwarding")
        ),
        sa.ForeignKeyConstraint(["seq"], ["lrs_statements.seq"], name=op.f("fk_lrs_forwarding_refusals_seq")),
        sa.PrimaryKeyConstraint("forwarding", "seq", name=op.f("pk_lrs_forwarding_refusals")),
    )
    op.create_table(
        "lrs_pulls",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.Column("version", sa.String(length=8), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("filters", sa.LargeBinary(), nullable=False),
        sa.Column("keeps_authority", sa.Boolean(), nullable=False),
        sa.Column("every_seconds", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("paused_at", sa.BigInteger(), nullable=True),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("more", sa.String(), nullable=True),
        sa.Column("promised", sa.BigInteger(), nullable=True),
        sa.Column("latest", sa.BigInteger(), nullable=True),
        sa.Column("page_size", sa.Integer(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        *_progress(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lrs_pulls")),
    )
    op.create_table(
        "lrs_pull_refusals",
        sa.Column("pull", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("refused_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["pull"], ["lrs_pulls.id"], name=op.f("fk_lrs_pull_refusals_pull")),
        sa.PrimaryKeyConstraint("pull", "digest", name=op.f("pk_lrs_pull_refusals")),
    )
    op.create_table(
        "lrs_pulled_statements",
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("pull", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["pull"], ["lrs_pulls.id"], name=op.f("fk_lrs_pulled_statements_pull")),
        sa.PrimaryKeyConstraint("statement_id", name=op.f("pk_lrs_pulled_statements")),
    )
    with op.batch_alter_table("lrs_pulled_statements", schema=None) as batch_op:
        batch_op.create_index("ix_lrs_pulled_statements_pull", ["pull"], unique=False)
    with op.batch_alter_table("lrs_statements", schema=None) as batch_op:
        batch_op.create_index(
            "ix_lrs_statements_voided",
            ["seq"],
            unique=False,
            sqlite_where=sa.text("voided IS 1"),
            postgresql_where=sa.text("voided IS true"),
        )


def _progress() -> list[sa.Column[object]]:
    """What both directions keep of how it goes."""
    return [
        sa.Column("last_success_at", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("lease", sa.Uuid(), nullable=True),
        sa.Column("leased_until", sa.BigInteger(), nullable=True),
    ]
