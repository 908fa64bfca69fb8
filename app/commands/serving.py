"""`waymark serve`, `worker` and `migrate`: the running service."""

import asyncio
from pathlib import Path

import rich_click as click

from app.answers import Answer, answering
from app.migrating import migrate
from app.preparing import prepare
from app.serving import serve, work_alone
from app.settings import Settings


@click.command("serve")
@click.option(
    "--prepare",
    "library",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="First migrate, load this library, and print a sign-in link while there is no administrator.",
)
@answering
def serve_command(settings: Settings, library: Path | None) -> Answer:
    """Answer requests until Ctrl-C; on SQLite the worker runs along.

    Example: waymark serve --prepare content/library
    """
    if library is not None:
        for line in prepare(settings, library):
            click.echo(line)
    asyncio.run(serve(settings, started=lambda: click.echo(f"Waymark serves {settings.url} (Ctrl-C ends it)")))
    return Answer({"stopped": True}, ("Stopped.",))


@click.command("worker")
@answering
def worker_command(settings: Settings) -> Answer:
    """Deliver what waits (grades, certificates) until Ctrl-C; for PostgreSQL, as many as you like.

    Example: WAYMARK_DATABASE_URL=postgresql://waymark@db/waymark waymark worker
    """
    asyncio.run(work_alone(settings))
    return Answer({"stopped": True}, ("Stopped.",))


@click.command("migrate")
@answering
def migrate_command(settings: Settings) -> Answer:
    """Bring the database to the schema of this version.

    Example: waymark migrate
    """
    applied = migrate(settings.database_url)
    lines = [f"applied {revision}" for revision in applied] or ["The database is up to date."]
    return Answer({"applied": applied}, tuple(lines))
