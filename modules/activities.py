"""Which activities are modules."""

from collections.abc import Collection

from sqlalchemy import Connection, select

from modules.tables import modules


def module_activities(conn: Connection, activities: Collection[str]) -> set[str]:
    """Those of `activities` that are a module's, whatever its status."""
    return set(conn.scalars(select(modules.c.activity).where(modules.c.activity.in_(activities))))
