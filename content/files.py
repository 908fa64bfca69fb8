"""Reading one file of a library: within its folder, within its limit, as the text or the TOML that it should be."""

import math
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from base import Said, msgid
from content.faults import Problem

LIMIT_BYTES = {".md": 65_536, ".toml": 131_072}
_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff]")


def named(root: Path, file: Path) -> str:
    """The file's name as problems give it: relative to the library, with '/' on every system."""
    return file.relative_to(root).as_posix()


def read_text(root: Path, file: Path) -> str | Problem:
    """The file's text, exactly as stored, or the reason why it cannot be taken."""
    name, limit = named(root, file), LIMIT_BYTES[file.suffix]
    if not file.is_file():
        return Problem(name, "", "the file is missing", "Add it")
    if not file.resolve().is_relative_to(root.resolve()):
        return Problem(name, "", "it leads out of the library", "Put the file itself here, not a link to it")
    with file.open("rb") as opened:
        data = opened.read(limit + 1)
    if len(data) > limit:
        return Problem(name, "", f"it is larger than {limit} bytes", "Split or shorten it")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return Problem(name, "", f"byte {error.start} is not UTF-8", "Save the file as UTF-8")
    if unseen := _UNSEEN.search(text):
        line = text.count("\n", 0, unseen.start()) + 1
        return Problem(name, f"line {line}", f"it holds the unseen character U+{ord(unseen[0]):04X}", "Remove it")
    return text


def parse_toml(text: str, name: str) -> dict[str, Any] | Problem:
    """The text's table, or the reason why there is none."""
    try:
        return tomllib.loads(text, parse_float=_finite)
    except RecursionError:
        return Problem(name, "", msgid("its lists are nested too deeply"), msgid("Nest a few levels at most"))
    except ValueError as error:
        rule = Said("not TOML: %(error)s", error=str(error))
        return Problem(name, "", rule, msgid("Correct that place; texts stand between quotes"))


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is not a number to count with")
    return number


def strays(root: Path, folder: Path, known: set[str]) -> Iterator[Problem]:
    """A problem for each entry of a folder that the format does not know: most often a mistyped name."""
    for entry in sorted(folder.iterdir()) if folder.is_dir() else ():
        if entry.name not in known and not entry.name.startswith("."):
            yield Problem(
                named(root, entry), "", "the format has no such name here", f"Known are {', '.join(sorted(known))}"
            )
