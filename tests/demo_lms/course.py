"""The course: links into Waymark, each with a column in the grade book."""

import tomllib
from pathlib import Path

import msgspec


class Link(msgspec.Struct, frozen=True):
    """One activity of the course. `target` is the path of its address at the tool."""

    id: str
    title: str
    about: str
    target: str
    custom: dict[str, str] = {}
    graded: bool = True


def links_of_library(folder: Path) -> tuple[Link, ...]:
    """A link for every live path of a Waymark library."""
    files = (tomllib.loads(file.read_text()) for file in sorted((folder / "paths").glob("*.toml")))
    return tuple(
        Link(
            id=str(number),
            title=path["title"]["en"],
            about=path["summary"]["en"],
            target=f"/paths/{path['slug']}",
        )
        for number, path in enumerate((path for path in files if path["status"] == "live"), start=1)
    )
