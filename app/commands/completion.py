"""`waymark replay`: what is stored about completion, worked out again from the statements."""

from uuid import UUID

import rich_click as click
from rich.progress import track

from app.answers import Answer, answering
from app.settings import Settings
from app.transactions import read, write
from base import Invalid
from paths import enrolled_persons, replay


@click.command("replay")
@click.option("--person", type=click.UUID, help="One person, by id.")
@click.option("--all", "everybody", is_flag=True, help="Everybody who is enrolled.")
@click.option("--check", is_flag=True, help="Only list differences; change nothing.")
@answering
def replay_command(settings: Settings, person: UUID | None, *, everybody: bool, check: bool) -> Answer:
    """Work out facts and verdicts again from the statements; a difference is reported, and mended unless --check.

    Example: waymark replay --all --check
    """
    if (person is None) != everybody:
        raise Invalid("Say whom to replay: --person with an id, or --all.")
    persons = [person] if person is not None else read(settings, enrolled_persons)
    differences = [
        {"person": each, "difference": difference}
        for each in track(persons, description="replaying", transient=True)
        for difference in write(settings, replay, each, check=check)
    ]
    lines = [f"person {found['person']}: {found['difference']}" for found in differences]
    lines.append(f"{len(persons)} replayed, {len(differences)} differences" + (" (not mended)" if check else ""))
    return Answer({"replayed": len(persons), "differences": differences}, tuple(lines), check and bool(differences))
