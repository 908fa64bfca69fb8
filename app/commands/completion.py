"""`waymark replay`: what is stored about completion, worked out again from the statements."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import rich_click as click
from rich.progress import track
from sqlalchemy import Connection

from app.answers import Answer, answering
from app.settings import Settings
from app.transactions import clock, read, write
from base import Invalid
from paths import enrolled_organisations, enrolled_persons, path, replay, replay_teams

AT_ONCE = 200
"""Persons of one transaction, so that a replay of everybody never holds the writer for long."""


@click.command("replay")
@click.option("--person", type=click.UUID, help="One person, by id.")
@click.option("--path", "slug", metavar="SLUG", help="Everybody who is enrolled on this path.")
@click.option("--all", "everybody", is_flag=True, help="Everybody who is enrolled.")
@click.option("--check", is_flag=True, help="Only list differences; change nothing.")
@click.option("--publish", is_flag=True, help="Tell of what changes, as if it had just happened.")
@answering
def replay_command(
    settings: Settings, person: UUID | None, slug: str | None, *, everybody: bool, check: bool, publish: bool
) -> Answer:
    """Work out facts and verdicts again from the statements; a difference is reported, and mended unless --check.

    Nothing is told to anyone, so no certificate is issued or put under review, unless you say --publish.

    Example: waymark replay --all --check
    """
    if [person is not None, slug is not None, everybody].count(True) != 1:
        raise Invalid("Say whom to replay: --person with an id, --path with a slug, or --all.")
    if check and publish:
        raise Invalid("--check changes nothing, so there is nothing to --publish; say one of them.")
    persons, teams = ([person], []) if person is not None else read(settings, _enrolled, slug)
    now = clock()

    def again(conn: Connection, persons: Sequence[UUID], teams: Sequence[UUID]) -> list[Any]:
        return [
            *replay(conn, persons, now=now, check=check, publish=publish),
            *replay_teams(conn, teams, now=now, check=check, publish=publish),
        ]

    parts = [*((some, ()) for some in _parts(persons)), *(((), some) for some in _parts(teams))]
    differences = [
        difference
        for part in track(parts, description="replaying", transient=True)
        for difference in write(settings, again, *part)
    ]
    lines = [f"{each}" for each in differences]
    counted = len(persons) + len(teams)
    lines.append(f"{counted} replayed, {len(differences)} differences" + (" (not mended)" if check else ""))
    return Answer({"replayed": counted, "differences": differences}, tuple(lines), check and bool(differences))


def _enrolled(conn: Connection, slug: str | None) -> tuple[list[UUID], list[UUID]]:
    """The persons and the organisations on the path, or on any."""
    path_id = None if slug is None else path(conn, slug).id
    return enrolled_persons(conn, path_id), enrolled_organisations(conn, path_id)


def _parts(ids: Sequence[UUID]) -> list[Sequence[UUID]]:
    return [ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)]
