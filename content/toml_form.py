"""TOML in one canonical form: keys in the order of the format, nothing that says a default, short tables on a line."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

import msgspec
import tomlkit
from msgspec import Struct
from tomlkit.items import AoT, InlineTable, Item, Table

from base import LANGUAGES


def toml_form(value: Struct, *, inline: Collection[str] = (), without: Collection[str] = ()) -> str:
    """The file that says what `value` says; tables named in `inline` stand on one line, fields in `without` nowhere."""
    said = msgspec.to_builtins(value, builtin_types=(date,))
    document = tomlkit.document()
    for name, item in _entries({name: each for name, each in said.items() if name not in without}, frozenset(inline)):
        document.add(name, item)
    return tomlkit.dumps(document)


def _entries(said: Mapping[str, Any], inline: frozenset[str]) -> list[tuple[str, Item]]:
    """Plain values first: what stands behind a table in TOML is inside it."""
    entries = [(name, _item(name, value, inline)) for name, value in said.items()]
    return sorted(entries, key=lambda entry: isinstance(entry[1], Table) + 2 * isinstance(entry[1], AoT))


def _item(name: str, value: Any, inline: frozenset[str]) -> Item:
    if isinstance(value, Mapping) and name in inline:
        return _filled(tomlkit.inline_table(), [(each, _item(each, one, inline)) for each, one in value.items()])
    if isinstance(value, Mapping):
        return _filled(tomlkit.table(), _entries(_in_order(value), inline))
    if isinstance(value, list | tuple) and any(isinstance(each, Mapping) for each in value):
        tables = tomlkit.aot()
        for each in value:
            tables.append(_filled(tomlkit.table(), _entries(each, inline)))
        return tables
    whole = isinstance(value, float) and value.is_integer()
    return tomlkit.item(int(value) if whole else list(value) if isinstance(value, tuple) else value)


def _in_order(texts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Texts in the order in which the languages are always named; anything else stays as it is."""
    return {key: texts[key] for key in sorted(texts, key=lambda key: _PLACES.get(key, 0))}


_PLACES = {language: place for place, language in enumerate(LANGUAGES)}


def _filled(table: Table | InlineTable, entries: Iterable[tuple[str, Item]]) -> Table | InlineTable:
    for name, value in entries:
        table.append(name, value)
    return table
