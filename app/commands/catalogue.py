"""`waymark check`, `import` and `export`: the catalogue as files."""

from pathlib import Path

import rich_click as click

from app.answers import Answer, answering
from app.loading import check_library, export_library, load_library, preview_library
from app.settings import Settings
from app.transactions import clock, read, write
from base import Invalid
from content import stamp_translations
from paths import export_path

LIBRARY = click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))


@click.command("check")
@LIBRARY
@click.option("--stamp", is_flag=True, help="Say of every translation that it is up to date with its source.")
@answering
def check_command(_settings: Settings, path: Path, *, stamp: bool) -> Answer:
    """Report everything that is wrong in the library at PATH, each with its file, key, rule and cure.

    Example: waymark check content/library
    """
    stamped = stamp_translations(path) if stamp else []
    library, problems = check_library(path)
    lines = [f"stamped {name}" for name in stamped]
    lines += [f"broken: {problem}" for problem in problems] + [f"stale: {problem}" for problem in library.stale]
    if not problems:
        lines.append(f"{len(library.modules)} modules and {len(library.paths)} paths are sound.")
    return Answer({"problems": problems, "stale": library.stale, "stamped": stamped}, tuple(lines), bool(problems))


@click.command("import")
@LIBRARY
@click.option("--dry-run", is_flag=True, help="Only tell what would change, and for how many.")
@click.option("--overwrite", multiple=True, metavar="SLUG", help="Import this path over a newer one of the editor.")
@answering
def import_command(settings: Settings, path: Path, *, dry_run: bool, overwrite: tuple[str, ...]) -> Answer:
    """Load the library at PATH, whole or not at all; what is unchanged stays as it is.

    A path that was changed in the editor since is kept, and told. Example: waymark import content/library
    """
    load = preview_library if dry_run else load_library
    loaded = write(settings, load, path, now=clock(), overwrite=overwrite)
    did = "would be loaded" if dry_run else "loaded"
    return Answer(loaded, (*loaded.lines, f"{loaded.modules} modules and {loaded.paths} paths {did}."))


@click.command("export")
@click.argument("path", required=False)
@click.option("--library", type=click.Path(file_okay=False, path_type=Path), help="Write all modules and paths here.")
@answering
def export_command(settings: Settings, path: str | None, *, library: Path | None) -> Answer:
    """Print the path with the slug PATH as the file from which it could be imported; or write the whole library.

    Example: waymark export pathways-for-economic-growth > content/library/paths/pathways-for-economic-growth.toml
    """
    if (path is None) == (library is None):
        raise Invalid("Say what to export: the slug of a path, or --library with a folder.")
    if library is not None:
        written = read(settings, export_library, library)
        return Answer(written, (f"{written.modules} modules and {written.paths} paths written to {library}.",))
    toml = read(settings, export_path, str(path))
    return Answer({"path": path, "toml": toml}, tuple(toml.rstrip("\n").split("\n")))
