"""A module taken by itself: a path of one requirement, which stands in no list of paths."""

from datetime import datetime
from uuid import uuid5

from sqlalchemy import Connection

from base import lock
from content import Status
from modules import Module
from paths.authoring.authored import Item, PathSource, Root
from paths.authoring.composing import SEPARATOR, compose
from paths.authoring.publishing import Author, follow, put_path
from paths.register.catalogue import path_alone

REQUIREMENT = "module"
"""The id of the one requirement."""

_PREFIX = f"module{SEPARATOR}"  # no author's slug has a dot, so that a path can have the slug of a module
_ANYBODY = "anybody"


def publish_alone(conn: Connection, module: Module, *, now: datetime) -> bool:
    """Let the module be taken by itself, as it is now; says whether anything changed.

    A draft gets such a path only once it is more than that. A retired one's takes nobody new.
    """
    if module.status is Status.DRAFT and path_alone(conn, module.id) is None:
        return False
    source = _source(module)
    composition = compose(source, {}, {})
    lock(conn, f"path {source.id}")
    author = Author("import", None, "the module's files say so")
    changed = put_path(conn, source, composition, author, over_editor=True, alone=module.id, now=now)
    return follow(conn, source.id, composition.modules, now=now) or changed


def _source(module: Module) -> PathSource:
    return PathSource(
        id=uuid5(module.id, "alone"),
        slug=f"{_PREFIX}{module.slug}",
        activity=f"{module.activity}#alone",
        status=module.status,
        role=module.audience[0] if module.audience else _ANYBODY,
        time_zone="UTC",
        title=module.title,
        summary=module.summary,
        tree=Root("all", items=(Item(REQUIREMENT, module=module.slug),)),
    )
