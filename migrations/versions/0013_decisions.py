"""names that count for nobody or for nothing

Revision: 0013, after 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

# The key of an account whose home page holds two colons is spelled otherwise, and such a row is one too many: names
# that are known after all are passed over when the list is read.
_FILL = """
INSERT INTO unmatched (kind, name, statement_id, known_at)
SELECT '{column}', name, statement_id, known_at FROM (
    SELECT {column} AS name, statement_id, known_at,
           row_number() OVER (PARTITION BY {column} ORDER BY known_at, statement_id) AS place
    FROM facts WHERE {column} NOT IN ({known})
) AS firsts
WHERE place = 1
"""
_KNOWN = {
    "agent": "SELECT 'account::' || home_page || '::' || name FROM accounts",
    "activity": "SELECT activity FROM modules",
}


def upgrade() -> None:
    op.create_table(
        "unmatched",
        sa.Column("kind", sa.String(), primary_key=True),
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_unmatched_known_at", "unmatched", ["kind", "known_at", "name"])
    for column, known in _KNOWN.items():
        op.execute(_FILL.format(column=column, known=known))
