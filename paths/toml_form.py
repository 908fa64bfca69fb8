"""The TOML file of a path, in one canonical form: keys in the order of the format, nothing that says a default."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import msgspec
import tomlkit
from sqlalchemy import Connection
from tomlkit.items import AoT, InlineTable, Item, Table

from base import LANGUAGES
from paths.authored import PathSource
from paths.catalogue import path
from paths.decomposing import path_source

_INLINE = {"when", "asks"}
"""Short tables, written on one line."""


def export_path(conn: Connection, slug: str) -> str:
    """The file of the path as it is published now; imported again, it changes nothing. Raises Missing."""
    return path_toml(path_source(conn, path(conn, slug)))


def path_toml(source: PathSource) -> str:
    """The file that says what `source` says."""
    document = tomlkit.document()
    for name, value in _entries(msgspec.to_builtins(source, builtin_types=(date,))):
        document.add(name, value)
    return tomlkit.dumps(document)


def _entries(said: Mapping[str, Any]) -> list[tuple[str, Item]]:
    """Plain values first: what stands behind a table in TOML is inside it."""
    entries = [(name, _item(name, value)) for name, value in said.items()]
    return sorted(entries, key=lambda entry: isinstance(entry[1], Table) + 2 * isinstance(entry[1], AoT))


def _item(name: str, value: Any) -> Item:
    if name in _INLINE:
        return _filled(tomlkit.inline_table(), [(each, _item(each, one)) for each, one in value.items()])
    if isinstance(value, Mapping):
        return _filled(tomlkit.table(), _entries(_in_order(value)))
    if isinstance(value, list | tuple) and any(isinstance(each, Mapping) for each in value):
        tables = tomlkit.aot()
        for each in value:
            tables.append(_filled(tomlkit.table(), _entries(each)))
        return tables
    whole = isinstance(value, float) and value.is_integer()
    return tomlkit.item(int(value) if whole else list(value) if isinstance(value, tuple) else value)


def _in_order(texts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Texts in the order in which the languages are always named."""
    return {key: texts[key] for key in sorted(texts, key=lambda key: _PLACES.get(key, 0))}


_PLACES = {language: place for place, language in enumerate(LANGUAGES)}


def _filled(table: Table | InlineTable, entries: Iterable[tuple[str, Item]]) -> Table | InlineTable:
    for name, value in entries:
        table.append(name, value)
    return table
