"""`waymark path`: decisions about the learners of a path, from the command line."""

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

import rich_click as click
from sqlalchemy import Connection

from app.answers import Answer, answering
from app.commands.people import APPLY
from app.settings import Settings
from app.transactions import clock, read, write
from base import Invalid
from paths import (
    Accepted,
    Among,
    Migration,
    Whom,
    accept_activity,
    accepted_on,
    migrate_learners,
    migration,
    migrations_of,
    path,
    undo_migration,
    who_would_move,
    who_would_move_back,
)

_NOT_YET = "Nothing was changed; do so with --apply."
REASON = click.option("--reason", required=True, help="Why; it is kept, and those whom it concerns can be told.")
_DAY = click.DateTime(["%Y-%m-%d"])


@click.group("path")
def path_group() -> None:
    """Move learners between versions of a path, and accept what else counts on it."""


@path_group.command("migrate")
@click.argument("slug", metavar="PATH")
@click.argument("number", type=int, metavar="VERSION")
@click.option("--for", "whom", type=click.Choice(list(Whom)), default=Whom.UNFINISHED, help="Who is moved.")
@click.option("--organisation", type=click.UUID, help="Only those who belong to it, by id.")
@click.option("--person", "persons", type=click.UUID, multiple=True, help="Only this person, by id; again for more.")
@REASON
@APPLY
@answering
def migrate_command(
    settings: Settings,
    slug: str,
    number: int,
    *,
    whom: str,
    organisation: UUID | None,
    persons: tuple[UUID, ...],
    reason: str,
    dry_run: bool,
) -> Answer:
    """Move learners of PATH to VERSION. What it would make of them, `waymark what-if` tells beforehand.

    Example: waymark path migrate mayors-track 3 --for unfinished --reason "the module on water is new" --apply
    """
    among = Among(organisation, frozenset(persons) or None)
    if dry_run:
        moving = read(settings, _moving, slug, number, Whom(whom), among)
        return Answer({"would_move": moving}, (f"{len(moving)} enrolments would be moved.", _NOT_YET))
    done = write(settings, _migrate, slug, number, Whom(whom), among, _said(reason))
    return Answer(done, (f"Moved {done.moved} enrolments to version {done.version}; undo it by {done.id}.",))


@path_group.command("undo")
@click.argument("migration_id", type=click.UUID, metavar="MIGRATION")
@REASON
@APPLY
@answering
def undo_command(settings: Settings, migration_id: UUID, *, reason: str, dry_run: bool) -> Answer:
    """Move back whom MIGRATION moved, but for those who were moved again since. It happens once, and can be undone.

    Example: waymark path undo 6f1c… --reason "the module was not ready" --apply
    """
    if dry_run:
        known = read(settings, migration, migration_id)
        moving = sorted(read(settings, who_would_move_back, migration_id))
        already = ("It is undone already.",) if known.undone_by else ()
        told = (*already, f"{len(moving)} enrolments would be moved back.", _NOT_YET)
        return Answer({"would_move": moving, "undone_by": known.undone_by}, told, failed=bool(already))
    done = write(settings, undo_migration, migration_id, by=None, reason=_said(reason), now=clock())
    return Answer(done, (f"Moved {done.moved} enrolments back; undo that by {done.id}.",))


@path_group.command("migrations")
@click.argument("slug", metavar="PATH")
@answering
def migrations_command(settings: Settings, slug: str) -> Answer:
    """List the decisions to move learners of PATH, the newest first, with what undoes each."""
    found = read(settings, lambda conn: migrations_of(conn, path(conn, slug).id))
    return Answer(found, tuple(map(_told, found)))


@path_group.command("accept")
@click.argument("slug", metavar="PATH")
@click.argument("requirement", metavar="REQUIREMENT")
@click.argument("activity", metavar="IRI")
@click.option("--from", "first", type=_DAY, help="The first day whose evidence counts; if not said, all before too.")
@click.option("--until", "last", type=_DAY, help="The last day whose evidence counts; if not said, it goes on.")
@REASON
@answering
def accept_command(
    settings: Settings,
    slug: str,
    requirement: str,
    activity: str,
    *,
    first: datetime | None,
    last: datetime | None,
    reason: str,
) -> Answer:
    """Let what is shown about the activity IRI count for a requirement of PATH, without a new version.

    One more translation that a platform reports under an IRI of its own, a former version, an equivalent elsewhere. To
    accept it again gives it other days. Example: waymark path accept mayors-track r-water https://lms.example/7
    --from 2026-01-01 --reason "the Georgian translation"
    """
    done = write(
        settings,
        accept_activity,
        slug,
        requirement,
        activity,
        first_day=_day(first),
        last_day=_day(last),
        by=None,
        reason=reason,
        now=clock(),
    )
    return Answer(done, (_accepted(done),))


@path_group.command("accepted")
@click.argument("slug", metavar="PATH")
@answering
def accepted_command(settings: Settings, slug: str) -> Answer:
    """List what was accepted for requirements of PATH beside what its author names."""
    found = read(settings, lambda conn: accepted_on(conn, path(conn, slug).id))
    return Answer(found, tuple(map(_accepted, found)))


def _moving(conn: Connection, slug: str, number: int, whom: Whom, among: Among) -> list[UUID]:
    return sorted(who_would_move(conn, path(conn, slug).id, number, whom=whom, among=among, now=clock()))


def _migrate(conn: Connection, slug: str, number: int, whom: Whom, among: Among, reason: str) -> Migration:
    return migrate_learners(
        conn, path(conn, slug).id, number, whom=whom, among=among, by=None, reason=reason, now=clock()
    )


def _said(reason: str) -> str:
    if not reason.strip():
        raise Invalid("The reason is empty; say why.", where="reason")
    return reason.strip()


def _day(entered: datetime | None) -> date | None:
    return None if entered is None else entered.date()


def _told(each: Migration) -> str:
    what = f"undoes {each.undoes}" if each.undoes else f"to version {each.version} for {each.whom}"
    undone = f", undone by {each.undone_by}" if each.undone_by else ""
    return f"{each.id}: {each.at.isoformat()} {what}, moved {each.moved}{undone}: {each.reason}"


def _accepted(each: Accepted) -> str:
    return " ".join(_parts(each))


def _parts(each: Accepted) -> Iterator[str]:
    yield f"{each.requirement}: {each.activity}"
    if each.counts_from:
        yield f"from {each.counts_from.isoformat()}"
    if each.counts_until:
        yield f"before {each.counts_until.isoformat()}"
    yield f"({each.reason})"
