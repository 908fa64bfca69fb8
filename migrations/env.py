"""Alembic's way in: runs revisions on the connection that `app.migrating` opened."""

from importlib import import_module

from alembic import context

from base import metadata

for domain in ("people", "lrs", "modules", "paths", "certificates", "lti", "messages"):
    import_module(f"{domain}.tables")  # brings the domain's tables into the one metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
