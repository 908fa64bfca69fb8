"""How the dated register is read: what held at a moment, by what was known at another."""

from datetime import datetime

from sqlalchemy import ColumnElement, Table, and_, exists, tuple_

from base import Invalid


def beginning(since: datetime | None, *, now: datetime) -> datetime:
    """When a change begins: `since`, or now. Raises Invalid for the future, which is decided when it comes."""
    if since is not None and since > now:
        raise Invalid(
            f"The change is to begin at {since.isoformat()}, after now; enter it then.", rule="register", where="since"
        )
    return since or now


def in_force(
    table: Table, *keys: str, as_of: datetime | None = None, known_at: datetime | None = None
) -> ColumnElement[bool]:
    """Whether a row of `table` is the newest of those that share its `keys`.

    `as_of` passes over what began later, `known_at` over what was entered later; without them the present answers.
    """
    later = table.alias("later")
    mine, theirs = [], []
    if as_of is not None:
        mine.append(table.c.since <= as_of)
        theirs.append(later.c.since <= as_of)
    if known_at is not None:
        mine.append(table.c.at <= known_at)
        theirs.append(later.c.at <= known_at)
    same = [later.c[key] == table.c[key] for key in keys]
    outdone = exists().where(*same, *theirs, tuple_(later.c.since, later.c.seq) > tuple_(table.c.since, table.c.seq))
    return and_(*mine, ~outdone)
