"""people, refusals and audit, continued

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Each way to search the decisions is a range of an index, in the order of the answer.
    op.drop_index("ix_audit_rows_at", table_name="audit_rows")
    op.drop_index("ix_audit_rows_subject", table_name="audit_rows")
    op.create_index("ix_audit_rows_at", "audit_rows", ["at", "id"])
    op.create_index("ix_audit_rows_by", "audit_rows", ["by", "at", "id"])
    op.create_index("ix_audit_rows_act", "audit_rows", ["act", "at", "id"])
    op.create_index("ix_audit_rows_subject", "audit_rows", ["subject", "at", "id"])

    # What has expired is found by its time.
    op.create_index("ix_link_codes_asked_at", "link_codes", ["asked_at"])
    op.drop_index("ix_link_offers_kind", table_name="link_offers")
    op.create_index("ix_link_offers_expires_at", "link_offers", ["expires_at"])
    mailed = sa.text("address IS NOT NULL")
    op.create_index(
        "ix_invitations_mailed", "invitations", ["expires_at"], sqlite_where=mailed, postgresql_where=mailed
    )
