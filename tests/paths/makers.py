"""What tests of paths are about: path files, trees, facts, made from as little as possible."""

from collections.abc import Sequence
from typing import Any

from base import LANGUAGES
from content import PathFile

PATH_ID = "7b0a3a52-95a8-4c4e-9d38-6f6a4b5f2f11"


def in_all_languages(text: str) -> dict[str, str]:
    return {language: f"{text} ({language})" for language in LANGUAGES}


def leaf(id_: str, module: str = "intro", **rest: Any) -> dict[str, Any]:
    return {"id": id_, "module": module, **rest}


def group(id_: str, *items: dict[str, Any], n: int | None = None) -> dict[str, Any]:
    kind = {"kind": "all"} if n is None else {"kind": "n-of", "n": n}
    return {"id": id_, **kind, "title": in_all_languages(id_), "items": list(items)}


def path_toml(items: Sequence[dict[str, Any]], **changed: Any) -> dict[str, Any]:
    """A path that asks for all `items`, as tomllib would give it."""
    return {
        "id": PATH_ID,
        "slug": "growth",
        "activity": "https://ulc.waymark.example/paths/growth",
        "status": "live",
        "role": "project-manager",
        "time_zone": "Asia/Baku",
        "title": in_all_languages("Pathways for Economic Growth"),
        "summary": in_all_languages("From an idea to a funded project."),
        "tree": {"kind": "all", "items": list(items)},
    } | changed


def path_file(*items: dict[str, Any], **changed: Any) -> PathFile:
    return PathFile("paths/growth.toml", path_toml(items, **changed))
