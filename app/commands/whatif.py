"""`waymark what-if`: what another version of a path, or a draft in a file, would make of those who are on it."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from uuid import UUID

import rich_click as click
from sqlalchemy import Connection

from app.answers import Answer, answering
from app.pages.enrolments import names_of
from app.pages.whatif import WhatIfAnswer, answer_with_certificates
from app.settings import Settings
from app.transactions import clock, read
from base import Invalid
from content import LibraryBroken, PathFile, Problem, parse_toml
from paths import Among, Changed, Whom, path, version_numbered, what_if, what_if_published


@click.command("what-if")
@click.argument("slug", metavar="PATH", required=False)
@click.option("--version", "number", type=int, help="A published version of PATH; if not said, the newest current one.")
@click.option("--file", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A path's file.")
@click.option("--for", "whom", type=click.Choice(list(Whom)), default=Whom.EVERYBODY, help="For whom it is meant.")
@click.option("--organisation", type=click.UUID, help="Only those who belong to it, by id.")
@click.option("--person", "persons", type=click.UUID, multiple=True, help="Only this person, by id; again for more.")
@click.option("--names", is_flag=True, help="Also tell for whom something would change, and since when.")
@answering
def what_if_command(
    settings: Settings,
    slug: str | None,
    number: int | None,
    file: Path | None,
    *,
    whom: str,
    organisation: UUID | None,
    persons: tuple[UUID, ...],
    names: bool,
) -> Answer:
    """Tell what a version of PATH, or what a path's file says, would make of those on the path. Nothing is written.

    Examples: waymark what-if pathways-for-economic-growth --version 3 --for unfinished --names;
    waymark what-if --file content/library/paths/pathways-for-economic-growth.toml
    """
    if (slug is None) == (file is None):
        raise Invalid("Say either the slug of a path, with a version, or --file with a path's file.")
    among = Among(organisation, frozenset(persons) or None)
    asked = _read_file(file) if file is not None else str(slug)
    found, named = read(settings, _found, asked, number, Whom(whom), among, names=names)
    return Answer(found, tuple(_lines(found, named)))


def _read_file(file: Path) -> PathFile:
    toml = parse_toml(file.read_text(encoding="utf-8"), str(file))
    if isinstance(toml, Problem):
        raise LibraryBroken((toml,))
    return PathFile(str(file), toml)


def _found(
    conn: Connection, asked: str | PathFile, number: int | None, whom: Whom, among: Among, *, names: bool
) -> tuple[WhatIfAnswer, Mapping[UUID, str | None]]:
    limit = None if names else 0
    if isinstance(asked, PathFile):
        found = what_if_published(conn, asked, whom=whom, among=among, limit=limit, now=clock())
    else:
        known = path(conn, asked)
        tree = version_numbered(conn, known.id, number or known.version).tree
        found = what_if(conn, known.id, tree, whom=whom, among=among, limit=limit, now=clock())
    return answer_with_certificates(conn, found), names_of(conn, [each.enrolment for each in found.affected])


def _lines(answer: WhatIfAnswer, names: Mapping[UUID, str | None]) -> Iterator[str]:
    found = answer.found
    yield from (f"added: {each.id}" for each in found.difference.added)
    yield from (f"removed: {each.id}" for each in found.difference.removed)
    yield from (f"changed: {_told(each)}" for each in found.difference.changed)
    counts = ", ".join(f"{count} {outlook}" for outlook, count in found.counts.items())
    yield f"{found.learners} enrolments: {counts}; {len(answer.certificates)} certificates would go under review"
    for each in found.affected:
        since = f" since {each.after.since.isoformat()}" if each.after.since else ""
        locked = f", locked: {', '.join(each.locked)}" if each.locked else ""
        name = names.get(each.enrolment.subject_id) or each.enrolment.subject_id
        yield f"{each.outlook}: {name}: {each.before.state} → {each.after.state}{since}{locked}"


def _told(changed: Changed) -> str:
    return f"{changed.id}: {'; '.join(f'{each.what} {each.before} → {each.after}' for each in changed.changes)}"
