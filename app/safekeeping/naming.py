"""Which files are needed: those that some domain names. Whoever keeps files in the store says so here."""

from sqlalchemy import Connection

from certificates import certificate_files
from lrs import attached_files
from people import imports

_HOLDERS = (attached_files, certificate_files, imports.imported_files)


def named_files(conn: Connection) -> set[str]:
    """The hashes of all files that some row names; every other one may be collected."""
    return set[str]().union(*(holder(conn) for holder in _HOLDERS))
