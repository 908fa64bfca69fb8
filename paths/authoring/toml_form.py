"""The TOML file of a path."""

from sqlalchemy import Connection

from content import toml_form
from paths.authoring.authored import PathSource
from paths.authoring.decomposing import path_source
from paths.register.catalogue import path


def export_path(conn: Connection, slug: str) -> str:
    """The file of the path as it is published now; imported again, it changes nothing. Raises Missing."""
    return path_toml(path_source(conn, path(conn, slug)))


def path_toml(source: PathSource) -> str:
    """The file that says what `source` says."""
    return toml_form(source, inline=("when", "asks"))
