"""the line from launch to certificate

Revision: 0001, after
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("home_page", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("home_page", "name", name=op.f("uq_accounts_home_page_name")),
    )
    op.create_table(
        "audit_rows",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("before", sa.LargeBinary(), nullable=True),
        sa.Column("after", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_rows")),
    )
    with op.batch_alter_table("audit_rows", schema=None) as batch_op:
        batch_op.create_index("ix_audit_rows_at", ["at"], unique=False)
        batch_op.create_index("ix_audit_rows_subject", ["subject", "at"], unique=False)

    op.create_table(
        "facts",
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("agent", sa.String(), nullable=False),
        sa.Column("activity", sa.String(), nullable=False),
        sa.Column("value", sa.Float(precision=53), nullable=True),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("known_at", sa.BigInteger(), nullable=False),
        sa.Column("voided", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("statement_id", "kind", name=op.f("pk_facts")),
    )
    with op.batch_alter_table("facts", schema=None) as batch_op:
        batch_op.create_index("ix_facts_agent", ["agent", "activity"], unique=False)

    op.create_table(
        "installation",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=False),
        sa.Column("iri", sa.String(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_installation_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_installation")),
    )
    op.create_table(
        "lrs_credentials",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_lrs_credentials")),
    )
    op.create_table(
        "lrs_names",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lrs_names")),
        sa.UniqueConstraint("digest", name=op.f("uq_lrs_names_digest")),
    )
    op.create_table(
        "lrs_postings",
        sa.Column("facet", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("facet", "name", "seq", name=op.f("pk_lrs_postings")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "modules",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("activity", sa.String(), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_modules")),
        sa.UniqueConstraint("activity", name=op.f("uq_modules_activity")),
        sa.UniqueConstraint("slug", name=op.f("uq_modules_slug")),
    )
    op.create_table(
        "paths",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("activity", sa.String(), nullable=False),
        sa.Column("current", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("texts", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paths")),
        sa.UniqueConstraint("activity", name=op.f("uq_paths_activity")),
        sa.UniqueConstraint("slug", name=op.f("uq_paths_slug")),
    )
    op.create_table(
        "pending_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("set_aside_at", sa.BigInteger(), nullable=True),
        sa.Column("subscriber", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_events")),
    )
    with op.batch_alter_table("pending_events", schema=None) as batch_op:
        batch_op.create_index("ix_pending_events_due", ["set_aside_at", "due_at"], unique=False)
        batch_op.create_index("ix_pending_events_subject", ["subject"], unique=False)

    op.create_table(
        "platforms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("client_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("auth_login_url", sa.String(), nullable=False),
        sa.Column("token_url", sa.String(), nullable=False),
        sa.Column("jwks_url", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_platforms")),
        sa.UniqueConstraint("issuer", "client_id", name=op.f("uq_platforms_issuer_client_id")),
    )
    op.create_table(
        "deployments",
        sa.Column("platform_id", sa.Uuid(), nullable=False),
        sa.Column("deployment_id", sa.String(), nullable=False),
        sa.Column("first_seen_at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.CheckConstraint("status IN ('pending', 'approved')", name=op.f("ck_deployments_status")),
        sa.ForeignKeyConstraint(
            ["platform_id"], ["platforms.id"], name=op.f("fk_deployments_platform_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("platform_id", "deployment_id", name=op.f("pk_deployments")),
    )
    op.create_table(
        "lrs_statements",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("stored", sa.BigInteger(), nullable=False),
        sa.Column("authority", sa.BigInteger(), nullable=False),
        sa.Column("voided", sa.Boolean(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["authority"], ["lrs_names.id"], name=op.f("fk_lrs_statements_authority")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_lrs_statements")),
        sa.UniqueConstraint("id", name=op.f("uq_lrs_statements_id")),
    )
    with op.batch_alter_table("lrs_statements", schema=None) as batch_op:
        batch_op.create_index("ix_lrs_statements_authority", ["authority", "seq"], unique=False)
        batch_op.create_index("ix_lrs_statements_stored", ["stored", "seq"], unique=False)

    op.create_table(
        "lti_states",
        sa.Column("state_hash", sa.String(), nullable=False),
        sa.Column("platform_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("nonce_hash", sa.String(), nullable=False),
        sa.Column("browser_hash", sa.String(), nullable=False),
        sa.Column("target_link_uri", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["platform_id"], ["platforms.id"], name=op.f("fk_lti_states_platform_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_lti_states")),
        sa.UniqueConstraint("nonce_hash", name=op.f("uq_lti_states_nonce_hash")),
    )
    with op.batch_alter_table("lti_states", schema=None) as batch_op:
        batch_op.create_index("ix_lti_states_expires_at", ["expires_at"], unique=False)

    op.create_table(
        "module_versions",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("module_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["module_id"], ["modules.id"], name=op.f("fk_module_versions_module_id")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_module_versions")),
        sa.UniqueConstraint("module_id", "number", name=op.f("uq_module_versions_module_id_number")),
    )
    op.create_table(
        "path_versions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("path_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("tree_hash", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.BigInteger(), nullable=False),
        sa.Column("tree", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["path_id"], ["paths.id"], name=op.f("fk_path_versions_path_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_path_versions")),
        sa.UniqueConstraint("path_id", "number", name=op.f("uq_path_versions_path_id_number")),
        sa.UniqueConstraint("path_id", "tree_hash", name=op.f("uq_path_versions_path_id_tree_hash")),
    )
    op.create_table(
        "persons",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("opaque_account_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("full_name", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["opaque_account_id"], ["accounts.id"], name=op.f("fk_persons_opaque_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_persons")),
        sa.UniqueConstraint("opaque_account_id", name=op.f("uq_persons_opaque_account_id")),
    )
    op.create_table(
        "account_links",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_account_links_account_id")),
        sa.ForeignKeyConstraint(["by"], ["persons.id"], name=op.f("fk_account_links_by")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_account_links_person_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_account_links")),
    )
    with op.batch_alter_table("account_links", schema=None) as batch_op:
        batch_op.create_index("ix_account_links_account", ["account_id", "seq"], unique=False)
        batch_op.create_index("ix_account_links_person", ["person_id"], unique=False)

    op.create_table(
        "attempts",
        sa.Column("registration", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("module_id", sa.Uuid(), nullable=False),
        sa.Column("try_number", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["module_id"], ["modules.id"], name=op.f("fk_attempts_module_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_attempts_person_id")),
        sa.ForeignKeyConstraint(["version"], ["module_versions.hash"], name=op.f("fk_attempts_version")),
        sa.PrimaryKeyConstraint("registration", name=op.f("pk_attempts")),
        sa.UniqueConstraint(
            "person_id", "module_id", "try_number", name=op.f("uq_attempts_person_id_module_id_try_number")
        ),
    )
    op.create_table(
        "enrolments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("path_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("registration", sa.Uuid(), nullable=False),
        sa.Column("enrolled_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["path_id"], ["paths.id"], name=op.f("fk_enrolments_path_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_enrolments_person_id")),
        sa.ForeignKeyConstraint(["version_id"], ["path_versions.id"], name=op.f("fk_enrolments_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolments")),
        sa.UniqueConstraint("person_id", "path_id", name=op.f("uq_enrolments_person_id_path_id")),
        sa.UniqueConstraint("registration", name=op.f("uq_enrolments_registration")),
    )
    with op.batch_alter_table("enrolments", schema=None) as batch_op:
        batch_op.create_index("ix_enrolments_path", ["path_id"], unique=False)

    op.create_table(
        "fulfilments",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("path_id", sa.Uuid(), nullable=False),
        sa.Column("module_id", sa.Uuid(), nullable=False),
        sa.Column("counts_from", sa.BigInteger(), nullable=True),
        sa.Column("counts_until", sa.BigInteger(), nullable=True),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("requirement", sa.String(), nullable=False),
        sa.Column("activity", sa.String(), nullable=False),
        sa.Column("move_on", sa.String(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["persons.id"], name=op.f("fk_fulfilments_by")),
        sa.ForeignKeyConstraint(["module_id"], ["modules.id"], name=op.f("fk_fulfilments_module_id")),
        sa.ForeignKeyConstraint(["path_id"], ["paths.id"], name=op.f("fk_fulfilments_path_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_fulfilments")),
    )
    with op.batch_alter_table("fulfilments", schema=None) as batch_op:
        batch_op.create_index("ix_fulfilments_activity", ["activity", "path_id"], unique=False)
        batch_op.create_index("ix_fulfilments_path", ["path_id", "seq"], unique=False)

    op.create_table(
        "lrs_references",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("target", sa.Uuid(), nullable=False),
        sa.Column("voids", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(["seq"], ["lrs_statements.seq"], name=op.f("fk_lrs_references_seq")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_lrs_references")),
    )
    with op.batch_alter_table("lrs_references", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lrs_references_target"), ["target"], unique=False)

    op.create_table(
        "role_grants",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["persons.id"], name=op.f("fk_role_grants_by")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_role_grants_person_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_role_grants")),
    )
    with op.batch_alter_table("role_grants", schema=None) as batch_op:
        batch_op.create_index("ix_role_grants_person", ["person_id", "role", "seq"], unique=False)

    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("frame", sa.String(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_sessions_person_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sessions")),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index("ix_sessions_expires_at", ["expires_at"], unique=False)
        batch_op.create_index("ix_sessions_person", ["person_id"], unique=False)

    op.create_table(
        "sign_in_links",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_sign_in_links_person_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in_links")),
    )
    with op.batch_alter_table("sign_in_links", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_links_expires_at", ["expires_at"], unique=False)

    op.create_table(
        "certificates",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("path_id", sa.Uuid(), nullable=False),
        sa.Column("path_version", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("completed_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("evidence", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("path_title", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("time_zone", sa.String(), nullable=False),
        sa.Column("evidence_sha256", sa.String(), nullable=False),
        sa.Column("issued_at", sa.BigInteger(), nullable=True),
        sa.Column("file_sha256", sa.String(), nullable=True),
        sa.CheckConstraint(
            "state <> 'issued' OR (issued_at IS NOT NULL AND file_sha256 IS NOT NULL)",
            name=op.f("ck_certificates_issued"),
        ),
        sa.CheckConstraint(
            "state IN ('pending', 'issued', 'under_review', 'revoked', 'superseded')",
            name=op.f("ck_certificates_state"),
        ),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_certificates_enrolment_id")),
        sa.ForeignKeyConstraint(["path_id"], ["paths.id"], name=op.f("fk_certificates_path_id")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_certificates_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates")),
        sa.UniqueConstraint("number", name=op.f("uq_certificates_number")),
    )
    with op.batch_alter_table("certificates", schema=None) as batch_op:
        batch_op.create_index(
            "ix_certificates_standing",
            ["person_id", "path_id", "path_version"],
            unique=True,
            sqlite_where=sa.text("state IN ('pending', 'issued', 'under_review')"),
            postgresql_where=sa.text("state IN ('pending', 'issued', 'under_review')"),
        )

    op.create_table(
        "enrolment_statuses",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["persons.id"], name=op.f("fk_enrolment_statuses_by")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_enrolment_statuses_enrolment_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_enrolment_statuses")),
    )
    with op.batch_alter_table("enrolment_statuses", schema=None) as batch_op:
        batch_op.create_index("ix_enrolment_statuses_enrolment", ["enrolment_id", "seq"], unique=False)

    op.create_table(
        "grade_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("platform_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("last_timestamp", sa.BigInteger(), nullable=True),
        sa.Column("deployment_id", sa.String(), nullable=False),
        sa.Column("resource_link_id", sa.String(), nullable=False),
        sa.Column("line_item_url", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("requirement", sa.String(), nullable=False),
        sa.Column("closed_because", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_grade_lines_enrolment_id")),
        sa.ForeignKeyConstraint(
            ["platform_id"], ["platforms.id"], name=op.f("fk_grade_lines_platform_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grade_lines")),
        sa.UniqueConstraint(
            "platform_id", "line_item_url", "user_id", name=op.f("uq_grade_lines_platform_id_line_item_url_user_id")
        ),
    )
    with op.batch_alter_table("grade_lines", schema=None) as batch_op:
        batch_op.create_index("ix_grade_lines_enrolment_id", ["enrolment_id"], unique=False)

    op.create_table(
        "module_sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("registration", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("launched_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("last_act_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("launch_mode", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("return_url", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration"], ["attempts.registration"], name=op.f("fk_module_sessions_registration")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_module_sessions_token_hash")),
    )
    with op.batch_alter_table("module_sessions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_module_sessions_registration"), ["registration"], unique=False)
        batch_op.create_index(
            "one_open_session",
            ["registration"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "verdicts",
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("evidence", sa.LargeBinary(), nullable=False),
        sa.Column("score", sa.Float(precision=53), nullable=True),
        sa.Column("rule_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_verdicts_enrolment_id")),
        sa.PrimaryKeyConstraint("enrolment_id", "node", name=op.f("pk_verdicts")),
    )
    op.create_table(
        "answers",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("correct", sa.Boolean(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("response", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["module_sessions.id"], name=op.f("fk_answers_session_id")),
        sa.PrimaryKeyConstraint("session_id", "question_id", name=op.f("pk_answers")),
    )
    op.create_table(
        "grade_deliveries",
        sa.Column("grade_line_id", sa.Uuid(), nullable=False),
        sa.Column("timestamp", sa.BigInteger(), nullable=False),
        sa.Column("score_scaled", sa.Float(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("answer_status", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('delivered', 'superseded', 'gone', 'refused')", name=op.f("ck_grade_deliveries_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["grade_line_id"], ["grade_lines.id"], name=op.f("fk_grade_deliveries_grade_line_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("grade_line_id", "timestamp", name=op.f("pk_grade_deliveries")),
    )
    op.create_table(
        "session_acts",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column("registration", sa.Uuid(), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["registration"], ["attempts.registration"], name=op.f("fk_session_acts_registration")),
        sa.ForeignKeyConstraint(["session_id"], ["module_sessions.id"], name=op.f("fk_session_acts_session_id")),
        sa.PrimaryKeyConstraint("session_id", "verb", name=op.f("pk_session_acts")),
    )
    with op.batch_alter_table("session_acts", schema=None) as batch_op:
        batch_op.create_index(
            "once_in_a_registration",
            ["registration", "verb"],
            unique=True,
            sqlite_where=sa.text("verb IN ('completed', 'passed')"),
            postgresql_where=sa.text("verb IN ('completed', 'passed')"),
        )
