"""Alembic's way in: runs revisions on the connection that `app.migrating` opened."""

from alembic import context

import people.tables  # noqa: F401 (each import brings its tables into the one metadata)
from base import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
