"""`waymark privacy`: what is known of somebody, their erasure, and how long things are kept."""

from pathlib import Path
from uuid import UUID

import rich_click as click

from app.answers import Answer, answering
from app.erased import erase_again_in, erased_persons, read_list, write_list
from app.privacy import Erasure, delete_files, erase, export_for, foresee_erasure, packed
from app.retention import RULES, UNCLAIMED, foresee_retention, retain
from app.settings import Settings
from app.transactions import clock, read, write
from base import FileStore, Invalid


@click.group("privacy")
def privacy_group() -> None:
    """What Waymark knows of people, and how it forgets them."""


@privacy_group.command("export")
@click.argument("person", type=click.UUID)
@click.option("--to", "target", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The ZIP file.")
@answering
def privacy_export(settings: Settings, person: UUID, target: Path) -> Answer:
    """Write everything known of PERSON, an id, to a ZIP file; the audit log keeps that you did.

    Example: waymark privacy export 6f0c0b0e-4c53-4a0c-8d5b-1f0e6b8f2a11 --to person.zip
    """
    export = write(settings, export_for, person, by=None, now=clock())
    target.write_bytes(packed(export))
    value = {"person": person, "file": str(target), "statements": len(export.statements)}
    return Answer(value, (f"{target}: known.json, and statements.jsonl with {len(export.statements)} statements",))


@privacy_group.command("erase")
@click.argument("person", type=click.UUID)
@click.option("--confirm", default="", help="What the dry run tells you to type; without it nothing is erased.")
@answering
def privacy_erase(settings: Settings, person: UUID, confirm: str) -> Answer:
    """Show what erasing PERSON, an id, would take away and leave; do it with --confirm.

    Example: waymark privacy erase 6f0c0b0e-4c53-4a0c-8d5b-1f0e6b8f2a11
    """
    foreseen = write(settings, foresee_erasure, person, by=None, now=clock())
    if not confirm:
        lines = (*_counted(foreseen), f"Nothing was erased. To do it, add --confirm {foreseen.confirmation}")
        return Answer({"done": False, "confirm": foreseen.confirmation, **_value(foreseen)}, lines)
    if confirm != foreseen.confirmation:
        raise Invalid(f"--confirm is {confirm!r}; it must be {foreseen.confirmation}. Nothing was erased.")
    done = write(settings, erase, person, by=None, now=clock())
    delete_files(FileStore(settings.files), done)
    return Answer({"done": True, **_value(done)}, (*_counted(done), "Erased."))


@privacy_group.command("erased")
@click.option("--to", "target", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The list.")
@answering
def privacy_erased(settings: Settings, target: Path) -> Answer:
    """Write the ids of all who were erased to a file: keep it beside the backups, newer than each.

    Example: waymark privacy erased --to erased.txt
    """
    persons = read(settings, erased_persons)
    write_list(target, persons)
    return Answer({"file": str(target), "erased": len(persons)}, (f"{target}: {len(persons)} people",))


@privacy_group.command("erase-again")
@click.argument("source", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@answering
def privacy_erase_again(settings: Settings, source: Path) -> Answer:
    """Erase those on the list SOURCE (from `waymark privacy erased`) whom a restored backup has brought back.

    Example: waymark privacy erase-again erased.txt
    """
    again = erase_again_in(settings.database_url, FileStore(settings.files), read_list(source), now=clock())
    value = {"erased": [each.person_id for each in again.done], "left": again.left}
    return Answer(value, again.told, failed=bool(again.left))


@privacy_group.command("retain")
@click.option("--dry-run/--apply", default=True, help="Only count what would go (this is the default), or let it go.")
@answering
def privacy_retain(settings: Settings, *, dry_run: bool) -> Answer:
    """Follow the rules of how long things are kept. The worker follows all of them but the last by itself.

    Example: waymark privacy retain --dry-run
    """
    if dry_run:
        gone = write(settings, foresee_retention, now=clock())
    else:
        gone, erasures = write(settings, retain, now=clock())
        for each in erasures:
            delete_files(FileStore(settings.files), each)
    told = {rule.name: f"{rule.says} ({rule.after.days} days)" for rule in RULES}
    told["unclaimed"] = f"people on paper whom nobody has claimed ({UNCLAIMED.days} days)"
    lines = [f"{gone[name]:>8}  {says}" for name, says in told.items()]
    return Answer({"applied": not dry_run, "gone": gone}, (*lines, "Nothing was deleted." if dry_run else "Deleted."))


def _value(erasure: Erasure) -> dict[str, object]:
    return {"person": erasure.person_id, "erased": erasure.erased, "kept": erasure.kept}


def _counted(erasure: Erasure) -> tuple[str, ...]:
    gone = [f"{count:>8}  {name.replace('_', ' ')} go" for name, count in erasure.erased.items()]
    return (*gone, *(f"{count:>8}  {name.replace('_', ' ')} stay" for name, count in erasure.kept.items()))
