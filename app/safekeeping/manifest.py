"""What a backup says of itself: by which version it was made, and everything that is in it, with hashes."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

import msgspec

Progress = Callable[[str, float], None]
"""Told what is being done and which share of it, from 0 to 1, is behind us."""

MANIFEST = "manifest.json"
Sha256 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Name = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,62}$")]


class TablePart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table: a line of JSON for each row, an array of the columns' values in this order.

    UUIDs are 32 hexadecimal digits, bytes base64, instants microseconds since 1970, on either kind of database.
    """

    name: Name
    columns: tuple[Name, ...]
    rows: int
    sha256: Sha256

    @property
    def path(self) -> str:
        return f"tables/{self.name}.jsonl"


class FilePart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of the file store."""

    sha256: Sha256
    bytes: int

    @property
    def path(self) -> str:
        return f"files/{self.sha256[:2]}/{self.sha256}"


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A backup as a whole. `schema` is the revision of the database, `keys` the ids of the keys that belong to it."""

    format: Literal["waymark backup 1"]
    waymark: str
    schema: str
    database: Literal["sqlite", "postgresql"]
    made_at: datetime
    installation: str | None
    keys: tuple[str, ...]
    tables: tuple[TablePart, ...]
    files: tuple[FilePart, ...]

    @property
    def size(self) -> str:
        """How much is in it, in words."""
        return f"{sum(part.rows for part in self.tables)} rows and {len(self.files)} files"
