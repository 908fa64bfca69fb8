"""`waymark check` and `import`: the catalogue as files."""

from pathlib import Path

import rich_click as click

from app.answers import Answer, answering
from app.loading import check_library, load_library
from app.settings import Settings
from app.transactions import clock, write
from content import stamp_translations

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
@answering
def import_command(settings: Settings, path: Path) -> Answer:
    """Load the library at PATH, whole or not at all; what is unchanged stays as it is.

    Example: waymark import content/library
    """
    loaded = write(settings, load_library, path, now=clock())
    return Answer(loaded, (f"{loaded.modules} modules and {loaded.paths} paths loaded.",))
