"""`waymark unmatched`: names that statements brought and nobody knows."""

import rich_click as click

from app.answers import Answer, answering
from app.settings import Settings
from app.transactions import read
from paths import Unknown, find_unmatched


@click.command("unmatched")
@click.option("--kind", type=click.Choice([each.value for each in Unknown]), help="Only agents, or only activities.")
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="At most so many of each."
)
@answering
def unmatched_command(settings: Settings, kind: str | None, limit: int) -> Answer:
    """List agents whom nobody owns and activities that no module has, the last heard first.

    What they say is kept, and counts as soon as the account is linked or the module is published.

    Example: waymark unmatched --kind activity
    """
    kinds = list(Unknown) if kind is None else [Unknown(kind)]
    found = [row for each in kinds for row in read(settings, find_unmatched, each, limit=limit)]
    lines = [
        f"{row.kind} {row.name} (first heard {row.known_at:%Y-%m-%d}, statement {row.statement_id})" for row in found
    ]
    return Answer(found, (*lines, f"{len(found)} unmatched"))
