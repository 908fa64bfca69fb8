"""what waits, by who is to hear it

Revision: 0010, after 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_INDEXES = {
    "ix_pending_events_waiting": (["subscriber", "due_at", "id"], sa.text("set_aside_at IS NULL")),
    "ix_pending_events_subject": (["subject", "subscriber", "due_at", "id"], sa.text("set_aside_at IS NULL")),
    "ix_pending_events_set_aside": (["set_aside_at", "id"], sa.text("set_aside_at IS NOT NULL")),
}


def upgrade() -> None:
    op.drop_index("ix_pending_events_due", "pending_events")
    op.drop_index("ix_pending_events_subject", "pending_events")
    for name, (columns, which) in _INDEXES.items():
        op.create_index(name, "pending_events", columns, sqlite_where=which, postgresql_where=which)
