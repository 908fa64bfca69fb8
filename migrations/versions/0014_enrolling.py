"""what people do and need, whom paths are for, organisations on paths, and later due dates

Revision: 0014, after 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_PARTIAL_INDEXES = (("ix_enrolments_team", "enrolments", "organisation_id"), ("ix_facts_by", "facts", "by"))


def upgrade() -> None:
    _add_traits()
    with op.batch_alter_table("paths") as table:
        table.add_column(sa.Column("audience", sa.String(), nullable=False, server_default="[]"))
    with op.batch_alter_table("enrolments") as table:
        table.alter_column("person_id", existing_type=sa.Uuid(), nullable=True)
        table.add_column(sa.Column("organisation_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(op.f("fk_enrolments_organisation_id"), "organisations", ["organisation_id"], ["id"])
        table.create_unique_constraint(op.f("uq_enrolments_organisation_id_path_id"), ["organisation_id", "path_id"])
        table.create_check_constraint(
            op.f("ck_enrolments_one_subject"), sa.text("(person_id IS NULL) <> (organisation_id IS NULL)")
        )
    op.create_table(
        "enrolment_extensions",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("enrolment_id", sa.Uuid(), sa.ForeignKey("enrolments.id"), nullable=False),
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Uuid(), sa.ForeignKey("persons.id"), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
    )
    op.create_index("ix_enrolment_extensions_enrolment", "enrolment_extensions", ["enrolment_id", "seq"])
    for name, table_name, column in _PARTIAL_INDEXES:
        which = sa.text(f'"{column}" IS NOT NULL')
        op.create_index(name, table_name, [column], sqlite_where=which, postgresql_where=which)


def _add_traits() -> None:
    op.create_table(
        "traits",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("persons.id"), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("word", sa.String(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Uuid(), sa.ForeignKey("persons.id"), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
    )
    op.create_index("ix_traits_person", "traits", ["person_id", "kind", "word", "since", "seq"])
    op.create_index("ix_traits_word", "traits", ["kind", "word", "person_id"])
