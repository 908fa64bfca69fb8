"""The schema for tests, made as an operator makes it."""

from app.migrating import migrate


def make_schema(url: str) -> None:
    """Migrate the database at `url` to the newest schema."""
    migrate(url)
