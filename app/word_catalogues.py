"""The texts that code and templates hold, and the catalogues that must hold them too.

`python -m app.word_catalogues` brings the catalogues of app/locale up to date: new texts come in empty, unused ones go.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from app.page import LOCALE_FOLDER
from base import LANGUAGES

_ROOT = Path(__file__).parent.parent
_KEYWORDS: dict[str, Any] = {"_": None, "ngettext": (1, 2), "text": None, "plural": (1, 2)}
_METHODS: list[tuple[str, Any]] = [("**/templates/**.html", "jinja2"), ("**.py", "app.word_catalogues:extract_words")]
_HEADER = "# A draft until a native speaker has read it."
_FOLDERS = ("app", "base", "certificates", "content", "lti", "messages", "modules", "paths", "people")


def extract_words(
    file: IO[bytes],
    _keywords: Mapping[str, Any],
    _comment_tags: Sequence[str],
    options: Mapping[str, Any],  # noqa: ARG001 (Babel passes it by this name)
) -> Iterator[tuple[int, str, Any, list[str]]]:
    """Babel's extraction method for our Python: what `words.text`, `plural`, `msgid` and `Said` are given literally.

    Babel's own goes by the name of the function alone and would take SQLAlchemy's `text` for ours.
    """
    for node in ast.walk(ast.parse(file.read())):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="words"), attr="text") | ast.Name(id="msgid" | "Said"),
                args=[ast.Constant(value=str(text))],
            ):
                yield node.lineno, "text", text, []
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="words"), attr="plural"),
                args=[ast.Constant(value=str(singular)), ast.Constant(value=str(plural)), _],
            ):
                yield node.lineno, "plural", (singular, plural), []


def texts_in_use() -> Catalog:
    """Every text in templates and code, as a catalogue without translations."""
    used = Catalog()
    for folder in _FOLDERS:
        found = extract_from_dir(_ROOT / folder, _METHODS, keywords=_KEYWORDS)
        for file, _line, text, _comments, context in found:
            used.add(text, locations=[(f"{folder}/{file}", 0)], context=context)
    return used


def catalogue_file(language: str) -> Path:
    return LOCALE_FOLDER / language / "LC_MESSAGES" / "waymark.po"


def read_catalogue(language: str) -> Catalog:
    """The catalogue of one language; empty where there is none yet."""
    file = catalogue_file(language)
    if not file.exists():
        return Catalog(
            locale=language,
            project="Waymark",
            version="0",
            header_comment=_HEADER,
            msgid_bugs_address="see README.md",
            last_translator="see the history of this file",
            language_team=language,
            fuzzy=False,
        )
    with file.open("rb") as source:
        return read_po(source, locale=language)


def update() -> None:
    """Make the catalogues of all languages hold the texts in use and no others; translations are kept."""
    used = texts_in_use()
    for language in LANGUAGES[1:]:
        catalogue = read_catalogue(language)
        catalogue.update(used, no_fuzzy_matching=True, update_creation_date=False)
        catalogue_file(language).parent.mkdir(parents=True, exist_ok=True)
        with catalogue_file(language).open("wb") as target:
            write_po(target, catalogue, width=120, ignore_obsolete=True, include_lineno=False, sort_output=True)


if __name__ == "__main__":
    update()
